#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

const char *tool_name = "heal";
static enum heal_status worst = HEAL_OK;

static void err_format(struct err *e, enum heal_status status, const char *format, va_list ap)
{
	e->status = status;
	vsnprintf(e->text, sizeof(e->text), format, ap);
}

bool err_set(struct err *e, enum heal_status status, const char *format, ...)
{
	va_list ap;

	if (!e)
		return false;
	va_start(ap, format);
	err_format(e, status, format, ap);
	va_end(ap);
	return false;
}

bool err_errno(struct err *e, enum heal_status status, const char *format, ...)
{
	int why = errno;
	va_list ap;

	if (!e)
		return false;
	va_start(ap, format);
	err_format(e, status, format, ap);
	va_end(ap);
	size_t n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", strerror(why));
	return false;
}

static void speak(const char *format, va_list ap)
{
	flockfile(stderr);
	fprintf(stderr, "%s: ", tool_name);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	funlockfile(stderr);
}

void die(enum heal_status status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	speak(format, ap);
	va_end(ap);
	fflush(stdout);
	exit(status);
}

void complain(enum heal_status status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	speak(format, ap);
	va_end(ap);
	if (status > worst)
		worst = status;
}

void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	speak(format, ap);
	va_end(ap);
}

void out_of_memory(void)
{
	/* Not stdio, which may allocate memory. */
	static const char text[] = "heal: out of memory\n";
	ssize_t ignored = write(2, text, sizeof(text) - 1);

	(void)ignored;
	_exit(HEAL_BROKEN);
}

void stdio_begin(const char *name)
{
	tool_name = name;
	/* The number of a closed stdin, stdout or stderr would be reused for another file.  Writing to a closed stdout
	 * must fail. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
			_exit(HEAL_REFUSED);
}

int stdio_end(enum heal_status status)
{
	if (fflush(stdout) || ferror(stdout))
		complain(HEAL_REFUSED, "cannot write to standard output: %s", strerror(errno));
	return status > worst ? status : worst;
}

/* Code points of three bytes that change the direction of text or end a line. */
static unsigned turns(struct str text, size_t i, size_t step)
{
	if (step != 3 || (unsigned char)text.p[i] != 0xe2)
		return 0;
	unsigned middle = (unsigned char)text.p[i + 1], last = (unsigned char)text.p[i + 2];
	bool turns = (middle == 0x80 && last >= 0xa8 && last <= 0xae) ||
		(middle == 0x81 && last >= 0xa6 && last <= 0xa9);
	return turns ? 0x2000 + ((middle & 0x3f) << 6) + (last & 0x3f) : 0;
}

const char *visible(struct str text, char *out, size_t room)
{
	size_t n = 0;

	if (room == 0)
		return "";
	for (size_t i = 0, step; i < text.n; i += step) {
		unsigned char c = (unsigned char)text.p[i];
		char small[8];
		step = utf8_length(text, i);
		size_t len = step;
		const char *from = text.p + i;
		/* C0 and DEL, and C1 in UTF-8: terminals interpret both. */
		bool c1 = step == 2 && c == 0xc2 && (unsigned char)text.p[i + 1] < 0xa0;
		unsigned turn = turns(text, i, step);
		if (step == 0 || (c < 0x20 && c != '\t') || c == 0x7f || c1 || turn) {
			unsigned show = turn ? turn : c1 ? (unsigned char)text.p[i + 1] : c;
			snprintf(small, sizeof(small), c == '\n' ? "\\n" : turn ? "\\u%04x" : "\\x%02x", show);
			from = small;
			len = strlen(small);
			step = step ? step : 1;
		}
		if (n + len >= room)
			break;
		memcpy(out + n, from, len);
		n += len;
	}
	out[n] = '\0';
	return out;
}

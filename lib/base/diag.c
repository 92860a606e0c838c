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

/* Messages name files, arguments and texts of others: one line, with all that could mislead escaped. */
static void speak(const char *format, va_list ap)
{
	char *text = NULL, *shown;
	int n = vasprintf(&text, format, ap);

	if (n < 0 || !(shown = malloc((size_t)n * 4 + 1)))
		out_of_memory();
	visible((struct str){ text, (size_t)n }, shown, (size_t)n * 4 + 1);
	flockfile(stderr);
	fprintf(stderr, "%s: %s\n", tool_name, shown);
	funlockfile(stderr);
	free(shown);
	free(text);
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

static int memory_status = HEAL_BROKEN;
static void (*memory_last)(void);

void out_of_memory_exits(int status)
{
	memory_status = status;
}

void out_of_memory_calls(void (*last)(void))
{
	memory_last = last;
}

void out_of_memory(void)
{
	/* Not stdio, which may allocate memory. */
	static const char text[] = "heal: out of memory\n";
	ssize_t ignored = write(2, text, sizeof(text) - 1);

	(void)ignored;
	void (*last)(void) = memory_last;
	memory_last = NULL;
	if (last)
		last();
	_exit(memory_status);
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

static int interrupted_by;

void interruption_note(int signal)
{
	interrupted_by = signal;
}

int interruption(void)
{
	return interrupted_by;
}

int stdio_end(enum heal_status status)
{
	if (fflush(stdout) || ferror(stdout))
		complain(HEAL_REFUSED, "cannot write to standard output: %s", strerror(errno));
	if (interrupted_by)
		return 128 + interrupted_by;
	return status > worst ? status : worst;
}

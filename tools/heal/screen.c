#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"

/* The other screen, no cursor, no wrapping of long lines; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

enum { SCREEN_MAX = 1 << 20 };

static struct termios before;
static sigset_t waiting; /* the signals that are blocked while it waits */
static volatile sig_atomic_t is_on;

/* Only what a signal handler may call. */
static void leave(void)
{
	if (!is_on)
		return;
	is_on = 0;
	ssize_t ignored = write(1, LEAVE, sizeof(LEAVE) - 1);
	(void)ignored;
	tcsetattr(0, TCSANOW, &before);
}

static void enter(void)
{
	struct termios raw = before;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(0, TCSANOW, &raw);
	ssize_t ignored = write(1, ENTER, sizeof(ENTER) - 1);
	(void)ignored;
	is_on = 1;
}

static void on_end(int number)
{
	leave();
	signal(number, SIG_DFL);
	raise(number); /* delivered when the handler returns */
}

static void on_stop(int number)
{
	int saved = errno;

	(void)number;
	leave();
	raise(SIGSTOP);
	enter();
	errno = saved;
}

/* It only ends the wait, so that the view is drawn again. */
static void on_resize(int number)
{
	(void)number;
}

static void handle(int number, void (*handler)(int))
{
	struct sigaction old, new = { .sa_handler = handler };

	sigemptyset(&new.sa_mask);
	/* What is ignored, as by nohup, stays so. */
	if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(number, &new, NULL);
}

bool screen_begin(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU,
		SIGXFSZ, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };

	if (!isatty(0) || !isatty(1) || tcgetattr(0, &before) < 0)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		handle(ends[i], on_end);
	handle(SIGTSTP, on_stop);
	handle(SIGWINCH, on_resize);
	/* Both are heard of only while it waits: what comes while it draws ends the next wait at once. */
	sigset_t later;
	sigemptyset(&later);
	sigaddset(&later, SIGWINCH);
	sigaddset(&later, SIGTSTP);
	sigprocmask(SIG_BLOCK, &later, &waiting);
	sigdelset(&waiting, SIGWINCH);
	sigdelset(&waiting, SIGTSTP);
	enter();
	return true;
}

void screen_end(void)
{
	leave();
}

void screen_size(int *rows, int *columns)
{
	struct winsize w;

	*rows = 24;
	*columns = 80;
	if (ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0) {
		*rows = w.ws_row;
		*columns = w.ws_col;
	}
}

void screen_draw(struct str text)
{
	struct buf out;
	struct str line;
	int rows, columns;

	screen_size(&rows, &columns);
	buf_init(&out, SCREEN_MAX);
	buf_addz(&out, "\033[H");
	for (int i = 0; i < rows; i++) {
		if (str_line(&text, &line))
			buf_add(&out, line);
		buf_addz(&out, i + 1 < rows ? "\033[0m\033[K\r\n" : "\033[0m\033[K");
	}
	fd_write(1, buf_str(&out));
	buf_release(&out);
}

int screen_wait(double seconds)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };
	char key;

	struct timespec t = { .tv_sec = (time_t)seconds };
	int n = ppoll(&p, 1, &t, &waiting);
	if (n == 0 || (n < 0 && errno == EINTR))
		return 0;
	if (n < 0 || read(0, &key, 1) != 1)
		return -1;
	return (unsigned char)key;
}

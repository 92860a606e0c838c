/* The only file that writes to standard output: anything else there breaks clients. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "server.h"

static volatile sig_atomic_t stopped;

static void on_signal(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

void transport_send(struct server *s, struct str line)
{
	struct arena a = ARENA_INIT;
	struct str rest = arena_printf(&a, "%s\n", arena_strdup(&a, line));

	while (rest.n && !stopped) {
		ssize_t n = write(1, rest.p, rest.n);
		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = 1, .events = POLLOUT }, 1, -1);
		else if (n < 0 && errno != EINTR)
			stopped = 1; /* nobody reads any more */
		else if (n > 0)
			rest = str_sub(rest, (size_t)n, rest.n);
	}
	s->ended |= stopped;
	arena_free(&a);
}

/* ---- input: lines with a limit ---- */

struct input {
	struct buf line;
	bool skipping; /* the rest of a line that was too long */
};

static void input_take(struct server *s, struct input *in, struct str piece)
{
	while (piece.n) {
		size_t end = str_chr(piece, '\n');
		buf_add(&in->line, str_sub(piece, 0, end));
		if (in->line.truncated && !in->skipping) {
			in->skipping = true;
			dispatch_too_long(s);
		}
		if (end == piece.n)
			return;
		if (!in->skipping)
			dispatch_line(s, str_trim(buf_str(&in->line)));
		buf_clear(&in->line);
		in->line.truncated = in->skipping = false;
		piece = str_sub(piece, end + 1, piece.n);
	}
}

static void input_read(struct server *s, struct input *in)
{
	char piece[65536];
	ssize_t n = read(0, piece, sizeof(piece));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		input_take(s, in, (struct str){ piece, (size_t)n });
		return;
	}
	/* A last line without its newline is a message, too. */
	if (in->line.n && !in->skipping)
		dispatch_line(s, str_trim(buf_str(&in->line)));
	s->ended = true;
}

/* ---- the loop ---- */

static void wait_for_something(struct server *s)
{
	struct pollfd fds[2 + CALLS_MAX * 4];
	nfds_t n = 0;
	bool runs = false;

	if (!s->ended && s->calls_n < CALLS_MAX)
		fds[n++] = (struct pollfd){ .fd = 0, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = 1 }; /* for its end */
	for (struct call *c = s->calls; c; c = c->next) {
		int ours[] = { c->children.in, c->children.out, c->children.err, c->children.ask };
		runs |= c->state != CALL_WAITS;
		for (size_t i = 0; c->state != CALL_WAITS && i < 4; i++)
			if (ours[i] >= 0 && n < sizeof(fds) / sizeof(fds[0]))
				fds[n++] = (struct pollfd){ .fd = ours[i], .events = i ? POLLIN : POLLOUT };
	}
	/* A program that closed its output, but has not ended, is looked for again. */
	poll(fds, n, runs ? 50 : -1);
	for (nfds_t i = 0; i < n; i++) {
		if (fds[i].fd == 1 && (fds[i].revents & (POLLERR | POLLNVAL)))
			stopped = 1;
	}
}

static bool input_is_ready(void)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	return poll(&in, 1, 0) > 0;
}

static void stop_all(struct server *s)
{
	for (struct call *c = s->calls; c; c = c->next)
		call_cancel(s, c);
}

int transport_run(struct server *s)
{
	struct input in = { .skipping = false };
	struct sigaction act = { .sa_handler = on_signal };
	double last = 0;

	buf_init(&in.line, LINE_MAX_BYTES);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	while (!s->ended || s->calls) {
		if (stopped)
			s->ended = true;
		if (s->ended && !(last > 0))
			last = seconds_now() + (stopped ? 0 : STOP_SECONDS);
		if (s->ended && (stopped || seconds_now() > last))
			stop_all(s);
		calls_work(s);
		if (s->ended && !s->calls)
			break;
		wait_for_something(s);
		if (!s->ended && s->calls_n < CALLS_MAX && input_is_ready())
			input_read(s, &in);
	}
	buf_release(&in.line);
	return HEAL_OK;
}

#include "fix/ask_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "redact/redact.h"

enum { ANSWER_MAX = 4096, DIFF_MAX = 64 * 1024 };

bool ask_channel_init(struct ask_channel *c, const char *fd, struct err *err)
{
	int64_t n;
	struct stat st;

	*c = (struct ask_channel){ .fd = -1 };
	if (!fd)
		return true;
	if (!str_number(str_of(fd), &n) || n < 3 || n > 1024 || fstat((int)n, &st) < 0 || !S_ISSOCK(st.st_mode))
		return err_set(err, HEAL_WRONG, "--ask-fd requires the number of an open socket, from 3");
	fcntl((int)n, F_SETFD, FD_CLOEXEC);
	c->fd = (int)n;
	return true;
}

static bool question_send(struct arena *a, int fd, const struct plan *plan, struct str proof)
{
	struct json *q = json_new(a, JSON_OBJECT);
	struct str diff = plan_diff(a, plan);

	json_set_str(a, q, "plan", str_of(plan->hash));
	json_set_str(a, q, "root", plan->tree->path);
	json_set_str(a, q, "solution", plan->solution);
	json_set_str(a, q, "risk", risk_name(plan->risk));
	json_set_double(a, q, "confidence", plan->confidence);
	json_set_str(a, q, "proof", str_or_empty(proof));
	json_set_bool(a, q, "cut", diff.n > DIFF_MAX);
	json_set_str(a, q, "diff", str_sub(diff, 0, DIFF_MAX));
	redact_json(a, q, REDACT_PLAIN);
	struct str line = arena_printf(a, "%s\n", json_text(a, q).p);
	while (line.n) {
		ssize_t n = send(fd, line.p, line.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		line = str_sub(line, (size_t)n, line.n);
	}
	return true;
}

static struct str answer_read(int fd, char *text)
{
	size_t n = 0;

	while (n < ANSWER_MAX) {
		ssize_t got = read(fd, text + n, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return STR_NONE;
		if (text[n] == '\n')
			return (struct str){ text, n };
		n++;
	}
	return STR_NONE;
}

/* It goes into records: only what cannot be taken for something else. */
static void name_take(char *out, size_t room, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n + 1 < room; i++) {
		char c = name.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr("._:-", c);
		out[n++] = plain && c ? c : '_';
	}
	out[n] = '\0';
}

bool ask_channel_ask(struct ask_channel *c, const struct config *config, const struct plan *plan, struct str proof)
{
	struct arena a = ARENA_INIT;
	enum risk_level most = risk_parse(config_str(config, "mcp.approve"));
	char text[ANSWER_MAX];
	bool yes = false;

	c->by[0] = '\0';
	if (c->fd >= 0 && most && plan->risk <= most && question_send(&a, c->fd, plan, proof)) {
		struct json *answer = json_parse(&a, answer_read(c->fd, text), JSON_PLAIN, NULL);
		name_take(c->by, sizeof(c->by), json_str(json_get(answer, "by")));
		yes = c->by[0] && json_bool(json_get(answer, "approve"), false);
	}
	arena_free(&a);
	return yes;
}

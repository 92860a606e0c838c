#include "detect/command_context.h"

#include "base/shell.h"
#include "detect/exit_status.h"

enum { KEPT = 12 * 1024, BUF_ROOM = 1 << 20 };

static char *const *words_of(struct arena *a, const struct pack *pack, const char *text)
{
	struct shell_line line = shell_split(a, str_of(text));
	size_t n = line.simple ? line.command[0].n : 3, i = 0;
	char **argv = arena_alloc(a, (n + 1) * sizeof(*argv));

	for (; line.simple && i < n; i++)
		argv[i] = arena_strdup(a, line.command[0].word[i].value);
	if (!line.simple) {
		argv[0] = arena_strdup(a, node_str(node_list_at(pack_table(pack, "shells"), 0)));
		argv[1] = arena_strdup(a, STR("-c"));
		argv[2] = arena_strdup(a, str_of(text));
	}
	return argv;
}

void command_context_init(struct command_context *c, const struct pack *pack, const char *line,
	void (*found)(void *ctx, struct record *r), void *ctx)
{
	*c = (struct command_context){ .pack = pack, .status = STATUS_UNKNOWN, .found = found, .ctx = ctx };
	c->argv = line ? words_of(&c->a, pack, line) : NULL;
	strip_init(&c->strip);
	buf_init(&c->head, BUF_ROOM);
	buf_init(&c->tail, BUF_ROOM);
}

void command_context_release(struct command_context *c)
{
	buf_release(&c->head);
	buf_release(&c->tail);
	arena_free(&c->held);
	arena_free(&c->a);
}

void command_context_seen(void *ctx, struct str bytes)
{
	struct command_context *c = ctx;

	while (bytes.n) {
		struct str piece = str_sub(bytes, 0, KEPT);
		struct buf *to = c->head.n < KEPT ? &c->head : &c->tail;
		bytes = str_sub(bytes, piece.n, bytes.n);
		strip_add(&c->strip, piece, to);
		if (to->n > 2 * KEPT && to == &c->tail) {
			buf_drop(to, to->n - KEPT);
			c->cut = true;
		}
	}
}

static struct str output_of(struct command_context *c, struct arena *a)
{
	return arena_printf(
		a, "%.*s%s%.*s", STR_ARG(buf_str(&c->head)), c->cut ? "\n[...]\n" : "", STR_ARG(buf_str(&c->tail)));
}

static void hand_on(struct command_context *c)
{
	if (c->is_held)
		c->found(c->ctx, &c->last);
	c->is_held = false;
	arena_reset(&c->held);
}

void command_context_found(void *ctx, struct record *r)
{
	struct command_context *c = ctx;

	hand_on(c);
	c->reported |= !r->error.summary;
	c->failure |= incident_is_failure(r);
	if (c->status != STATUS_UNKNOWN)
		r->source.exit_code = c->status;
	if (!c->argv) { /* only a command needs the output in the last one */
		c->found(c->ctx, r);
		return;
	}
	c->last = record_copy(&c->held, r);
	c->is_held = true;
}

static bool status_tell(struct command_context *c, struct arena *a, struct str output)
{
	static char *const no_command[] = { NULL };
	struct record r;

	if (!exit_status_record(a, c->pack, c->argv ? c->argv : no_command, c->cwd, c->status, output, &r))
		return false;
	if (c->name.n)
		r.source.name = c->name;
	r.from_status = true;
	command_context_found(c, &r);
	return true;
}

/* No incident explains the failure: there is none but summaries, or a warning or note that is not even shown. */
static bool is_unexplained(const struct command_context *c)
{
	if (c->status == 0 || (c->status == STATUS_UNKNOWN && !c->argv))
		return false;
	return !c->reported || (c->status != STATUS_UNKNOWN && !c->failure && c->any_shown && !c->any_shown(c->ctx));
}

bool command_context_finish(struct command_context *c)
{
	struct arena a = ARENA_INIT;
	struct str output = output_of(c, &a);
	bool told = true;

	if (c->is_held && c->status != 0 && c->reported)
		c->last.source.output = output;
	if (c->reported)
		hand_on(c); /* and then it is known whether it is shown */
	if (is_unexplained(c))
		told = status_tell(c, &a, output);
	if (c->is_held && c->status != 0)
		c->last.source.output = output;
	hand_on(c);
	arena_free(&a);
	return told;
}

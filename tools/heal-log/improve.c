/* heal-log improve - change how heal works by what the store has learned; list and undo such changes */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "base/vec.h"
#include "base/visible.h"
#include "config/config.h"
#include "record/json.h"
#include "store/improvement.h"

static const char *undo;
static bool dry, list;
static const struct opt improve_opts[] = {
	OPT_STORE,
	OPT_FLAG('d', "dry-run", &dry, "print what would be changed, and change nothing"),
	OPT_FLAG('l', "list", &list, "list the current changes and the queue for review"),
	OPT_STR('u', "undo", "ID", &undo, "undo the change with this id; it is not made again"),
	OPT_CHOICE('f', "format", "human|ndjson", &format, "text, or a JSON object for each change"),
	OPT_END,
};

static const char *const kind_names[] = { "stage", "deprecated", "threshold", "look" };

/* ---- making changes ---- */

static void made_human(struct asking *q, const struct improvement *m)
{
	char name[200], before[100], after[100], why[400];

	buf_printf(&q->out, "%-10s  %s: %s -> %s (%s)\n", kind_names[m->kind], visible(m->name, name, sizeof(name)),
		m->before.n ? visible(m->before, before, sizeof(before)) : "none",
		m->after.n ? visible(m->after, after, sizeof(after)) : "none", visible(m->why, why, sizeof(why)));
	if (m->event.n)
		buf_printf(&q->out, "            undo: heal-log improve --undo %.*s\n", STR_ARG(m->event));
}

static void member(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, ",\"%s\":", name);
	json_write_string(out, value);
}

static void made(void *ctx, const struct improvement *m)
{
	struct asking *q = ctx;

	if (strcmp(format, "ndjson") == 0) {
		buf_printf(&q->out, "{\"kind\":\"%s\"", kind_names[m->kind]);
		member(&q->out, "name", m->name);
		member(&q->out, "before", m->before);
		member(&q->out, "after", m->after);
		member(&q->out, "why", m->why);
		member(&q->out, "id", m->event);
		buf_addz(&q->out, "}\n");
	} else {
		made_human(q, m);
	}
	q->any = true;
	ask_print(q);
}

static bool improve_all(struct asking *q)
{
	struct config *c = config_or_die(NULL);
	bool ok = improve(q->store, c, dry || config_bool(c, "dry_run"), made, q, &q->err);

	config_free(c);
	if (ok && !q->any)
		say("nothing to change");
	return ok;
}

/* ---- listing ---- */

struct kept {
	struct adjustment_row row;
	long priority; /* of an entry of the queue */
	size_t order;
};
struct keeping {
	struct arena *a;
	VEC(struct kept) all;
};

static bool keep(void *ctx, const struct adjustment_row *row)
{
	struct keeping *k = ctx;
	bool look = str_is(row->kind, "look");

	if (!row->value.n && !row->pinned)
		return true;
	struct kept one = { { arena_str(k->a, row->event), arena_str(k->a, row->kind), arena_str(k->a, row->name),
				    arena_str(k->a, row->value), arena_str(k->a, row->time), arena_str(k->a, row->why),
				    row->pinned },
		0, k->all.n };
	one.priority = look ? strtol(one.row.value.p, NULL, 10) : -1;
	*VEC_ADD(k->a, &k->all) = one;
	return true;
}

/* Changes first, then the queue, most pressing first. */
static int by_priority(const void *p, const void *q)
{
	const struct kept *x = p, *y = q;
	bool a = x->priority >= 0, b = y->priority >= 0;

	if (a != b)
		return a - b;
	if (x->priority != y->priority)
		return x->priority < y->priority ? 1 : -1;
	return (x->order > y->order) - (x->order < y->order);
}

static void row_human(struct asking *q, const struct adjustment_row *row)
{
	char name[200], value[100], why[400];

	buf_printf(&q->out, "%-10.*s  %s: %s%s (%s)\n            %.*s  %.10s\n", STR_ARG(row->kind),
		visible(row->name, name, sizeof(name)),
		row->value.n ? visible(row->value, value, sizeof(value)) : "none",
		row->pinned ? ", held by a person" : "", visible(row->why, why, sizeof(why)), STR_ARG(row->event),
		row->time.p);
}

static void row_json(struct asking *q, const struct adjustment_row *row)
{
	buf_printf(&q->out, "{\"kind\":\"%.*s\"", STR_ARG(row->kind));
	member(&q->out, "name", row->name);
	member(&q->out, "value", row->value);
	member(&q->out, "why", row->why);
	member(&q->out, "time", row->time);
	member(&q->out, "id", row->event);
	buf_printf(&q->out, ",\"pinned\":%s}\n", row->pinned ? "true" : "false");
}

static bool list_all(struct asking *q)
{
	struct keeping k = { .a = &q->run };

	if (!adjustments_each(q->store, keep, &k, &q->err))
		return false;
	if (k.all.n)
		qsort(k.all.at, k.all.n, sizeof(*k.all.at), by_priority);
	for (size_t i = 0; i < k.all.n; i++) {
		if (strcmp(format, "ndjson") == 0)
			row_json(q, &k.all.at[i].row);
		else
			row_human(q, &k.all.at[i].row);
		ask_print(q);
	}
	return true;
}

static bool undo_one(struct asking *q)
{
	struct str what;
	char shown[300];

	if (!adjustment_undo(q->store, &q->run, str_of(undo), &what, &q->err))
		return false;
	say("undone: %s", visible(what, shown, sizeof(shown)));
	return true;
}

static int improve_run(int argc, char **argv)
{
	struct asking q;

	no_operands(argc, argv);
	if ((undo != NULL) + list + dry > 1)
		die(HEAL_WRONG, "--undo, --list and --dry-run exclude each other");
	if (list || dry) {
		ask_begin(&q);
	} else {
		q = (struct asking){ .run = ARENA_INIT, .row = ARENA_INIT };
		buf_init(&q.out, OUT_MAX);
		q.store = store_open_all(store_chosen(&q.run), &q.err);
		if (!q.store)
			die(q.err.status, "%s", q.err.text);
	}
	return ask_end(&q, undo ? undo_one(&q) : list ? list_all(&q) : improve_all(&q));
}

const struct log_command improve_command = { "improve",
	{ "heal-log improve", "", "adjust heal to the stored results, within the limits of the settings", improve_opts,
		NULL },
	improve_run };

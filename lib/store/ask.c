/* ask.c - queries */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "store/context.h"
#include "store/internal.h"

/* The values of WHERE's placeholders ?1 to ?8, in their order. */
#define FILTER_TYPES "ssssssss"
#define FILTER_VALUES(f)                                                                                        \
	since_of(f), until_of(f), str_or_empty((f)->project), str_or_empty((f)->tool), str_or_empty((f)->rule), \
		str_or_empty((f)->status), str_or_empty((f)->path), str_or_empty((f)->command)

/* What a filter names. */
struct named {
	const char *kind; /* of occurrences */
	const char *column;
	struct str name;
	int placeholder;
	const char *blank; /* what follows a name that is only the beginning; NULL: none may be */
};

/* Is it a value of that column, and not only the beginning of some? */
static bool is_whole(struct store *s, const struct named *x)
{
	int64_t n = 0;

	return !x->blank ||
		(db_number(s->db, &n, 0, NULL, "SELECT 1 FROM occurrences WHERE kind = ?1 AND name = ?2 LIMIT 1", "ss",
			 str_of(x->kind), x->name) &&
			n > 0);
}

/* How many incidents have one of its fingerprints; too many to look for, if one of these is empty. */
static int64_t incidents_named(struct store *s, const struct named *x)
{
	int64_t n = 0;

	db_number(s->db, &n, INT64_MAX, NULL,
		"SELECT COALESCE(SUM(CASE WHEN o.fingerprint = '' THEN 1000000000000 ELSE p.incidents END), 0)"
		" FROM occurrences o JOIN prints p ON p.fingerprint = o.fingerprint"
		" WHERE o.kind = ?1 AND o.name = ?2",
		"ss", str_of(x->kind), x->name);
	return n;
}

/* Reading by time until enough are found, or all that have its fingerprints: what reads fewer rows. */
static bool is_rare(struct store *s, int64_t named, int64_t limit)
{
	enum { JUMP = 4 }; /* a row by its fingerprint takes as long as so many by time */
	int64_t all = 0;

	db_number(s->db, &all, 0, NULL, "SELECT incidents FROM tallies WHERE kind = 'all' AND day = '' AND name = ''",
		"");
	double by_time = named && limit < named ? (double)all * (double)limit / (double)named : (double)all;
	return JUMP * (double)named < by_time;
}

static void named_add(struct buf *sql, const struct named *x, bool whole, bool rare)
{
	if (!x->name.n)
		buf_printf(sql, " AND ?%d = ''", x->placeholder);
	else if (!whole)
		buf_printf(sql, " AND substr(c.%s, 1, length(?%d) + 1) = ?%d || '%s'", x->column, x->placeholder,
			x->placeholder, x->blank);
	else
		buf_printf(sql, " AND c.%s = ?%d", x->column, x->placeholder);
	if (rare)
		buf_printf(sql,
			" AND c.fingerprint IN (SELECT o.fingerprint FROM occurrences o WHERE o.kind = '%s'"
			" AND o.name = ?%d)",
			x->kind, x->placeholder);
}

/* Conditions on the rows of incidents, as c.  What is not set is compared to its empty value instead, so that the
 * numbers of the placeholders stay. */
static void where_add(struct buf *sql, struct store *s, const struct store_filter *f)
{
	const struct named names[] = {
		{ "project", "project", f->project, 3, NULL },
		{ "tool", "tool", f->tool, 4, NULL },
		{ "rule", "rule", f->rule, 5, NULL },
		{ "path", "file", f->path, 7, "/" },
		{ "command", "command", f->command, 8, " " },
	};
	enum { NAMES = sizeof(names) / sizeof(names[0]) };
	int64_t least = INT64_MAX;
	size_t rarest = NAMES;
	bool whole[NAMES];

	for (size_t i = 0; i < NAMES; i++) {
		whole[i] = !names[i].name.n || is_whole(s, &names[i]);
		int64_t n = names[i].name.n && whole[i] ? incidents_named(s, &names[i]) : INT64_MAX;
		rarest = n < least ? i : rarest;
		least = n < least ? n : least;
	}
	bool rare = rarest < NAMES && is_rare(s, least, limit_of(f));
	buf_printf(sql, " WHERE %s AND %s AND %s", f->since.n ? "c.time >= ?1" : "?1 = ''",
		f->until.n ? "c.time < ?2" : "?2 = '~'",
		!f->status.n                      ? "?6 = ''" :
			str_is(f->status, "open") ? "c.status = ?6" :
						    "c.status = ?6 AND c.status <> 'open'");
	for (size_t i = 0; i < NAMES; i++)
		named_add(sql, &names[i], whole[i], rare && i == rarest);
}

/* A query on incidents with these conditions; ?9 is the limit. */
static struct rows *ask_where(
	struct store *s, const struct store_filter *f, const char *select, const char *order, struct err *err)
{
	struct buf sql;

	buf_init(&sql, 16384);
	buf_addz(&sql, select);
	where_add(&sql, s, f);
	buf_printf(&sql, "%s LIMIT ?9%c", order, '\0');
	struct rows *q = db_query(s->db, err, sql.p, FILTER_TYPES "i", FILTER_VALUES(f), limit_of(f));
	buf_release(&sql);
	return q;
}

/* ---- incidents ---- */

#define INCIDENT_COLUMNS                                                                                          \
	"c.id, c.time, c.tool, c.environment, c.rule, c.level, c.code, c.message, c.file, c.type, c.fingerprint," \
	" c.solution, c.fix_status, c.validation, c.line, c.severity, c.count, c.attempt, c.resolved,"            \
	" c.project, c.command, c.status, r.json FROM incidents c JOIN records r ON r.seq = c.seq "

static struct store_incident incident_row(struct rows *q)
{
	return (struct store_incident){
		.id = rows_str(q, 0),
		.time = rows_str(q, 1),
		.tool = rows_str(q, 2),
		.environment = rows_str(q, 3),
		.rule = rows_str(q, 4),
		.level = rows_str(q, 5),
		.code = rows_str(q, 6),
		.message = rows_str(q, 7),
		.file = rows_str(q, 8),
		.type = rows_str(q, 9),
		.fingerprint = rows_str(q, 10),
		.solution = rows_str(q, 11),
		.fix_status = rows_str(q, 12),
		.validation = rows_str(q, 13),
		.line = rows_int(q, 14),
		.severity = rows_int(q, 15),
		.count = rows_int(q, 16),
		.attempt = rows_int(q, 17),
		.resolved = rows_int(q, 18) == 1,
		.project = rows_str(q, 19),
		.command = rows_str(q, 20),
		.status = rows_str(q, 21),
		.json = rows_str(q, 22),
	};
}

static bool incidents_each(struct rows *q, store_incident_fn *each, void *ctx, struct err *err)
{
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0) {
		struct store_incident i = incident_row(q);
		if (!each(ctx, &i))
			break;
	}
	rows_end(q);
	return got >= 0;
}

bool store_history(struct store *s, const struct store_filter *f, store_incident_fn *each, void *ctx, struct err *err)
{
	return incidents_each(
		ask_where(s, f, "SELECT " INCIDENT_COLUMNS, " ORDER BY c.time DESC, c.seq DESC", err), each, ctx, err);
}

/* Every id that begins with this one, which is short, sorts before the result: an index finds it. */
static struct str prefix_end(struct str id, char out[200])
{
	int n = snprintf(out, 200, "%.*s\xf4\x8f\xbf\xbf", (int)(id.n < 190 ? id.n : 190), id.p);

	return (struct str){ out, n > 0 ? (size_t)n : 0 };
}

/* The ids that begin with a text: their number, at most 2, and the first one. */
static bool ids_with(
	struct store *s, struct arena *a, struct str prefix, int64_t *n, struct str *first, struct err *err)
{
	char end[200];
	struct rows *q = db_query(s->db, err, "SELECT id FROM incidents WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 2",
		"ss", prefix, prefix_end(prefix, end));
	int got = -1;

	for (*n = 0; q && (got = rows_next(q, err)) > 0; (*n)++)
		if (!*n)
			*first = arena_str(a, rows_str(q, 0));
	rows_end(q);
	return got >= 0;
}

static bool id_find(struct store *s, struct arena *a, struct str id, struct str *found, struct err *err)
{
	enum { LEAST = 4 };
	char shown[80];
	int64_t n = 0;

	*found = id;
	if (!db_number(s->db, &n, 0, err, "SELECT COUNT(*) FROM incidents WHERE id = ?1", "s", id))
		return false;
	if (n == 0 && id.n >= LEAST && str_chr(id, ' ') == id.n && !ids_with(s, a, id, &n, found, err))
		return false;
	visible(id, shown, sizeof(shown));
	if (n == 0)
		return err_set(err, HEAL_WRONG, "no incident '%s' in the store; 'heal-log history' lists them", shown);
	if (n > 1)
		return err_set(
			err, HEAL_WRONG, "%lld incidents begin with '%s'; give more of the id", (long long)n, shown);
	return true;
}

bool store_incident(struct store *s, struct str id, store_incident_fn *each, void *ctx, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct str found;
	bool ok = id_find(s, &a, id, &found, err) &&
		incidents_each(
			db_query(s->db, err, "SELECT " INCIDENT_COLUMNS "WHERE c.id = ?1", "s", found), each, ctx, err);

	arena_free(&a);
	return ok;
}

bool store_seen(struct store *s, struct str fingerprint, struct store_seen *out, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT COALESCE(SUM(incidents), 0), MIN(first_seen), MAX(last_seen) FROM prints"
		" WHERE fingerprint = ?1 AND incidents > 0",
		"s", str_or_empty(fingerprint));
	int got = q ? rows_next(q, err) : -1;

	memset(out, 0, sizeof(*out));
	if (got > 0) {
		out->incidents = rows_int(q, 0);
		snprintf(out->first, sizeof(out->first), "%.*s", STR_ARG(rows_str(q, 1)));
		snprintf(out->last, sizeof(out->last), "%.*s", STR_ARG(rows_str(q, 2)));
	}
	rows_end(q);
	return got >= 0;
}

/* ---- similar ---- */

enum { ALIKE_MOST = 1000 }; /* fingerprints whose mending counts */

/* What is asked for. */
struct likeness {
	struct arena a;
	struct str fingerprint, alike, id;
};

static bool likeness_copy(void *ctx, const struct store_incident *i)
{
	struct likeness *l = ctx;

	l->id = arena_str(&l->a, i->id);
	l->fingerprint = arena_str(&l->a, i->fingerprint);
	l->alike = message_key(&l->a, i->message);
	return true;
}

static bool likeness_of_print(struct store *s, struct str print, struct likeness *l, struct err *err)
{
	struct rows *q = db_query(s->db, err,
		"SELECT alike FROM incidents WHERE fingerprint = ?1 ORDER BY time DESC LIMIT 1", "s", print);
	int got = q ? rows_next(q, err) : -1;

	if (got > 0) {
		l->fingerprint = print;
		l->alike = arena_str(&l->a, rows_str(q, 0));
	}
	rows_end(q);
	return got >= 0;
}

/* An incident, a fingerprint, or a message. */
static bool likeness_find(struct store *s, struct str what, struct likeness *l, struct err *err)
{
	struct err none;

	*l = (struct likeness){ .a = ARENA_INIT, .fingerprint = STR(""), .alike = STR(""), .id = STR("") };
	if (!likeness_of_print(s, what, l, err))
		return false;
	if (l->fingerprint.n || store_incident(s, what, likeness_copy, l, &none))
		return true;
	if (none.status != HEAL_WRONG || str_find(str_of(none.text), STR("no incident")) == str_of(none.text).n)
		return err_set(err, none.status, "%s", none.text);
	l->alike = message_key(&l->a, what);
	return true;
}

struct similar_ctx {
	bool same, stopped;
	int left; /* -1: no limit */
	store_similar_fn *each;
	void *ctx;
};

static bool similar_row(void *ctx, const struct store_incident *i)
{
	struct similar_ctx *x = ctx;
	struct store_similar similar = { *i, x->same };

	x->left -= x->left > 0;
	x->stopped = !x->each(x->ctx, &similar) || x->left == 0;
	return !x->stopped;
}

bool store_similar(struct store *s, struct str what, const struct store_filter *f, store_similar_fn *each, void *ctx,
	struct err *err)
{
	struct similar_ctx x = { .same = true, .left = f->limit > 0 ? f->limit : -1, .each = each, .ctx = ctx };
	struct likeness l;
	bool ok = likeness_find(s, what, &l, err);

	if (ok && l.fingerprint.n)
		ok = incidents_each(db_query(s->db, err,
					    "SELECT " INCIDENT_COLUMNS
					    "WHERE c.fingerprint = ?1 AND c.time >= ?2 AND c.time < ?3 AND c.id <> ?4"
					    " ORDER BY c.time DESC LIMIT ?5",
					    "ssssi", l.fingerprint, since_of(f), until_of(f), l.id, limit_of(f)),
			similar_row, &x, err);
	x.same = false;
	/* The newest incidents are of the fingerprints that were seen last. */
	if (ok && !x.stopped)
		ok = incidents_each(
			db_query(s->db, err,
				"SELECT " INCIDENT_COLUMNS
				"JOIN (SELECT fingerprint, alike FROM prints WHERE alike = ?1 AND fingerprint <> ?5"
				"  AND last_seen >= ?2 AND first_seen < ?3 ORDER BY last_seen DESC LIMIT ?7) p"
				" ON (c.fingerprint = p.fingerprint OR (c.fingerprint IS NULL AND p.fingerprint = ''))"
				" AND c.alike = p.alike"
				" WHERE c.time >= ?2 AND c.time < ?3 AND c.id <> ?4"
				" ORDER BY c.time DESC LIMIT ?6",
				"sssssii", l.alike, since_of(f), until_of(f), l.id, l.fingerprint, limit_of(f),
				f->until.n ? INT64_MAX : limit_of(f)),
			similar_row, &x, err);
	arena_free(&l.a);
	return ok;
}

bool store_past_fix(struct store *s, struct str what, store_past_fix_fn *each, void *ctx, struct err *err)
{
	struct likeness l;
	struct rows *q = NULL;
	int got = -1;

	if (likeness_find(s, what, &l, err))
		q = db_query(s->db, err,
			"SELECT o.solution, o.rule, MAX(o.time), SUM(o.success), SUM(1 - o.success) FROM outcomes o"
			" WHERE o.fingerprint IN (SELECT x.fingerprint FROM (SELECT p.fingerprint AS fingerprint"
			"  FROM prints p WHERE p.alike = ?1 AND p.incidents > 0 ORDER BY p.last_seen DESC LIMIT ?2) x)"
			" GROUP BY o.solution, o.rule ORDER BY 4 DESC, 5, 1, 2",
			"si", l.alike, (int64_t)ALIKE_MOST);
	while (q && (got = rows_next(q, err)) > 0) {
		struct store_past_fix m = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_int(q, 3),
			rows_int(q, 4) };
		if (!each(ctx, &m))
			break;
	}
	rows_end(q);
	arena_free(&l.a);
	return got >= 0;
}

/* ---- what to write next ---- */

bool store_todo(struct store *s, const struct store_filter *f, store_cluster_fn *each, void *ctx, struct err *err)
{
	struct rows *q = ask_where(s, f,
		"SELECT x.lacks, i.rule, i.tool, i.message, i.id, x.last, x.n, x.projects FROM (SELECT c.lacks AS "
		"lacks,"
		" c.alike AS alike, COUNT(*) AS n, COUNT(DISTINCT c.project) AS projects, MAX(c.time) AS last,"
		" MAX(c.id) AS incident FROM incidents c",
		" AND c.lacks <> '' AND c.lacks IN ('rule', 'cause', 'fix') GROUP BY c.lacks, c.alike ORDER BY n DESC, "
		"last DESC"
		" LIMIT ?9) x JOIN incidents i ON i.id = x.incident ORDER BY x.n DESC, x.last DESC",
		err);
	int got = -1;

	while (q && (got = rows_next(q, err)) > 0) {
		struct store_cluster c = { rows_str(q, 0), rows_str(q, 1), rows_str(q, 2), rows_str(q, 3),
			rows_str(q, 4), rows_str(q, 5), rows_int(q, 6), rows_int(q, 7) };
		if (!each(ctx, &c))
			break;
	}
	rows_end(q);
	return got >= 0;
}

/* ---- export ---- */

bool store_export(struct store *s, const struct store_filter *f, store_line_fn *each, void *ctx, struct err *err)
{
	struct rows *q = db_query(s->db, err, "SELECT json FROM records WHERE time >= ?1 ORDER BY seq LIMIT ?2", "si",
		since_of(f), limit_of(f));
	int got;

	if (!q)
		return false;
	while ((got = rows_next(q, err)) > 0)
		if (!each(ctx, rows_str(q, 0)))
			break;
	rows_end(q);
	return got >= 0;
}

#include "record/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

const struct field_row field_rows[F_COUNT] = {
#define FIELD(id, path, kind, limits, doc) { path, FK_##kind, limits, doc },
#include "record/record.def"
#undef FIELD
};

struct str time_text(struct arena *a)
{
	static _Thread_local char text[] = "1970-01-01T00:00:00.000Z";
	static _Thread_local time_t second; /* that text tells, which many records may share */
	struct timespec t;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &t);
	if (t.tv_sec != second) {
		gmtime_r(&t.tv_sec, &tm);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
		second = t.tv_sec;
	}
	long ms = t.tv_nsec / 1000000;
	for (size_t i = 22; i > 19; i--, ms /= 10)
		text[i] = (char)('0' + ms % 10);
	return arena_str(a, STR(text));
}

struct str uuid7(struct arena *a)
{
	struct timespec t;
	unsigned char b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		die(HEAL_BROKEN, "no random bytes: %s", strerror(errno));
	clock_gettime(CLOCK_REALTIME, &t);
	uint64_t ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(ms >> (40 - 8 * i));
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	char *text = arena_alloc(a, 37), *to = text;
	for (int i = 0; i < 16; i++, to += 2) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		hex_put(to, b + i, 1);
	}
	*to = '\0';
	return (struct str){ text, 36 };
}

struct record record_new(struct arena *a, const char *kind)
{
	struct record r = { a, json_new(a, JSON_OBJECT) };

	record_set_int(&r, F_HEAL, 1);
	record_set_str(&r, F_KIND, str_of(kind));
	record_set_str(&r, F_ID, uuid7(a));
	record_set_str(&r, F_TIME, time_text(a));
	return r;
}

struct json *record_get(const struct record *r, enum field f)
{
	return json_path(r->root, field_rows[f].path);
}

struct str record_str(const struct record *r, enum field f)
{
	return json_str(record_get(r, f));
}

int64_t record_int(const struct record *r, enum field f, int64_t otherwise)
{
	return json_int(record_get(r, f), otherwise);
}

double record_double(const struct record *r, enum field f, double otherwise)
{
	return json_double(record_get(r, f), otherwise);
}

bool record_bool(const struct record *r, enum field f, bool otherwise)
{
	return json_bool(record_get(r, f), otherwise);
}

bool record_is(const struct record *r, const char *kind)
{
	return str_is(record_str(r, F_KIND), kind);
}

void record_set(struct record *r, enum field f, struct json *value)
{
	struct str rest = str_of(field_rows[f].path), name;
	struct json *at = r->root;

	while (str_split(&rest, '.', &name)) {
		char *z = arena_strdup(r->a, name);
		if (!rest.p)
			json_set(r->a, at, z, value);
		else
			at = json_object_in(r->a, at, z);
	}
}

/* Not in the middle of a UTF-8 sequence. */
static struct str text_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_sub(s, 0, max);
}

void record_set_str(struct record *r, enum field f, struct str s)
{
	struct str kept = text_cut(s, TEXT_MAX);

	if (kept.n < s.n && f != F_TRUNCATED)
		record_set_bool(r, F_TRUNCATED, true);
	record_set(r, f, json_new_str(r->a, kept));
}

void record_set_int(struct record *r, enum field f, int64_t n)
{
	record_set(r, f, json_new_int(r->a, n));
}

void record_set_double(struct record *r, enum field f, double d)
{
	record_set(r, f, json_new_double(r->a, d));
}

void record_set_bool(struct record *r, enum field f, bool b)
{
	record_set(r, f, json_new_bool(r->a, b));
}

/* ---- checking against the table ---- */

static bool range_has(const char *limits, double d)
{
	const char *dots = strstr(limits, "..");

	if (!dots)
		return true;
	if (dots > limits && d < strtod(limits, NULL))
		return false;
	return dots[2] < '0' || dots[2] > '9' || d <= strtod(dots + 2, NULL);
}

/* 2026-11-20T12:00:00.123Z; any number of decimals, an offset for the Z. */
static bool is_time(struct str s)
{
	static const char shape[] = "0000-00-00T00:00:00";

	if (s.n < sizeof(shape))
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
			return false;
	return true;
}

static bool is_strings(const struct json *v)
{
	JSON_EACH(item, v)
		if (item->type != JSON_STRING)
			return false;
	return v->type == JSON_ARRAY;
}

static bool fits(const struct field_row *row, const struct json *v)
{
	const char *limits = row->limits + (row->limits[0] == '!');

	if (v->type == JSON_NULL)
		return strstr(limits, "null") != NULL;
	switch (row->kind) {
	case FK_STRING:
		return v->type == JSON_STRING;
	case FK_TIME:
		return v->type == JSON_STRING && is_time(v->text);
	case FK_ENUM:
		return v->type == JSON_STRING && str_lists(str_of(limits), '|', v->text);
	case FK_INT:
		return v->type == JSON_NUMBER && strcspn(v->text.p, ".eE") >= v->text.n &&
			range_has(limits, json_double(v, 0));
	case FK_NUMBER:
		return v->type == JSON_NUMBER && range_has(limits, json_double(v, 0));
	case FK_BOOL:
		return v->type == JSON_BOOL;
	case FK_OBJECT:
		return v->type == JSON_OBJECT;
	case FK_ARRAY:
		return v->type == JSON_ARRAY && range_has(limits, (double)json_count(v));
	case FK_STRINGS:
		return is_strings(v);
	}
	return false;
}

/* The rest of a row's path below v: every element of an array, each must fit. */
static bool check_below(const struct field_row *row, struct str path, const struct json *v, struct err *err)
{
	struct str name;

	if (!str_split(&path, '.', &name))
		return true;
	bool each = str_ends(name, "[]");
	if (each)
		name.n -= 2;
	struct json *found = NULL;
	if (v->type == JSON_OBJECT)
		JSON_EACH(item, v)
			if (str_eq(item->key, name))
				found = item;
	if (!found)
		return path.p || row->limits[0] != '!' || v->type != JSON_OBJECT ||
			err_set(err, HEAL_WRONG, "member '%s' is missing", row->path);
	if (!path.p)
		return fits(row, found) ||
			err_set(err, HEAL_WRONG, "member '%s' does not fit heal-record(5)", row->path);
	if (!each)
		return check_below(row, path, found, err);
	JSON_EACH(item, found)
		if (!check_below(row, path, item, err))
			return false;
	return true;
}

bool record_check(const struct record *r, struct err *err)
{
	if (!r->root || r->root->type != JSON_OBJECT)
		return err_set(err, HEAL_WRONG, "not a JSON object");
	for (int f = 0; f < F_COUNT; f++)
		if (!check_below(&field_rows[f], str_of(field_rows[f].path), r->root, err))
			return false;
	if (record_is(r, "incident") && !record_get(r, F_ERROR))
		return err_set(err, HEAL_WRONG, "member 'error' is missing");
	return true;
}

/* ---- lines ---- */

/* The longest texts go first until the line fits; a reader refuses longer lines. */
static void record_shrink(struct record *r)
{
	static const enum field big[] = { F_FIX_DIFF, F_ERROR_RAW, F_ERROR_FIXITS, F_ERROR_FRAMES, F_ERROR_RELATED,
		F_SOLUTIONS, F_ERROR_FIELDS, F_SOURCE_COMMAND };

	for (size_t i = 0; i < sizeof(big) / sizeof(big[0]); i++) {
		if (json_text(r->a, r->root).n < RECORD_MAX)
			return;
		struct json *v = record_get(r, big[i]);
		if (!v)
			continue;
		record_set_bool(r, F_TRUNCATED, true);
		if (v->type == JSON_STRING)
			record_set_str(r, big[i], text_cut(v->text, TEXT_MAX / 4));
		else
			record_set(r, big[i], json_new(r->a, v->type));
	}
}

void record_write_buf(struct buf *out, const struct record *r)
{
	size_t begin = out->n;

	json_write(out, r->root);
	if (out->n - begin >= RECORD_MAX) {
		struct record small = *r;
		out->n = begin;
		record_shrink(&small);
		json_write(out, small.root);
	}
	buf_addc(out, '\n');
}

void record_write(FILE *out, const struct record *r)
{
	static int regular = -1;
	struct buf line;
	struct stat st;

	buf_init(&line, 64 << 20);
	record_write_buf(&line, r);
	fwrite(line.p, 1, line.n, out);
	buf_release(&line);
	if (regular < 0)
		regular = fstat(fileno(out), &st) == 0 && S_ISREG(st.st_mode);
	if (!regular)
		fflush(out);
}

bool record_parse(struct arena *a, struct str line, struct record *r, struct err *err)
{
	r->a = a;
	r->root = json_parse(a, line, JSON_PLAIN, err);
	return r->root && record_check(r, err);
}

void record_reader_init(struct record_reader *rr, FILE *in, const char *name)
{
	*rr = (struct record_reader){ .in = in, .name = name };
}

void record_reader_release(struct record_reader *rr)
{
	free(rr->line);
	rr->line = NULL;
}

/* A line of at most RECORD_MAX bytes; what is beyond is read and dropped.  -1 at the end. */
static ssize_t line_read(struct record_reader *rr, bool *cut)
{
	size_t n = 0;
	int c;

	*cut = false;
	if (!rr->line && !(rr->line = malloc(rr->room = RECORD_MAX + 1)))
		out_of_memory();
	flockfile(rr->in);
	while ((c = getc_unlocked(rr->in)) != EOF && c != '\n') {
		if (n < RECORD_MAX)
			rr->line[n++] = (char)c;
		else
			*cut = true;
	}
	funlockfile(rr->in);
	rr->n = n;
	return c == EOF && n == 0 ? -1 : (ssize_t)n;
}

int record_read(struct record_reader *rr, struct arena *a, struct record *r, struct err *err)
{
	struct err why;
	bool cut;

	for (;;) {
		ssize_t n = line_read(rr, &cut);
		if (n < 0)
			return 0;
		rr->number++;
		struct str line = arena_str(a, (struct str){ rr->line, (size_t)n });
		if (str_trim(line).n == 0)
			continue;
		if (cut)
			err_set(&why, HEAL_WRONG, "longer than %d bytes", RECORD_MAX);
		else if (record_parse(a, line, r, &why))
			return 1;
		rr->bad++;
		err_set(err, HEAL_WRONG, "%s:%lu: not a record: %s", rr->name, rr->number, why.text);
		return -1;
	}
}

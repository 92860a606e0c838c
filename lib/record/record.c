#include "record/record.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the tables ---- */

#define OF_STRING(of) NULL
#define OF_TIME(of) NULL
#define OF_WORD(of) NULL
#define OF_ENUM(of) NULL
#define OF_INT(of) NULL
#define OF_MAYBE_INT(of) NULL
#define OF_NUMBER(of) NULL
#define OF_BOOL(of) NULL
#define OF_STRINGS(of) NULL
#define OF_JSON(of) NULL
#define OF_OBJECT(of) &of##_type
#define OF_LIST(of) &of##_type
#define MEMBER(T, member, name, kind, of, limits, doc)                                                               \
	{ name, { "\"" name "\":", sizeof(name) + 2 }, MK_##kind, offsetof(struct T, member), OF_##kind(of), limits, \
		doc },
#define TABLE(T, GROUP)                                                                                      \
	static const struct member T##_members[] = { GROUP##_MEMBERS(MEMBER, T) };                           \
	const struct object_type T##_type = { #T, T##_members, sizeof(T##_members) / sizeof(T##_members[0]), \
		sizeof(struct T), offsetof(struct T, other) };
RECORD_OBJECTS(TABLE)
TABLE(record, RECORD)

static struct str word_of(const struct object_type *type, const char *name, int value)
{
	return enum_word(member_find(type, str_of(name)), value);
}

static int value_of(const struct object_type *type, const char *name, struct str word)
{
	return enum_value(member_find(type, str_of(name)), word);
}

#define ENUM_NAME(function, object, member, type)            \
	struct str function(type value)                      \
	{                                                    \
		return word_of(&object, member, (int)value); \
	}
#define ENUM_PARSE(function, object, member, type)            \
	type function(struct str name)                        \
	{                                                     \
		return (type)value_of(&object, member, name); \
	}

ENUM_NAME(record_kind_name, record_type, "kind", enum record_kind)
ENUM_NAME(level_name, error_type, "level", enum level)
ENUM_PARSE(level_parse, error_type, "level", enum level)
ENUM_PARSE(column_unit_parse, error_type, "counts", enum column_unit)
ENUM_NAME(applicability_name, solution_type, "applicability", enum applicability)
ENUM_PARSE(applicability_parse, solution_type, "applicability", enum applicability)
ENUM_NAME(step_kind_name, step_type, "do", enum step_kind)
ENUM_PARSE(step_kind_parse, step_type, "do", enum step_kind)
ENUM_NAME(risk_name, risk_type, "level", enum risk_level)
ENUM_PARSE(risk_parse, risk_type, "level", enum risk_level)
ENUM_NAME(fix_status_name, fix_type, "status", enum fix_status)
ENUM_NAME(check_status_name, check_type, "status", enum check_status)
ENUM_PARSE(check_status_parse, check_type, "status", enum check_status)
ENUM_NAME(validation_level_name, validation_type, "level", enum validation_level)
ENUM_PARSE(validation_level_parse, validation_type, "level", enum validation_level)
ENUM_NAME(session_status_name, session_type, "status", enum session_status)
ENUM_NAME(health_status_name, health_type, "overall_status", enum health_status)

/* ---- ids and times ---- */

struct str time_text_at(struct arena *a, time_t when)
{
	char text[sizeof("1970-01-01T00:00:00.000Z")];
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm))
		return STR("");
	return arena_str(a, str_of(text));
}

struct str time_text(struct arena *a)
{
	static _Thread_local char text[] = "1970-01-01T00:00:00.000Z";
	static _Thread_local time_t second; /* the time of the cached text, which many records share */
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
	/* A system call for each id would be a twentieth of the time of a log of errors only.  256 bytes come whole or
	 * not at all (getrandom(2)).  No process is forked without a program of its own. */
	static _Thread_local unsigned char random[256];
	static _Thread_local size_t used = sizeof(random);
	struct timespec t;
	unsigned char b[16];

	if (used == sizeof(random)) {
		if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
			die(HEAL_BROKEN, "cannot get random bytes: %s", strerror(errno));
		used = 0;
	}
	memcpy(b, random + used, sizeof(b));
	used += sizeof(b);
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

/* ---- records ---- */

struct record record_new(struct arena *a, enum record_kind kind)
{
	return (struct record){ .a = a, .heal = 1, .kind = kind, .id = uuid7(a), .time = time_text(a) };
}

struct record record_copy(struct arena *a, const struct record *r)
{
	struct record copy = *r;

	copy.a = a;
	copy.line = r->line.p ? arena_str(a, r->line) : STR_NONE;
	members_copy(a, &record_type, &copy);
	return copy;
}

bool incident_is_failure(const struct record *r)
{
	return (r->error.level == LEVEL_ERROR || r->error.level == LEVEL_FATAL) && !r->error.summary;
}

bool incident_is_root(const struct record *r)
{
	return r->analysis.root || !members_are_set(&analysis_type, &r->analysis);
}

struct str session_other(const struct record *r)
{
	struct str given = str_sub(str_of(getenv("HEAL_CORRELATION_ID")), 0, CORRELATION_MAX);

	return given.n && r->correlation_id.n && !str_eq(given, r->correlation_id) ? given : STR_NONE;
}

int64_t incident_count(const struct record *r)
{
	return r->error.count > 0 ? r->error.count : 1;
}

struct str steps_text(struct arena *a, const struct solution *s)
{
	const struct solution only = { .steps = s->steps };
	struct buf out;

	buf_init(&out, 64 << 20);
	struct members_writer w = { .out = &out, .text_max = SIZE_MAX };
	members_write(&w, &solution_type, &only);
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

bool solution_is_plausible(const struct solution *s)
{
	return s->applicability == APPLICABILITY_MACHINE || s->applicability == APPLICABILITY_MAYBE;
}

struct solution *solution_find(const struct record *r, struct str id)
{
	LIST_EACH(solution, s, &r->solutions)
		if (id.n && str_eq(s->id, id))
			return s;
	return NULL;
}

/* ---- lines ---- */

static void write_once(struct buf *out, const struct record *r, bool *cut)
{
	struct members_writer w = { .out = out, .text_max = TEXT_MAX };

	members_write(&w, &record_type, r);
	*cut = w.cut;
}

/* Members that are removed from a line that is too long, the least important first. */
static bool shrink(struct record *r, int round)
{
	switch (round) {
	case 0:
		r->fix.diff = str_sub(r->fix.diff, 0, TEXT_MAX / 4);
		return true;
	case 1:
		r->error.raw = str_sub(r->error.raw, 0, TEXT_MAX / 4);
		return true;
	case 2:
		r->error.fixits.n = 0;
		return true;
	case 3:
		r->error.frames.n = r->error.related.n = 0;
		return true;
	case 4:
		r->solutions.n = 0;
		return true;
	case 5:
		r->error.fields = NULL;
		return true;
	case 6:
		r->source.command.n = 0;
		r->source.output = STR_NONE;
		return true;
	default:
		return false;
	}
}

void record_write_buf(struct buf *out, const struct record *r)
{
	if (r->kind != KIND_INCIDENT && r->line.p) {
		buf_add(out, r->line);
		buf_addc(out, '\n');
		return;
	}
	size_t begin = out->n;
	struct record small = *r;
	bool cut;

	write_once(out, r, &cut);
	for (int round = 0; (cut && !small.truncated) || out->n - begin >= RECORD_MAX; round++) {
		if (out->n - begin >= RECORD_MAX && !shrink(&small, round))
			break;
		small.truncated = true;
		out->n = begin;
		write_once(out, &small, &cut);
	}
	buf_addc(out, '\n');
}

struct json *record_json(struct arena *a, const struct record *r)
{
	struct buf line;

	buf_init(&line, 64 << 20);
	record_write_buf(&line, r);
	struct json *root = json_parse(a, arena_str(a, buf_str(&line)), JSON_PLAIN, NULL);
	buf_release(&line);
	return root;
}

void record_write(FILE *out, const struct record *r)
{
	static int regular = -1;
	struct buf line;
	struct stat st;

	buf_init(&line, 64 << 20);
	buf_reserve(&line, 4096); /* most fit */
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
	struct json *root = json_parse(a, line, JSON_PLAIN, err);

	memset(r, 0, sizeof(*r));
	r->a = a;
	r->line = line;
	if (!root)
		return false;
	if (root->type != JSON_OBJECT)
		return err_set(err, HEAL_WRONG, "not a JSON object");
	bool has_error = json_get(root, "error") != NULL;
	if (!members_read(a, &record_type, root, r, STR(""), err))
		return false;
	return r->kind != KIND_INCIDENT || has_error || err_set(err, HEAL_WRONG, "member 'error' is missing");
}

void record_reader_init(struct record_reader *rr, FILE *in, const char *name)
{
	*rr = (struct record_reader){ .in = in, .name = name, .fd = -1 };
}

void record_reader_release(struct record_reader *rr)
{
	free(rr->line);
	free(rr->ahead);
	rr->line = rr->ahead = NULL;
}

/* false: the end, or an error. */
static bool read_ahead(struct record_reader *rr)
{
	enum { ROOM = 64 * 1024 };
	ssize_t n;

	if (!rr->ahead && !(rr->ahead = malloc(ROOM)))
		out_of_memory();
	while ((n = read(rr->fd, rr->ahead, ROOM)) < 0 && errno == EINTR)
		;
	if (n < 0)
		rr->error = errno;
	rr->at = 0;
	rr->end = n > 0 ? (size_t)n : 0;
	return n > 0;
}

bool record_waits(const struct record_reader *rr, int ms)
{
	struct pollfd p = { .fd = rr->fd, .events = POLLIN };

	if (rr->fd < 0 || (rr->at < rr->end && memchr(rr->ahead + rr->at, '\n', rr->end - rr->at)))
		return false;
	return poll(&p, 1, ms) == 0;
}

static ssize_t line_from_fd(struct record_reader *rr, bool *cut)
{
	size_t n = 0;
	bool whole = false, any = false;

	while (!whole && (rr->at < rr->end || read_ahead(rr))) {
		const char *from = rr->ahead + rr->at, *newline = memchr(from, '\n', rr->end - rr->at);
		size_t length = newline ? (size_t)(newline - from) : rr->end - rr->at;
		size_t fits = length < RECORD_MAX - n ? length : RECORD_MAX - n;
		memcpy(rr->line + n, from, fits);
		n += fits;
		*cut |= fits < length;
		rr->at += length + (newline != NULL);
		whole = newline != NULL;
		any = true;
	}
	rr->n = n;
	return any ? (ssize_t)n : -1;
}

/* Read a line of at most RECORD_MAX bytes; the rest of a longer one is skipped.  -1 at the end. */
static ssize_t line_read(struct record_reader *rr, bool *cut)
{
	size_t n = 0;
	int c;

	*cut = false;
	if (!rr->line && !(rr->line = malloc(rr->room = RECORD_MAX + 1)))
		out_of_memory();
	if (rr->fd >= 0)
		return line_from_fd(rr, cut);
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

#include "rules/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "rules/first_byte.h"

enum {
	MATCH_LIMIT = 100000, /* the worst attempt then costs well under a millisecond */
	DEPTH_LIMIT = 10000,
	HEAP_LIMIT = 2048, /* KiB */
	STRIKES = 10,      /* limit hits until a pattern is left out */
	JIT_TRIES = 8,     /* most patterns are tried once or never; compiling those for speed costs more, */
	JIT_BYTES = 2048,  /* and some are tried often, on next to nothing */
	JIT_LONG = 64 << 10,
	LOOKS = 48,  /* searches for its words that cost as much as compiling a pattern, which then does without */
	KEPT = 1024, /* compiled patterns; a power of two */
};

struct regex {
	struct str pattern;
	enum regex_flags flags;
	pcre2_code *code;
	bool faulty, utf;
	bool whole; /* a long text is searched at once, not in windows */
	bool jit_tried, jit;
	bool kept; /* its code is that of others too */
	unsigned tries, strikes;
	unsigned looks; /* times that it was not compiled because its words were missing */
	size_t bytes;   /* that it was tried on */
	uint32_t first; /* first_byte.h; 0: not known yet */
	uint32_t groups, names, name_size;
	const unsigned char *name_table;
	struct str known; /* the pattern in the area that knows it */
};

/* One match context and block for the process: detectors are single-threaded. */
static pcre2_match_context *limits;
static pcre2_match_data *found;

static int attempt_begins(pcre2_callout_block *block, void *ctx);

static void limits_make(void)
{
	if (limits)
		return;
	limits = pcre2_match_context_create(NULL);
	found = pcre2_match_data_create(REGEX_GROUPS, NULL);
	if (!limits || !found)
		out_of_memory();
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	pcre2_set_depth_limit(limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(limits, HEAP_LIMIT);
	pcre2_set_callout(limits, attempt_begins, NULL);
}

/* ---- not compiled at all ---- */

static struct regex_area *areas;

void regex_area_add(struct regex_area *area)
{
	area->next = areas;
	areas = area;
}

void regex_area_remove(struct regex_area *area)
{
	struct regex_area **at = &areas;

	while (*at && *at != area)
		at = &(*at)->next;
	if (*at)
		*at = area->next;
}

static const struct regex_area *area_of(struct str pattern)
{
	const struct regex_area *area = areas;

	while (area && (pattern.p < area->begin || pattern.p >= area->begin + area->size))
		area = area->next;
	return area;
}

bool regex_may_match(struct str pattern, enum regex_flags flags, struct str text)
{
	const struct regex_area *area = area_of(pattern);

	return !area || area->may_match(area, pattern, flags & REGEX_NOCASE, text);
}

/* ---- compiled once ----
 *
 * The same patterns come again and again in a process: a table is read for each record, a record is analysed in the
 * project and in a copy of it.  Their code is kept to the end of the process, as far as there is room. */

struct kept {
	struct str pattern;
	uint32_t options;
	pcre2_code *code;
};

static struct kept kept[KEPT];
static size_t kept_n;

/* Where it is, or would be. */
static struct kept *kept_at(struct str pattern, uint32_t options)
{
	uint32_t hash = 2166136261u ^ options;

	for (size_t i = 0; i < pattern.n; i++)
		hash = (hash ^ (unsigned char)pattern.p[i]) * 16777619u;
	for (uint32_t i = hash;; i++) {
		struct kept *k = &kept[i % KEPT];
		if (!k->code || (k->options == options && str_eq(k->pattern, pattern)))
			return k;
	}
}

static void keep(struct kept *k, struct regex *re, uint32_t options)
{
	if (kept_n >= KEPT / 2)
		return;
	char *copy = malloc(re->pattern.n + 1);
	if (!copy)
		out_of_memory();
	memcpy(copy, re->pattern.p, re->pattern.n);
	*k = (struct kept){ { copy, re->pattern.n }, options, re->code };
	re->kept = true;
	kept_n++;
}

/* ---- compiling ---- */

/* The length of what an escape at the start is: "\\d", "\\Q...\\E". */
static size_t escape_length(struct str s)
{
	size_t end = s.n > 1 && s.p[1] == 'Q' ? str_find(s, STR("\\E")) + 2 : 2;

	return end < s.n ? end : s.n;
}

/* PCRE2 10.42, once it has compiled for speed, lets \S, \W and \D match no character of several bytes where the text
 * may be invalid UTF-8.  In brackets they do. */
static void write_bracketed(struct str pattern, struct buf *out)
{
	bool inside = false;
	size_t opened = 0, n;

	for (size_t i = 0; i < pattern.n; i += n) {
		char c = pattern.p[i], next = i + 1 < pattern.n ? pattern.p[i + 1] : '\0';
		n = c == '\\' ? escape_length(str_sub(pattern, i, pattern.n)) : 1;
		bool shorthand = !inside && n == 2 && (next == 'S' || next == 'W' || next == 'D');
		if (shorthand)
			buf_addc(out, '[');
		buf_add(out, str_sub(pattern, i, i + n));
		if (shorthand)
			buf_addc(out, ']');
		if (!inside && c == '[') {
			inside = true;
			opened = i + 1 + (next == '^'); /* a bracket there is a character */
		} else if (inside && c == ']' && i > opened) {
			inside = false;
		}
	}
}

/* Does the pattern step over text, such as strings and comments?  Then a search that begins within that text would
 * find there what it is not to find, so it is one search, which is stopped by a callout, see search_long(). */
static bool steps_over(struct str pattern)
{
	return !str_starts(pattern, "(*") && str_find(pattern, STR("(*SKIP)")) < pattern.n;
}

static pcre2_code *code_of(const struct regex *re, uint32_t options, int *code, PCRE2_SIZE *at)
{
	struct buf text;
	pcre2_code *got = NULL;

	buf_init(&text, 4 * re->pattern.n + 8);
	if (re->whole)
		buf_add(&text, STR("(?C1)"));
	if (re->utf)
		write_bracketed(re->pattern, &text);
	else
		buf_add(&text, re->pattern);
	if ((re->utf || re->whole) && !text.truncated)
		got = pcre2_compile((PCRE2_SPTR)text.p, text.n, options, code, at, NULL);
	buf_release(&text);
	/* An error is told of the pattern as it is. */
	return got ? got : pcre2_compile((PCRE2_SPTR)re->pattern.p, re->pattern.n, options, code, at, NULL);
}

static bool compile(struct regex *re, struct err *err)
{
	int code;
	PCRE2_SIZE at;
	uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_USE_OFFSET_LIMIT;

	re->utf = !str_is_ascii(re->pattern);
	re->whole = steps_over(re->pattern);
	if (re->utf)
		options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	if (re->flags & REGEX_MULTILINE)
		options = (options | PCRE2_MULTILINE) & ~(uint32_t)PCRE2_DOLLAR_ENDONLY;
	if (re->flags & REGEX_NOCASE)
		options |= PCRE2_CASELESS;
	struct kept *known = kept_at(re->pattern, options);
	re->kept = known->code != NULL;
	re->code = re->kept ? known->code : code_of(re, options, &code, &at);
	if (!re->code) {
		unsigned char why[200] = "";
		pcre2_get_error_message(code, why, sizeof(why));
		re->faulty = true;
		return err_set(
			err, HEAL_WRONG, "%s at offset %zu of '%.*s'", (char *)why, (size_t)at, STR_ARG(re->pattern));
	}
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &re->names);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &re->name_size);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &re->name_table);
	pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
	if (re->groups < REGEX_GROUPS) {
		if (!re->kept)
			keep(known, re, options);
		return true;
	}
	re->faulty = true;
	return err_set(err, HEAL_WRONG, "more than %d groups in '%.*s'", REGEX_GROUPS - 1, STR_ARG(re->pattern));
}

struct regex *regex_lazy(struct arena *a, struct str pattern, enum regex_flags flags)
{
	struct regex *re = ARENA_NEW(a, struct regex);

	re->pattern = pattern;
	re->flags = flags;
	re->known = area_of(pattern) ? pattern : STR_NONE;
	return re;
}

struct regex *regex_new_flags(struct arena *a, struct str pattern, enum regex_flags flags, struct err *err)
{
	struct regex *re = regex_lazy(a, pattern, flags);

	re->pattern = arena_str(a, pattern);
	if (re->known.p || compile(re, err))
		return re;
	regex_free(re);
	return NULL;
}

struct regex *regex_new(struct arena *a, struct str pattern, struct err *err)
{
	return regex_new_flags(a, pattern, REGEX_PLAIN, err);
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	if (!re->kept)
		pcre2_code_free(re->code);
	re->code = NULL;
}

static void match_fill(const struct regex *re, struct str subject, int count, struct match *m)
{
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(found);

	m->re = re;
	m->names = NULL;
	m->n = (unsigned)count;
	for (unsigned i = 0; i <= re->groups; i++) { /* below REGEX_GROUPS, see compile() */
		bool took_part = (int)i < count && v[2 * i] != PCRE2_UNSET && v[2 * i] <= v[2 * i + 1];
		m->group[i] = took_part ? str_sub(subject, v[2 * i], v[2 * i + 1]) : STR_NONE;
	}
	m->whole = m->group[0];
}

static void make_fast(struct regex *re)
{
	/* Being refused executable memory is no failure: the interpreter does the same. */
	re->jit = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;
	re->jit_tried = true;
}

/* The limits above are for an attempt at one offset.  A text of n bytes has n offsets, and an attempt may take n steps,
 * so that one line of 64 KiB took 48 s with "=.*: x".  A long text is therefore searched in windows of offsets, which
 * grow while they are fast, until the time for one search is used up. */
enum { LONG = 2048, WINDOW = 32 }; /* bytes; offsets */
static const double search_seconds = 0.02, seconds_a_byte = 0.25e-6, window_seconds = 0.001;

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One call of PCRE2. */
static int search(struct regex *re, struct str subject, size_t from)
{
	PCRE2_SPTR p = (PCRE2_SPTR)(subject.p ? subject.p : "");
	/* The short way leaves out checks that bytes do not need. */
	int count = re->jit && !re->utf ? pcre2_jit_match(re->code, p, subject.n, from, 0, found, limits) :
					  pcre2_match(re->code, p, subject.n, from, 0, found, limits);

	if (count == PCRE2_ERROR_JIT_STACKLIMIT)
		count = pcre2_match(re->code, p, subject.n, from, PCRE2_NO_JIT, found, limits);
	return count;
}

/* The time at which the search that runs is to end, and the attempts that it made. */
static double search_end;
static unsigned attempts;

static int attempt_begins(pcre2_callout_block *block, void *ctx)
{
	(void)block;
	(void)ctx;
	if (search_end == 0 || ++attempts % WINDOW)
		return 0;
	return cpu_seconds() > search_end ? PCRE2_ERROR_MATCHLIMIT : 0;
}

static int search_whole(struct regex *re, struct str subject, size_t from, double seconds)
{
	search_end = cpu_seconds() + seconds;
	int count = search(re, subject, from);
	search_end = 0;
	return count;
}

static int search_windows(struct regex *re, struct str subject, size_t from, double most)
{
	double begin = cpu_seconds(), before = begin, now;
	size_t window = WINDOW;
	int count = PCRE2_ERROR_NOMATCH;

	for (size_t at = from; count == PCRE2_ERROR_NOMATCH && at <= subject.n; at += window + 1) {
		if (at > from) {
			now = cpu_seconds();
			if (now - begin > most) {
				count = PCRE2_ERROR_MATCHLIMIT;
				break;
			}
			window = now - before < window_seconds ? window * 4 : window;
			before = now;
			/* PCRE2 refuses an offset within a character. */
			while (re->utf && at < subject.n && ((unsigned char)subject.p[at] & 0xc0) == 0x80)
				at++;
		}
		pcre2_set_offset_limit(limits, at + window);
		count = search(re, subject, at);
	}
	pcre2_set_offset_limit(limits, PCRE2_UNSET);
	return count;
}

static int search_long(struct regex *re, struct str subject, size_t from)
{
	/* A step may read all of the text, too. */
	size_t steps = (size_t)MATCH_LIMIT * LONG / subject.n, least = subject.n + MATCH_LIMIT / 10;
	size_t limit = steps > least ? steps : least;
	double most = search_seconds + seconds_a_byte * (double)subject.n;

	pcre2_set_match_limit(limits, limit < MATCH_LIMIT ? (uint32_t)limit : MATCH_LIMIT);
	int count = re->whole ? search_whole(re, subject, from, most) : search_windows(re, subject, from, most);
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	return count;
}

/* Is it known without compiling the pattern that it does not match? */
static bool is_no_match(struct regex *re, struct str text)
{
	if (re->code || !re->known.p || re->looks == LOOKS || regex_may_match(re->known, re->flags, text))
		return false;
	re->looks++;
	return true;
}

static uint32_t first_of(const struct regex *re)
{
	const struct regex_area *area = re->known.p ? area_of(re->known) : NULL;
	uint32_t first = area ? area->first(area, re->known) : 0;

	if (re->flags & REGEX_MULTILINE)
		return FIRST_ANY;
	return first ? first : first_bytes(re->pattern, re->flags & REGEX_NOCASE);
}

/* Does each match begin with another byte than the subject? */
static bool begins_otherwise(struct regex *re, struct str subject)
{
	if (!re->first)
		re->first = first_of(re);
	return re->first != FIRST_ANY && (subject.n == 0 || !(re->first & first_bit(subject.p[0])));
}

int regex_match_from(struct regex *re, struct str subject, size_t from, struct match *m)
{
	limits_make();
	if (from == 0 && begins_otherwise(re, subject))
		return 0;
	if (is_no_match(re, str_sub(subject, from, subject.n)))
		return 0;
	if (re->faulty || (!re->code && !compile(re, NULL)))
		return -1;
	re->tries++;
	re->bytes += subject.n - from;
	bool often = re->tries > JIT_TRIES || subject.n - from > JIT_LONG;
	if (!re->jit_tried && often && re->bytes > JIT_BYTES)
		make_fast(re);
	int count = subject.n - from > LONG ? search_long(re, subject, from) : search(re, subject, from);
	if (count == PCRE2_ERROR_NOMATCH)
		return 0;
	if (count <= 0) {
		if (++re->strikes >= STRIKES)
			re->faulty = true;
		return -1;
	}
	if (m)
		match_fill(re, subject, count, m);
	return 1;
}

int regex_match(struct regex *re, struct str subject, struct match *m)
{
	return regex_match_from(re, subject, 0, m);
}

unsigned regex_groups(const struct regex *re)
{
	return re->groups;
}

unsigned regex_names(const struct regex *re)
{
	return re->names;
}

struct str regex_name(const struct regex *re, unsigned i, unsigned *group)
{
	const unsigned char *row = re->name_table + i * re->name_size;

	*group = (unsigned)row[0] << 8 | row[1];
	return str_of((const char *)row + 2);
}

unsigned match_names(const struct match *m)
{
	unsigned n = 0;

	if (m->re)
		return m->re->names;
	while (m->names && m->names[n])
		n++;
	return n;
}

struct str match_name(const struct match *m, unsigned i, unsigned *group)
{
	if (m->re)
		return regex_name(m->re, i, group);
	*group = i;
	return str_of(m->names[i]);
}

struct str match_get(const struct match *m, const char *name)
{
	unsigned group;

	/* Names may repeat under (?J): the one that took part counts. */
	for (unsigned i = 0; i < match_names(m); i++)
		if (str_is(match_name(m, i, &group), name) && group < REGEX_GROUPS && m->group[group].p)
			return m->group[group];
	return STR_NONE;
}

struct str regex_pattern(const struct regex *re)
{
	return re->pattern;
}

bool regex_struck_out(const struct regex *re)
{
	return re->faulty && re->strikes >= STRIKES;
}

bool regex_met_limit(const struct regex *re)
{
	return re->strikes > 0;
}

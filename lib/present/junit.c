/* junit.c - JUnit report: errors are failed test cases, other incidents are passed ones with output
 *
 * The counts precede the cases, so the cases are buffered until the end. */
#include <inttypes.h>
#include <string.h>

#include "present/format.h"

enum { CASES_MAX = 64 << 20, WORDS_MAX = 4000 };

struct junit {
	struct buf cases;
	unsigned long n, failures, left_out;
};

void junit_begin(struct presenter *p)
{
	struct junit *j = p->state = ARENA_NEW(&p->keep, struct junit);

	buf_init(&j->cases, CASES_MAX + (1 << 20));
}

/* Escape markup, and commands of CI systems: "::" at the start of a line, "##name[". */
static bool is_special(struct str s, size_t i, bool begins)
{
	if (s.p[i] == ':')
		return begins;
	if (s.p[i] == '#')
		return i > 0 && s.p[i - 1] == '#';
	return strchr("&<>\"'", s.p[i]) != NULL;
}

/* U+FFFE and U+FFFF are not allowed in XML; control bytes are already escaped. */
static void xml_add(struct buf *out, struct str s)
{
	bool begins = true;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool nonchar = c == 0xef && s.n - i >= 3 && (unsigned char)s.p[i + 1] == 0xbf &&
			(unsigned char)s.p[i + 2] >= 0xbe;
		if (is_special(s, i, begins)) {
			buf_printf(out, "&#%d;", c);
		} else if (nonchar) {
			buf_addz(out, "\xef\xbf\xbd");
			i += 2;
		} else {
			buf_addc(out, (char)c);
		}
		begins = begins && (c == ' ' || c == '\t');
	}
}

static void words_add(struct presenter *p, struct buf *out, struct str s)
{
	char *shown = arena_alloc(&p->scratch, WORDS_MAX);

	xml_add(out, str_of(visible(s, shown, WORDS_MAX)));
}

static void attribute(struct presenter *p, struct buf *out, const char *name, struct str value)
{
	buf_printf(out, " %s=\"", name);
	words_add(p, out, value);
	buf_addc(out, '"');
}

/* "a.c:3:5: message" */
static struct str name_of(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct shown_place at = place_of_record(p, r);
	struct str place = at.file;

	if (at.line > 0)
		place = arena_printf(a, "%.*s:%" PRId64, STR_ARG(place), at.line);
	if (at.line > 0 && at.column > 0)
		place = arena_printf(a, "%.*s:%" PRId64, STR_ARG(place), at.column);
	return arena_printf(a, "%.*s: %.*s", STR_ARG(place), STR_ARG(r->error.message));
}

static void text_add(struct presenter *p, struct buf *out, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		words_add(p, out, line);
		buf_addc(out, '\n');
	}
}

static void body_add(struct presenter *p, struct buf *out, const struct record *r)
{
	struct str whole = message_whole(&p->scratch, r), raw = r->error.raw;

	text_add(p, out, whole);
	if (raw.n && !str_eq(str_trim(raw), str_trim(whole))) {
		buf_addc(out, '\n');
		text_add(p, out, raw);
	}
}

void junit_record(struct presenter *p, const struct record *r)
{
	struct junit *j = p->state;
	bool failed = is_error_level(r->error.level);

	if (r->kind != KIND_INCIDENT)
		return;
	j->n++;
	j->failures += failed;
	if (j->cases.n >= CASES_MAX) {
		j->left_out++;
		return;
	}
	buf_addz(&j->cases, "<testcase");
	attribute(p, &j->cases, "classname", r->error.rule);
	attribute(p, &j->cases, "name", name_of(p, r));
	buf_addz(&j->cases, failed ? ">\n<failure" : ">\n<system-out");
	if (failed) {
		attribute(p, &j->cases, "type", level_name(r->error.level));
		attribute(p, &j->cases, "message", r->error.message);
	}
	buf_addc(&j->cases, '>');
	body_add(p, &j->cases, r);
	buf_printf(&j->cases, "</%s>\n</testcase>\n", failed ? "failure" : "system-out");
}

void junit_end(struct presenter *p)
{
	struct junit *j = p->state;

	fprintf(p->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"<testsuite name=\"heal\" tests=\"%lu\" failures=\"%lu\" errors=\"0\">\n",
		j->n, j->failures);
	if (j->cases.n)
		fwrite(j->cases.p, 1, j->cases.n, p->out);
	if (j->left_out)
		fprintf(p->out, "<system-err>%lu further incidents were only counted</system-err>\n", j->left_out);
	fputs("</testsuite>\n</testsuites>\n", p->out);
	buf_release(&j->cases);
}

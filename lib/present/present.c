#include "present/present.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "present/format.h"
#include "redact/redact.h"

enum { LINE_MAX_SIZE = 64 << 20, GATHERED = 64 << 10 };

static void ndjson_record(struct presenter *p, const struct record *r)
{
	buf_clear(&p->line);
	record_write_buf(&p->line, r);
	fwrite(p->line.p, 1, p->line.n, p->out);
}

static const struct format formats[] = {
	{ "human", false, NULL, human_record, human_end },
	{ "ndjson", false, NULL, ndjson_record, NULL },
	{ "gnu", false, NULL, gnu_record, NULL },
	{ "github", true, github_begin, github_record, github_end },
	{ "gitlab", true, gitlab_begin, gitlab_record, gitlab_end },
	{ "sarif", true, sarif_begin, sarif_record, sarif_end },
	{ "rdjsonl", false, NULL, rdjsonl_record, NULL },
	{ "junit", true, junit_begin, junit_record, junit_end },
};

static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

enum colour colour_parse(const char *word)
{
	return strcmp(word, "never") == 0 ? COLOUR_NEVER : strcmp(word, "always") == 0 ? COLOUR_ALWAYS : COLOUR_AUTO;
}

bool colour_wanted(FILE *out, enum colour colour)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (colour != COLOUR_AUTO)
		return colour == COLOUR_ALWAYS;
	return !(no && no[0]) && term && strcmp(term, "dumb") != 0 && isatty(fileno(out));
}

struct presenter *presenter_new(const char *format, FILE *out, enum colour colour)
{
	struct stat st;
	const struct format *f = format_find(format ? format : isatty(fileno(out)) ? "human" : "ndjson");

	if (!f)
		return NULL;
	struct presenter *p = calloc(1, sizeof(*p));
	if (!p)
		out_of_memory();
	p->format = f;
	p->out = out;
	buf_init(&p->line, LINE_MAX_SIZE);
	p->colour = colour_wanted(out, colour);
	p->live = fstat(fileno(out), &st) != 0 || !S_ISREG(st.st_mode);
	return p;
}

void presenter_gather(struct presenter *p)
{
	p->live = false;
	setvbuf(p->out, NULL, _IOFBF, GATHERED);
}

void presenter_hide(struct presenter *p, const struct str *globs, size_t n)
{
	p->hidden = globs;
	p->hidden_n = n;
}

static void levels_count(struct presenter *p, const struct record *r)
{
	if (r->kind != KIND_INCIDENT)
		return;
	p->errors += is_error_level(r->error.level);
	p->warnings += r->error.level == LEVEL_WARNING;
}

static void begin(struct presenter *p)
{
	if (!p->begun && p->format->begin)
		p->format->begin(p);
	p->begun = true;
}

/* A report is read by others and uploaded; ndjson is for the next stage.  false: it was not shown. */
static bool report(struct presenter *p, const struct record *r)
{
	struct record clean;
	struct str line;
	struct err err;

	if (!redact_record(&p->scratch, r, STR_NONE, REDACT_PLAIN, &clean, &line, &err)) {
		complain(err.status, "%s", err.text);
		return false;
	}
	if (p->count_by)
		count_by_add(p, &clean);
	else
		p->format->record(p, &clean);
	return true;
}

static bool record_show(struct presenter *p, const struct record *r)
{
	bool done = true;

	levels_count(p, r);
	if (p->format->record == ndjson_record && p->count_by)
		count_by_add(p, r);
	else if (p->format->record == ndjson_record)
		ndjson_record(p, r);
	else
		done = report(p, r);
	arena_reset(&p->scratch);
	if (p->live)
		fflush(p->out);
	return done;
}

static void waiting_show(struct presenter *p)
{
	LIST_EACH(record, r, &p->summaries.waiting)
		if (!summary_is_explained(&p->summaries, r))
			record_show(p, r);
}

static void incident_show(struct presenter *p, const struct record *r)
{
	if (summaries_input_ends(&p->summaries, r)) {
		waiting_show(p);
		summaries_next(&p->summaries, r);
	}
	if (r->error.summary && summary_take(&p->summaries, r) != SUMMARY_SHOW)
		return;
	if (record_show(p, r))
		summaries_shown(&p->summaries, r);
}

void presenter_record(struct presenter *p, const struct record *r)
{
	begin(p);
	if (p->format->alone && !p->count_by && r->kind == KIND_INCIDENT)
		incident_show(p, r);
	else
		record_show(p, r);
}

void presenter_end(struct presenter *p)
{
	if (!p)
		return;
	begin(p);
	waiting_show(p);
	if (p->count_by)
		count_by_print(p);
	else if (p->format->end)
		p->format->end(p);
	fflush(p->out);
	excerpt_release(&p->excerpt);
	buf_release(&p->line);
	arena_free(&p->scratch);
	arena_free(&p->keep);
	summaries_release(&p->summaries);
	free(p);
}

const struct solution *best_solution(const struct record *r)
{
	return r->solutions.n ? &r->solutions.at[0] : NULL;
}

struct str best_cause(const struct record *r)
{
	return r->analysis.root_causes.n ? r->analysis.root_causes.at[0].cause : STR_NONE;
}

bool is_error_level(enum level level)
{
	return level == LEVEL_ERROR || level == LEVEL_FATAL;
}

struct str message_whole(struct arena *a, const struct record *r)
{
	struct str cause = best_cause(r), fix = r->solutions.n ? r->solutions.at[0].description : STR_NONE;
	struct str text = r->error.message;

	if (cause.n)
		text = arena_printf(a, "%.*s\ncause: %.*s", STR_ARG(text), STR_ARG(cause));
	if (fix.n)
		text = arena_printf(a, "%.*s\nfix: %.*s", STR_ARG(text), STR_ARG(fix));
	return text;
}

void json_show(struct presenter *p, const struct json *v)
{
	struct str text = json_text(&p->scratch, v);

	fwrite(text.p, 1, text.n, p->out);
}

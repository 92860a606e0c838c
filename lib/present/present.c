#include "present/present.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "present/format.h"

static void ndjson_record(struct presenter *p, const struct record *r)
{
	record_write(p->out, r);
}

static const struct format formats[] = {
	{ "human", NULL, human_record, human_end },
	{ "ndjson", NULL, ndjson_record, NULL },
	{ "gnu", NULL, gnu_record, NULL },
	{ "github", github_begin, github_record, github_end },
	{ "gitlab", gitlab_begin, gitlab_record, gitlab_end },
	{ "sarif", sarif_begin, sarif_record, sarif_end },
	{ "rdjsonl", NULL, rdjsonl_record, NULL },
	{ "junit", junit_begin, junit_record, junit_end },
};

static const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static bool wants_colour(FILE *out, enum colour colour)
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
	p->colour = wants_colour(out, colour);
	p->live = fstat(fileno(out), &st) != 0 || !S_ISREG(st.st_mode);
	return p;
}

static void incident_count(struct presenter *p, const struct record *r)
{
	struct str level = record_str(r, F_ERROR_LEVEL);

	if (!record_is(r, "incident"))
		return;
	p->errors += is_error_level(level);
	p->warnings += str_is(level, "warning");
}

static void begin(struct presenter *p)
{
	if (!p->begun && p->format->begin)
		p->format->begin(p);
	p->begun = true;
}

void presenter_record(struct presenter *p, const struct record *r)
{
	begin(p);
	incident_count(p, r);
	p->format->record(p, r);
	arena_reset(&p->scratch);
	if (p->live)
		fflush(p->out);
}

void presenter_end(struct presenter *p)
{
	if (!p)
		return;
	begin(p);
	if (p->format->end)
		p->format->end(p);
	fflush(p->out);
	excerpt_release(&p->excerpt);
	arena_free(&p->scratch);
	arena_free(&p->keep);
	free(p);
}

struct json *best_solution(const struct record *r)
{
	return json_at(record_get(r, F_SOLUTIONS), 0);
}

struct str best_cause(const struct record *r)
{
	return json_str(json_get(json_at(record_get(r, F_ANALYSIS_ROOT_CAUSES), 0), "cause"));
}

bool is_error_level(struct str level)
{
	return str_is(level, "error") || str_is(level, "fatal");
}

struct str message_whole(struct arena *a, const struct record *r)
{
	struct str cause = best_cause(r), fix = json_str(json_get(best_solution(r), "description"));
	struct str text = record_str(r, F_ERROR_MESSAGE);

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

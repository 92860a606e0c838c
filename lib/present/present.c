#include "present.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format.h"

static void ndjson_record(struct presenter *p, const struct record *r)
{
	record_write(p->out, r);
}

static const struct format formats[] = {
	{ "human", human_record, human_end },
	{ "ndjson", ndjson_record, NULL },
	{ "github", github_record, NULL },
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
	p->errors += str_is(level, "error") || str_is(level, "fatal");
	p->warnings += str_is(level, "warning");
}

void presenter_record(struct presenter *p, const struct record *r)
{
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
	if (p->format->end)
		p->format->end(p);
	fflush(p->out);
	arena_free(&p->scratch);
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

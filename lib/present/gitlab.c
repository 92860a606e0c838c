/* gitlab.c - Code Quality report: a JSON array with one element per incident
 *
 * Fingerprints in a report must be unique, so the number of a repeated one is included in its hash. */
#include "base/counts.h"
#include "base/sha256.h"
#include "present/format.h"
#include "redact/redact.h"

struct gitlab {
	struct counts seen;
};

void gitlab_begin(struct presenter *p)
{
	p->state = ARENA_NEW(&p->keep, struct gitlab);
	fputc('[', p->out);
}

static const char *severity_of(enum level level)
{
	return level == LEVEL_FATAL    ? "blocker" :
		level == LEVEL_ERROR   ? "critical" :
		level == LEVEL_WARNING ? "minor" :
					 "info";
}

static struct str fingerprint_here(struct presenter *p, const struct record *r)
{
	struct gitlab *g = p->state;
	struct str print = r->fingerprint;
	char hex[SHA256_HEX];

	if (!print.n)
		print = redact_fingerprint(&p->scratch, r);
	uint32_t n = counts_add(&g->seen, print);
	if (n == 1)
		return print;
	sha256_of(arena_printf(&p->scratch, "%.*s %u", STR_ARG(print), n), hex);
	return arena_str(&p->scratch, (struct str){ hex, 32 });
}

void gitlab_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct shown_place at = place_of_record(p, r);

	if (r->kind != KIND_INCIDENT)
		return;
	struct json *o = json_new(a, JSON_OBJECT);
	json_set_str(a, o, "description", message_whole(a, r));
	json_set_str(a, o, "check_name", r->error.rule);
	json_set_str(a, o, "fingerprint", fingerprint_here(p, r));
	json_set_str(a, o, "severity", str_of(severity_of(r->error.level)));
	struct json *location = json_object_in(a, o, "location");
	json_set_str(a, location, "path", at.file);
	struct json *lines = json_object_in(a, location, "lines");
	json_set_int(a, lines, "begin", at.line > 0 ? at.line : 1);
	if (at.end_line > at.line)
		json_set_int(a, lines, "end", at.end_line);
	fputs(p->shown++ ? ",\n" : "\n", p->out);
	json_show(p, o);
}

void gitlab_end(struct presenter *p)
{
	struct gitlab *g = p->state;

	fputs("\n]\n", p->out);
	counts_release(&g->seen);
}

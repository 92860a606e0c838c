/* gnu.c - "file:line:column: level: message [rule]", one per line, as editors parse it
 *
 * Without a file, the location in the log is used; for standard input, the line starts with the tool's name, according
 * to the GNU conventions. */
#include <inttypes.h>

#include "present/format.h"

enum { WORDS_MAX = 4000 };

static void place_show(struct presenter *p, const struct record *r)
{
	struct shown_place at = place_of_record(p, r);
	struct str tool = r->error.tool;
	bool nowhere = at.in_log && str_is(at.file, "-");
	struct str first = nowhere ? tool.n ? tool : STR("heal") : at.file;

	fputs(text_safe(&p->scratch, first, WORDS_MAX, LINE_BEGINS).p, p->out);
	if (!nowhere && at.line > 0) {
		fprintf(p->out, ":%" PRId64, at.line);
		if (at.column > 0)
			fprintf(p->out, ":%" PRId64, at.column);
	}
	fputs(": ", p->out);
}

void gnu_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;

	if (r->kind != KIND_INCIDENT)
		return;
	place_show(p, r);
	fprintf(p->out, "%.*s: ", STR_ARG(level_name(r->error.level)));
	fputs(text_safe(a, r->error.message, WORDS_MAX, LINE_GOES_ON).p, p->out);
	fprintf(p->out, " [%s]\n", text_safe(a, r->error.rule, WORDS_MAX, LINE_GOES_ON).p);
}

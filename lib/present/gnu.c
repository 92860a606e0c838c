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
	struct str tool = record_str(r, F_ERROR_TOOL);
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

	if (!record_is(r, "incident"))
		return;
	place_show(p, r);
	fprintf(p->out, "%s: ", text_safe(a, record_str(r, F_ERROR_LEVEL), WORDS_MAX, LINE_GOES_ON).p);
	fputs(text_safe(a, record_str(r, F_ERROR_MESSAGE), WORDS_MAX, LINE_GOES_ON).p, p->out);
	fprintf(p->out, " [%s]\n", text_safe(a, record_str(r, F_ERROR_RULE), WORDS_MAX, LINE_GOES_ON).p);
}

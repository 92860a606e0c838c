/* github.c - workflow commands that GitHub shows beside the lines of a change
 *
 *     ::error file=src/a.c,line=3,endLine=3,col=5,title=gcc.diagnostic::message
 *
 * A log's words stand only in escaped places: a newline in them is "%0A", so no line of a log
 * can be a command of its own. */
#include <inttypes.h>

#include "format.h"

enum place { IN_MESSAGE, IN_PROPERTY };

static void escape(FILE *out, struct str s, enum place place)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '%' || c == '\n' || c == '\r' || (place == IN_PROPERTY && (c == ':' || c == ',')))
			fprintf(out, "%%%02X", c);
		else if (c == '\t' || (c >= 0x20 && c != 0x7f))
			fputc(c, out);
	}
}

static const char *command_of(struct str level)
{
	if (str_is(level, "fatal") || str_is(level, "error"))
		return "error";
	return str_is(level, "warning") ? "warning" : "notice";
}

static void number_show(FILE *out, const struct record *r, enum field f, const char *name)
{
	int64_t n = record_int(r, f, 0);

	if (n > 0)
		fprintf(out, ",%s=%" PRId64, name, n);
}

static void place_show(struct presenter *p, const struct record *r)
{
	struct str file = file_here(&p->scratch, r);

	if (!file.p)
		file = record_str(r, F_ERROR_FILE);
	if (!file.n)
		return;
	fputs("file=", p->out);
	escape(p->out, file, IN_PROPERTY);
	number_show(p->out, r, F_ERROR_LINE, "line");
	number_show(p->out, r, F_ERROR_END_LINE, "endLine");
	number_show(p->out, r, F_ERROR_COLUMN, "col");
	fputc(',', p->out);
}

static void more_show(FILE *out, const char *label, struct str text)
{
	if (!text.n)
		return;
	fprintf(out, "%%0A%s: ", label);
	escape(out, text, IN_MESSAGE);
}

void github_record(struct presenter *p, const struct record *r)
{
	if (!record_is(r, "incident"))
		return;
	fprintf(p->out, "::%s ", command_of(record_str(r, F_ERROR_LEVEL)));
	place_show(p, r);
	fputs("title=", p->out);
	escape(p->out, record_str(r, F_ERROR_RULE), IN_PROPERTY);
	fputs("::", p->out);
	escape(p->out, record_str(r, F_ERROR_MESSAGE), IN_MESSAGE);
	more_show(p->out, "cause", best_cause(r));
	more_show(p->out, "fix", json_str(json_get(best_solution(r), "description")));
	fputc('\n', p->out);
}

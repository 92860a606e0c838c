/* The location of a record: its file, else the log. */
#include <stdlib.h>
#include <unistd.h>

#include "base/caret.h"
#include "base/path.h"
#include "present/format.h"

struct str file_below(struct arena *a, const struct record *r, struct str file)
{
	struct str cwd = record_str(r, F_SOURCE_CWD);
	char *here = getcwd(NULL, 0);

	if (!file.n || !here) {
		free(here);
		return STR_NONE;
	}
	struct str root = arena_str(a, str_of(here));
	free(here);
	struct str whole = path_join(a, path_is_absolute(cwd) ? cwd : root, file);
	return path_below(path_normal(a, whole), root);
}

struct str file_here(struct arena *a, const struct record *r)
{
	return file_below(a, r, record_str(r, F_ERROR_FILE));
}

static struct str file_shown(struct arena *a, const struct record *r, struct str file)
{
	struct str below = file_below(a, r, file);

	return below.p ? below : file;
}

/* Ignore an end that is not after the start. */
static void end_check(struct shown_place *p)
{
	if (p->end_line < p->line)
		p->end_line = 0;
	if (p->column < 1 || (p->end_line <= p->line && p->end_column <= p->column))
		p->end_column = 0;
}

static struct shown_place place_in_log(const struct record *r)
{
	struct str name = record_str(r, F_SOURCE_NAME);

	return (struct shown_place){
		.file = name.n ? name : STR("-"),
		.in_log = true,
		.known = true,
		.line = record_int(r, F_SOURCE_LINE, 0),
		.end_line = record_int(r, F_SOURCE_END_LINE, 0),
	};
}

/* Some tools count columns of their output, with a tab as up to eight blanks.  If the file can be read, the columns are
 * taken from the carets that the tool printed; they also give the end. */
static void columns_correct(struct presenter *p, const struct record *r, struct shown_place *at)
{
	struct str raw = record_str(r, F_ERROR_RAW);
	struct marks m;

	if (at->column < 1 || at->end_line > at->line || str_chr(raw, '^') == raw.n)
		return;
	struct str line = excerpt_line(p, file_here(&p->scratch, r), at->line);
	if (!caret_find(raw, line, &m) || (m.point != at->column && m.shown != at->column))
		return;
	at->column = m.point;
	at->end_column = m.end > m.point + 1 ? m.end : 0;
}

struct shown_place place_of_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct str file = record_str(r, F_ERROR_FILE);

	if (!file.n)
		return place_in_log(r);
	struct shown_place at = {
		.file = file_shown(a, r, file),
		.known = true,
		.line = record_int(r, F_ERROR_LINE, 0),
		.column = record_int(r, F_ERROR_COLUMN, 0),
		.end_line = record_int(r, F_ERROR_END_LINE, 0),
		.end_column = record_int(r, F_ERROR_END_COLUMN, 0),
	};
	columns_correct(p, r, &at);
	end_check(&at);
	return at;
}

struct shown_place place_of_json(struct arena *a, const struct record *r, const struct json *o)
{
	struct str file = json_str(json_get(o, "file"));

	if (!file.n)
		return (struct shown_place){ .known = false };
	struct shown_place p = {
		.file = file_shown(a, r, file),
		.known = true,
		.line = json_int(json_get(o, "line"), 0),
		.column = json_int(json_get(o, "column"), 0),
		.end_line = json_int(json_get(o, "end_line"), 0),
		.end_column = json_int(json_get(o, "end_column"), 0),
	};
	end_check(&p);
	return p;
}

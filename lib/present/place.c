/* Where a record points to: the file that it names, else the log that it was read in. */
#include <stdlib.h>
#include <unistd.h>

#include "base/caret.h"
#include "base/columns.h"
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

/* An end that does not lie behind the start is not one. */
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

/* heal-analyze has not seen the record: its columns are as the tool counts. */
static void unit_correct(struct shown_place *at, struct str line, enum column_unit unit)
{
	size_t column = columns_to_bytes(line, (size_t)at->column - 1, unit), end = SIZE_MAX;

	if (unit == COUNTS_BYTES || !line.p || column == SIZE_MAX)
		return;
	if (at->end_column > 0)
		end = columns_to_bytes(line, (size_t)at->end_column - 1, unit);
	at->column = (int64_t)column + 1;
	at->end_column = end == SIZE_MAX ? 0 : (int64_t)end + 1;
}

/* Some tools count the columns of what they show, with each tab as up to eight blanks.  Where the file can be
 * read, the carets below the tool's own quotation tell; they also tell the end. */
static void columns_correct(struct presenter *p, const struct record *r, struct shown_place *at)
{
	struct str raw = record_str(r, F_ERROR_RAW);
	struct marks m;

	struct str counts = record_str(r, F_ERROR_COUNTS);
	if (at->column < 1 || at->end_line > at->line || (str_chr(raw, '^') == raw.n && !counts.n))
		return;
	struct str line = excerpt_line(p, file_here(&p->scratch, r), at->line);
	if (!caret_find(raw, line, &m) || (m.point != at->column && m.shown != at->column)) {
		unit_correct(at, line, column_unit_of(counts));
		return;
	}
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

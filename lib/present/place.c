/* The location of a record: its file, else the log. */
#include <stdlib.h>
#include <unistd.h>

#include "base/caret.h"
#include "base/columns.h"
#include "base/path.h"
#include "present/format.h"

struct str file_below(struct arena *a, const struct record *r, struct str file)
{
	struct str cwd = r->source.cwd;
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
	return file_below(a, r, r->error.file);
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
	struct str name = r->source.name;

	return (struct shown_place){
		.file = name.n ? name : STR("-"),
		.in_log = true,
		.known = true,
		.line = r->source.line,
		.end_line = r->source.end_line,
	};
}

/* If heal-analyze has not read the record, its columns are in the unit of the tool. */
static void unit_correct(struct shown_place *at, struct str line, enum column_unit unit)
{
	size_t column = columns_to_bytes(line, (size_t)at->column - 1, unit), end = SIZE_MAX;

	if (!unit || unit == UNIT_BYTES || !line.p || column == SIZE_MAX)
		return;
	if (at->end_column > 0)
		end = columns_to_bytes(line, (size_t)at->end_column - 1, unit);
	at->column = (int64_t)column + 1;
	at->end_column = end == SIZE_MAX ? 0 : (int64_t)end + 1;
}

/* Some tools count columns of their output, with a tab as up to eight blanks.  If the file can be read, the columns are
 * taken from the carets that the tool printed; they also give the end. */
static void columns_correct(struct presenter *p, const struct record *r, struct shown_place *at)
{
	struct str raw = r->error.raw;
	struct marks m;

	if (at->column < 1 || at->end_line > at->line || (str_chr(raw, '^') == raw.n && !r->error.counts))
		return;
	struct str line = excerpt_line(p, file_here(&p->scratch, r), at->line);
	if (!caret_find(raw, line, &m) || (m.point != at->column && m.shown != at->column)) {
		unit_correct(at, line, r->error.counts);
		return;
	}
	at->column = m.point;
	at->end_column = m.end > m.point + 1 ? m.end : 0;
}

struct shown_place place_of_record(struct presenter *p, const struct record *r)
{
	struct arena *a = &p->scratch;
	struct str file = r->error.file;

	if (!file.n)
		return place_in_log(r);
	struct shown_place at = {
		.file = file_shown(a, r, file),
		.known = true,
		.line = r->error.line,
		.column = r->error.column,
		.end_line = r->error.end_line,
		.end_column = r->error.end_column,
	};
	columns_correct(p, r, &at);
	end_check(&at);
	return at;
}

struct shown_place place_of_file(struct arena *a, const struct record *r, struct str file)
{
	if (!file.n)
		return (struct shown_place){ .known = false };
	return (struct shown_place){ .file = file_shown(a, r, file), .known = true };
}

struct shown_place place_of_frame(struct arena *a, const struct record *r, const struct frame *f)
{
	struct shown_place at = place_of_file(a, r, f->file);

	at.line = f->line;
	at.column = f->column;
	return at;
}

struct shown_place place_of_related(struct arena *a, const struct record *r, const struct related *n)
{
	struct shown_place at = place_of_file(a, r, n->file);

	at.line = n->line;
	at.column = n->column;
	return at;
}

bool edit_of_fixit(const struct fixit *f, struct text_edit *edit)
{
	*edit = (struct text_edit){ .line = f->line,
		.column = f->column ? f->column : 1,
		.end_line = f->end_line ? f->end_line : f->line,
		.end_column = f->end_column ? f->end_column : f->column,
		.text = f->text };
	return f->line > 0;
}

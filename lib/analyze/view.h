/* view.h - the project's files as analysis sees them: read only, bounded, never outside the root */
#ifndef HEAL_VIEW_H
#define HEAL_VIEW_H

#include "arena.h"
#include "diag.h"

enum { VIEW_FILE_MAX = 4 << 20, VIEW_ENTRIES_MAX = 20000 };

/* A file's text with its lines. */
struct text {
	struct str path;	/* below the root */
	struct str dir;		/* the directory that it was read from, absolute; p == NULL: it was not */
	struct str all;
	size_t *line_at;	/* offsets of lines 1..lines in [0..lines-1] */
	size_t lines;
};

struct view;

/* root: the project; cwd: where the failing command ran (relative names in its output mean that). */
struct view *view_new(const char *root, const char *cwd, struct err *err);
void view_free(struct view *t);
/* The tree is a copy: absolute names below `original` mean what stands in it. */
void view_alias(struct view *t, struct str original);
/* What was read may have changed: read it again when asked next. */
void view_forget(struct view *t);

/* Room for what was found out about the files as they are, by any name: NULL at first.  It is forgotten with
 * them, and what lives in view_arena, too. */
void **view_note(struct view *t, struct str name);
struct arena *view_arena(struct view *t);

struct str view_root(const struct view *t);	/* absolute, real */
struct str view_cwd(const struct view *t);	/* below the root; "." for the root itself */

/* The path below the root of a file as an error message names it: relative to cwd or to the root,
 * absolute, or the unique file in the tree that ends so.  p == NULL: there is no such file. */
struct str view_resolve(struct view *t, struct str name);
/* The path below the root that an absolute name means, in what this is a copy of, too; it need not be there.
 * p == NULL: it is outside, or no absolute name. */
struct str view_below(struct view *t, struct str name);
/* Read (once; kept) a file by its path below the root.  NULL: absent, too large, or not a plain file. */
const struct text *view_read(struct view *t, struct str path);
bool view_exists(struct view *t, struct str path);	/* file or directory, below the root */
/* Paths of files that match the glob, nearest to the root first; at most room; the number found. */
size_t view_glob(struct view *t, struct arena *a, struct str glob, struct str *out, size_t room);

/* Line number (from 1) without its newline; p == NULL when there is none. */
struct str text_line(const struct text *x, int64_t line);
/* Offset of a place; clamped to the line's end.  SIZE_MAX when there is no such line. */
size_t text_offset(const struct text *x, int64_t line, int64_t column);
void text_place(const struct text *x, size_t offset, int64_t *line, int64_t *column);
/* The text made with lines; `all` must outlive it. */
struct text *text_new(struct arena *a, struct str path, struct str all);

#endif

/* source_tree.h - the project's files as analysis sees them: read only, bounded, never outside the root */
#ifndef HEAL_TREE_SOURCE_TREE_H
#define HEAL_TREE_SOURCE_TREE_H

#include "base/arena.h"
#include "base/diag.h"

enum { VIEW_FILE_MAX = 4 << 20, VIEW_ENTRIES_MAX = 20000 };

/* A file's text with its lines. */
struct text {
	struct str path; /* below the root */
	struct str dir;  /* the directory that it was read from, absolute; p == NULL: it was not */
	struct str all;
	size_t *line_at; /* offsets of lines 1..lines in [0..lines-1] */
	size_t lines;
};

struct source_tree;

/* root: the project; cwd: where the failing command ran (relative names in its output mean that). */
struct source_tree *source_new(const char *root, const char *cwd, struct err *err);
void source_free(struct source_tree *t);
/* The tree is a copy: absolute names below `original` mean what stands in it. */
void source_alias(struct source_tree *t, struct str original);
/* What was read may have changed: read it again when asked next. */
void source_forget(struct source_tree *t);

/* Room for what was found out about the files as they are, by any name: NULL at first.  It is forgotten with
 * them, and what lives in source_arena, too. */
void **source_note(struct source_tree *t, struct str name);
struct arena *source_arena(struct source_tree *t);

struct str source_root(const struct source_tree *t); /* absolute, real */
struct str source_cwd(const struct source_tree *t);  /* below the root; "." for the root itself */

/* The path below the root of a file as an error message names it: relative to cwd or to the root,
 * absolute, or the unique file in the tree that ends so.  p == NULL: there is no such file. */
struct str source_resolve(struct source_tree *t, struct str name);
/* The path below the root that an absolute name means, in what this is a copy of, too; it need not be there.
 * p == NULL: it is outside, or no absolute name. */
struct str source_below(struct source_tree *t, struct str name);
/* Read (once; kept) a file by its path below the root.  NULL: absent, too large, or not a plain file. */
const struct text *source_read(struct source_tree *t, struct str path);
bool source_exists(struct source_tree *t, struct str path); /* file or directory, below the root */
/* Paths of files that match the glob, nearest to the root first; at most room; the number found. */
size_t source_glob(struct source_tree *t, struct arena *a, struct str glob, struct str *out, size_t room);

/* Line number (from 1) without its newline; p == NULL when there is none. */
struct str text_line(const struct text *x, int64_t line);
/* Offset of a place; clamped to the line's end.  SIZE_MAX when there is no such line. */
size_t text_offset(const struct text *x, int64_t line, int64_t column);
void text_place(const struct text *x, size_t offset, int64_t *line, int64_t *column);
/* The text made with lines; `all` must outlive it. */
struct text *text_new(struct arena *a, struct str path, struct str all);

#endif

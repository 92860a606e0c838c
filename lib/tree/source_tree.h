/* source_tree.h - cached read access to the project's files, limited in size and to the root */
#ifndef HEAL_TREE_SOURCE_TREE_H
#define HEAL_TREE_SOURCE_TREE_H

#include "base/arena.h"
#include "base/diag.h"

enum { VIEW_FILE_MAX = 4 << 20, VIEW_ENTRIES_MAX = 20000 };

/* A file's text with its lines. */
struct text {
	struct str path; /* below the root */
	struct str dir;  /* the directory that it was read from, absolute; p == NULL: not read from a file */
	struct str all;
	size_t *line_at; /* offsets of lines 1..lines in [0..lines-1] */
	size_t lines;
};

struct source_tree;

/* root: the project; cwd: the working directory of the failed command, for relative names in its output. */
struct source_tree *source_new(const char *root, const char *cwd, struct err *err);
void source_free(struct source_tree *t);
/* The tree is a copy of `original`: map absolute names below that to the copy. */
void source_alias(struct source_tree *t, struct str original);
/* Drop all cached files, because they may have changed. */
void source_forget(struct source_tree *t);

/* A slot, by name, for a result computed from the files; NULL at first.  source_forget also drops these slots and
 * everything in source_arena. */
void **source_note(struct source_tree *t, struct str name);
struct arena *source_arena(struct source_tree *t);

struct str source_root(const struct source_tree *t); /* absolute, real */
struct str source_cwd(const struct source_tree *t);  /* below the root; "." for the root itself */

/* The path below the root of a file that an error message names: relative to cwd or the root, absolute, or the end of
 * the path of exactly one file in the tree.  p == NULL: there is no such file. */
struct str source_resolve(struct source_tree *t, struct str name);
/* The path below the root of an absolute name, which may be in the original of a copy and need not exist.
 * p == NULL: it is outside, or not absolute. */
struct str source_below(struct source_tree *t, struct str name);
/* Read a file by its path below the root; cached.  NULL: absent, too large, or not a regular file. */
const struct text *source_read(struct source_tree *t, struct str path);
/* From now on these files (globs_match) are not read, because they hold secrets.  The list is copied, the
 * texts must outlive the tree; only the first call has an effect. */
void source_hide(struct source_tree *t, const struct str *globs, size_t n);
bool source_is_hidden(const struct source_tree *t, struct str path);
bool source_exists(struct source_tree *t, struct str path); /* file or directory, below the root */
/* Find at most room files that match the glob, nearest to the root first; returns the number. */
size_t source_glob(struct source_tree *t, struct arena *a, struct str glob, struct str *out, size_t room);

/* The line with this number (from 1), without its newline; p == NULL if there is none. */
struct str text_line(const struct text *x, int64_t line);
/* The offset of a position, at most the line's end.  SIZE_MAX if there is no such line. */
size_t text_offset(const struct text *x, int64_t line, int64_t column);
void text_place(const struct text *x, size_t offset, int64_t *line, int64_t *column);
/* Split a text into lines; `all` must outlive it. */
struct text *text_new(struct arena *a, struct str path, struct str all);

#endif

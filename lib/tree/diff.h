/* diff.h - line differences between two texts
 *
 * Myers' algorithm (1986).  Texts that differ in very many lines give one replaced block, which is correct but not
 * minimal.
 *
 * Why not libgit2: it needs TLS, SSH, Kerberos and HTTP libraries (`apt-cache depends libgit2-1.5`) for 240 lines; its
 * xdiff is not installed as a separate library. */
#ifndef HEAL_TREE_DIFF_H
#define HEAL_TREE_DIFF_H

#include "base/arena.h"
#include "base/buf.h"

/* A run of lines: old[begin, end) became new[begin, end), counted from 0. */
struct hunk {
	size_t old_begin, old_end, new_begin, new_end;
};

struct hunks {
	struct hunk *at;
	size_t n;
};

struct hunks diff_lines(struct arena *a, struct str old, struct str new);

/* git's unified format, for `git apply` and `patch -p1`.  A mode of 0 means that there is no such file; modes are as in
 * st_mode.  Writes nothing if there is no difference. */
void diff_write(struct buf *out, struct arena *a, struct str path, struct str old, unsigned old_mode, struct str new,
	unsigned new_mode);

#endif

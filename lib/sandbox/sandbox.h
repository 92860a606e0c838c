/* sandbox.h - a temporary copy of a project, to try a fix or to run a tool without risk to the project
 *
 * The copy is $TMPDIR/heal-trial-PID-RANDOM/NAME, NAME being that of the project's directory.  Its parent has mode 0700
 * and is locked (flock) while the sandbox exists.  Blocks are shared if the file system supports it (FICLONE),
 * otherwise copied; holes are preserved.
 *
 * A copy may lack directories of what tools installed or built.  Observed commands see them by an overlay, sandbox_read
 * and the view do not.
 *
 * Preserved: contents, modes, times to the nanosecond (for make), symlinks, empty directories, .git; for root also the
 * owner.  Not preserved: extended attributes and hard links, which become separate files.  Not copied: sockets, FIFOs,
 * devices, unreadable files, the contents of mount points, other sandboxes.
 *
 * A relative symlink within the project is copied unchanged.  A symlink into the project with an absolute path or
 * through a directory outside ("../project/x") is rewritten to point into the copy, so that a command does not write to
 * the original through it.  A relative symlink to a place outside the project is rewritten to an absolute one.
 *
 * Commands are confined (confinement.h) as far as the kernel permits.  Where it has neither Landlock nor namespaces, a
 * command can write to absolute paths outside the copy; a .git that is a file (worktree, submodule) refers to the real
 * repository, which then is not protected either.
 *
 * Copying never follows symlinks, so it cannot leave the project even if that is changed meanwhile. */
#ifndef HEAL_SANDBOX_SANDBOX_H
#define HEAL_SANDBOX_SANDBOX_H

#include "base/proc.h"
#include "exec/observed_run.h"
#include "rules/node.h"
#include "tree/rooted_path.h"
#include "tree/source_tree.h"

struct sandbox;

/* Shared blocks count as well.  At most half of the free space of the target's file system is used. */
struct sandbox_limits {
	uint64_t bytes; /* no default: 0 copies no contents */
	size_t files;   /* files, directories and links; 0: 200,000 */
	double seconds; /* 0: 30 */
};

/* A copy of the source files only, for a tool that works on some of them.
 *
 * It contains the regular files that the owner may write, and their directories.  If they exceed a limit, only the
 * files in the directories of `files` are copied, without subdirectories; these directories are always copied, even if
 * excluded or mount points.
 * entries: a map from names of entries in any directory to "omitted", which is not copied, or "linked": a directory
 * becomes a symlink to that of the project, so a tool that writes there writes to the project; no other links lead to
 * the project. */
struct sandbox_subset {
	struct node entries;
	const struct str *files; /* names below the root; they need not exist */
	size_t files_n;
};

struct sandbox_options {
	const char *root; /* the project, by any name */
	const char *cwd;  /* working directory of the command, in the project: real, absolute; NULL: the root */
	struct sandbox_limits limits;
	const struct sandbox_subset *subset; /* NULL: all of the project */
	/* If all of it exceeds a limit, it is copied without the directories whose path ends in one of this list's
	 * names. Observed commands see those of the project; what they change there is discarded.  Only if they are
	 * confined. */
	struct node overlaid;
	/* What a command in the copy may do (sandbox_observe, sandbox_run); NULL: all that we may.  Must outlive the
	 * sandbox.  It may write in the copy and in a temporary directory beside it. */
	const struct confinement *observed, *run;
};

/* Removes sandboxes of dead processes first.  NULL: err, HEAL_REFUSED if a limit is exceeded or directories are nested
 * too deeply (200); the copy is removed.  The options need not outlive the call. */
struct sandbox *sandbox_new(const struct sandbox_options *o, struct err *err);
/* Removes the copy with all files that commands made in it, including read-only directories.  Accepts NULL. */
void sandbox_free(struct sandbox *s);

/* ---- reading ---- */

const struct tree *sandbox_tree(const struct sandbox *s); /* for plans; its path is the copy's root: absolute, real */
const char *sandbox_project(const struct sandbox *s);     /* the root of the project */
/* For analysis.  Call it each time: files changed since the last call are read again, and texts and notes of the
 * earlier call may be freed.  After the command ran in the project's place, the view also accepts the project's
 * absolute names. */
struct source_tree *sandbox_view(struct sandbox *s);
/* The content of a file that heal may edit (tree_read).  1: in the arena; 0: it does not exist; -1: err. */
int sandbox_read(struct arena *a, const struct sandbox *s, struct str path, struct str *content, struct stat *st,
	struct err *err);

/* ---- writing ---- */

/* Replace a file atomically, without journal.  path: below the root, from tree_name().  Missing parent directories are
 * made.  The file is newer, to the nanosecond, than all files that were built before. */
bool sandbox_write(struct sandbox *s, struct str path, struct str content, mode_t mode, struct err *err);
void sandbox_remove(struct sandbox *s, struct str path);

/* ---- running ---- */

/* Like observe(), with the command running in the copy; the directory in o is ignored.
 * If the system permits it, the copy is mounted in the place of the project (mount_namespace.h), which is determined by
 * the first run.  It is an error if it does not, and directories of the project are overlaid.  It is an error if this
 * fails in a later run, since runs in different places cannot be compared. */
bool sandbox_observe(struct sandbox *s, const struct observe_options *o, struct observed_run *w, struct err *err);
/* Like proc_run(), in the directory `dir` ("" for the root) of the copy, at the copy's own path; p->dir is ignored.
 * p->confinement replaces the one of the options. */
bool sandbox_run(struct arena *a, struct sandbox *s, const struct proc *p, struct str dir, struct proc_result *r,
	struct err *err);
/* The same, in the root, for a program that is asked about the copy: with a home and a temporary directory of its own,
 * so that the caches of the other runs are not changed. */
bool sandbox_ask(struct arena *a, struct sandbox *s, const struct proc *p, struct proc_result *r, struct err *err);

#endif

/* sandbox.h - a throw-away copy of a project, to try a fix or to run a tool where nothing can be hurt
 *
 * The copy is $TMPDIR/heal-trial-PID-RANDOM/NAME, NAME being that of the project's folder; the folder above
 * is of mode 0700 and locked (flock) as long as the sandbox lives.  Blocks are shared where the file system can
 * (FICLONE), else the kernel copies, else we do; holes stay holes.
 *
 * Kept: contents, modes, times to the nanosecond (make relies on them), symlinks as symlinks, empty folders,
 * .git; the owner, for root.  Not kept: extended attributes, and hard links, whose names become separate files.
 * Left out: sockets, FIFOs, devices; what we may not read; what lies below a mount point (the folder itself is
 * there, empty); other sandboxes.
 *
 * A symlink leads where it led.  A relative one within the project is copied as it is; a link that leads into
 * the project by an absolute name or round about ("../project/x") is rewritten to the copy, because a command
 * in the copy that wrote through it would write to the original; a relative one that climbs out is rewritten
 * to the absolute name of the same place.
 *
 * It keeps mistakes in, not malice: a command in it can still write to what it knows by an absolute name outside
 * the project (sandbox_run: also inside), and a .git that is a file (a worktree, a submodule) names the real
 * repository.
 *
 * No name is looked up through a symlink, so a tree that changes under us cannot lead us out of it. */
#ifndef HEAL_SANDBOX_SANDBOX_H
#define HEAL_SANDBOX_SANDBOX_H

#include "base/proc.h"
#include "exec/observed_run.h"
#include "rules/node.h"
#include "tree/rooted_path.h"
#include "tree/source_tree.h"

struct sandbox;

/* Shared blocks count too.  Never more than half of the room left on the target's file system is filled. */
struct sandbox_limits {
	uint64_t bytes; /* always to be said: 0 copies no content at all */
	size_t files;   /* files, folders and links together; 0: 200,000 */
	double seconds; /* 0: 30 */
};

/* Only the text of a project, for a tool that works on some of its files.
 *
 * Regular files alone, which the owner may write, and the folders around them.  Where that is over a limit, only the
 * files in the folders of `files`, without what is below.  Those are there in any case, also if their folder is left
 * out or a mount point.
 * left_out, linked: lists of names, of entries in any folder.  What `left_out` names is not there.  A folder that
 * `linked` names is a symlink to the project's own, so a tool that writes there writes to the project; nothing else
 * in the copy leads back. */
struct sandbox_subset {
	struct node left_out, linked;
	const struct str *files; /* names below the root; they need not exist */
	size_t files_n;
};

struct sandbox_options {
	const char *root; /* the project, by any name */
	const char *cwd;  /* where the observed command runs in it: real, absolute; NULL: in the root */
	struct sandbox_limits limits;
	const struct sandbox_subset *subset; /* NULL: all of the project */
};

/* Sweeps first what dead processes of ours left.  NULL: err, HEAL_REFUSED if over a limit or nested too deep (200
 * folders); nothing is left behind.  The options need not outlive the call. */
struct sandbox *sandbox_new(const struct sandbox_options *o, struct err *err);
/* The copy goes, with all that a command made in it, read-only folders included.  NULL is fine. */
void sandbox_free(struct sandbox *s);

/* ---- looking into it ---- */

const struct tree *sandbox_tree(const struct sandbox *s); /* for plans; its path is the copy's root: absolute, real */
/* For analysis.  What a write or a command changed since the last call is read anew, so ask each time: texts and
 * notes of an earlier call may be gone.  Once the command ran in the project's place the view knows the project's
 * absolute names, too. */
struct source_tree *sandbox_view(struct sandbox *s);
/* The content of a file that heal may edit (tree_read), to take it over: 1, in the arena; 0: there is none of that
 * name; -1: err. */
int sandbox_read(struct arena *a, const struct sandbox *s, struct str path, struct str *content, struct stat *st,
	struct err *err);

/* ---- changing it ---- */

/* path: below the root, as tree_name() gives it.  No journal, but whole or not at all; a command that holds the old
 * file open keeps that.  Missing folders above it are made.  The file is newer, to the nanosecond, than all that was
 * built before. */
bool sandbox_write(struct sandbox *s, struct str path, struct str content, mode_t mode, struct err *err);
void sandbox_remove(struct sandbox *s, struct str path);

/* ---- running in it ---- */

/* As observe(), of the command in the copy; o says which and how long, but not where.
 * Where the system lets it, the command finds the copy in the place of the project (mount_namespace.h).  Whether it
 * does is seen when the command runs for the first time: to ask beforehand would take a process of its own.  If it
 * could before and no longer can, that is an error: what was seen then is not to be compared with a run elsewhere. */
bool sandbox_observe(struct sandbox *s, const struct observe_options *o, struct observed_run *w, struct err *err);
/* As proc_run(), in the folder `dir` ("" for the root) of the copy, by the copy's own name; p->dir is not looked at. */
bool sandbox_run(struct arena *a, struct sandbox *s, const struct proc *p, struct str dir, struct proc_result *r,
	struct err *err);

#endif

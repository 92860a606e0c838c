/* Roll back and undo. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "journal/journal_entry.h"

enum present { IS_OLD, IS_NEW, IS_OTHER };

/* The present state of a file. */
struct now {
	enum present is;
	struct str content; /* if it exists; in the entry's arena */
	struct stat st;
};

void undo_note(struct journal *j, const char *format, ...)
{
	struct undo_notes *notes = j->notes;
	va_list ap;

	if (!notes)
		return;
	if (notes->n == notes->room) {
		size_t room = notes->room ? notes->room * 2 : 8;
		notes->at = arena_grow(
			notes->a, notes->at, notes->room * sizeof(*notes->at), room * sizeof(*notes->at));
		notes->room = room;
	}
	va_start(ap, format);
	notes->at[notes->n++] = arena_vprintf(notes->a, format, ap);
	va_end(ap);
}

static bool look(struct journal *j, const struct journal_file *f, struct now *now, struct err *err)
{
	char sha[SHA256_HEX] = "absent";
	int there = tree_stat(&j->a, &j->tree, f->path, &now->st, err);

	if (there < 0 && errno == ENOTDIR)
		there = 0; /* a folder above it is a file now */
	now->content = STR_NONE;
	if (there < 0 || (there && !tree_read(&j->a, &j->tree, f->path, &now->content, &now->st, err)))
		return false;
	if (there)
		sha256_of(now->content, sha);
	if (f->existed ? there && str_is(f->old_sha, sha) : !there)
		now->is = IS_OLD;
	else if (str_is(f->new_sha, sha) || (f->kept_sha.n && str_is(f->kept_sha, sha)))
		now->is = IS_NEW;
	else
		now->is = IS_OTHER;
	return true;
}

/* Keep contents that are neither old nor new, and remember on disk that they are kept. */
static bool keep(struct journal *j, size_t i, struct str content, struct err *err)
{
	struct journal_file *f = &j->files[i];
	struct str name = entry_file_name(&j->a, i, "kept");
	char sha[SHA256_HEX] = "absent";

	if (content.p)
		sha256_of(content, sha);
	if (str_is(f->kept_sha, sha))
		return true;
	/* What a command of this process wrote is nobody's edit: without room to keep it, it is restored all the same.
	 */
	if (j->changes && f->touch && content.p && !entry_write(j, name.p, content, NULL))
		return true;
	f->kept_sha = arena_str(&j->a, str_of(sha));
	json_set_str(&j->a, f->row, "kept", f->kept_sha);
	if ((content.p && !entry_write(j, name.p, content, err)) ||
		!entry_write(j, "manifest.json", json_text(&j->a, j->manifest), err))
		return false;
	if (content.p)
		undo_note(j, "'%s' had other contents, which are now in '%s/%s'", f->path.p, j->dir.p, name.p);
	return true;
}

static bool old_bytes(struct journal *j, size_t i, struct str *old, struct err *err)
{
	char sha[SHA256_HEX];
	int got = entry_read(
		&j->a, path_dir(j->dir), j->name, entry_file_name(&j->a, i, "old").p, FILE_MAX, old, NULL, err);

	if (got < 0)
		return false;
	if (got)
		sha256_of(*old, sha);
	return (got && str_is(j->files[i].old_sha, sha)) ||
		err_set(err, HEAL_BROKEN, "the backup of '%s' is damaged", j->files[i].path.p);
}

/* The mode to restore: a mode that was set after the fix stays. */
static mode_t mode_back(const struct journal_file *f, const struct now *now)
{
	mode_t present = now->st.st_mode & 01777;

	return now->content.p && now->is != IS_OTHER && present != f->mode && f->new_sha.n ? present : f->old_mode;
}

static bool restore_file(struct journal *j, size_t i, struct now *now, struct err *err)
{
	const struct journal_file *f = &j->files[i];
	struct looks l = { .mode = mode_back(f, now),
		.uid = f->uid,
		.gid = f->gid,
		.keep_owner = true,
		.mtime = &f->mtime,
		.atime = &f->atime,
		.xattrs = f->xattrs };
	struct str old;

	if (now->is == IS_OTHER && !keep(j, i, now->content, err))
		return false;
	if (!f->existed)
		return now->is == IS_OLD || file_remove(j, i, err);
	int done = link_restore(j, i, err);
	if (done == 0 && now->is == IS_OLD) {
		struct looks only_mode = l;
		if (!f->touch)
			only_mode.mtime = NULL; /* a later time is not ours */
		done = looks_set(j, i, &only_mode, err);
	}
	if (done != 0)
		return done > 0;
	return old_bytes(j, i, &old, err) && replacement_write(j, i, old, &l, err) && replacement_sync(j, i, err) &&
		replacement_rename(j, i, true, err);
}

/* A file that a command was to write, with a result that was not recorded: treat it as new. */
static bool is_ours(const struct journal_file *f, enum present is)
{
	return is != IS_OTHER || (f->touch && f->new_sha.n == 0);
}

/* A file that was not yet replaced when the change failed.  If it has other contents, somebody else edited it. */
static bool is_untouched(const struct journal *j, size_t i)
{
	return j->placed && !j->placed[i] && !j->files[i].touch;
}

/* All can be restored: no file was edited since, and the old contents are there. */
static bool look_at_all(struct journal *j, unsigned how, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct journal_file *f = &j->files[i];
		struct now now;
		struct str old;
		if (is_untouched(j, i))
			continue;
		if (!look(j, f, &now, err))
			return false;
		if (!(how & UNDO_FORCE) && !is_ours(f, now.is))
			return err_set(err, HEAL_PERSON,
				"'%s' was edited since the fix; 'heal undo --force %s' restores the old contents and "
				"keeps the edited ones in a file",
				f->path.p, j->name.p);
		if (f->existed && now.is != IS_OLD && !old_bytes(j, i, &old, err))
			return false;
	}
	return true;
}

/* Before anything is restored, so that a recovery knows that the edited contents are safe. */
static bool keep_edited(struct journal *j, struct err *err)
{
	for (size_t i = 0; i < j->n; i++) {
		struct now now;
		if (is_untouched(j, i))
			continue;
		if (!look(j, &j->files[i], &now, err) || (now.is == IS_OTHER && !keep(j, i, now.content, err)))
			return false;
	}
	return true;
}

/* Not an error: it is not empty, or not there. */
static bool may_stay(int why)
{
	return why == ENOTEMPTY || why == EEXIST || why == ENOENT || why == ENOTDIR || why == ELOOP;
}

static bool remove_folders(struct journal *j, struct err *err)
{
	struct json *dirs = json_get(j->manifest, "folders");
	bool ok = true;

	for (size_t i = json_count(dirs); i-- > 0;) {
		struct str name;
		const char *base;
		if (!tree_name(&j->a, &j->tree, json_str(json_at(dirs, i)), &name, NULL))
			continue;
		int fd = tree_dir(&j->a, &j->tree, name, &base, err);
		if (fd < 0) {
			ok = may_stay(errno) && ok;
			continue;
		}
		struct stat st;
		bool there = fstatat(fd, base, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
		if (there && unlinkat(fd, base, AT_REMOVEDIR) == 0)
			j->changed = true;
		else if (there && !may_stay(errno))
			ok = err_errno(err, HEAL_REFUSED, "cannot remove the directory '%s'", name.p);
		close(fd);
	}
	return ok;
}

/* A temporary file that cannot be removed is a change of the project, too. */
static bool remove_temporary(struct journal *j, size_t i, struct err *err)
{
	bool ok = replacement_remove(j, i, err);

	j->changed |= !ok;
	return ok;
}

static bool restore_files(struct journal *j, struct err *err)
{
	bool ok = true;

	for (size_t i = j->n; i-- > 0;) {
		struct now now;
		ok = remove_temporary(j, i, err) &&
			(is_untouched(j, i) || (look(j, &j->files[i], &now, err) && restore_file(j, i, &now, err))) &&
			ok;
	}
	return remove_folders(j, err) && ok;
}

/* Nothing was restored: an applied entry stays applied, if that can be written; otherwise the next start completes the
 * undo. */
static bool give_up(struct journal *j, bool was_applied, struct err *err)
{
	for (size_t i = 0; i < j->n; i++)
		remove_temporary(j, i, NULL);
	if (!j->changed && was_applied)
		entry_state(j, "applied", NULL);
	err->status = j->changed ? HEAL_BROKEN : HEAL_REFUSED;
	return false;
}

bool entry_restore(struct journal *j, unsigned how, struct err *err)
{
	bool was_applied = str_is(json_str(json_get(j->manifest, "state")), "applied");
	struct undo_command *commands;
	struct err why;

	err = err ? err : &why;
	if (!look_at_all(j, how, err)) {
		if (!was_applied && err->status != HEAL_PERSON)
			err->status = HEAL_BROKEN;
		return false;
	}
	if (!undo_commands_find(j, how, &commands, err))
		return false;
	if (!keep_edited(j, err))
		return give_up(j, was_applied, err);
	/* From here on an interruption is recovered as a rollback. */
	if (was_applied && !entry_state(j, "prepared", err) && !j->changes) {
		entry_state(j, "applied", NULL);
		return false;
	}
	bool ran = undo_commands_run(j, commands, err);
	if (!restore_files(j, err))
		return give_up(j, was_applied, err);
	if (!links_remove(j, err) || !entry_state(j, "undone", err)) {
		err->status = HEAL_REFUSED;
		return false;
	}
	if (!ran)
		err->status = HEAL_BROKEN;
	return ran;
}

bool journal_undo(
	const struct policy *policy, const char *name, unsigned how, struct undo_notes *notes, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct journal *j = NULL;
	struct str dir;
	int there = entries_dir_there(&a, &dir, err);
	bool ok = false;

	if (there == 0)
		err_set(err, HEAL_WRONG, "no such backup: '%.80s'", name);
	if (there != 1)
		goto out;
	j = entry_open(dir, name, NULL, err);
	if (!j)
		goto out;
	j->policy = policy;
	j->notes = notes;
	struct str state = json_str(json_get(j->manifest, "state"));
	if (!j->manifest || str_is(state, "undone"))
		err_set(err, HEAL_WRONG, "'%s' is already undone", name);
	else if (!str_is(state, "applied") && !str_is(state, "prepared"))
		err_set(err, HEAL_WRONG, "the backup '%s' is damaged", name);
	else
		ok = entry_open_root(j, err) && entry_restore(j, how, err);
out:
	entry_close(j);
	arena_free(&a);
	return ok;
}

/* The operations of an entry: from the changes to the manifest, and back. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "journal/journal_entry.h"
#include "record/record.h"
#include "redact/redact.h"

enum { MANIFEST_VERSION = 2 };

static const struct {
	const char *word;
	enum file_op op;
} file_ops[] = { { "edit", OP_EDIT }, { "create", OP_CREATE }, { "delete", OP_DELETE }, { "mode", OP_MODE },
	{ "write", OP_WRITE } };

static enum file_op op_of(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_TOUCH:
		return OP_WRITE;
	case CHANGE_DELETE:
		return OP_DELETE;
	case CHANGE_WRITE:
		break;
	}
	return !c->existed ? OP_CREATE : str_eq(c->old, c->new) ? OP_MODE : OP_EDIT;
}

static void set_time(struct arena *a, struct json *row, const char *name, const char *rest, struct timespec t)
{
	json_set_int(a, row, name, t.tv_sec);
	json_set_int(a, row, rest, t.tv_nsec);
}

static struct json *attributes_of(struct journal *j, const struct change *c)
{
	int fd = tree_file(&j->tree, c->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, NULL);
	struct json *xattrs = fd < 0 ? NULL : attributes_read(&j->a, fd);

	if (fd >= 0)
		close(fd);
	return xattrs;
}

static void row_add(struct journal *j, struct json *rows, const struct change *c)
{
	struct arena *a = &j->a;
	struct json *row = json_add(rows, json_new(a, JSON_OBJECT));
	enum file_op op = op_of(c);
	bool touch = op == OP_WRITE || c->touched;

	for (size_t i = 0; i < sizeof(file_ops) / sizeof(file_ops[0]); i++)
		if (file_ops[i].op == op)
			json_set_str(a, row, "op", str_of(file_ops[i].word));
	json_set_str(a, row, "path", c->path);
	json_set_bool(a, row, "existed", c->existed);
	if (touch)
		json_set_bool(a, row, "touch", true);
	json_set_str(a, row, "old", str_of(c->old_sha));
	json_set_str(a, row, "new", touch ? STR("") : op == OP_DELETE ? STR("absent") : str_of(c->new_sha));
	json_set_int(a, row, "mode", c->mode & 07777);
	if (!c->existed)
		return;
	json_set_int(a, row, "old_mode", c->before.st_mode & 07777);
	json_set_int(a, row, "uid", c->before.st_uid);
	json_set_int(a, row, "gid", c->before.st_gid);
	set_time(a, row, "mtime", "mtime_ns", c->before.st_mtim);
	set_time(a, row, "atime", "atime_ns", c->before.st_atim);
	json_set_int(a, row, "links", (int64_t)c->before.st_nlink);
	struct json *xattrs = attributes_of(j, c);
	if (xattrs)
		json_set(a, row, "xattrs", xattrs);
}

void manifest_folders(struct journal *j)
{
	struct json *list = json_set(&j->a, j->manifest, "folders", json_new(&j->a, JSON_ARRAY));

	for (size_t i = 0; i < j->folders.n; i++)
		json_add(list, json_new_str(&j->a, j->folders.at[i]));
}

void manifest_make(struct journal *j, const struct json *note)
{
	struct arena *a = &j->a;

	j->manifest = json_new(a, JSON_OBJECT);
	json_set_int(a, j->manifest, "version", MANIFEST_VERSION);
	json_set_str(a, j->manifest, "state", STR("prepared"));
	json_set_str(a, j->manifest, "time", time_text(a));
	json_set_str(a, j->manifest, "root", j->tree.path);
	if (note)
		redact_json(a, json_set(a, j->manifest, "note", json_copy(a, note)), REDACT_TAGGED);
	struct json *rows = json_array_in(a, j->manifest, "files");
	for (size_t i = 0; i < j->n; i++)
		row_add(j, rows, &j->changes[i]);
	manifest_folders(j);
}

/* ---- reading ---- */

static bool is_sha(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]))
			return false;
	return s.n == SHA256_HEX - 1;
}

/* Can this row have been written by row_add? */
static bool is_plausible(const struct journal_file *f)
{
	bool new_known = is_sha(f->new_sha) || (f->touch && (f->new_sha.n == 0 || str_is(f->new_sha, "absent")));

	if (f->old_mode & ~01777u || f->mode & ~01777u ||
		(f->kept_sha.n && !is_sha(f->kept_sha) && !str_is(f->kept_sha, "absent")))
		return false;
	if (f->existed ? !is_sha(f->old_sha) : f->old_sha.n > 0)
		return false;
	switch (f->op) {
	case OP_EDIT:
	case OP_MODE:
		return f->existed && new_known;
	case OP_CREATE:
		return !f->existed && new_known;
	case OP_DELETE:
		return f->existed && !f->touch && str_is(f->new_sha, "absent");
	case OP_WRITE:
		return f->touch && new_known;
	case OP_NONE:
		break;
	}
	return false;
}

static struct timespec time_of(const struct json *row, const char *name, const char *rest)
{
	int64_t nanoseconds = json_int(json_get(row, rest), 0);

	return (struct timespec){ json_int(json_get(row, name), 0),
		nanoseconds >= 0 && nanoseconds < 1000000000 ? (long)nanoseconds : 0 };
}

/* A number that no file has becomes one that is_plausible refuses, instead of another one by being cut. */
static mode_t mode_of(const struct json *row, const char *name)
{
	int64_t mode = json_int(json_get(row, name), 0644);

	return mode >= 0 && mode <= 07777 ? (mode_t)mode : (mode_t)~0u;
}

static struct journal_file file_of(struct json *row)
{
	struct journal_file f = { .row = row };
	struct str op = json_str(json_get(row, "op"));

	for (size_t i = 0; i < sizeof(file_ops) / sizeof(file_ops[0]); i++)
		if (str_is(op, file_ops[i].word))
			f.op = file_ops[i].op;
	f.path = json_str(json_get(row, "path"));
	f.old_sha = json_str(json_get(row, "old"));
	f.new_sha = json_str(json_get(row, "new"));
	f.kept_sha = json_str(json_get(row, "kept"));
	f.existed = json_bool(json_get(row, "existed"), false);
	f.touch = json_bool(json_get(row, "touch"), false);
	f.old_mode = mode_of(row, "old_mode");
	f.mode = mode_of(row, "mode");
	f.uid = (uid_t)json_int(json_get(row, "uid"), 0);
	f.gid = (gid_t)json_int(json_get(row, "gid"), 0);
	f.mtime = time_of(row, "mtime", "mtime_ns");
	f.atime = time_of(row, "atime", "atime_ns");
	f.linked = json_int(json_get(row, "links"), 1) > 1;
	f.xattrs = json_get(row, "xattrs");
	return f;
}

static bool is_above(struct str dir, struct str path)
{
	return path.n > dir.n && path.p[dir.n] == '/' && str_eq(str_sub(path, 0, dir.n), dir);
}

/* Only folders above a created file can have been made for it. */
static bool folders_read(struct journal *j, struct err *err)
{
	JSON_EACH(folder, json_get(j->manifest, "folders")) {
		struct str name;
		bool made = false;
		if (!tree_name(&j->a, &j->tree, json_str(folder), &name, err) ||
			!policy_path(j->policy, &j->tree, name, err))
			return false;
		for (size_t i = 0; i < j->n; i++)
			made |= !j->files[i].existed && is_above(name, j->files[i].path);
		if (!made)
			return err_set(err, HEAL_WRONG, "the backup '%s' is damaged", j->name.p);
	}
	return true;
}

static void list_put(struct journal *j, struct json *row, const char *name, const struct str_list *list)
{
	struct json *to = json_new(&j->a, JSON_ARRAY);

	for (size_t i = 0; i < list->n; i++)
		json_add(to, json_new_str(&j->a, list->at[i]));
	json_set(&j->a, row, name, to);
}

void row_confined(
	struct journal *j, struct json *row, const struct str_list *confined, const struct str_list *unconfined)
{
	list_put(j, row, "confined", confined);
	list_put(j, row, "unconfined", unconfined);
}

bool entry_files(struct journal *j, struct err *err)
{
	struct json *rows = json_get(j->manifest, "files");

	if (json_int(json_get(j->manifest, "version"), 0) != MANIFEST_VERSION)
		return err_set(err, HEAL_WRONG, "the backup '%s' was made by another version of heal", j->name.p);
	j->files = arena_alloc(&j->a, (json_count(rows) + 1) * sizeof(*j->files));
	j->n = 0;
	JSON_EACH(row, rows) {
		struct journal_file f = file_of(row);
		struct str name;
		if (!is_plausible(&f))
			return err_set(err, HEAL_WRONG, "the backup '%s' is damaged", j->name.p);
		if (!tree_name(&j->a, &j->tree, f.path, &name, err) || !policy_path(j->policy, &j->tree, name, err))
			return false;
		f.path = name;
		j->files[j->n++] = f;
	}
	return folders_read(j, err);
}

#include "policy/review_queue.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/proc.h"
#include "base/vec.h"
#include "policy/review_files.h"
#include "redact/redact.h"

enum { ID_LENGTH = 16, HASH_LENGTH = SHA256_HEX - 1 };

static const char APPROVED[] = "approved", DENIED[] = "denied", QUEUE[] = "queue";

static bool is_hex(struct str s, size_t n)
{
	return s.n == n && strspn(s.p, "0123456789abcdef") >= n;
}

static struct str decision_path(struct arena *a, const char *dir, const char *hash)
{
	return review_path(a, dir, arena_printf(a, "%s.json", hash).p);
}

/* ---- the files of a plan ---- */

static void file_add(struct arena *a, struct json *files, struct str path, const char *sha)
{
	struct json *row = json_add(files, json_new(a, JSON_OBJECT));

	json_set_str(a, row, "path", path);
	json_set_str(a, row, "sha", str_of(*sha ? sha : "absent"));
}

static struct json *files_of(struct arena *a, const struct plan *plan)
{
	struct json *files = json_new(a, JSON_ARRAY);

	for (size_t i = 0; i < plan->n; i++)
		file_add(a, files, plan->changes[i].path, plan->changes[i].old_sha);
	for (size_t i = 0; i < plan->inputs_n; i++)
		file_add(a, files, plan->inputs[i].path, plan->inputs[i].sha);
	return files;
}

static struct str sha_in(const struct json *files, struct str path)
{
	JSON_EACH(row, files)
		if (str_eq(json_str(json_get(row, "path")), path))
			return json_str(json_get(row, "sha"));
	return STR_NONE;
}

/* The first difference between the files of an approval and those of the plan now, in words. */
static struct str difference(struct arena *a, const struct json *then, const struct json *now)
{
	JSON_EACH(row, then) {
		struct str path = json_str(json_get(row, "path")), sha = sha_in(now, path);
		if (!str_eq(sha, json_str(json_get(row, "sha"))))
			return arena_printf(a, "'%.*s' has %s since", STR_ARG(path), sha.p ? "changed" : "gone");
	}
	JSON_EACH(row, now) {
		struct str path = json_str(json_get(row, "path"));
		if (!sha_in(then, path).p)
			return arena_printf(a, "'%.*s' has appeared since", STR_ARG(path));
	}
	return STR("the plan makes other changes now");
}

/* ---- decisions ---- */

static struct str who_and_when(struct arena *a, const struct json *v)
{
	return arena_printf(
		a, "%.*s, %.*s", STR_ARG(json_str(json_get(v, "user"))), STR_ARG(json_str(json_get(v, "time"))));
}

/* A decision that may be believed; NULL: err. */
static struct json *decision_read(struct arena *a, const char *path, const struct config *config, struct err *err)
{
	struct str text;
	uid_t owner;

	if (!path || !review_file_read(a, path, config, &text, &owner, err))
		return NULL;
	struct json *v = json_parse(a, text, JSON_PLAIN, NULL);
	/* The kernel's word for the owner counts; what the file says must agree. */
	if (v && json_int(json_get(v, "uid"), -1) == (int64_t)owner)
		return v;
	err_set(err, HEAL_REFUSED, "'%s' is not trusted: it %s", path, v ? "does not say who wrote it" : "is damaged");
	return NULL;
}

/* An approval of the same commands and edits for other contents of the files. */
static void stale_find(struct arena *a, const struct plan *plan, const struct config *config, struct approval *out)
{
	struct str dir = review_path(a, APPROVED, NULL);
	DIR *d = dir.p ? opendir(dir.p) : NULL;

	for (struct dirent *e; d && out->state == APPROVAL_NONE && (e = readdir(d));) {
		if (!str_ends(str_of(e->d_name), ".json"))
			continue;
		struct json *v = decision_read(a, arena_printf(a, "%.*s/%s", STR_ARG(dir), e->d_name).p, config, NULL);
		if (!v || !str_is(json_str(json_get(v, "intent")), plan->intent))
			continue;
		*out = (struct approval){ APPROVAL_VOID, json_str(json_get(v, "user")), json_str(json_get(v, "time")),
			arena_printf(a, "the approval by %.*s does not count: %.*s", STR_ARG(who_and_when(a, v)),
				STR_ARG(difference(a, json_get(v, "files"), files_of(a, plan)))) };
	}
	if (d)
		closedir(d);
}

/* Was the approval given within the last days?  Not in the future either: nobody knows then how old it is. */
static bool is_recent(struct arena *a, const struct json *v, const struct config *config)
{
	enum { DAY = 24 * 3600 };
	struct str given = json_str(json_get(v, "time"));
	time_t now = time(NULL);

	return str_cmp(given, time_text_at(a, now - config_int(config, "approval_days") * DAY)) >= 0 &&
		str_cmp(given, time_text_at(a, now + DAY)) <= 0;
}

struct approval approval_find(struct arena *a, const struct plan *plan, const struct config *config)
{
	struct approval out = { .state = APPROVAL_NONE };
	struct err err = { HEAL_OK, "" };
	struct str path = decision_path(a, APPROVED, plan->hash);
	struct json *v = decision_read(a, path.p, config, &err);

	/* The file must contain the hash: an empty or unrelated file is not an approval. */
	bool fits = v && str_is(json_str(json_get(v, "plan")), plan->hash);
	if (fits && is_recent(a, v, config))
		return (struct approval){ .state = APPROVAL_VALID,
			.user = json_str(json_get(v, "user")),
			.time = json_str(json_get(v, "time")) };
	if (path.p && (v || err.status != HEAL_WRONG))
		return (struct approval){ .state = APPROVAL_VOID,
			.why = arena_printf(a, "its approval does not count: %s",
				fits      ? "it is too old (approval_days)" :
					v ? "it is for another plan" :
					    err.text) };
	stale_find(a, plan, config, &out);
	return out;
}

bool denial_find(struct arena *a, const char *hash, struct str *reason)
{
	struct str path = decision_path(a, DENIED, hash), text;
	struct json *v = NULL;

	if (!path.p || !file_exists(path.p))
		return false;
	if (file_read(a, path.p, 8 << 20, &text, NULL))
		v = json_parse(a, text, JSON_PLAIN, NULL);
	*reason = arena_printf(a, "this plan was denied (%.*s)%s%.*s", STR_ARG(who_and_when(a, v)),
		json_str(json_get(v, "reason")).n ? ": " : "", STR_ARG(json_str(json_get(v, "reason"))));
	return true;
}

static void decision_remove(const char *dir, const char *hash)
{
	struct arena a = ARENA_INIT;
	struct str path = decision_path(&a, dir, hash);

	if (path.p)
		unlink(path.p);
	arena_free(&a);
}

void queue_done(const char *hash)
{
	char id[ID_LENGTH + 1];

	decision_remove(APPROVED, hash);
	snprintf(id, sizeof(id), "%.*s", ID_LENGTH, hash);
	queue_remove(id, NULL);
}

/* ---- the queue ---- */

struct str queue_id(struct str hash)
{
	return str_sub(hash, 0, ID_LENGTH);
}

static void who_set(struct arena *a, struct json *v)
{
	json_set_int(a, v, "uid", geteuid());
	json_set_str(a, v, "user", user_name(a, geteuid()));
	json_set_str(a, v, "time", time_text(a));
}

/* Plans for the same incident and solution that wait for files that have changed meanwhile. */
static void older_remove(struct arena *a, const struct plan *plan, const struct record *record)
{
	struct queued *at;
	size_t n;

	if (!queue_list(a, &at, &n, NULL, NULL))
		return;
	for (size_t i = 0; i < n; i++)
		if (str_is(at[i].status, "waiting") && str_eq(at[i].root, plan->tree->path) &&
			str_eq(at[i].solution, plan->solution) &&
			str_eq(json_str(json_get(at[i].record, "fingerprint")), record->fingerprint) &&
			str_eq(json_str(json_path(at[i].record, "error.file")), record->error.file) &&
			json_int(json_path(at[i].record, "error.line"), 0) == record->error.line)
			queue_remove(arena_strdup(a, at[i].id), NULL);
}

bool queue_add(struct arena *a, const struct plan *plan, const struct record *record, const char *why,
	const char *reason, struct str *id, struct err *err)
{
	struct json *q = json_new(a, JSON_OBJECT);

	*id = arena_str(a, (struct str){ plan->hash, ID_LENGTH });
	struct str dir = review_path(a, QUEUE, NULL);
	if (!dir.p)
		return err_set(err, HEAL_REFUSED, "no directory for the queue: set XDG_STATE_HOME or HOME");
	if (!private_folder_make(arena_strdup(a, path_dir(dir)), err) || !dir_make(dir.p, err) ||
		!review_folder_check(dir.p, NULL, err))
		return false;
	struct str path = review_path(a, QUEUE, arena_printf(a, "%.*s.json", STR_ARG(*id)).p);
	if (file_exists(path.p))
		return true;
	older_remove(a, plan, record);
	json_set_str(a, q, "id", *id);
	json_set_str(a, q, "plan", str_of(plan->hash));
	json_set_str(a, q, "intent", str_of(plan->intent));
	json_set_str(a, q, "root", plan->tree->path);
	json_set_str(a, q, "solution", plan->solution);
	json_set_str(a, q, "why", str_of(why));
	json_set_str(a, q, "reason", str_of(reason));
	who_set(a, q);
	json_set_str(a, q, "diff", plan_diff(a, plan));
	json_set(a, q, "files", files_of(a, plan));
	json_set(a, q, "record", record_json(a, record));
	redact_json(a, q, REDACT_TAGGED);
	return file_replace(path.p, json_text(a, q), 0600, err);
}

static struct str command_of(struct arena *a, const struct json *record)
{
	struct json *words = json_path(record, "source.command");
	char **argv = arena_alloc(a, (json_count(words) + 1) * sizeof(*argv));
	size_t n = 0;

	JSON_EACH(word, words)
		argv[n++] = arena_strdup(a, json_str(word));
	return n ? argv_show(a, argv) : STR("");
}

/* Who decided, for the list: also a decision that does not count is shown, with the reason. */
static void decided(struct arena *a, struct queued *q)
{
	const char *hash = arena_strdup(a, q->plan);
	struct err err = { HEAL_OK, "" };
	struct json *v = decision_read(a, decision_path(a, APPROVED, hash).p, NULL, &err);

	q->status = STR("waiting");
	q->by = STR("");
	if (denial_find(a, hash, &q->by))
		q->status = STR("denied");
	else if (v) {
		q->status = STR("approved");
		q->by = who_and_when(a, v);
	} else if (err.status != HEAL_WRONG)
		q->by = arena_str(a, str_of(err.text));
}

static bool read_queued(struct arena *a, struct str path, struct queued *q, struct str *intent, struct err *err)
{
	struct str text;
	uid_t owner;

	if (!review_file_read(a, path.p, NULL, &text, &owner, err))
		return false;
	struct json *v = json_parse(a, text, JSON_PLAIN, err);
	if (!v)
		return false;
	*q = (struct queued){ .id = json_str(json_get(v, "id")),
		.plan = json_str(json_get(v, "plan")),
		.root = json_str(json_get(v, "root")),
		.solution = json_str(json_get(v, "solution")),
		.why = json_str(json_get(v, "why")),
		.reason = json_str(json_get(v, "reason")),
		.time = json_str(json_get(v, "time")),
		.diff = json_str(json_get(v, "diff")),
		.files = json_get(v, "files"),
		.record = json_get(v, "record") };
	q->command = command_of(a, q->record);
	*intent = json_str(json_get(v, "intent"));
	return true;
}

static bool show(struct arena *a, const char *id, struct queued *q, struct str *intent, struct err *err)
{
	if (!is_hex(str_of(id), ID_LENGTH))
		return err_set(err, HEAL_WRONG, "invalid id of a plan: '%.80s'", id);
	struct str path = review_path(a, QUEUE, arena_printf(a, "%s.json", id).p);
	if (!path.p || !file_exists(path.p))
		return err_set(err, HEAL_WRONG, "no such plan: '%s'; 'heal review' lists the plans", id);
	if (!read_queued(a, path, q, intent, err))
		return false;
	if (!str_is(q->id, id) || !str_starts(q->plan, id) || !is_hex(q->plan, HASH_LENGTH))
		return err_set(err, HEAL_BROKEN, "the queued plan '%s' is damaged", id);
	decided(a, q);
	return true;
}

bool queue_show(struct arena *a, const char *id, struct queued *q, struct err *err)
{
	struct str intent;

	return show(a, id, q, &intent, err);
}

static int oldest_first(const void *x, const void *y)
{
	const struct queued *p = x, *q = y;
	int order = str_cmp(p->time, q->time);

	return order ? order : str_cmp(p->id, q->id);
}

bool queue_list(struct arena *a, struct queued **at, size_t *n, struct str *left_out, struct err *err)
{
	VEC(struct queued) all = { 0 };
	struct str dir = review_path(a, QUEUE, NULL);
	DIR *d = dir.p ? opendir(dir.p) : NULL;
	struct queued q;
	struct err why;

	(void)err;
	if (left_out)
		*left_out = STR("");
	for (struct dirent *e; d && (e = readdir(d));) {
		struct str name = str_of(e->d_name);
		if (!str_ends(name, ".json") || name.n != ID_LENGTH + 5)
			continue;
		if (queue_show(a, arena_strdup(a, str_sub(name, 0, ID_LENGTH)), &q, &why))
			*VEC_ADD(a, &all) = q;
		else if (left_out)
			*left_out = arena_str(a, str_of(why.text));
	}
	if (d)
		closedir(d);
	if (all.n)
		qsort(all.at, all.n, sizeof(*all.at), oldest_first);
	*at = all.at;
	*n = all.n;
	return true;
}

/* ---- deciding ---- */

bool queue_is_current(struct arena *a, const struct queued *q, struct err *err)
{
	struct tree tree;

	if (!tree_open(a, &tree, arena_strdup(a, q->root), err))
		return false;
	bool ok = true;
	JSON_EACH(row, ok ? q->files : NULL) {
		struct str path = json_str(json_get(row, "path")), name, text;
		char sha[SHA256_HEX] = "absent";
		struct stat st;
		if (!ok || !tree_name(a, &tree, path, &name, NULL))
			break;
		/* What cannot be read as a file of the tree is compared when the plan is made again. */
		int there = tree_stat(a, &tree, name, &st, NULL);
		if (there == 1 && !tree_read(a, &tree, name, &text, &st, NULL))
			continue;
		if (there == 1)
			sha256_of(text, sha);
		if (!str_is(json_str(json_get(row, "sha")), sha))
			ok = err_set(err, HEAL_PERSON,
				"'%.*s' has changed since the plan was made; run the command again for a new plan",
				STR_ARG(path));
	}
	tree_close(&tree);
	return ok;
}

static bool decide(const char *id, const char *dir, const char *other, const char *reason, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct queued q;
	struct str intent;
	bool ok = show(&a, id, &q, &intent, err) && (reason || queue_is_current(&a, &q, err));

	if (ok) {
		const char *hash = arena_strdup(&a, q.plan), *folder = review_path(&a, dir, NULL).p;
		struct json *v = json_new(&a, JSON_OBJECT);
		json_set_str(&a, v, "plan", q.plan);
		json_set_str(&a, v, "intent", intent);
		who_set(&a, v);
		if (reason)
			json_set_str(&a, v, "reason", str_of(reason));
		if (q.files)
			json_set(&a, v, "files", json_copy(&a, q.files));
		ok = dir_make(folder, err) && review_folder_check(folder, NULL, err) &&
			file_replace(decision_path(&a, dir, hash).p, json_text(&a, v), 0600, err);
		if (ok)
			decision_remove(other, hash);
	}
	arena_free(&a);
	return ok;
}

bool queue_approve(const char *id, struct err *err)
{
	return decide(id, APPROVED, DENIED, NULL, err);
}

bool queue_deny(const char *id, const char *reason, struct err *err)
{
	return decide(id, DENIED, APPROVED, reason, err);
}

bool queue_remove(const char *id, struct err *err)
{
	struct arena a = ARENA_INIT;
	bool ok = is_hex(str_of(id), ID_LENGTH) || err_set(err, HEAL_WRONG, "invalid id of a plan: '%.80s'", id);

	if (ok && unlink(review_path(&a, QUEUE, arena_printf(&a, "%s.json", id).p).p) < 0 && errno != ENOENT)
		ok = err_errno(err, HEAL_REFUSED, "cannot remove the queued plan '%s'", id);
	arena_free(&a);
	return ok;
}

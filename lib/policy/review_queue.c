#include "policy/review_queue.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"

enum { ID_LENGTH = 16, QUEUED_MAX = 8 << 20 };

static struct str place(struct arena *a, const char *dir, const char *name)
{
	struct str state = dir_state(a);

	return state.p ? arena_printf(a, "%.*s/%s%s%s", STR_ARG(state), dir, name ? "/" : "", name ? name : "") :
			 STR_NONE;
}

static const char *const words[] = { "approved", "rejected" };

bool approval_is(const char *hash, enum approval which)
{
	struct arena a = ARENA_INIT;
	struct str path = place(&a, words[which], hash), content;
	/* The file must contain the hash: an empty or unrelated file is not an approval. */
	bool is = strlen(hash) == SHA256_HEX - 1 && path.p && file_exists(path.p) &&
		file_read(&a, path.p, 4096, &content, NULL) && str_eq(str_trim(content), str_of(hash));

	arena_free(&a);
	return is;
}

static void word_remove(const char *hash, enum approval which)
{
	struct arena a = ARENA_INIT;
	struct str path = place(&a, words[which], hash);

	if (path.p)
		unlink(path.p);
	arena_free(&a);
}

void queue_done(const char *hash)
{
	char id[ID_LENGTH + 1];

	word_remove(hash, APPROVAL_YES);
	snprintf(id, sizeof(id), "%.*s", ID_LENGTH, hash);
	queue_remove(id, NULL);
}

struct str queue_id(struct str hash)
{
	return str_sub(hash, 0, ID_LENGTH);
}

bool queue_add(struct arena *a, const struct plan *plan, const struct record *record, const char *reason,
	struct str *id, struct err *err)
{
	struct json *q = json_new(a, JSON_OBJECT);

	*id = arena_str(a, (struct str){ plan->hash, ID_LENGTH });
	struct str dir = place(a, "queue", NULL);
	if (!dir.p)
		return err_set(err, HEAL_REFUSED, "no directory for the queue: set XDG_STATE_HOME or HOME");
	if (!dir_make(dir.p, err))
		return false;
	struct str path = place(a, "queue", arena_printf(a, "%.*s.json", STR_ARG(*id)).p);
	if (file_exists(path.p))
		return true;
	json_set_str(a, q, "id", *id);
	json_set_str(a, q, "plan", str_of(plan->hash));
	json_set_str(a, q, "root", plan->tree->path);
	json_set_str(a, q, "solution", plan->solution);
	json_set_str(a, q, "reason", str_of(reason));
	json_set_str(a, q, "time", time_text(a));
	json_set_str(a, q, "diff", plan_diff(a, plan));
	json_set(a, q, "record", record_json(a, record));
	return file_replace(path.p, json_text(a, q), 0600, err);
}

static bool is_id(const char *id)
{
	return strlen(id) == ID_LENGTH && strspn(id, "0123456789abcdef") == ID_LENGTH;
}

bool queue_show(struct arena *a, const char *id, struct queued *q, struct err *err)
{
	struct str text, path;

	if (!is_id(id))
		return err_set(err, HEAL_WRONG, "invalid id of a plan: '%.80s'", id);
	path = place(a, "queue", arena_printf(a, "%s.json", id).p);
	if (!path.p || !file_exists(path.p))
		return err_set(err, HEAL_WRONG, "no such plan: '%s'; 'heal review' lists the plans", id);
	if (!file_read(a, path.p, QUEUED_MAX, &text, err))
		return false;
	struct json *v = json_parse(a, text, JSON_PLAIN, err);
	if (!v)
		return false;
	*q = (struct queued){ json_str(json_get(v, "id")), json_str(json_get(v, "plan")), json_str(json_get(v, "root")),
		json_str(json_get(v, "solution")), json_str(json_get(v, "reason")), json_str(json_get(v, "time")),
		json_str(json_get(v, "diff")), STR("waiting"), json_get(v, "record") };
	const char *hash = arena_strdup(a, q->plan);
	if (!str_starts(q->plan, id))
		return err_set(err, HEAL_BROKEN, "the queued plan '%s' is damaged", id);
	if (approval_is(hash, APPROVAL_YES))
		q->status = STR("approved");
	else if (approval_is(hash, APPROVAL_NO))
		q->status = STR("rejected");
	return true;
}

static int oldest_first(const void *x, const void *y)
{
	const struct queued *p = x, *q = y;
	int order = str_cmp(p->time, q->time);

	return order ? order : str_cmp(p->id, q->id);
}

bool queue_list(struct arena *a, struct queued **at, size_t *n, struct err *err)
{
	VEC(struct queued) all = { 0 };
	struct str dir = place(a, "queue", NULL);
	DIR *d = dir.p ? opendir(dir.p) : NULL;
	struct queued q;

	for (struct dirent *e; d && (e = readdir(d));) {
		struct str name = str_of(e->d_name);
		if (str_ends(name, ".json") && name.n == ID_LENGTH + 5 &&
			queue_show(a, arena_strdup(a, str_sub(name, 0, ID_LENGTH)), &q, err))
			*VEC_ADD(a, &all) = q;
	}
	if (d)
		closedir(d);
	if (all.n)
		qsort(all.at, all.n, sizeof(*all.at), oldest_first);
	*at = all.at;
	*n = all.n;
	return true;
}

static bool decide(const char *id, enum approval which, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct queued q;
	bool ok = queue_show(&a, id, &q, err);

	if (ok) {
		const char *hash = arena_strdup(&a, q.plan);
		struct str dir = place(&a, words[which], NULL);
		word_remove(hash, which == APPROVAL_YES ? APPROVAL_NO : APPROVAL_YES);
		ok = dir_make(dir.p, err) && file_replace(place(&a, words[which], hash).p, q.plan, 0600, err);
	}
	arena_free(&a);
	return ok;
}

bool queue_approve(const char *id, struct err *err)
{
	return decide(id, APPROVAL_YES, err);
}

bool queue_reject(const char *id, struct err *err)
{
	return decide(id, APPROVAL_NO, err);
}

bool queue_remove(const char *id, struct err *err)
{
	struct arena a = ARENA_INIT;
	bool ok = is_id(id) || err_set(err, HEAL_WRONG, "invalid id of a plan: '%.80s'", id);

	if (ok && unlink(place(&a, "queue", arena_printf(&a, "%s.json", id).p).p) < 0 && errno != ENOENT)
		ok = err_errno(err, HEAL_REFUSED, "cannot remove the queued plan '%s'", id);
	arena_free(&a);
	return ok;
}

#include "sandbox/copy.h"

#include "base/path.h"

bool copy_open(struct arena *a, struct copy *c, const char *root, const char *cwd, uint64_t max_bytes, struct err *err)
{
	struct trial_limits limits = { .bytes = max_bytes };
	struct str below = path_below(str_of(cwd), str_of(root));

	*c = (struct copy){ .root = root, .cwd = cwd, .tree.fd = -1 };
	c->trial = trial_new(root, &limits, err);
	if (!c->trial)
		return false;
	const char *path = trial_path(c->trial);
	c->dir = path_normal(a, path_join(a, str_of(path), below.p ? below : STR(".")));
	c->view = source_new(path, c->dir.p, err);
	return c->view && tree_open(a, &c->tree, path, err);
}

void copy_close(struct copy *c)
{
	source_free(c->view);
	tree_close(&c->tree);
	trial_free(c->trial);
}

static bool watch_in_place(struct copy *c, struct watch_options o, struct watched *w, struct err *err)
{
	o.dir = c->cwd;
	o.copy = trial_path(c->trial);
	o.original = c->root;
	return watch(&o, w, err);
}

bool copy_watch(struct copy *c, const struct watch_options *o, struct watched *w, struct err *err)
{
	struct watch_options elsewhere = *o;

	if (c->where != COPY_ELSEWHERE) {
		bool ran = watch_in_place(c, *o, w, err);
		if (!ran || w->run.start != RUNNER_NO_NAMESPACE) {
			if (ran && c->where == COPY_IN_PLACE_PERHAPS)
				source_alias(c->view, str_of(c->root));
			c->where = ran ? COPY_IN_PLACE : c->where;
			return ran;
		}
		/* It could before: what was seen then is not to be compared with a run elsewhere. */
		if (c->where == COPY_IN_PLACE)
			return err_set(err, HEAL_REFUSED, "the copy can no longer stand in for '%s'", c->root);
		c->where = COPY_ELSEWHERE;
		watched_release(w);
	}
	elsewhere.dir = c->dir.p;
	return watch(&elsewhere, w, err);
}

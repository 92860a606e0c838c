#include "loop/bisect_changes.h"

#include "analyze/recent_changes.h"
#include "loop/combine.h"

static struct json *step_back(struct arena *a, struct source_tree *project, const struct changed *c)
{
	const struct text *now = source_read(project, c->path);

	if (!c->was.p)
		return NULL;
	if (!source_exists(project, c->path))
		return whole_create(a, c->path, c->was);
	return now ? whole_edit(a, now, c->was) : NULL;
}

bool bisect_solution(
	struct arena *a, const struct pack *pack, struct source_tree *project, size_t i, struct json **solution)
{
	struct changes c;
	struct json *o = json_new(a, JSON_OBJECT), *steps = json_array_in(a, o, "steps"),
		    *files = json_array_in(a, o, "files");

	*solution = NULL;
	if (!changes_since(a, pack, project, i, &c))
		return false;
	json_set_str(a, o, "id", STR("heal.last-change"));
	json_set_str(a, o, "type", STR("code_fix"));
	json_set_str(a, o, "applicability", STR("maybe"));
	json_set_str(a, o, "strategy", STR(REVERT_STRATEGY));
	json_set_str(a, o, "description", arena_printf(a, "Take back what changed %.*s.", STR_ARG(c.since)));
	json_set_double(a, o, "confidence", 0.7);
	json_set_str(a, json_object_in(a, o, "risk"), "level", STR("red"));
	for (size_t k = 0; k < c.n; k++) {
		struct json *step = step_back(a, project, &c.at[k]);
		if (!step)
			continue;
		json_add(steps, step);
		json_add(files, json_new_str(a, c.at[k].path));
	}
	if (json_count(steps))
		*solution = o;
	return true;
}

#include "analyze/version_control.h"

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "rules/confinement_profile.h"
#include "rules/template.h"

enum { SECONDS = 5, INDEX_MAX = 64 << 20 };

static struct str slot_get(void *ctx, struct str name)
{
	const struct vcs *c = ctx;
	const struct {
		const char *name;
		struct str value;
	} slots[] = { { "rev", c->rev }, { "path", c->path }, { "own", c->own.path }, { "top", c->at.top },
		{ "objects", c->at.objects }, { "index", c->at.index }, { "commit", c->at.commit },
		{ "format", c->at.format }, { "range", c->range } };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (str_is(name, slots[i].name))
			return slots[i].value;
	return STR_NONE;
}

bool vcs_find(struct arena *a, const struct pack *pack, struct source_tree *v, struct vcs *out)
{
	struct node rows = pack_table(pack, "vcs");

	for (uint32_t i = 0; i < node_count(rows); i++) {
		*out = (struct vcs){ .a = a, .v = v, .row = node_at(rows, i), .own = TEMPORARY_FOLDER_NONE };
		struct str sign = node_str(node_get(out->row, "sign"));
		if (sign.n && repository_find(a, source_root(v), sign, &out->at))
			return true;
	}
	return false;
}

void vcs_end(struct vcs *c)
{
	temporary_folder_remove(&c->own);
}

static bool files_make(struct vcs *c)
{
	struct node files = node_get(c->row, "files");
	struct template_values v = { .get = slot_get, .ctx = c };

	for (uint32_t i = 0; i < node_count(files); i++) {
		struct str text = template_fill(c->a, node_str(node_at(files, i)), &v, NULL);
		if (!text.p || !temporary_folder_put(&c->own, node_key(files, i), text))
			return false;
	}
	return true;
}

static bool environment_make(struct vcs *c)
{
	struct node table = node_get(c->row, "environment");
	struct template_values v = { .get = slot_get, .ctx = c };
	char **also = arena_alloc(c->a, (node_count(table) + 1) * sizeof(*also));

	for (uint32_t i = 0; i < node_count(table); i++) {
		struct str value = template_fill(c->a, node_str(node_at(table, i)), &v, NULL);
		if (!value.p)
			return false;
		also[i] = arena_strdup(
			c->a, arena_printf(c->a, "%.*s=%.*s", STR_ARG(node_key(table, i)), STR_ARG(value)));
	}
	also[node_count(table)] = NULL;
	c->also = also;
	return true;
}

static bool vcs_begin(struct vcs *c)
{
	if (c->own.path.p)
		return true;
	if (temporary_folder_make_small(c->a, &c->own, "vcs", NULL) && files_make(c) && environment_make(c))
		return true;
	vcs_end(c);
	return false;
}

size_t *vcs_count(struct source_tree *v, const char *name)
{
	void **note = source_note(v, str_of(name));

	return *note ? *note : (*note = ARENA_NEW(source_arena(v), size_t));
}

struct str vcs_output(struct vcs *c, struct node words)
{
	struct template_values v = { .get = slot_get, .ctx = c };
	struct proc p = { .dir = arena_strdup(c->a, source_root(c->v)),
		.helper = true,
		.timeout = SECONDS,
		.max = VIEW_FILE_MAX,
		.split = true,
		.confinement = confinement_profile(c->a, c->row, "vcs") };
	size_t *timeouts = vcs_count(c->v, "changes timeouts");
	struct proc_result r;
	struct err err;

	if (*timeouts || !vcs_begin(c))
		return STR_NONE;
	p.also = c->also;
	p.write = c->writes ? c->own.path.p : NULL;
	p.argv = template_argv(c->a, words, &v);
	if (!p.argv || !proc_run(c->a, &p, &r, &err))
		return STR_NONE;
	*timeouts += r.timed_out;
	if (r.status != 0 || r.truncated)
		return STR_NONE;
	return str_or_empty(r.output);
}

bool vcs_refresh(struct vcs *c)
{
	struct node words = node_get(c->row, "refresh");
	struct str index, own = node_str(node_get(c->row, "own_index"));

	if (!words.image || !own.n || !vcs_begin(c) || !file_read(c->a, c->at.index.p, INDEX_MAX, &index, NULL) ||
		!temporary_folder_put(&c->own, own, index))
		return false;
	c->at.index = path_join(c->a, c->own.path, own);
	if (!environment_make(c))
		return false;
	c->writes = true;
	vcs_output(c, words); /* its status says whether files differ */
	c->writes = false;
	return true;
}

bool vcs_committed(struct arena *a, const struct pack *pack, struct str root, struct str name, struct str *text)
{
	const char *dir = arena_strdup(a, root);
	struct source_tree *v = source_new(dir, dir, NULL);
	struct vcs c;

	*text = STR_NONE;
	if (v && vcs_find(a, pack, v, &c)) {
		c.rev = node_str(node_get(node_at(node_get(c.row, "since"), 0), "rev"));
		c.path = name;
		*text = vcs_output(&c, node_get(c.row, "was"));
		vcs_end(&c);
	}
	source_free(v);
	return text->p != NULL;
}

#include "analyze/recent_changes.h"

#include <string.h>

#include "analyze/hidden_files.h"
#include "analyze/version_control.h"
#include "base/io.h"
#include "base/path.h"

enum { ASKED_MAX = 32 };

static struct node state_of(const struct vcs *c, size_t i)
{
	return node_at(node_get(c->row, "since"), (uint32_t)i);
}

static struct str text_before(struct vcs *c, struct str path)
{
	struct str text;

	c->path = path;
	text = vcs_output(c, node_get(c->row, "was"));

	return text.p && memchr(text.p, '\0', text.n) ? STR_NONE : text;
}

static bool is_known(const struct changes *to, struct str path)
{
	for (size_t i = 0; i < to->n; i++)
		if (str_eq(to->at[i].path, path))
			return true;
	return false;
}

/* More than CHANGES_FILES_MAX are only counted. */
static void names_add(struct changes *to, struct str names)
{
	struct str path;

	while (str_split(&names, '\0', &path)) {
		if (!path.n || is_known(to, path))
			continue;
		if (to->n == CHANGES_FILES_MAX)
			to->too_many++;
		else
			to->at[to->n++].path = path;
	}
}

static void names_ask(struct vcs *c, struct changes *to)
{
	struct node commands = node_get(c->row, "changed");

	to->n = to->too_many = 0;
	for (uint32_t k = 0; k < node_count(commands); k++)
		names_add(to, vcs_output(c, node_at(commands, k)));
	to->too_many += to->too_many ? to->n : 0;
}

bool changes_since(struct arena *a, const struct pack *pack, struct source_tree *v, size_t i, struct changes *out)
{
	struct vcs c;

	memset(out, 0, sizeof(*out));
	hide_secret_files(v, pack);
	if (!vcs_find(a, pack, v, &c) || node_kind(state_of(&c, i)) != NODE_MAP)
		return false;
	c.rev = node_str(node_get(state_of(&c, i), "rev"));
	out->since = node_str(node_get(state_of(&c, i), "description"));
	out->at = arena_alloc(a, CHANGES_FILES_MAX * sizeof(*out->at));
	names_ask(&c, out);
	if (out->too_many && vcs_refresh(&c))
		names_ask(&c, out);
	if (out->too_many)
		out->n = 0;
	for (size_t k = 0; k < out->n; k++)
		out->at[k].was = source_is_hidden(v, out->at[k].path) ? STR_NONE : text_before(&c, out->at[k].path);
	vcs_end(&c);
	return true;
}

/* The result is cached per file in the view; in a log with very many files, only the first ones are queried. */
static const struct str *text_known(struct vcs *c, size_t i)
{
	struct arena *a = source_arena(c->v);
	struct str name = arena_printf(a, "changes %zu %.*s", i, STR_ARG(c->path));
	void **note = source_note(c->v, name);

	if (!*note) {
		struct str *text = ARENA_NEW(a, struct str);
		*text = (*vcs_count(c->v, "changes asked"))++ < ASKED_MAX ? text_before(c, c->path) : STR_NONE;
		*source_note(c->v, name) = text;
		return text;
	}
	return *note;
}

static bool has_line(struct str text, struct str line)
{
	struct str other;

	while (str_split(&text, '\n', &other))
		if (str_eq(other, line))
			return true;
	return false;
}

struct str changes_of_line(const struct pack *pack, struct source_tree *v, struct str path, int64_t number)
{
	const struct text *now = source_read(v, path);
	struct str line = now ? text_line(now, number) : STR_NONE;
	struct vcs c;

	if (!line.p || !vcs_find(source_arena(v), pack, v, &c))
		return STR_NONE;
	c.path = path;
	struct str since = STR_NONE;
	for (size_t i = 0; !since.p && node_kind(state_of(&c, i)) == NODE_MAP; i++) {
		c.rev = node_str(node_get(state_of(&c, i), "rev"));
		const struct str *was = text_known(&c, i);
		if (was->p && !has_line(*was, line))
			since = node_str(node_get(state_of(&c, i), "description"));
	}
	vcs_end(&c);
	return since;
}

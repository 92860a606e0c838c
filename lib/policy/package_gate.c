/* Installing packages: what the project declared before any fix, and what the shipped tables list. */
#include <string.h>

#include "policy/package_sources.h"
#include "policy/policy_table.h"

struct gate {
	const struct policy *p;
	const struct plan *plan;
	const struct command *c;
	const struct project_before *before;
	struct node ecosystem;
	struct str why;
};

static bool stop(struct gate *g, struct str why)
{
	g->why = why;
	return true;
}

/* ---- what it reads ---- */

static bool text_before(const struct gate *g, struct str name, struct str *text)
{
	return g->before && g->before->get(g->before->ctx, name, text);
}

static bool file_text(const struct gate *g, struct str name, struct str *text)
{
	struct stat st;
	struct str tidy;

	return tree_name(g->plan->a, g->plan->tree, name, &tidy, NULL) &&
		tree_stat(g->plan->a, g->plan->tree, tidy, &st, NULL) == 1 &&
		tree_read(g->plan->a, g->plan->tree, tidy, text, &st, NULL);
}

/* Each line of a list of packages must be a plain requirement: no option, address, path or further list. */
static bool has_odd_line(struct gate *g, struct str name, struct str text)
{
	struct str pattern = node_str(node_get(g->ecosystem, "line")), line, shown;
	struct regex *re = pattern.n ? regex_new(g->plan->a, pattern, NULL) : NULL;
	char out[120];
	bool odd = pattern.n && !re;

	while (re && !odd && str_line(&text, &line))
		if (str_trim(line).n && regex_match(re, line, NULL) != 1) {
			odd = true;
			shown = str_of(visible(str_trim(line), out, sizeof(out)));
			stop(g,
				arena_printf(g->plan->a, "'%.*s' has a line that is no plain requirement: %.*s",
					STR_ARG(name), STR_ARG(shown)));
		}
	regex_free(re);
	return odd;
}

/* Has heal itself put a line there that names a source? */
static bool is_changed_by_heal(struct gate *g, struct str name, struct str now)
{
	struct str before, line, rest = now;

	if (!text_before(g, name, &before) || str_eq(before, now))
		return false;
	while (str_line(&rest, &line))
		if (str_trim(line).n && !str_has_line(before, line))
			return stop(g,
				arena_printf(g->plan->a, "an earlier fix changed '%.*s', from which it installs",
					STR_ARG(name)));
	return false;
}

static bool is_changed_by_plan(struct gate *g, struct str name)
{
	for (size_t i = 0; i < g->plan->n; i++) {
		const struct change *c = &g->plan->changes[i];
		if (str_eq(c->path, name) && c->kind == CHANGE_WRITE)
			return stop(g,
				arena_printf(g->plan->a, "the plan itself changes '%.*s', from which it installs",
					STR_ARG(name)));
	}
	return false;
}

static bool reads_badly(struct gate *g)
{
	for (size_t i = 0; i < g->c->reads_n; i++) {
		struct str name = g->c->reads[i], text;
		if (is_changed_by_plan(g, name))
			return true;
		if (file_text(g, name, &text) &&
			((g->c->reads_list && has_odd_line(g, name, text)) || is_changed_by_heal(g, name, text)))
			return true;
	}
	return false;
}

/* ---- what it installs ---- */

static bool value_has(struct node value, struct str name)
{
	for (uint32_t i = 0; i < node_list_count(value); i++)
		if (str_lists(node_str(node_list_at(value, i)), ' ', name))
			return true;
	return false;
}

static bool in_tables(const struct gate *g)
{
	struct node values = node_get(g->ecosystem, "tables"), keys = node_get(g->ecosystem, "names");
	struct str name = g->c->package;

	for (uint32_t i = 0; g->p->pack && i < node_list_count(keys); i++) {
		struct node table = pack_table(g->p->pack, arena_strdup(g->plan->a, node_str(node_list_at(keys, i))));
		if (node_kind(node_get_str(table, name)) != NODE_NONE)
			return true;
	}
	for (uint32_t i = 0; g->p->pack && i < node_list_count(values); i++) {
		struct node table = pack_table(g->p->pack, arena_strdup(g->plan->a, node_str(node_list_at(values, i))));
		for (uint32_t k = 0; k < node_count(table); k++)
			if (value_has(node_at(table, k), name))
				return true;
	}
	return false;
}

static bool is_unknown(struct gate *g, bool by_table)
{
	struct str near = STR("");
	struct arena *a = g->plan->a;

	if (!g->c->package.n || (by_table && g->c->from_table && !g->c->version.n && in_tables(g)))
		return false;
	if (!policy_declared(
		    a, g->p, g->plan->tree, g->before, g->c->ecosystem, g->c->dir, g->c->package, g->c->version, &near))
		return stop(g,
			arena_printf(a, "the project does not declare the package '%.*s%s%.*s'%s%.*s",
				STR_ARG(g->c->package), g->c->version.n ? " " : "", STR_ARG(g->c->version),
				near.n ? "; it declares " : "", STR_ARG(near)));
	return false;
}

struct str policy_packages(const struct policy *p, const struct plan *plan, const struct record *record,
	const struct project_before *before)
{
	/* A language model does not choose packages from a table. */
	bool by_table = !record || !str_is(record->analysis.by, "llm");

	for (size_t i = 0; i < plan->commands_n; i++) {
		struct gate g = { .p = p, .plan = plan, .c = &plan->commands[i], .before = before };
		if (!g.c->ecosystem.n)
			continue;
		g.ecosystem = node_get_str(node_get(p->table, "ecosystems"), g.c->ecosystem);
		if (is_unknown(&g, by_table) || reads_badly(&g))
			return g.why;
		struct str elsewhere = package_source(p, plan, g.c, before);
		if (elsewhere.n)
			return elsewhere;
	}
	return STR("");
}

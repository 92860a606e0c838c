#include "policy/package_sources.h"

#include "base/path.h"
#include "policy/manifest_files.h"
#include "policy/policy_table.h"
#include "redact/redact.h"
#include "rules/secret_files.h"

enum { SHOWN = 160 };

struct source_search {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	const struct project_before *before;
	struct node row;
	struct str why;
};

/* Something that names a source: what it says, and where. */
struct place {
	struct str said;
	size_t line;
};

struct places {
	struct arena *a;
	VEC(struct place) all;
	bool unknown; /* the text could not be searched */
};

static size_t line_of(struct str text, const char *at)
{
	size_t n = 1;

	for (const char *c = text.p; c < at; c++)
		n += *c == '\n';
	return n;
}

/* ---- what a text names ---- */

/* A match with the whole of its lines: what stands before and behind it says which source it is. */
static void take_match(struct places *out, struct str text, struct str found)
{
	size_t begin = (size_t)(found.p - text.p), end = begin + found.n;

	while (begin > 0 && text.p[begin - 1] != '\n')
		begin--;
	while (end < text.n && text.p[end] != '\n')
		end++;
	struct str said = str_trim(str_sub(text, begin, end));
	*VEC_ADD(out->a, &out->all) = (struct place){ said, line_of(text, said.p) };
}

static void find_matches(struct places *out, struct str text, struct str pattern)
{
	struct regex *re = regex_new(out->a, pattern, NULL);
	struct match m;
	size_t at = 0;
	int found = re ? 0 : -1;

	while (re && at <= text.n && (found = regex_match_from(re, text, at, &m)) == 1) {
		take_match(out, text, m.whole);
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end > at ? end : at + 1;
	}
	out->unknown |= found < 0;
	regex_free(re);
}

static void find_values(struct places *out, struct str text, struct regex *index, const struct json *v)
{
	JSON_EACH(one, v) {
		if (one->type == JSON_OBJECT || one->type == JSON_ARRAY)
			find_values(out, text, index, one);
		else if (one->type == JSON_STRING && regex_match(index, one->text, NULL) != 1)
			*VEC_ADD(out->a, &out->all) = (struct place){ arena_printf(out->a, "\"%.*s\": \"%.*s\"",
									      STR_ARG(one->key), STR_ARG(one->text)),
				one->raw.p ? line_of(text, one->raw.p) : 1 };
	}
}

static void find_members(struct places *out, struct str text, struct node row)
{
	struct node names = node_get(row, "json");
	struct regex *index = regex_new(out->a, node_str(node_get(row, "index")), NULL);
	struct json *v = json_parse(out->a, text, JSON_PLAIN, NULL);

	out->unknown |= !index || !v || v->type != JSON_OBJECT;
	if (!out->unknown)
		JSON_EACH(member, v) /* all of one name: which one counts is the reader's choice */
			if (node_list_has(names, member->key))
				find_values(out, text, index, member);
	regex_free(index);
}

static struct places places_of(struct arena *a, struct str text, struct node row)
{
	struct places out = { .a = a };

	if (node_has(row, "json"))
		find_members(&out, text, row);
	else
		find_matches(&out, text, node_str(node_get(row, "match")));
	return out;
}

/* ---- what the last commit names ---- */

static bool text_committed(const struct source_search *s, struct str name, struct str *text)
{
	return node_bool(node_get(s->row, "committed"), false) && s->before && s->before->committed &&
		s->before->committed(s->before->ctx, s->a, s->p->pack, name, text);
}

static bool is_among(const struct places *known, struct str said)
{
	for (size_t i = 0; i < known->all.n; i++)
		if (str_eq(known->all.at[i].said, said))
			return true;
	return false;
}

/* ---- the files ---- */

static bool file_text(const struct source_search *s, struct str name, struct str *text)
{
	struct stat st;
	struct str tidy;

	return tree_name(s->a, s->t, name, &tidy, NULL) && tree_read(s->a, s->t, tidy, text, &st, NULL);
}

static void tell(struct source_search *s, struct str name, const struct place *place)
{
	char shown[SHOWN];
	const struct str *secret;
	size_t n = secret_files(s->a, s->p->pack, &secret);
	struct str said = redact_text(s->a, place->said, REDACT_PLAIN);

	s->why = arena_printf(
		s->a, "'%.*s' may name another source of packages in line %zu", STR_ARG(name), place->line);
	if (!globs_match(secret, n, name))
		s->why = arena_printf(s->a, "%.*s: %s", STR_ARG(s->why), visible(said, shown, sizeof(shown)));
}

static void look_into(void *ctx, struct str name)
{
	struct source_search *s = ctx;
	struct str text, committed;
	struct stat st;

	if (s->why.n || tree_stat(s->a, s->t, name, &st, NULL) != 1)
		return;
	/* What cannot be read, such as a symlink, may name anything. */
	bool is_read = file_text(s, name, &text);
	struct places now = is_read ? places_of(s->a, text, s->row) : (struct places){ .unknown = true };
	if (!now.unknown && !now.all.n)
		return;
	bool was = is_read && text_committed(s, name, &committed);
	if (was && str_eq(text, committed))
		return;
	if (now.unknown) {
		s->why = arena_printf(s->a, "'%.*s' may name another source of packages", STR_ARG(name));
		return;
	}
	struct places known = was ? places_of(s->a, committed, s->row) : (struct places){ 0 };
	for (size_t i = 0; i < now.all.n && !s->why.n; i++)
		if (!is_among(&known, now.all.at[i].said))
			tell(s, name, &now.all.at[i]);
}

static void look_in(struct source_search *s, struct node rows, struct str dir, bool below)
{
	for (uint32_t i = 0; i < node_count(rows) && !s->why.n; i++) {
		s->row = node_at(rows, i);
		struct node files = node_get(s->row, "files");
		for (uint32_t k = 0; k < node_list_count(files) && !s->why.n; k++) {
			struct str glob = node_str(node_list_at(files, k));
			manifest_files(s->a, s->t, dir, glob, look_into, s);
			if (below && node_bool(node_get(s->row, "below"), false))
				manifest_files_below(s->a, s->t, s->p->pack, dir, glob, look_into, s);
		}
	}
}

struct str package_source(
	const struct policy *p, const struct plan *plan, const struct command *c, const struct project_before *before)
{
	struct node rows = node_get(node_get_str(node_get(p->table, "ecosystems"), c->ecosystem), "sources");
	struct source_search s = { .a = plan->a, .p = p, .t = plan->tree, .before = before, .why = STR("") };
	struct str dir = str_is(c->dir, ".") ? STR("") : c->dir;

	for (bool below = true;; below = false) {
		look_in(&s, rows, dir, below);
		if (s.why.n || !dir.n)
			return s.why;
		dir = path_dir(dir);
		dir = str_is(dir, ".") ? STR("") : dir;
	}
}

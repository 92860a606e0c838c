/* The packages that a project declares, and those similar to a name. */
#include <ctype.h>
#include <string.h>

#include "base/nearest.h"
#include "base/path.h"
#include "policy/manifest_files.h"
#include "policy/policy_table.h"

struct manifest_search {
	struct arena *a;
	const struct policy *p;
	const struct tree *t;
	const struct project_before *before; /* or NULL */
	struct str version;                  /* without its operator, or empty */
	bool has_version;                    /* a manifest contains it */
	bool loose_names;                    /* as PEP 503: ignore case, and treat "-", "_", "." as equal */
	VEC(struct str) names;
};

static struct str normal(const struct manifest_search *s, struct str name)
{
	char *out = arena_alloc(s->a, name.n + 1);
	size_t n = 0;

	if (!s->loose_names)
		return name;
	for (size_t i = 0; i < name.n; i++) {
		if (strchr("-_.", name.p[i]) == NULL)
			out[n++] = (char)tolower((unsigned char)name.p[i]);
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	return (struct str){ out, n };
}

static void take_json(struct manifest_search *s, struct str text, struct node members)
{
	struct json *v = json_parse(s->a, text, JSON_PLAIN, NULL);

	for (uint32_t i = 0; v && i < node_list_count(members); i++) {
		struct json *object = json_get(v, arena_strdup(s->a, node_str(node_list_at(members, i))));
		if (object && object->type == JSON_OBJECT)
			JSON_EACH(member, object)
				*VEC_ADD(s->a, &s->names) = member->key;
	}
}

static void take_names(struct manifest_search *s, struct str text, struct regex *re)
{
	struct match m;
	size_t at = 0;

	while (at <= text.n && regex_match_from(re, text, at, &m) == 1) {
		struct str name = match_get(&m, "name");
		if (name.n)
			*VEC_ADD(s->a, &s->names) = name;
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end > at ? end : at + 1;
	}
}

static void take_pattern(struct manifest_search *s, struct str text, struct node way)
{
	struct str region = node_str(node_get(way, "region"));
	struct regex *re = regex_new(s->a, node_str(node_get(way, "match")), NULL);
	struct regex *outer = region.p ? regex_new(s->a, region, NULL) : NULL;
	struct match m;
	size_t at = 0;

	if (re && !region.p)
		take_names(s, text, re);
	while (re && outer && at <= text.n && regex_match_from(outer, text, at, &m) == 1) {
		take_names(s, m.whole, re);
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end > at ? end : at + 1;
	}
	regex_free(re);
	regex_free(outer);
}

static void take_file(struct manifest_search *s, struct str path, struct node way)
{
	struct str name, text;
	struct stat st;
	struct node members = node_get(way, "json");

	if (!tree_name(s->a, s->t, path, &name, NULL))
		return;
	if (!(s->before && s->before->get(s->before->ctx, name, &text)) &&
		!tree_read(s->a, s->t, name, &text, &st, NULL))
		return;
	s->has_version |= s->version.n && str_find(text, s->version) < text.n;
	if (node_list_count(members))
		take_json(s, text, members);
	else
		take_pattern(s, text, way);
}

struct taking {
	struct manifest_search *s;
	struct node way;
};

static void take_named(void *ctx, struct str path)
{
	const struct taking *t = ctx;

	take_file(t->s, path, t->way);
}

static void take_folder(struct manifest_search *s, struct str dir, struct node ecosystem)
{
	struct node declared = node_get(ecosystem, "declared");

	for (uint32_t i = 0; i < node_list_count(declared); i++) {
		struct node way = node_list_at(declared, i), files = node_get(way, "files");
		struct taking t = { s, way };
		for (uint32_t k = 0; k < node_list_count(files); k++)
			manifest_files(s->a, s->t, dir, node_str(node_list_at(files, k)), take_named, &t);
	}
}

/* Up to three declared names within typing distance, nearest first. */
static struct str nearest_names(const struct manifest_search *s, struct str package)
{
	struct str out = STR(""), last = STR("");
	int tolerance = word_tolerance(package), floor = -1;

	for (int round = 0; round < 3; round++) {
		size_t best = s->names.n;
		int least = tolerance + 1;
		for (size_t i = 0; i < s->names.n; i++) {
			int d = word_distance(package, normal(s, s->names.at[i]));
			if (d < least && (d > floor)) {
				least = d;
				best = i;
			}
		}
		if (best == s->names.n || str_eq(last, s->names.at[best]))
			break;
		floor = least;
		last = s->names.at[best];
		out = arena_printf(s->a, "%.*s%s'%.*s'", STR_ARG(out), out.n ? ", " : "", STR_ARG(last));
	}
	return out;
}

/* "==1.2", "@1.2": "1.2"; "@latest" is any. */
static struct str bare_version(struct str version)
{
	while (version.n && strchr("@=~><!:,", version.p[0]))
		version = str_sub(version, 1, version.n);
	return str_is(version, "latest") ? STR("") : version;
}

bool policy_declared(struct arena *a, const struct policy *p, const struct tree *t, const struct project_before *before,
	struct str ecosystem, struct str dir, struct str package, struct str version, struct str *near)
{
	struct node e = node_get_str(node_get(p->table, "ecosystems"), ecosystem);
	struct manifest_search s = { .a = a,
		.p = p,
		.t = t,
		.before = before,
		.version = bare_version(version),
		.loose_names = str_is(node_str(node_get(e, "normal")), "loose") };

	if (near)
		*near = STR("");
	take_folder(&s, STR(""), e);
	if (dir.n)
		take_folder(&s, dir, e);
	struct str wanted = normal(&s, package);
	for (size_t i = 0; i < s.names.n; i++)
		if (str_eq(normal(&s, s.names.at[i]), wanted))
			return !s.version.n || s.has_version;
	if (near)
		*near = nearest_names(&s, wanted);
	return false;
}

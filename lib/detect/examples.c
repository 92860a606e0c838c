/* An example is a text and exactly the records that it should give, in order:
 *
 *     examples:
 *       - text: |
 *           a.c:3:1: error: expected ';'
 *         expect:
 *           - {file: a.c, line: 3, message: "expected ';'"}
 *       - text: "checking for error... no"
 *         expect: []
 *
 * A member is one of `error`, or else of `error.fields`; `rule` defaults to the rule's id.  A list is compared element
 * by element, a map by the listed members; {count: N} matches any N elements, and the text (absent) a missing member.
 */
#include "detect/examples.h"

#include <string.h>

#include "base/path.h"
#include "base/vec.h"
#include "detect/detector.h"
#include "rules/pack_rules.h"

struct example_trial {
	struct arena a;
	VEC(struct json *) found;
};

static void keep(void *ctx, struct record *r)
{
	struct example_trial *t = ctx;

	*VEC_ADD(&t->a, &t->found) = json_get(record_json(&t->a, r), "error");
}

static struct str value_text(struct arena *a, const struct json *v)
{
	return !v ? STR("(absent)") : v->type == JSON_STRING ? v->text : json_text(a, v);
}

static struct str difference(struct arena *a, const struct json *v, struct node want, struct str name);

static struct str list_differs(struct arena *a, const struct json *v, struct node want, struct str name)
{
	struct str why = STR_NONE;

	if (!v || v->type != JSON_ARRAY || json_count(v) != node_count(want))
		return arena_printf(
			a, "%.*s has %zu elements, expected %u", STR_ARG(name), json_count(v), node_count(want));
	for (uint32_t i = 0; !why.p && i < node_count(want); i++)
		why = difference(a, json_at(v, i), node_at(want, i), arena_printf(a, "%.*s[%u]", STR_ARG(name), i));
	return why;
}

static struct str map_differs(struct arena *a, const struct json *v, struct node want, struct str name)
{
	int64_t count = node_count(want) == 1 ? node_int(node_get(want, "count"), -1) : -1;
	struct str why = STR_NONE;

	if (count >= 0 && (int64_t)json_count(v) != count)
		return arena_printf(
			a, "%.*s has %zu elements, expected %lld", STR_ARG(name), json_count(v), (long long)count);
	for (uint32_t i = 0; count < 0 && !why.p && i < node_count(want); i++) {
		struct str key = node_key(want, i);
		why = difference(a, json_get(v, arena_strdup(a, key)), node_at(want, i),
			arena_printf(a, "%.*s.%.*s", STR_ARG(name), STR_ARG(key)));
	}
	return why;
}

/* A description of the first difference; p == NULL if there is none. */
static struct str difference(struct arena *a, const struct json *v, struct node want, struct str name)
{
	if (node_kind(want) == NODE_LIST)
		return list_differs(a, v, want, name);
	if (node_kind(want) == NODE_MAP)
		return map_differs(a, v, want, name);
	struct str got = value_text(a, v);
	if (str_eq(str_trim(got), str_trim(node_str(want))))
		return STR_NONE;
	return arena_printf(a, "%.*s is '%.*s', expected '%.*s'", STR_ARG(name), STR_ARG(got), STR_ARG(node_str(want)));
}

static struct str record_differs(struct arena *a, const struct json *error, struct node expect, struct str rule)
{
	struct str got = json_str(json_get(error, "rule")), named = node_str(node_get(expect, "rule")), why = STR_NONE;

	if (!named.p && !str_eq(got, rule))
		return arena_printf(a, "rule is '%.*s', expected '%.*s'", STR_ARG(got), STR_ARG(rule));
	for (uint32_t i = 0; !why.p && i < node_count(expect); i++) {
		struct str key = node_key(expect, i);
		char *z = arena_strdup(a, key);
		struct json *v = json_get(error, z);
		why = difference(a, v ? v : json_get(json_get(error, "fields"), z), node_at(expect, i), key);
	}
	return why;
}

static struct str text_differs(struct example_trial *t, struct detector *d, struct node example, struct str rule)
{
	struct node expect = node_get(example, "expect");
	uint32_t want = node_list_count(expect);

	memset(&t->found, 0, sizeof(t->found));
	arena_reset(&t->a);
	detector_feed(d, node_str(node_get(example, "text")));
	detector_end(d);
	if (t->found.n != want) {
		struct str why = arena_printf(&t->a, "%zu records, expected %u", t->found.n, want);
		for (size_t i = 0; i < t->found.n && i < 4; i++)
			why = arena_printf(&t->a, "%.*s; found %.*s: %.*s", STR_ARG(why),
				STR_ARG(value_text(&t->a, json_get(t->found.at[i], "rule"))),
				STR_ARG(value_text(&t->a, json_get(t->found.at[i], "message"))));
		return why;
	}
	for (uint32_t i = 0; i < want; i++) {
		struct str why = record_differs(&t->a, t->found.at[i], node_list_at(expect, i), rule);
		if (why.p)
			return arena_printf(&t->a, "record %u: %.*s", i + 1, STR_ARG(why));
	}
	return STR_NONE;
}

void examples_run(const struct pack *pack, struct str id_glob, bool naive,
	void (*tell)(void *ctx, const struct example_result *), void *ctx)
{
	struct example_trial t = { .a = ARENA_INIT };
	struct detector_options o = { .pack = pack, .naive = naive, .found = keep, .ctx = &t };
	struct detector *d = detector_new(&o); /* one for all, because its rules are compiled when first used */

	for (uint32_t i = 0; i < pack_rules(pack); i++) {
		struct pack_rule rule = pack_rule(pack, i);
		struct node examples = node_get(rule.node, "examples");
		struct str as = node_str(node_get(rule.node, "as"));
		if (id_glob.n && !glob_match(id_glob, rule.id))
			continue;
		for (uint32_t k = 0; k < node_list_count(examples); k++) {
			struct node example = node_list_at(examples, k);
			struct str why = text_differs(&t, d, example, as.n ? as : rule.id);
			struct example_result r = { rule.id, k + 1, node_line(example), !why.p, why };
			tell(ctx, &r);
		}
	}
	detector_free(d);
	arena_free(&t.a);
}

/* ---- counting ---- */

/* Does the example of the rule `own` expect a record of this rule? */
static bool expects(struct node example, struct str rule, struct str own)
{
	struct node expect = node_get(example, "expect");

	for (uint32_t i = 0; i < node_list_count(expect); i++) {
		struct str named = node_str(node_get(node_list_at(expect, i), "rule"));
		if (str_eq(named.p ? named : own, rule))
			return true;
	}
	return false;
}

/* The name in a rule's records. */
static struct str shown_id(struct pack_rule rule)
{
	struct str as = node_str(node_get(rule.node, "as"));

	return as.n ? as : rule.id;
}

static unsigned good_of(const struct pack *pack, uint32_t which)
{
	struct str id = shown_id(pack_rule(pack, which));
	unsigned n = 0;

	for (uint32_t i = 0; i < pack_rules(pack); i++) {
		struct pack_rule other = pack_rule(pack, i);
		struct node examples = node_get(other.node, "examples");
		/* several rules may share a name: by default a record is that of the example's rule */
		for (uint32_t k = 0; k < node_list_count(examples); k++)
			n += expects(node_list_at(examples, k), id, i == which ? id : STR(""));
	}
	return n;
}

static unsigned silent_of(struct pack_rule rule)
{
	struct node examples = node_get(rule.node, "examples");
	struct str id = shown_id(rule);
	unsigned n = 0;

	for (uint32_t k = 0; k < node_list_count(examples); k++)
		n += !expects(node_list_at(examples, k), id, id);
	return n;
}

void examples_count(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_count *), void *ctx)
{
	for (uint32_t i = 0; i < pack_rules(pack); i++) {
		struct pack_rule rule = pack_rule(pack, i);
		if (id_glob.n && !glob_match(id_glob, rule.id))
			continue;
		bool mute = node_bool(node_get(rule.node, "ignore"), false) ||
			node_str(node_get(rule.node, "directory")).n;
		struct example_count c = { rule.id, good_of(pack, i), silent_of(rule), !mute };
		tell(ctx, &c);
	}
}

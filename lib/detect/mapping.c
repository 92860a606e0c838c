#include "detect/mapping.h"

#include <ctype.h>
#include <string.h>

#include "detect/member_names.h"
#include "detect/strip.h"

/* A condition on a value. */
struct test {
	struct selection *path;
	struct str written;
	struct regex *re; /* NULL: the value must exist */
};

struct tests {
	struct test *at;
	unsigned n;
};

/* The source of a value: the first of the paths that has one. */
struct mapped_capture {
	struct str name;
	struct selection **path;
	unsigned paths;
	struct regex *match; /* its named groups are the values; NULL: the text is the value */
	struct str join;     /* separator to join all values of the path; p == NULL: the first value */
	bool uri;
};

struct mapped_captures {
	struct mapped_capture *at;
	unsigned n;
};

/* Frames, notes and edits of an incident. */
struct path_part {
	enum verb verb;
	struct selection *path;
	struct tests when;
	struct mapped_captures take;
	struct selection *proposal; /* each is an alternative, and `path` is relative to it; or NULL */
	struct str counts;          /* unit of an edit's columns */
	bool inclusive;             /* an end is inclusive */
};

struct mapping {
	struct rule *rule;
	enum document_kind kind;
	struct tests signature, when, unless;
	struct selection **at;
	unsigned ats;
	struct mapped_captures take;
	struct member_names *names; /* instead of `take`, or NULL */
	struct path_part *part;
	unsigned parts;
};

/* ---- compiling ---- */

static struct selection *path_read(struct arena *a, struct node n)
{
	struct err err;

	return selection_new(a, node_str(n), &err);
}

static struct selection **paths_read(struct arena *a, struct node list, unsigned *count)
{
	struct selection **at = arena_alloc(a, (node_list_count(list) + 1) * sizeof(struct selection *));

	*count = 0;
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if ((at[*count] = path_read(a, node_list_at(list, i))))
			++*count;
	return at;
}

/* A map from paths to patterns, or a list of paths. */
static struct tests tests_read(struct arena *a, struct node n)
{
	bool map = node_kind(n) == NODE_MAP;
	uint32_t count = map ? node_count(n) : node_list_count(n);
	struct tests t = { arena_alloc(a, (count + 1) * sizeof(*t.at)), 0 };
	struct err err;

	for (uint32_t i = 0; i < count; i++) {
		struct str path = map ? node_key(n, i) : node_str(node_list_at(n, i));
		struct selection *s = selection_new(a, path, &err);
		struct regex *re = map ? regex_lazy(a, node_str(node_at(n, i)), REGEX_PLAIN) : NULL;
		if (s)
			t.at[t.n++] = (struct test){ s, path, re };
	}
	return t;
}

static struct mapped_capture capture_read(struct arena *a, struct str name, struct node n)
{
	struct mapped_capture c = { .name = name };
	struct node from = n;

	if (node_kind(n) == NODE_MAP) {
		struct str pattern = node_str(node_get(n, "match"));
		c.match = pattern.p ? regex_lazy(a, pattern, REGEX_PLAIN) : NULL;
		c.join = node_str(node_get(n, "join"));
		c.uri = node_bool(node_get(n, "uri"), false);
		from = node_get(n, "path");
	}
	c.path = paths_read(a, from, &c.paths);
	return c;
}

static struct mapped_captures captures_read(struct arena *a, struct node map)
{
	struct mapped_captures c = { arena_alloc(a, (node_count(map) + 1) * sizeof(*c.at)), 0 };

	for (uint32_t i = 0; i < node_count(map); i++)
		c.at[c.n++] = capture_read(a, node_key(map, i), node_at(map, i));
	return c;
}

static bool is_inclusive(struct node n, bool otherwise)
{
	struct str ends = node_str(node_get(n, "ends"));

	return ends.n ? str_is(ends, "inclusive") : otherwise;
}

static bool part_read(struct arena *a, struct node n, bool inclusive, struct str counts, struct path_part *p)
{
	static const struct {
		const char *name;
		enum verb verb;
	} verbs[] = {
		{ "frame", FRAME },
		{ "related", RELATED },
		{ "fixit", FIXIT },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		struct node path = node_get(n, verbs[i].name);
		if (node_kind(path) != NODE_TEXT)
			continue;
		*p = (struct path_part){ .verb = verbs[i].verb,
			.path = path_read(a, path),
			.when = tests_read(a, node_get(n, "when")),
			.take = captures_read(a, node_get(n, "take")),
			.proposal = node_str(node_get(n, "proposal")).p ? path_read(a, node_get(n, "proposal")) : NULL,
			.counts = counts,
			.inclusive = is_inclusive(n, inclusive) };
		return p->path != NULL;
	}
	return false;
}

struct mapping *mapping_new(struct arena *a, const struct pack *pack, uint32_t number, struct form_library *forms)
{
	struct pack_rule pr = pack_rule(pack, number);
	struct node n = pr.node, then = node_get(n, "then");
	struct mapping *m = ARENA_NEW(a, struct mapping);

	m->rule = rule_new(a, pack, number, forms);
	m->kind = pr.document;
	m->signature = tests_read(a, node_get(n, "signature"));
	m->when = tests_read(a, node_get(n, "when"));
	m->unless = tests_read(a, node_get(n, "unless"));
	m->at = paths_read(a, node_get(n, "at"), &m->ats);
	m->take = captures_read(a, node_get(n, "take"));
	m->names = node_bool(node_get(n, "by_name"), false) ? member_names_new(a, pack, forms) : NULL;
	m->part = arena_alloc(a, (node_list_count(then) + 1) * sizeof(*m->part));
	for (uint32_t i = 0; i < node_list_count(then); i++)
		m->parts += part_read(a, node_list_at(then, i), m->rule->inclusive, node_str(node_get(n, "counts")),
			&m->part[m->parts]);
	return m;
}

static void tests_free(struct tests *t)
{
	for (unsigned i = 0; i < t->n; i++)
		regex_free(t->at[i].re);
}

static void captures_free(struct mapped_captures *c)
{
	for (unsigned i = 0; i < c->n; i++)
		regex_free(c->at[i].match);
}

void mapping_free(struct mapping *m)
{
	if (!m)
		return;
	rule_free(m->rule);
	tests_free(&m->signature);
	tests_free(&m->when);
	tests_free(&m->unless);
	captures_free(&m->take);
	for (unsigned i = 0; i < m->parts; i++) {
		tests_free(&m->part[i].when);
		captures_free(&m->part[i].take);
	}
}

struct rule *mapping_rule(const struct mapping *m)
{
	return m->rule;
}

enum document_kind mapping_kind(const struct mapping *m)
{
	return m->kind;
}

/* ---- tests ---- */

struct testing {
	struct arena a;
	const struct test *test;
	bool holds;
};

static bool value_tested(void *ctx, struct json *v, const struct select_keys *keys)
{
	struct testing *t = ctx;
	struct match m;

	(void)keys;
	if (!t->test->re) {
		t->holds = true;
		return false;
	}
	bool container = v->type == JSON_OBJECT && !v->text.p;
	struct str text = container || (v->type == JSON_ARRAY && !v->first) ? STR("") : select_text(&t->a, v);
	t->holds = text.p && regex_match(t->test->re, str_sub(text, 0, TEXT_MAX), &m) == 1;
	return !t->holds;
}

static bool test_holds(const struct test *test, struct document_tree *t, struct json *from)
{
	struct testing testing = { .a = ARENA_INIT, .test = test };
	struct select search = { t->root, t->budget, value_tested, &testing };

	selection_run(test->path, &search, from);
	t->budget = search.budget;
	arena_free(&testing.a);
	return testing.holds;
}

static bool all_hold(const struct tests *tests, struct document_tree *t, struct json *from)
{
	for (unsigned i = 0; i < tests->n; i++)
		if (!test_holds(&tests->at[i], t, from))
			return false;
	return true;
}

static bool any_holds(const struct tests *tests, struct document_tree *t, struct json *from)
{
	for (unsigned i = 0; i < tests->n; i++)
		if (test_holds(&tests->at[i], t, from))
			return true;
	return false;
}

bool mapping_fits(const struct mapping *m, struct document_tree *t, struct str *lacks)
{
	for (unsigned i = 0; i < m->signature.n; i++)
		if (!test_holds(&m->signature.at[i], t, t->root)) {
			if (lacks)
				*lacks = m->signature.at[i].written;
			return false;
		}
	return m->signature.n > 0;
}

/* ---- captures ---- */

/* The incident being built, or a frame, note or edit of it. */
struct making {
	const struct mapping *m;
	struct document_tree *t;
	struct block *b;
	struct block_place *place; /* NULL: the incident itself */
	bool inclusive;
	int64_t proposal; /* number of the current alternative, 0: none */
	struct str joined, join;
};

static struct str percent_decoded(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '%' && i + 2 < s.n && isxdigit((unsigned char)s.p[i + 1]) &&
			isxdigit((unsigned char)s.p[i + 2])) {
			char hex[3] = { s.p[i + 1], s.p[i + 2], '\0' };
			unsigned v = 0;
			for (int k = 0; k < 2; k++)
				v = v * 16 +
					(unsigned)(isdigit((unsigned char)hex[k]) ? hex[k] - '0' :
										    (hex[k] | 0x20) - 'a' + 10);
			c = v ? (unsigned char)v : '?';
			i += 2;
		}
		out[n++] = (char)c;
	}
	return (struct str){ out, n };
}

/* Remove terminal escapes: in a JSON string they are encoded. */
static struct str without_escapes(struct arena *a, struct str text)
{
	struct strip s;
	struct buf out;

	if (str_chr(text, '\033') == text.n)
		return text;
	buf_init(&out, text.n + 1);
	strip_init(&s);
	strip_add(&s, text, &out);
	text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

static void value_put(struct making *k, struct str name, struct str text)
{
	text = rule_number(k->m->rule, k->inclusive, &k->b->a, name, str_sub(text, 0, TEXT_MAX));
	if (k->place)
		block_place_set(k->b, k->place, name, text);
	else if (str_is(name, "raw"))
		block_raw(k->b, text);
	else
		block_value_set(k->b, name, text);
}

static bool value_joined(void *ctx, struct json *v, const struct select_keys *keys)
{
	struct making *k = ctx;
	struct str text = str_trim(select_text(&k->b->a, v));

	(void)keys;
	if (text.n && k->joined.n)
		k->joined = arena_join(&k->b->a, k->joined, k->join);
	if (text.n)
		k->joined = arena_join(&k->b->a, k->joined, text);
	return k->joined.n < TEXT_MAX / 16;
}

static struct str path_text(struct making *k, const struct mapped_capture *c, struct selection *path, struct json *from)
{
	if (!c->join.p)
		return select_text(&k->b->a, selection_first(path, k->t->root, from, &k->t->budget));
	struct select search = { k->t->root, k->t->budget, value_joined, k };
	k->joined = STR_NONE;
	k->join = c->join;
	selection_run(path, &search, from);
	k->t->budget = search.budget;
	return k->joined;
}

static void groups_put(struct making *k, const struct mapped_capture *c, struct str text)
{
	struct match m;

	if (regex_match(c->match, str_sub(text, 0, TEXT_MAX), &m) != 1)
		return;
	for (unsigned i = 0, group; i < regex_names(c->match); i++) {
		struct str name = regex_name(c->match, i, &group);
		if (group < REGEX_GROUPS && m.group[group].p)
			value_put(k, name, m.group[group]);
	}
}

static void captures_take(struct making *k, const struct mapped_captures *list, struct json *from)
{
	for (unsigned i = 0; i < list->n; i++) {
		const struct mapped_capture *c = &list->at[i];
		struct str text = STR_NONE;
		for (unsigned p = 0; !text.n && p < c->paths; p++)
			text = path_text(k, c, c->path[p], from);
		if (!text.p)
			continue;
		if (c->uri)
			text = percent_decoded(&k->b->a, text);
		text = without_escapes(&k->b->a, text);
		if (c->match)
			groups_put(k, c, text);
		else
			value_put(k, c->name, text);
	}
}

/* ---- elements ---- */

static void each_of(struct json *v, void (*one)(void *ctx, struct json *v), void *ctx)
{
	if (v->type != JSON_ARRAY)
		one(ctx, v);
	else
		JSON_EACH(item, v)
			one(ctx, item);
}

struct part_walk {
	struct making *k;
	const struct path_part *part;
	int64_t proposals; /* seen so far */
};

static void part_one(void *ctx, struct json *v)
{
	struct part_walk *w = ctx;

	if (!all_hold(&w->part->when, w->k->t, v))
		return;
	struct block_place place = { .verb = w->part->verb };
	w->k->place = &place;
	w->k->inclusive = w->part->inclusive;
	captures_take(w->k, &w->part->take, v);
	if (w->part->verb == FIXIT && place.set && w->part->counts.n)
		block_place_set(w->k->b, &place, STR("counts"), w->part->counts);
	if (w->part->verb == FIXIT && place.set && w->k->proposal)
		place.fixit.proposal = w->k->proposal;
	block_place_add(w->k->b, &place);
	w->k->place = NULL;
}

static bool part_found(void *ctx, struct json *v, const struct select_keys *keys)
{
	(void)keys;
	each_of(v, part_one, ctx);
	return true;
}

static void part_take(struct part_walk *w, bool (*found)(void *, struct json *, const struct select_keys *),
	struct selection *path, struct json *element)
{
	struct select search = { w->k->t->root, w->k->t->budget, found, w };

	selection_run(path, &search, element);
	w->k->t->budget = search.budget < w->k->t->budget ? search.budget : w->k->t->budget;
}

static void proposal_one(void *ctx, struct json *v)
{
	struct part_walk *w = ctx;

	w->k->proposal = ++w->proposals;
	part_take(w, part_found, w->part->path, v);
	w->k->proposal = 0;
}

static bool proposal_found(void *ctx, struct json *v, const struct select_keys *keys)
{
	(void)keys;
	each_of(v, proposal_one, ctx);
	return true;
}

static void parts_take(struct making *k, struct json *element)
{
	for (unsigned i = 0; i < k->m->parts; i++) {
		const struct path_part *part = &k->m->part[i];
		struct part_walk w = { .k = k, .part = part };
		part_take(&w, part->proposal ? proposal_found : part_found,
			part->proposal ? part->proposal : part->path, element);
	}
}

/* The lines of a message after the first are the detail. */
static void message_split(struct block *b)
{
	struct str whole = str_trim(block_value(b, STR("message"))), rest = whole, line;

	if (str_chr(whole, '\n') == whole.n || !str_line(&rest, &line))
		return;
	block_value_replace(b, STR("message"), line);
	block_value_set(b, STR("detail"), str_trim(rest));
}

static unsigned long line_of(struct document_tree *t, const char *p)
{
	size_t at = (size_t)(p - t->text.p);

	if (at < t->counted) {
		t->counted = 0;
		t->counted_line = t->line;
	}
	for (const char *q = t->text.p + t->counted; q < p && (q = memchr(q, '\n', (size_t)(p - q))); q++)
		t->counted_line++;
	t->counted = at;
	return t->counted_line;
}

struct elements {
	const struct mapping *m;
	struct document_tree *t;
	struct block *b;
	void (*report)(void *ctx);
	void *ctx;
	const struct select_keys *keys;
	size_t n, end;
	struct json *named; /* the last that was read by its names: what is in it is a part of it */
};

static bool is_within(const struct json *v, const struct json *outer)
{
	while (v && v != outer)
		v = v->parent;
	return v && outer;
}

/* Read the element by the names of its members; false: it is no diagnostic. */
static bool names_take(struct elements *e, struct making *k, struct json *v)
{
	struct member_values values;

	if (is_within(v, e->named) || !member_names_read(e->m->names, &e->b->a, v, &e->t->budget, &values))
		return false;
	e->named = v;
	for (enum member_role role = 0; role < MEMBER_VALUES; role++)
		if (values.value[role].p)
			value_put(k, str_of(member_role_name(role)), without_escapes(&e->b->a, values.value[role]));
	return true;
}

static void element_report(void *ctx, struct json *v)
{
	struct elements *e = ctx;
	struct making k = { .m = e->m, .t = e->t, .b = e->b, .inclusive = e->m->rule->inclusive };
	bool closed = v->raw.p != NULL;

	if (!closed && (e->t->partial || v->type == JSON_OBJECT))
		return;
	if (!all_hold(&e->m->when, e->t, v) || any_holds(&e->m->unless, e->t, v))
		return;
	struct str raw = closed ? v->raw : STR_NONE;
	unsigned long first = closed ? line_of(e->t, raw.p) : e->t->line;
	unsigned long last = closed ? line_of(e->t, raw.p + raw.n - (raw.n > 0)) : first;
	block_begin(e->b, e->m->rule, first, last);
	for (unsigned i = 0; i < e->keys->n; i++)
		block_value_set(e->b, e->keys->name[i], e->keys->key[i]);
	if (e->m->names && !names_take(e, &k, v)) {
		e->b->rule = NULL;
		return;
	}
	captures_take(&k, &e->m->take, v);
	message_split(e->b);
	parts_take(&k, v);
	if (!e->b->raw.n)
		block_raw(e->b, raw);
	e->n++;
	if (closed && (size_t)(raw.p + raw.n - e->t->text.p) > e->end)
		e->end = (size_t)(raw.p + raw.n - e->t->text.p);
	if (!e->m->rule->ignore)
		e->report(e->ctx);
	e->b->rule = NULL;
}

static bool element_found(void *ctx, struct json *v, const struct select_keys *keys)
{
	struct elements *e = ctx;

	e->keys = keys;
	if (!e->m->names)
		each_of(v, element_report, ctx);
	else if (v->type == JSON_OBJECT)
		element_report(ctx, v);
	return true;
}

size_t mapping_run(const struct mapping *m, struct document_tree *t, struct block *b, void (*report)(void *ctx),
	void *ctx, size_t *end)
{
	struct elements e = { .m = m, .t = t, .b = b, .report = report, .ctx = ctx };

	for (unsigned i = 0; i < m->ats; i++) {
		struct select search = { t->root, t->budget, element_found, &e };
		selection_run(m->at[i], &search, t->root);
		t->budget = search.budget < t->budget ? search.budget : t->budget;
	}
	if (end && e.n)
		*end = e.end > *end ? e.end : *end;
	return e.n;
}

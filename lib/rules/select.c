#include "rules/select.h"

#include <string.h>

#include "base/vec.h"

enum path_step_kind { NAME, ANY, EACH, INDEX, INDEX_OF, WHERE, DEEP, UP, ROOT };

struct path_step {
	enum path_step_kind kind;
	struct str name;         /* NAME; ANY: what to call the key; WHERE: the member compared */
	int64_t index;           /* INDEX; from the end if negative */
	struct selection *other; /* INDEX_OF, WHERE: the value that says which */
	struct str literal;      /* WHERE, when there is no `other` */
};

struct selection {
	VEC(struct path_step) steps;
};

/* ---- reading ---- */

struct path_reader {
	struct arena *a;
	struct str rest, path;
	struct selection *s;
	struct err *err;
};

static bool wrong(struct path_reader *r, const char *why)
{
	return err_set(r->err, HEAL_WRONG, "path '%.*s': %s", STR_ARG(r->path), why);
}

static struct path_step *step_add(struct path_reader *r, enum path_step_kind kind)
{
	struct path_step *step = VEC_ADD(r->a, &r->s->steps);

	step->kind = kind;
	return step;
}

static struct str take(struct path_reader *r, size_t n)
{
	struct str taken = str_sub(r->rest, 0, n);

	r->rest = str_sub(r->rest, n, r->rest.n);
	return taken;
}

/* [name=path] and [name='text']: the elements of which that member has this value. */
static bool where_read(struct path_reader *r, struct str inside, size_t equals)
{
	struct path_step *step = step_add(r, WHERE);
	struct str value = str_sub(inside, equals + 1, inside.n);

	step->name = str_sub(inside, 0, equals);
	if (value.n >= 2 && value.p[0] == '\'' && value.p[value.n - 1] == '\'') {
		step->literal = str_sub(value, 1, value.n - 1);
		return true;
	}
	struct selection *other = selection_new(r->a, value, r->err);
	r->s->steps.at[r->s->steps.n - 1].other = other;
	return other != NULL;
}

static bool bracket_read(struct path_reader *r)
{
	size_t end = str_chr(r->rest, ']');
	int64_t index;

	if (end == r->rest.n)
		return wrong(r, "'[' without ']'");
	struct str inside = str_sub(take(r, end + 1), 1, end);
	size_t equals = str_chr(inside, '=');
	if (inside.n == 0)
		return wrong(r, "nothing in '[]'; each element is '[*]'");
	if (str_is(inside, "*")) {
		step_add(r, EACH);
	} else if (str_number(inside, &index)) {
		step_add(r, INDEX)->index = index;
	} else if (inside.p[0] == '-' && str_number(str_sub(inside, 1, inside.n), &index)) {
		step_add(r, INDEX)->index = -index;
	} else if (equals < inside.n) {
		return where_read(r, inside, equals);
	} else {
		struct selection *other = selection_new(r->a, inside, r->err);
		if (!other)
			return false;
		step_add(r, INDEX_OF)->other = other;
	}
	return true;
}

static bool name_read(struct path_reader *r)
{
	size_t n = 0;

	while (n < r->rest.n && !strchr(".[", r->rest.p[n]))
		n++;
	struct str name = take(r, n);
	if (name.n >= 2 && name.p[0] == '{' && name.p[name.n - 1] == '}')
		step_add(r, ANY)->name = str_sub(name, 1, name.n - 1);
	else if (str_is(name, "**"))
		step_add(r, DEEP);
	else if (str_is(name, "*"))
		step_add(r, ANY);
	else if (name.n == 0 || str_chr(name, '*') < name.n || str_chr(name, ']') < name.n ||
		str_chr(name, '\'') < name.n)
		return wrong(r, "a step is a name, '*', '**', '{name}' or '[...]'");
	else
		step_add(r, NAME)->name = name;
	return true;
}

/* A member whose name is no plain one: "a.b". */
static bool quoted_read(struct path_reader *r)
{
	struct str rest = str_sub(r->rest, 1, r->rest.n);
	size_t n = str_chr(rest, '"');

	if (n == rest.n)
		return wrong(r, "a quote is not closed");
	step_add(r, NAME)->name = str_sub(rest, 0, n);
	take(r, n + 2);
	return true;
}

/* '$', or any number of '^', or nothing. */
static void start_read(struct path_reader *r)
{
	if (r->rest.n && r->rest.p[0] == '$' && (r->rest.n == 1 || strchr(".[", r->rest.p[1]))) {
		step_add(r, ROOT);
		take(r, 1);
	}
	while (r->rest.n && r->rest.p[0] == '^') {
		step_add(r, UP);
		take(r, 1);
	}
}

struct selection *selection_new(struct arena *a, struct str path, struct err *err)
{
	struct path_reader r = { a, path, path, ARENA_NEW(a, struct selection), err };
	bool ok = true;

	if (path.n == 0) {
		wrong(&r, "is empty; the value itself is '.'");
		return NULL;
	}
	start_read(&r);
	if (r.rest.n && r.rest.p[0] == '.')
		take(&r, 1);
	while (ok && r.rest.n) {
		ok = r.rest.p[0] == '[' ? bracket_read(&r) : r.rest.p[0] == '"' ? quoted_read(&r) : name_read(&r);
		if (ok && r.rest.n && r.rest.p[0] == '.' && (take(&r, 1), r.rest.n == 0))
			ok = wrong(&r, "ends in a dot");
	}
	return ok ? r.s : NULL;
}

struct str selection_name(const struct selection *s)
{
	for (size_t i = s->steps.n; i-- > 0;)
		if (s->steps.at[i].kind == NAME)
			return s->steps.at[i].name;
	return STR("");
}

struct str selection_root(const struct selection *s)
{
	return s->steps.n && s->steps.at[0].kind == NAME ? s->steps.at[0].name : STR("");
}

/* ---- walking ---- */

struct select_walk {
	const struct selection *s;
	struct select *search;
	struct json *from;
	struct select_keys keys;
	bool stopped;
};

static void walk_on(struct select_walk *w, size_t i, struct json *v);

static bool spend(struct select_walk *w)
{
	if (w->search->budget == 0)
		w->stopped = true;
	else
		w->search->budget--;
	return !w->stopped;
}

/* The object around: lists between do not count. */
static struct json *up(struct json *v)
{
	for (v = v->parent; v && v->type == JSON_ARRAY && v->parent; v = v->parent)
		;
	return v;
}

/* Of equal names the last counts, as everywhere. */
static struct json *member(struct select_walk *w, struct json *object, struct str name)
{
	struct json *found = NULL;

	JSON_EACH(item, object) {
		if (!spend(w))
			return NULL;
		if (str_eq(item->key, name))
			found = item;
	}
	return found;
}

static void name_step(struct select_walk *w, size_t i, struct json *v)
{
	const struct path_step *step = &w->s->steps.at[i];

	if (v->type == JSON_OBJECT) {
		struct json *item = member(w, v, step->name);
		if (item)
			walk_on(w, i + 1, item);
	} else if (v->type == JSON_ARRAY) {
		for (struct json *item = v->first; item && spend(w) && !w->stopped; item = item->next)
			name_step(w, i, item);
	}
}

static void any_step(struct select_walk *w, size_t i, struct json *v)
{
	const struct path_step *step = &w->s->steps.at[i];
	bool named = step->name.n && w->keys.n < SELECT_KEYS;

	if (v->type != JSON_OBJECT)
		return;
	for (struct json *item = v->first; item && spend(w); item = item->next) {
		if (named) {
			w->keys.name[w->keys.n] = step->name;
			w->keys.key[w->keys.n++] = item->key;
		}
		walk_on(w, i + 1, item);
		w->keys.n -= named;
		if (w->stopped)
			return;
	}
}

static void each_step(struct select_walk *w, size_t i, struct json *v)
{
	if (v->type == JSON_ARRAY)
		for (struct json *item = v->first; item && spend(w); item = item->next)
			walk_on(w, i + 1, item);
}

static void index_step(struct select_walk *w, size_t i, struct json *v, int64_t index)
{
	int64_t at = 0, count = 0;

	if (v->type != JSON_ARRAY)
		return;
	for (struct json *item = v->first; index < 0 && item; item = item->next)
		count++;
	for (struct json *item = v->first; item && spend(w); item = item->next, at++)
		if (at == (index < 0 ? index + count : index)) {
			walk_on(w, i + 1, item);
			return;
		}
}

static struct str plain(const struct json *v)
{
	if (!v)
		return STR_NONE;
	return v->type == JSON_STRING || v->type == JSON_NUMBER ? v->text :
		v->type == JSON_BOOL                            ? (v->truth ? STR("true") : STR("false")) :
								  STR_NONE;
}

static void where_step(struct select_walk *w, size_t i, struct json *v)
{
	const struct path_step *step = &w->s->steps.at[i];
	struct str want = step->literal;

	if (step->other)
		want = plain(selection_first(step->other, w->search->root, w->from, &w->search->budget));
	if (!want.p || v->type != JSON_ARRAY)
		return;
	for (struct json *item = v->first; item && spend(w); item = item->next)
		if (item->type == JSON_OBJECT && str_eq(plain(member(w, item, step->name)), want))
			walk_on(w, i + 1, item);
}

static void deep_step(struct select_walk *w, size_t i, struct json *v)
{
	bool named = i + 1 < w->s->steps.n && w->s->steps.at[i + 1].kind == NAME;

	if (!spend(w))
		return;
	if (!named || v->type != JSON_ARRAY) /* a name looks into a list by itself, and each is met once */
		walk_on(w, i + 1, v);
	if (v->type == JSON_OBJECT || v->type == JSON_ARRAY)
		for (struct json *item = v->first; item && !w->stopped; item = item->next)
			deep_step(w, i, item);
}

static void walk_on(struct select_walk *w, size_t i, struct json *v)
{
	if (w->stopped || !v)
		return;
	if (i == w->s->steps.n) {
		w->stopped = !spend(w) || !w->search->found(w->search->ctx, v, &w->keys);
		return;
	}
	const struct path_step *step = &w->s->steps.at[i];
	switch (step->kind) {
	case NAME:
		name_step(w, i, v);
		break;
	case ANY:
		any_step(w, i, v);
		break;
	case EACH:
		each_step(w, i, v);
		break;
	case INDEX:
		index_step(w, i, v, step->index);
		break;
	case INDEX_OF:
		index_step(w, i, v,
			json_int(
				selection_first(step->other, w->search->root, w->from, &w->search->budget), INT64_MAX));
		break;
	case WHERE:
		where_step(w, i, v);
		break;
	case DEEP:
		deep_step(w, i, v);
		break;
	case UP:
		walk_on(w, i + 1, up(v));
		break;
	case ROOT:
		walk_on(w, i + 1, w->search->root);
		break;
	}
}

void selection_run(const struct selection *s, struct select *search, struct json *from)
{
	struct select_walk w = { .s = s, .search = search, .from = from };

	walk_on(&w, 0, from);
}

static bool keep_first(void *ctx, struct json *v, const struct select_keys *keys)
{
	(void)keys;
	*(struct json **)ctx = v;
	return false;
}

struct json *selection_first(const struct selection *s, struct json *root, struct json *from, size_t *budget)
{
	struct json *first = NULL;
	struct select search = { .root = root, .budget = *budget, .found = keep_first, .ctx = &first };

	selection_run(s, &search, from);
	*budget = search.budget;
	return first;
}

struct str select_text(struct arena *a, const struct json *v)
{
	while (v && v->type == JSON_ARRAY)
		v = v->first;
	if (!v || v->type == JSON_NULL)
		return STR_NONE;
	if (v->type == JSON_OBJECT)
		return v->text.p ? v->text : json_text(a, v);
	return plain(v);
}

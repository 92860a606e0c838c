#include "detect/member_names.h"

#include <ctype.h>

#include "base/vec.h"
#include "rules/form.h"
#include "rules/select.h"

enum { NAME_MAX_BYTES = 32, POSITION_DEPTH = 5, AROUND_MAX = 12 };

static const char *const role_names[MEMBER_ROLES] = { "message", "file", "line", "column", "end_line", "end_column",
	"level", "code", "file_like", "position", "start", "end", "pair", "text", "time", "zero_based",
	"zero_based_within", "list", "failing" };

struct member_name {
	struct str name;
	enum member_role role;
	unsigned rank; /* the lowest is preferred */
};

struct member_names {
	VEC(struct member_name) names;
	struct node levels;
	struct form_library *forms;
};

const char *member_role_name(enum member_role role)
{
	return role_names[role];
}

struct member_names *member_names_new(struct arena *a, const struct pack *pack, struct form_library *forms)
{
	struct member_names *n = ARENA_NEW(a, struct member_names);
	struct node table = pack_table(pack, "member-names");

	n->forms = forms;
	n->levels = pack_table(pack, "levels");
	for (enum member_role role = 0; role < MEMBER_ROLES; role++) {
		struct node list = node_get(table, role_names[role]);
		for (uint32_t i = 0; i < node_list_count(list); i++)
			*VEC_ADD(a, &n->names) = (struct member_name){ node_str(node_list_at(list, i)), role, i };
	}
	return n;
}

/* ---- members ---- */

static size_t plain_name(struct str key, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '_' || key.p[i] == '-' || key.p[i] == ' ')
			continue;
		if (n == NAME_MAX_BYTES)
			return 0;
		out[n++] = (char)tolower((unsigned char)key.p[i]);
	}
	return n;
}

static bool has_role(const struct member_names *n, struct str key, enum member_role role, unsigned *rank)
{
	char room[NAME_MAX_BYTES];
	struct str name = { room, plain_name(key, room) };

	for (size_t i = 0; name.n && i < n->names.n; i++)
		if (n->names.at[i].role == role && str_eq(n->names.at[i].name, name)) {
			*rank = n->names.at[i].rank;
			return true;
		}
	return false;
}

struct reading {
	const struct member_names *names;
	struct arena *a;
	size_t *budget;
	bool zero_based;
	struct member_values *out;
};

static bool spend(struct reading *r)
{
	if (*r->budget == 0)
		return false;
	--*r->budget;
	return true;
}

static struct str lower(struct arena *a, struct str text)
{
	char *out = arena_strdup(a, text);

	for (size_t i = 0; i < text.n; i++)
		out[i] = (char)tolower((unsigned char)out[i]);
	return (struct str){ out, text.n };
}

/* Does this value do for the role? */
static bool is_value(struct reading *r, enum member_role role, struct str text)
{
	int64_t number;

	switch (role) {
	case MEMBER_LINE:
	case MEMBER_COLUMN:
	case MEMBER_END_LINE:
	case MEMBER_END_COLUMN:
		return str_number(text, &number) && text.n < 10;
	case MEMBER_LEVEL:
		text = lower(r->a, text);
		return node_kind(node_get_str(r->names->levels, text)) == NODE_TEXT;
	case MEMBER_FILE_LIKE:
		return form_is_file(r->names->forms, text);
	default:
		return text.n > 0;
	}
}

static struct str text_of(struct reading *r, struct json *v);

/* A text, a number, or what an object or a list has as its first text. */
static struct str inner_text(struct reading *r, struct json *v)
{
	struct json *best = NULL;
	unsigned rank, least = UINT32_MAX;

	JSON_EACH(item, v)
		if (spend(r) && has_role(r->names, item->key, MEMBER_TEXT, &rank) && rank < least) {
			best = item;
			least = rank;
		}
	return best && best->type != JSON_OBJECT ? text_of(r, best) : STR_NONE;
}

static struct str text_of(struct reading *r, struct json *v)
{
	while (v && v->type == JSON_ARRAY)
		v = v->first;
	if (!v || v->type == JSON_NULL || v->type == JSON_BOOL)
		return STR_NONE;
	if (v->type != JSON_OBJECT)
		return v->text;
	return v->text.n ? v->text : inner_text(r, v);
}

/* The value of the member that has this role, the preferred name first. */
static struct str member_of(struct reading *r, struct json *object, enum member_role role)
{
	struct str best = STR_NONE;
	unsigned rank, least = UINT32_MAX;

	if (!object || object->type != JSON_OBJECT)
		return STR_NONE;
	JSON_EACH(item, object) {
		if (!spend(r) || !has_role(r->names, item->key, role, &rank) || rank >= least)
			continue;
		struct str text = text_of(r, item);
		if (text.p && is_value(r, role, str_trim(text))) {
			best = str_trim(text);
			least = rank;
		}
	}
	/* The text of an XML element. */
	return best.p || role != MEMBER_MESSAGE || !object->text.n ? best : str_trim(object->text);
}

static struct str file_of(struct reading *r, struct json *object)
{
	struct str file = member_of(r, object, MEMBER_FILE);

	return file.p ? file : member_of(r, object, MEMBER_FILE_LIKE);
}

/* ---- places ---- */

static void set(struct reading *r, enum member_role role, struct str text)
{
	if (text.p && !r->out->value[role].p)
		r->out->value[role] = text;
}

static bool is_number(const struct json *v)
{
	int64_t number;

	return v && v->type == JSON_NUMBER && str_number(v->text, &number);
}

/* [line, column] */
static bool pair_take(struct reading *r, struct json *v, bool end)
{
	struct json *first = v->first;
	unsigned rank;

	if (v->type != JSON_ARRAY || !has_role(r->names, v->key, MEMBER_PAIR, &rank) || !is_number(first) ||
		!is_number(first->next) || first->next->next)
		return false;
	set(r, end ? MEMBER_END_LINE : MEMBER_LINE, first->text);
	set(r, end ? MEMBER_END_COLUMN : MEMBER_COLUMN, first->next->text);
	return true;
}

static void zero_based_find(struct reading *r, struct json *object, bool within)
{
	unsigned rank;

	JSON_EACH(item, object)
		if (spend(r) &&
			(has_role(r->names, item->key, MEMBER_ZERO_BASED, &rank) ||
				(within && has_role(r->names, item->key, MEMBER_ZERO_BASED_WITHIN, &rank))))
			r->zero_based = true;
}

static void place_take(struct reading *r, struct json *v, bool end, unsigned depth);

/* The objects in a place that say more: a range, its start and end. */
static void places_within(struct reading *r, struct json *object, bool end, unsigned depth)
{
	unsigned rank;

	/* "lines": {"begin": 3, "end": 4} */
	bool lines = !end && has_role(r->names, object->key, MEMBER_LINE, &rank);

	JSON_EACH(item, object) {
		if (!spend(r))
			continue;
		if (lines && is_number(item) && has_role(r->names, item->key, MEMBER_START, &rank))
			set(r, MEMBER_LINE, item->text);
		else if (lines && is_number(item) && has_role(r->names, item->key, MEMBER_END, &rank))
			set(r, MEMBER_END_LINE, item->text);
		if (item->type != JSON_OBJECT && item->type != JSON_ARRAY)
			continue;
		if (has_role(r->names, item->key, MEMBER_END, &rank))
			place_take(r, item, true, depth + 1);
		else if (has_role(r->names, item->key, MEMBER_START, &rank) ||
			has_role(r->names, item->key, MEMBER_POSITION, &rank))
			place_take(r, item, end, depth + 1);
	}
}

static void place_take(struct reading *r, struct json *v, bool end, unsigned depth)
{
	if (depth > POSITION_DEPTH || pair_take(r, v, end))
		return;
	if (v->type == JSON_ARRAY)
		v = v->first;
	if (!v || v->type != JSON_OBJECT)
		return;
	set(r, end ? MEMBER_END_LINE : MEMBER_LINE, member_of(r, v, MEMBER_LINE));
	set(r, end ? MEMBER_END_COLUMN : MEMBER_COLUMN, member_of(r, v, MEMBER_COLUMN));
	if (!end) {
		set(r, MEMBER_FILE, file_of(r, v));
		set(r, MEMBER_END_LINE, member_of(r, v, MEMBER_END_LINE));
		set(r, MEMBER_END_COLUMN, member_of(r, v, MEMBER_END_COLUMN));
	}
	zero_based_find(r, v, depth > 0);
	places_within(r, v, end, depth);
}

/* A file named anywhere in the element. */
static void file_within(struct reading *r, struct json *v, unsigned depth)
{
	if (depth > POSITION_DEPTH || r->out->value[MEMBER_FILE].p || !spend(r))
		return;
	set(r, MEMBER_FILE, member_of(r, v, MEMBER_FILE));
	if (v->type == JSON_OBJECT || v->type == JSON_ARRAY)
		JSON_EACH(item, v)
			file_within(r, item, depth + 1);
}

static struct str as_path(struct str file)
{
	return str_starts(file, "file://") ? str_sub(file, 7, file.n) : file;
}

/* The file of an object around, or the name of one that is a file's. */
static void file_around(struct reading *r, const struct json *element)
{
	const struct json *v = element;

	for (unsigned i = 0; v && i < AROUND_MAX && !r->out->value[MEMBER_FILE].p; i++, v = v->parent) {
		if (v != element)
			set(r, MEMBER_FILE, file_of(r, (struct json *)v));
		if (v->key.n && form_is_file(r->names->forms, as_path(v->key)))
			set(r, MEMBER_FILE, v->key);
	}
}

static void one_added(struct reading *r, enum member_role role)
{
	int64_t number;

	if (str_number(r->out->value[role], &number))
		r->out->value[role] = arena_printf(r->a, "%lld", (long long)number + 1);
}

/* A line of a program's log that is none of an error. */
static bool is_log_line(struct reading *r, struct json *element)
{
	unsigned rank;
	struct str level = r->out->value[MEMBER_LEVEL];
	struct str name = level.p ? node_str(node_get_str(r->names->levels, lower(r->a, level))) : STR_NONE;

	if (!str_is(name, "info") && !str_is(name, "note"))
		return false;
	JSON_EACH(item, element)
		if (spend(r) && has_role(r->names, item->key, MEMBER_TIME, &rank))
			return true;
	return false;
}

/* The name of the list of diagnostics that the element is in, or in a map of lists within it; STR_NONE: there is none.
 */
static struct str list_around(struct reading *r, const struct json *element)
{
	const struct json *v = element->parent;
	unsigned rank;

	if (!v || v->type != JSON_ARRAY)
		return STR_NONE;
	for (unsigned i = 0; v && i < 2; i++, v = v->parent)
		if (v->key.n && has_role(r->names, v->key, MEMBER_LIST, &rank))
			return v->key;
	return STR_NONE;
}

/* Is there a line further within, which is that of a part? */
static bool has_line_within(struct reading *r, struct json *v, unsigned depth)
{
	unsigned rank;

	if (depth > POSITION_DEPTH || (v->type != JSON_OBJECT && v->type != JSON_ARRAY))
		return false;
	JSON_EACH(item, v) {
		if (!spend(r))
			return true;
		if (has_role(r->names, item->key, MEMBER_LINE, &rank) ||
			has_role(r->names, item->key, MEMBER_START, &rank) || has_line_within(r, item, depth + 1))
			return true;
	}
	return false;
}

/* Has it a message that only what failed has? */
static bool tells_failure(struct reading *r, struct json *element)
{
	unsigned rank;

	JSON_EACH(item, element)
		if (spend(r) && has_role(r->names, item->key, MEMBER_FAILING, &rank) && text_of(r, item).n)
			return true;
	return false;
}

/* Is it in a list, and says by itself that it is an error or a warning of a rule or a file? */
static bool is_severe(struct reading *r, struct json *element)
{
	struct str level = r->out->value[MEMBER_LEVEL];
	struct str name = level.p ? node_str(node_get_str(r->names->levels, lower(r->a, level))) : STR_NONE;
	unsigned rank;

	if (!element->parent || element->parent->type != JSON_ARRAY ||
		(!str_is(name, "error") && !str_is(name, "warning") && !str_is(name, "fatal")))
		return false;
	JSON_EACH(item, element)
		if (spend(r) && has_role(r->names, item->key, MEMBER_TIME, &rank))
			return false;
	/* The same member may be the name of the level and of the rule. */
	struct str code = r->out->value[MEMBER_CODE];
	return (code.p && !str_eq(code, level)) || file_of(r, element).p;
}

/* A diagnostic without a line: what stands in such a list, tells of a failure or is severe, and says where it is or how
 * severe. */
static bool is_listed(struct reading *r, struct json *element)
{
	struct member_values *out = r->out;
	struct str list = list_around(r, element);

	if ((!list.n && !tells_failure(r, element) && !is_severe(r, element)) || has_line_within(r, element, 0))
		return false;
	file_around(r, element);
	file_within(r, element, 0);
	out->value[MEMBER_FILE] = as_path(out->value[MEMBER_FILE]);
	if (!form_is_file(r->names->forms, out->value[MEMBER_FILE]))
		out->value[MEMBER_FILE] = STR_NONE;
	if (!out->value[MEMBER_FILE].p && !out->value[MEMBER_LEVEL].p)
		return false;
	/* The list "warnings" says the level. */
	struct str singular = list.n ? lower(r->a, str_sub(list, 0, list.n - 1)) : STR_NONE;
	if (list.n && !out->value[MEMBER_LEVEL].p && is_value(r, MEMBER_LEVEL, singular))
		out->value[MEMBER_LEVEL] = singular;
	return true;
}

bool member_names_read(const struct member_names *n, struct arena *a, const struct json *element, size_t *budget,
	struct member_values *out)
{
	struct reading r = { .names = n, .a = a, .budget = budget, .out = out };
	struct json *v = (struct json *)element;

	*out = (struct member_values){ 0 };
	if (v->type != JSON_OBJECT)
		return false;
	set(&r, MEMBER_MESSAGE, member_of(&r, v, MEMBER_MESSAGE));
	if (!out->value[MEMBER_MESSAGE].p)
		return false;
	place_take(&r, v, false, 0);
	/* Some leave out the first line if it is the last. */
	set(&r, MEMBER_LINE, out->value[MEMBER_END_LINE]);
	set(&r, MEMBER_LEVEL, member_of(&r, v, MEMBER_LEVEL));
	set(&r, MEMBER_CODE, member_of(&r, v, MEMBER_CODE));
	if (!out->value[MEMBER_LINE].p)
		return is_listed(&r, v) && !is_log_line(&r, v);
	bool more = out->value[MEMBER_FILE].p || out->value[MEMBER_LEVEL].p || out->value[MEMBER_CODE].p ||
		out->value[MEMBER_COLUMN].p;
	if (!more || is_log_line(&r, v))
		return false;
	file_around(&r, v);
	file_within(&r, v, 0);
	out->value[MEMBER_FILE] = as_path(out->value[MEMBER_FILE]);
	if (r.zero_based)
		for (enum member_role role = MEMBER_LINE; role <= MEMBER_END_COLUMN; role++)
			one_added(&r, role);
	return true;
}

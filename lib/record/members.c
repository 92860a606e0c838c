#include "record/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool member_is_required(const struct member *m)
{
	return m->limits[0] == '!';
}

bool member_is_always_written(const struct member *m)
{
	return m->limits[0] == '!' || m->limits[0] == '=';
}

const char *member_limits(const struct member *m)
{
	return m->limits + strspn(m->limits, "!=");
}

static bool may_be_null(const struct member *m)
{
	return strstr(m->limits, "null") != NULL;
}

static bool is_named(const struct member *m, struct str name)
{
	enum { AROUND = 3 }; /* the quotes and the colon */

	return m->quoted.n == name.n + AROUND && memcmp(m->quoted.p + 1, name.p, name.n) == 0;
}

/* From the one with the number *from on, then before it; *from: behind what was found.  Records name their members in
 * the order of the table, mostly. */
static const struct member *member_after(const struct object_type *type, struct str name, size_t *from)
{
	for (size_t k = 0; name.n && k < type->n; k++) {
		size_t i = *from + k < type->n ? *from + k : *from + k - type->n;
		if (is_named(&type->members[i], name)) {
			*from = i + 1 < type->n ? i + 1 : 0;
			return &type->members[i];
		}
	}
	return NULL;
}

const struct member *member_find(const struct object_type *type, struct str name)
{
	size_t from = 0;

	return member_after(type, name, &from);
}

int enum_value(const struct member *m, struct str word)
{
	struct str rest = str_of(member_limits(m)), one;

	for (int value = 1; str_split(&rest, '|', &one); value++)
		if (str_eq(one, word))
			return value;
	return 0;
}

struct str enum_word(const struct member *m, int value)
{
	struct str rest = str_of(member_limits(m)), one;

	for (int i = 1; value > 0 && str_split(&rest, '|', &one); i++)
		if (i == value)
			return one;
	return STR_NONE;
}

static void *at(const struct member *m, const void *object)
{
	return (char *)object + m->offset;
}

static struct json **other_of(const struct object_type *type, const void *object)
{
	return (struct json **)(void *)((char *)object + type->other);
}

/* ---- reading ---- */

/* The number at the begin of a limit, as "1..9".  strtod takes as long as all else that is done with a member. */
static double limit_of(const char *limit)
{
	const char *c = limit + (limit[0] == '-');
	int64_t n = 0;

	for (; *c >= '0' && *c <= '9' && n < 1000000000000; c++)
		n = n * 10 + (*c - '0');
	if (*c && strncmp(c, "..", 2) != 0)
		return strtod(limit, NULL);
	return limit[0] == '-' ? -(double)n : (double)n;
}

static bool range_has(const char *limits, double d)
{
	const char *dots = strstr(limits, "..");

	if (!dots)
		return true;
	if (dots > limits && d < limit_of(limits))
		return false;
	return dots[2] < '0' || dots[2] > '9' || d <= limit_of(dots + 2);
}

/* 2026-11-20T12:00:00.123Z; with any number of decimals, and optionally an offset instead of Z. */
static bool is_time(struct str s)
{
	static const char shape[] = "0000-00-00T00:00:00";

	if (s.n < sizeof(shape))
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
			return false;
	return true;
}

static bool is_integer(const struct json *v)
{
	struct str s = v->type == JSON_NUMBER ? v->text : STR(".");

	return str_chr(s, '.') == s.n && str_chr(s, 'e') == s.n && str_chr(s, 'E') == s.n;
}

static bool strings_read(struct arena *a, const struct json *v, struct str_list *to)
{
	size_t n = json_count(v);

	*to = (struct str_list){ 0 };
	if (v->type != JSON_ARRAY)
		return false;
	to->at = arena_alloc(a, (n + 1) * sizeof(*to->at));
	to->room = n;
	JSON_EACH(item, v) {
		if (item->type != JSON_STRING)
			return false;
		to->at[to->n++] = item->text;
	}
	return true;
}

static bool scalar_read(struct arena *a, const struct member *m, struct json *v, void *to)
{
	const char *limits = member_limits(m);

	switch (m->kind) {
	case MK_STRING:
		*(struct str *)to = v->text;
		return v->type == JSON_STRING;
	case MK_TIME:
		*(struct str *)to = v->text;
		return v->type == JSON_STRING && is_time(v->text);
	case MK_WORD:
		*(struct str *)to = v->text;
		return v->type == JSON_STRING && str_lists(str_of(limits), '|', v->text);
	case MK_ENUM:
		*(int *)to = v->type == JSON_STRING ? enum_value(m, v->text) : 0;
		return *(int *)to > 0;
	case MK_INT:
		*(int64_t *)to = json_int(v, 0);
		return is_integer(v) && range_has(limits, json_double(v, 0));
	case MK_MAYBE_INT:
		*(struct maybe_int *)to = (struct maybe_int){ true, json_int(v, 0) };
		return is_integer(v) && range_has(limits, json_double(v, 0));
	case MK_NUMBER:
		*(double *)to = json_double(v, 0);
		return v->type == JSON_NUMBER && range_has(limits, *(double *)to);
	case MK_BOOL:
		*(bool *)to = json_bool(v, false);
		return v->type == JSON_BOOL;
	case MK_STRINGS:
		return strings_read(a, v, to);
	case MK_JSON:
		*(struct json **)to = v;
		return v->type == JSON_OBJECT;
	case MK_OBJECT:
	case MK_LIST:
		break;
	}
	return false;
}

static struct str path_of(struct arena *a, struct str path, const struct member *m)
{
	path = path.n ? arena_join(a, path, STR(".")) : path;
	return arena_join(a, path, str_sub(m->quoted, 1, m->quoted.n - 2));
}

static bool misfit(struct arena *a, struct str path, const struct member *m, struct err *err)
{
	return err_set(err, HEAL_WRONG, "member '%s' is not valid: see heal-record(5)", path_of(a, path, m).p);
}

static bool list_read(
	struct arena *a, const struct member *m, struct json *v, struct any_list *to, struct str path, struct err *err)
{
	size_t n = json_count(v);

	if (v->type != JSON_ARRAY || !range_has(member_limits(m), (double)n))
		return misfit(a, path, m, err);
	*to = (struct any_list){ arena_alloc(a, (n + 1) * m->of->size), 0, n };
	struct str below = arena_join(a, path_of(a, path, m), STR("[]"));
	JSON_EACH(item, v) {
		char *element = (char *)to->at + to->n++ * m->of->size;
		memset(element, 0, m->of->size);
		if (item->type != JSON_OBJECT)
			return misfit(a, path, m, err);
		if (!members_read(a, m->of, item, element, below, err))
			return false;
	}
	return true;
}

static bool member_read(
	struct arena *a, const struct member *m, struct json *v, void *to, struct str path, struct err *err)
{
	if (v->type == JSON_NULL)
		return may_be_null(m) || misfit(a, path, m, err);
	if (m->kind == MK_LIST)
		return list_read(a, m, v, to, path, err);
	if (m->kind == MK_OBJECT && v->type == JSON_OBJECT)
		return members_read(a, m->of, v, to, path_of(a, path, m), err);
	return scalar_read(a, m, v, to) || misfit(a, path, m, err);
}

bool members_read(
	struct arena *a, const struct object_type *type, struct json *o, void *to, struct str path, struct err *err)
{
	uint64_t seen = 0;
	size_t after = 0;

	for (struct json *v = o->first, *next; v; v = next) {
		const struct member *m = member_after(type, v->key, &after);
		next = v->next;
		if (!m) {
			struct json **other = other_of(type, to);
			*other = *other ? *other : json_new(a, JSON_OBJECT);
			json_append_member(*other, v);
			continue;
		}
		uint64_t bit = 1ull << (m - type->members);
		if (seen & bit) /* parsers differ on which one counts */
			return err_set(err, HEAL_WRONG, "duplicate member '%s'", path_of(a, path, m).p);
		seen |= bit;
		if (!member_read(a, m, v, at(m, to), path, err))
			return false;
	}
	for (size_t i = 0; i < type->n; i++)
		if (member_is_required(&type->members[i]) && !(seen >> i & 1))
			return err_set(
				err, HEAL_WRONG, "member '%s' is missing", path_of(a, path, &type->members[i]).p);
	return true;
}

bool member_set_text(struct arena *a, const struct object_type *type, void *object, struct str name, struct str text)
{
	const struct member *m = member_find(type, name);
	int64_t n;

	if (!m)
		return false;
	switch (m->kind) {
	case MK_STRING:
	case MK_WORD:
	case MK_TIME:
		*(struct str *)at(m, object) = arena_str(a, text);
		return true;
	case MK_ENUM:
		*(int *)at(m, object) = enum_value(m, text);
		return *(int *)at(m, object) > 0;
	case MK_INT:
		if (!str_number(str_trim(text), &n) || !range_has(member_limits(m), (double)n))
			return false;
		*(int64_t *)at(m, object) = n;
		return true;
	case MK_MAYBE_INT:
		if (!str_number(str_trim(text), &n) || !range_has(member_limits(m), (double)n))
			return false;
		*(struct maybe_int *)at(m, object) = (struct maybe_int){ true, n };
		return true;
	default:
		return false;
	}
}

/* ---- writing ---- */

bool member_is_set(const struct member *m, const void *object)
{
	const void *v = at(m, object);

	switch (m->kind) {
	case MK_STRING:
	case MK_TIME:
	case MK_WORD:
		return ((const struct str *)v)->n > 0;
	case MK_ENUM:
		return *(const int *)v != 0;
	case MK_INT:
		return *(const int64_t *)v != 0;
	case MK_MAYBE_INT:
		return ((const struct maybe_int *)v)->known;
	case MK_NUMBER:
		return *(const double *)v < 0 || *(const double *)v > 0;
	case MK_BOOL:
		return *(const bool *)v;
	case MK_JSON:
		return *(struct json *const *)v && json_count(*(struct json *const *)v) > 0;
	case MK_STRINGS:
	case MK_LIST:
		return ((const struct any_list *)v)->at != NULL;
	case MK_OBJECT:
		return members_are_set(m->of, v);
	}
	return false;
}

bool members_are_set(const struct object_type *type, const void *from)
{
	static const char zeros[1024];

	/* Most objects of most records are not used at all. */
	if (type->size <= sizeof(zeros) && memcmp(from, zeros, type->size) == 0)
		return false;
	for (size_t i = 0; i < type->n; i++)
		if (member_is_set(&type->members[i], from))
			return true;
	return *other_of(type, from) != NULL;
}

struct str member_text(struct arena *a, const struct object_type *type, const void *object, struct str name)
{
	const struct member *m = member_find(type, name);

	if (!m || !member_is_set(m, object))
		return STR_NONE;
	switch (m->kind) {
	case MK_STRING:
	case MK_TIME:
	case MK_WORD:
		return *(struct str *)at(m, object);
	case MK_ENUM:
		return enum_word(m, *(int *)at(m, object));
	case MK_INT:
		return arena_printf(a, "%lld", (long long)*(int64_t *)at(m, object));
	case MK_BOOL:
		return STR("true");
	default:
		return STR_NONE;
	}
}

/* Not in the middle of a UTF-8 sequence. */
static struct str text_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_sub(s, 0, max);
}

static void text_write(struct members_writer *w, struct str s)
{
	struct str kept = text_cut(s, w->text_max);

	w->cut |= kept.n < s.n;
	json_write_string(w->out, kept);
}

static void separate(struct members_writer *w, bool *first)
{
	if (!*first)
		buf_addc(w->out, ',');
	*first = false;
}

static void strings_write(struct members_writer *w, const struct str_list *list)
{
	bool first = true;

	buf_addc(w->out, '[');
	for (size_t i = 0; i < list->n; i++) {
		separate(w, &first);
		text_write(w, list->at[i]);
	}
	buf_addc(w->out, ']');
}

static void list_write(struct members_writer *w, const struct object_type *of, const struct any_list *list)
{
	bool first = true;

	buf_addc(w->out, '[');
	for (size_t i = 0; i < list->n; i++) {
		separate(w, &first);
		members_write(w, of, (const char *)list->at + i * of->size);
	}
	buf_addc(w->out, ']');
}

static void value_write(struct members_writer *w, const struct member *m, const void *v)
{
	switch (m->kind) {
	case MK_STRING:
	case MK_TIME:
	case MK_WORD:
		if (!((const struct str *)v)->n && may_be_null(m))
			buf_addz(w->out, "null");
		else
			text_write(w, *(const struct str *)v);
		break;
	case MK_ENUM:
		text_write(w, enum_word(m, *(const int *)v));
		break;
	case MK_INT:
		buf_add_number(w->out, *(const int64_t *)v);
		break;
	case MK_MAYBE_INT:
		buf_add_number(w->out, ((const struct maybe_int *)v)->is);
		break;
	case MK_NUMBER:
		json_write_double(w->out, *(const double *)v);
		break;
	case MK_BOOL:
		buf_addz(w->out, *(const bool *)v ? "true" : "false");
		break;
	case MK_STRINGS:
		strings_write(w, v);
		break;
	case MK_JSON:
		json_write(w->out, *(struct json *const *)v);
		break;
	case MK_OBJECT:
		members_write(w, m->of, v);
		break;
	case MK_LIST:
		list_write(w, m->of, v);
		break;
	}
}

void members_write(struct members_writer *w, const struct object_type *type, const void *from)
{
	bool first = true;

	buf_addc(w->out, '{');
	for (size_t i = 0; i < type->n; i++) {
		const struct member *m = &type->members[i];
		if (!member_is_set(m, from) && (!member_is_always_written(m) || m->kind == MK_ENUM))
			continue;
		separate(w, &first);
		buf_add(w->out, m->quoted);
		value_write(w, m, at(m, from));
	}
	JSON_EACH(v, *other_of(type, from)) {
		separate(w, &first);
		json_write_string(w->out, v->key);
		buf_addc(w->out, ':');
		json_write(w->out, v);
	}
	buf_addc(w->out, '}');
}

/* ---- copying ---- */

static void strings_copy(struct arena *a, struct str_list *list)
{
	struct str *copy = list->at ? arena_alloc(a, (list->n + 1) * sizeof(*copy)) : NULL;

	for (size_t i = 0; i < list->n; i++)
		copy[i] = arena_str(a, list->at[i]);
	*list = (struct str_list){ copy, list->n, list->n };
}

static void list_copy(struct arena *a, const struct object_type *of, struct any_list *list)
{
	void *copy = list->at ? arena_alloc(a, (list->n + 1) * of->size) : NULL;

	if (list->n)
		memcpy(copy, list->at, list->n * of->size);
	*list = (struct any_list){ copy, list->n, list->n };
	for (size_t i = 0; i < list->n; i++)
		members_copy(a, of, (char *)copy + i * of->size);
}

static void member_copy(struct arena *a, const struct member *m, void *v)
{
	switch (m->kind) {
	case MK_STRING:
	case MK_TIME:
	case MK_WORD:
		if (((struct str *)v)->p)
			*(struct str *)v = arena_str(a, *(struct str *)v);
		break;
	case MK_STRINGS:
		strings_copy(a, v);
		break;
	case MK_JSON:
		if (*(struct json **)v)
			*(struct json **)v = json_copy(a, *(struct json **)v);
		break;
	case MK_OBJECT:
		members_copy(a, m->of, v);
		break;
	case MK_LIST:
		list_copy(a, m->of, v);
		break;
	case MK_ENUM:
	case MK_INT:
	case MK_MAYBE_INT:
	case MK_NUMBER:
	case MK_BOOL:
		break;
	}
}

void members_copy(struct arena *a, const struct object_type *type, void *object)
{
	struct json **other = other_of(type, object);

	for (size_t i = 0; i < type->n; i++)
		member_copy(a, &type->members[i], at(&type->members[i], object));
	if (*other)
		*other = json_copy(a, *other);
}

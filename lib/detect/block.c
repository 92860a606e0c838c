#include "detect/block.h"

#include <string.h>

static const char *const places[] = { "file", "line", "column", "function", "message" };
enum { PLACES_MAX = 200 };

void block_init(struct block *b)
{
	memset(b, 0, sizeof(*b));
	buf_init(&b->raw, RAW_MAX);
}

void block_release(struct block *b)
{
	arena_free(&b->a);
	buf_release(&b->raw);
	b->rule = NULL;
}

struct str block_value(const struct block *b, struct str name)
{
	for (size_t i = 0; i < b->values.n; i++)
		if (str_eq(b->values.at[i].name, name))
			return b->values.at[i].text;
	return STR_NONE;
}

static void value_set(struct block *b, struct str name, struct str text, bool override)
{
	for (size_t i = 0; i < b->values.n; i++) {
		struct value *v = &b->values.at[i];
		if (!str_eq(v->name, name))
			continue;
		if (override || v->text.n == 0)
			v->text = arena_str(&b->a, text);
		return;
	}
	*VEC_ADD(&b->a, &b->values) = (struct value){ arena_str(&b->a, name), arena_str(&b->a, text) };
}

static void value_append(struct block *b, struct str name, struct str text, struct str join)
{
	struct str old = block_value(b, name);

	if (old.n)
		text = arena_join(&b->a, arena_join(&b->a, old, join), text);
	if (text.n <= TEXT_MAX)
		value_set(b, name, text, true);
}

static struct str number_of(struct block *b, struct str name, struct str text)
{
	return rule_number(b->rule, b->rule->inclusive, &b->a, name, text);
}

static void captures_take(struct block *b, const struct match *m, bool override)
{
	for (unsigned i = 0, group; i < regex_names(m->re); i++) {
		struct str name = regex_name(m->re, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			value_set(b, name, number_of(b, name, m->group[group]), override);
	}
}

static void captures_append(struct block *b, const struct match *m, struct str join)
{
	for (unsigned i = 0, group; i < regex_names(m->re); i++) {
		struct str name = regex_name(m->re, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			value_append(b, name, str_trim(m->group[group]), join);
	}
}

static void place_set(struct block *b, struct json *o, const char *name, struct str text)
{
	int64_t n;

	if (!text.p)
		return;
	if (strcmp(name, "line") != 0 && strcmp(name, "column") != 0)
		json_set_str(&b->a, o, name, text);
	else if (str_number(number_of(b, str_of(name), text), &n))
		json_set_int(&b->a, o, name, n);
}

static void place_add(struct block *b, struct json **list, const struct match *m)
{
	struct json *o = json_new(&b->a, JSON_OBJECT);

	if (!*list)
		*list = json_new(&b->a, JSON_ARRAY);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		place_set(b, o, places[i], match_get(m, places[i]));
	if (json_count(*list) < PLACES_MAX)
		json_add(*list, o);
}

/* C escapes, as gcc and clang print them: \\ \" \n \t \nnn */
static struct str unescaped(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n + 1);
	size_t k = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\\' && i + 1 < text.n) {
			unsigned code = 0, digits = 0;
			while (digits < 3 && i + 1 < text.n && text.p[i + 1] >= '0' && text.p[i + 1] <= '7') {
				code = code * 8 + (unsigned)(text.p[++i] - '0');
				digits++;
			}
			c = digits ? (char)code : text.p[++i];
			c = digits ? c : c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		p[k++] = c;
	}
	return (struct str){ p, k };
}

/* A fix-it of a compiler: line, column, end_line, end_column, text; the file defaults to that of the incident. */
static void fixit_add(struct block *b, const struct match *m)
{
	static const char *const numbers[] = { "line", "column", "end_line", "end_column" };
	struct json *o = json_new(&b->a, JSON_OBJECT);
	struct str file = match_get(m, "file"), text = match_get(m, "text");
	int64_t n;

	json_set_str(&b->a, o, "file", file.p ? file : block_value(b, STR("file")));
	for (size_t i = 0; i < 4; i++)
		if (str_number(number_of(b, str_of(numbers[i]), match_get(m, numbers[i])), &n) && n > 0)
			json_set_int(&b->a, o, numbers[i], n);
	json_set_str(&b->a, o, "text", unescaped(&b->a, text));
	/* After a note it belongs to the note, and is an alternative to those of the error and of other notes. */
	if (b->notes && json_count(b->related) >= PLACES_MAX)
		return;
	if (b->notes)
		json_set_int(&b->a, o, "proposal", (int64_t)json_count(b->related));
	if (!b->fixits)
		b->fixits = json_new(&b->a, JSON_ARRAY);
	json_add(b->fixits, o);
}

static void raw_add(struct block *b, struct str line)
{
	if (b->raw.n)
		buf_addc(&b->raw, '\n');
	buf_add(&b->raw, line);
}

void block_begin(struct block *b, struct rule *rule, unsigned long first, unsigned long last)
{
	arena_reset(&b->a);
	b->values.at = NULL;
	b->values.n = b->values.room = 0;
	b->frames = b->related = b->fixits = NULL;
	buf_clear(&b->raw);
	b->rule = rule;
	b->prefixes_n = 0;
	b->headline = STR_NONE;
	b->first = first;
	b->last = last;
	b->lines = 1;
	b->blanks = 0;
	b->done = 0;
	b->notes = b->in_row = false;
	b->heading = NULL;
	b->heading_n = 0;
}

void block_open(struct block *b, struct rule *rule, const struct match *m, struct str line, unsigned long number)
{
	block_begin(b, rule, number, number);
	captures_take(b, m, false);
	raw_add(b, line);
}

void block_value_set(struct block *b, struct str name, struct str text)
{
	value_set(b, name, text, false);
}

void block_value_replace(struct block *b, struct str name, struct str text)
{
	value_set(b, name, text, true);
}

void block_raw(struct block *b, struct str text)
{
	raw_add(b, text);
}

void block_place_set(struct block *b, struct json *place, struct str name, struct str text)
{
	static const struct {
		const char *name;
		int64_t least;
	} numbers[] = { { "line", 1 }, { "column", 1 }, { "end_line", 1 }, { "end_column", 1 }, { "offset", 0 },
		{ "end_offset", 0 } };
	int64_t n;

	if (json_get(place, arena_strdup(&b->a, name)))
		return;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (str_is(name, numbers[i].name)) {
			if (str_number(text, &n) && n >= numbers[i].least)
				json_set_int(&b->a, place, numbers[i].name, n);
			return;
		}
	json_set_str(&b->a, place, arena_strdup(&b->a, name), text);
}

/* An edit needs a complete position.  Without an end it inserts, without a text it deletes. */
static bool edit_complete(struct block *b, struct json *place)
{
	int64_t line = json_int(json_get(place, "line"), 0), column = json_int(json_get(place, "column"), 0);
	bool ends = json_get(place, "end_column");

	if (json_get(place, "offset")) {
		if (!json_get(place, "text"))
			json_set_str(&b->a, place, "text", STR(""));
		return json_get(place, "end_offset");
	}
	if (!line || !column || (!ends && !json_get(place, "text")))
		return false;
	if (!json_get(place, "end_line"))
		json_set_int(&b->a, place, "end_line", line);
	if (!ends)
		json_set_int(&b->a, place, "end_column", column);
	if (!json_get(place, "text"))
		json_set_str(&b->a, place, "text", STR(""));
	return true;
}

void block_place_add(struct block *b, enum verb verb, struct json *place)
{
	struct json **list = verb == FRAME ? &b->frames : verb == FIXIT ? &b->fixits : &b->related;
	struct str file = block_value(b, STR("file"));

	if (!place->first || (verb == FIXIT && !edit_complete(b, place)))
		return;
	if (verb == FIXIT && !json_get(place, "file") && file.n)
		json_set_str(&b->a, place, "file", file);
	if (!*list)
		*list = json_new(&b->a, JSON_ARRAY);
	if (json_count(*list) < PLACES_MAX)
		json_add(*list, place);
}

/* A heading with another file than the line does not belong to it. */
static bool is_of_this_file(const struct block *b, const struct match *m)
{
	struct str said = match_get(m, "file"), own = block_value(b, STR("file"));

	return !said.n || !own.n || str_eq(said, own);
}

bool block_look_back(struct block *b, unsigned i, struct str line)
{
	struct look_back *l = &b->rule->before[i];
	struct match m;

	bool matches = regex_match(l->match, line, &m) == 1;
	l->hit |= matches;
	if (matches && (l->related || is_of_this_file(b, &m))) {
		if (l->related)
			place_add(b, &b->related, &m);
		else
			captures_take(b, &m, false);
		return l->related; /* an include chain continues, a heading is a single line */
	}
	return l->skip && regex_match(l->skip, line, NULL) == 1;
}

static void clause_apply(struct block *b, const struct clause *c, const struct match *m)
{
	switch (c->verb) {
	case FRAME:
		place_add(b, &b->frames, m);
		break;
	case RELATED:
		place_add(b, &b->related, m);
		b->notes = true;
		break;
	case FIXIT:
		fixit_add(b, m);
		break;
	case APPEND:
		captures_append(b, m, c->join);
		break;
	default:
		captures_take(b, m, c->override);
	}
}

static void line_keep(struct block *b, struct str line, unsigned long number)
{
	for (; b->blanks; b->blanks--)
		raw_add(b, STR(""));
	raw_add(b, line);
	b->last = number;
	b->lines++;
}

bool block_has_incident(const struct block *b)
{
	return !b->rule->has_rows || b->in_row;
}

/* Each row is an incident, with the values of the heading. */
static void row_begin(struct block *b, const struct match *m, struct str line, unsigned long number)
{
	if (!b->heading) {
		b->heading = arena_alloc(&b->a, (b->values.n + 1) * sizeof(*b->heading));
		b->heading_n = b->values.n;
		if (b->values.n)
			memcpy(b->heading, b->values.at, b->values.n * sizeof(*b->heading));
	}
	b->values.n = 0;
	for (size_t i = 0; i < b->heading_n; i++)
		*VEC_ADD(&b->a, &b->values) = b->heading[i];
	b->frames = b->related = b->fixits = NULL;
	b->notes = false;
	buf_clear(&b->raw);
	b->headline = STR_NONE;
	captures_take(b, m, true);
	raw_add(b, line);
	b->first = b->last = number;
	b->blanks = 0;
	b->lines++;
	b->in_row = true;
}

/* The previous line of the block that is not blank; none if the text was truncated. */
static struct str line_above(const struct block *b)
{
	struct str raw = buf_str(&b->raw);
	size_t i = raw.n;

	while (i > 0 && raw.p[i - 1] != '\n')
		i--;
	return b->raw.truncated ? STR("") : str_sub(raw, i, raw.n);
}

static bool clause_matches(const struct block *b, struct clause *c, struct str line, struct match *m)
{
	return regex_match(c->re, line, m) == 1 && (!c->under || regex_match(c->under, line_above(b), NULL) == 1);
}

enum belongs block_offer(struct block *b, struct str line, unsigned long number, const struct block_asks *asks)
{
	struct match m;

	if (b->lines >= b->rule->max)
		return BELONGS_NOT;
	for (unsigned i = 0; i < b->rule->thens; i++) {
		struct clause *c = &b->rule->then[i];
		if (c->once && i < 64 && (b->done >> i & 1))
			continue;
		if (!clause_matches(b, c, line, &m))
			continue;
		if (c->verb == STOP || (c->weak && asks->starts(asks->ctx, line)))
			return BELONGS_NOT;
		if (c->verb == DROP)
			return BELONGS_DROPPED;
		if (c->verb == YIELD) {
			if (asks->claims(asks->ctx, line))
				return BELONGS_YIELDED;
			continue;
		}
		if (c->verb == ROW) {
			if (b->in_row)
				asks->row(asks->ctx);
			row_begin(b, &m, line, number);
			return BELONGS;
		}
		if (i < 64)
			b->done |= (uint64_t)1 << i;
		clause_apply(b, c, &m);
		line_keep(b, line, number);
		return c->verb == END ? BELONGS_LAST : BELONGS;
	}
	if (str_trim(line).n == 0 && b->blanks < b->rule->blank) {
		b->blanks++;
		return BELONGS;
	}
	return BELONGS_NOT;
}

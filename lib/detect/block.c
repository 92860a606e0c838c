#include "detect/block.h"

#include "detect/line_memo.h"
#include "rules/digits.h"

#include <string.h>

enum { PLACES_MAX = 200, MEMO_CLAUSES = 4 /* fewer are tried as fast as a line is looked up */ };

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
	for (unsigned i = 0, group; i < match_names(m); i++) {
		struct str name = match_name(m, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			value_set(b, name, number_of(b, name, m->group[group]), override);
	}
}

static void captures_append(struct block *b, const struct match *m, struct str join)
{
	for (unsigned i = 0, group; i < match_names(m); i++) {
		struct str name = match_name(m, i, &group);
		if (group < REGEX_GROUPS && m->group[group].p)
			value_append(b, name, str_trim(m->group[group]), join);
	}
}

static void place_take(struct block *b, const struct object_type *type, void *place, const struct match *m)
{
	for (size_t i = 0; i < type->n; i++) {
		struct str name = str_of(type->members[i].name), text = match_get(m, type->members[i].name);
		if (text.p)
			member_set_text(&b->a, type, place, name, number_of(b, name, text));
	}
}

static void frame_add(struct block *b, const struct match *m)
{
	struct frame frame = { 0 };

	place_take(b, &frame_type, &frame, m);
	if (b->frames.n < PLACES_MAX)
		*VEC_ADD(&b->a, &b->frames) = frame;
}

static void related_add(struct block *b, const struct match *m)
{
	struct related related = { 0 };

	place_take(b, &related_type, &related, m);
	if (b->related.n < PLACES_MAX)
		*VEC_ADD(&b->a, &b->related) = related;
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
	struct fixit fixit = { 0 };

	place_take(b, &fixit_type, &fixit, m);
	if (!fixit.file.p)
		fixit.file = block_value(b, STR("file"));
	fixit.text = unescaped(&b->a, fixit.text);
	/* After a note it belongs to the note, and is an alternative to those of the error and of other notes. */
	if (b->notes && b->related.n >= PLACES_MAX)
		return;
	if (b->notes)
		fixit.proposal = (int64_t)b->related.n;
	*VEC_ADD(&b->a, &b->fixits) = fixit;
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
	b->frames = (struct frame_list){ 0 };
	b->related = (struct related_list){ 0 };
	b->fixits = (struct fixit_list){ 0 };
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

static void *place_object(struct block_place *place, const struct object_type **type)
{
	switch (place->verb) {
	case FRAME:
		*type = &frame_type;
		return &place->frame;
	case FIXIT:
		*type = &fixit_type;
		return &place->fixit;
	default:
		*type = &related_type;
		return &place->related;
	}
}

static bool place_has(const struct block_place *place, const char *name)
{
	const struct member *m = member_find(&fixit_type, str_of(name));

	return place->seen >> (m - fixit_type.members) & 1;
}

void block_place_set(struct block *b, struct block_place *place, struct str name, struct str text)
{
	const struct object_type *type;
	void *object = place_object(place, &type);
	const struct member *m = member_find(type, name);

	if (!m || place->seen >> (m - type->members) & 1 || !member_set_text(&b->a, type, object, name, text))
		return;
	place->set = true;
	place->seen |= 1ull << (m - type->members);
}

/* An edit needs a complete position.  Without an end it inserts, without a text it deletes. */
static bool edit_complete(struct block_place *place)
{
	struct fixit *f = &place->fixit;

	if (f->offset.known)
		return f->end_offset.known;
	if (!f->line || !f->column || (!f->end_column && !place_has(place, "text")))
		return false;
	if (!f->end_line)
		f->end_line = f->line;
	if (!f->end_column)
		f->end_column = f->column;
	return true;
}

void block_place_add(struct block *b, struct block_place *place)
{
	if (!place->set || (place->verb == FIXIT && !edit_complete(place)))
		return;
	if (place->verb == FIXIT && !place->fixit.file.n)
		place->fixit.file = block_value(b, STR("file"));
	if (place->verb == FRAME && b->frames.n < PLACES_MAX)
		*VEC_ADD(&b->a, &b->frames) = place->frame;
	else if (place->verb == FIXIT && b->fixits.n < PLACES_MAX)
		*VEC_ADD(&b->a, &b->fixits) = place->fixit;
	else if (place->verb == RELATED && b->related.n < PLACES_MAX)
		*VEC_ADD(&b->a, &b->related) = place->related;
}

/* A heading with another file than the line does not belong to it. */
static bool is_of_this_file(const struct block *b, const struct match *m)
{
	struct str file = match_get(m, "file"), own = block_value(b, STR("file"));

	return !file.n || !own.n || str_eq(file, own);
}

bool block_look_back(struct block *b, unsigned i, struct str line)
{
	struct look_back *l = &b->rule->before[i];
	struct match m;

	bool matches = regex_match(l->match, line, &m) == 1;
	l->hit |= matches;
	if (matches && (l->related || is_of_this_file(b, &m))) {
		if (l->related)
			related_add(b, &m);
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
		frame_add(b, m);
		break;
	case RELATED:
		related_add(b, m);
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

/* What the rows have in common: the values of the heading, or the file of the first of several incidents. */
static void heading_keep(struct block *b, bool file_alone)
{
	b->heading = arena_alloc(&b->a, (b->values.n + 1) * sizeof(*b->heading));
	b->heading_n = 0;
	for (size_t i = 0; i < b->values.n; i++)
		if (!file_alone || str_is(b->values.at[i].name, "file"))
			b->heading[b->heading_n++] = b->values.at[i];
}

/* Each row is an incident, with the values of the heading. */
static void row_begin(struct block *b, const struct match *m, struct str line, unsigned long number)
{
	b->values.n = 0;
	for (size_t i = 0; i < b->heading_n; i++)
		*VEC_ADD(&b->a, &b->values) = b->heading[i];
	b->frames = (struct frame_list){ 0 };
	b->related = (struct related_list){ 0 };
	b->fixits = (struct fixit_list){ 0 };
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

/* A row ends what is above it: the heading, another row, or for `more` the first incident. */
static void row_next(struct block *b, const struct clause *c, const struct block_asks *asks)
{
	if (b->in_row || c->verb == MORE)
		asks->row(asks->ctx);
	if (!b->heading)
		heading_keep(b, c->verb == MORE);
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

/* *vain becomes false if another time, in another state of the block, the clause may match this line. */
static bool clause_matches(const struct block *b, struct clause *c, struct str line, struct match *m, bool *vain)
{
	if (c->verb == MORE && !block_value(b, STR("file")).n) {
		*vain = false;
		return false;
	}
	int got = regex_match(c->re, line, m);
	*vain &= got == 0;
	return got == 1 && (!c->under || regex_match(c->under, line_above(b), NULL) == 1);
}

static bool is_too_weak(const struct clause *c, struct str line, const struct block_asks *asks)
{
	return (c->weak && asks->starts(asks->ctx, line, false)) ||
		(c->weak_to_tools && asks->starts(asks->ctx, line, true));
}

static enum belongs offer(
	struct block *b, struct str line, unsigned long number, const struct block_asks *asks, bool *vain)
{
	struct match m;

	*vain = b->lines < b->rule->max;
	if (!*vain)
		return BELONGS_NOT;
	for (unsigned i = 0; i < b->rule->thens; i++) {
		struct clause *c = &b->rule->then[i];
		if (c->once && i < 64 && (b->done >> i & 1)) {
			*vain = false;
			continue;
		}
		if (!clause_matches(b, c, line, &m, vain))
			continue;
		if (c->verb == STOP || is_too_weak(c, line, asks))
			return BELONGS_NOT;
		if (c->verb == DROP)
			return BELONGS_DROPPED;
		if (c->verb == YIELD) {
			if (asks->claims(asks->ctx, line))
				return BELONGS_YIELDED;
			continue;
		}
		if (c->verb == ROW || c->verb == MORE) {
			row_next(b, c, asks);
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

static bool clauses_ignore_digits(const struct rule *rule)
{
	for (unsigned i = 0; i < rule->thens; i++)
		if (!pattern_ignores_digits(regex_pattern(rule->then[i].re)))
			return false;
	return true;
}

static void vain_keep(struct line_memo *memo, const struct rule *rule, struct line_key *key, struct str line)
{
	struct line_outcome none = { .none = true, .exact = !clauses_ignore_digits(rule) };

	line_memo_keep(memo, key, line, &none);
}

enum belongs block_offer(
	struct block *b, struct line_memo *memo, struct str line, unsigned long number, const struct block_asks *asks)
{
	const struct rule *rule = b->rule;
	struct line_key key;
	bool vain;

	if (!memo || rule->thens < MEMO_CLAUSES || str_trim(line).n == 0)
		return offer(b, line, number, asks, &vain);
	line_key_set(&key, line, &rule->number, 1);
	if (line_memo_find(memo, &key, line))
		return BELONGS_NOT;
	enum belongs got = offer(b, line, number, asks, &vain);
	if (vain && line_memo_wants(memo, &key, line))
		vain_keep(memo, rule, &key, line);
	return got;
}

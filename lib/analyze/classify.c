#include "analyze/classify.h"

#include <stdlib.h>

#include "rules/regex.h"

enum { OFTEN = 10, SECONDARY_MOST = 2, TEXT_MOST = 4096 };

static const double TOOL_CONFIDENCE = 0.8;
static const double WORDS_CONFIDENCE = 0.6;   /* words may be about anything */
static const double KIND_CONFIDENCE = 0.5;    /* what a tool of this kind mostly reports */
static const double DEFAULT_CONFIDENCE = 0.2; /* nothing is known */

/* A row of one of the tables; a pattern that it lacks is NULL. */
struct class_row {
	struct node row;
	struct str words;                             /* that `message` consists of */
	struct regex *code, *message, *near, *unless; /* message: made of `words` when they are found */
	bool vague;
};

struct class_rows {
	struct class_row *at;
	size_t n;
};

struct classifier {
	struct arena a;
	struct class_rows classes, words;
};

/* ---- the tables ---- */

static struct regex *pattern(struct arena *a, struct node row, const char *name, int flags)
{
	struct str text = node_str(node_get(row, name));

	return text.p ? regex_lazy(a, text, (enum regex_flags)flags) : NULL;
}

/* Words, but no part of a name, nor a name in quotes, nor one that is called, assigned or indexed. */
static struct regex *words_pattern(struct arena *a, struct str words)
{
	struct str text = arena_printf(
		a, "(?<![\\w$.\\-/])(?!(?<=['\"`])(?1)['\"`])(%.*s)(?![\\w$/(\\[\\-]|\\.\\w|\\s?=)", STR_ARG(words));

	return regex_lazy(a, text, REGEX_NOCASE);
}

static struct class_rows rows_read(struct arena *a, struct node table)
{
	struct class_rows rows = { arena_alloc(a, (node_list_count(table) + 1) * sizeof(*rows.at)), 0 };

	for (uint32_t i = 0; i < node_list_count(table); i++) {
		struct node row = node_list_at(table, i);
		struct str words = node_str(node_get(row, "words"));
		rows.at[rows.n++] = (struct class_row){ .row = row,
			.words = words,
			.code = pattern(a, row, "code", REGEX_PLAIN),
			.message = words.p ? NULL : pattern(a, row, "message", REGEX_PLAIN),
			.near = pattern(a, row, "near", REGEX_NOCASE),
			.unless = pattern(a, row, "unless", REGEX_NOCASE),
			.vague = node_bool(node_get(row, "vague"), false) };
	}
	return rows;
}

struct classifier *classifier_new(const struct pack *pack)
{
	struct classifier *k = calloc(1, sizeof(*k));

	if (!k)
		out_of_memory();
	k->classes = rows_read(&k->a, pack_table(pack, "classes"));
	k->words = rows_read(&k->a, pack_table(pack, "class-words"));
	return k;
}

static void rows_free(struct class_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		regex_free(rows->at[i].code);
		regex_free(rows->at[i].message);
		regex_free(rows->at[i].near);
		regex_free(rows->at[i].unless);
	}
}

void classifier_free(struct classifier *k)
{
	if (!k)
		return;
	rows_free(&k->classes);
	rows_free(&k->words);
	arena_free(&k->a);
	free(k);
}

/* ---- which row fits? ---- */

static bool matches(struct regex *re, struct str text)
{
	return !re || regex_match(re, str_or_empty(text), NULL) == 1;
}

static bool is_listed(struct node list, struct str text)
{
	return node_list_count(list) == 0 || node_list_globs(list, str_or_empty(text));
}

static bool message_fits(struct classifier *k, struct class_row *c, struct str message)
{
	if (!regex_may_match(c->words, REGEX_NOCASE, message))
		return false;
	if (c->words.p && !c->message)
		c->message = words_pattern(&k->a, c->words);
	return matches(c->message, message);
}

static bool fits(struct classifier *k, struct class_row *c, const struct record *r)
{
	struct str raw = r->error.raw.n ? r->error.raw : r->error.message;
	struct str message = str_sub(r->error.message, 0, TEXT_MOST);

	return is_listed(node_get(c->row, "rule"), r->error.rule) &&
		is_listed(node_get(c->row, "tool"), r->error.tool) &&
		is_listed(node_get(c->row, "environment"), r->error.environment) && matches(c->code, r->error.code) &&
		message_fits(k, c, message) && matches(c->near, str_sub(raw, 0, TEXT_MOST)) &&
		!(c->unless && matches(c->unless, message));
}

/* The first row from index *from that fits and is vague or not; *from is then the next one.  NULL: none. */
static const struct class_row *row_find(
	struct classifier *k, const struct class_rows *rows, const struct record *r, bool vague, size_t *from)
{
	while (*from < rows->n) {
		struct class_row *c = &rows->at[(*from)++];
		if (c->vague == vague && fits(k, c, r))
			return c;
	}
	return NULL;
}

/* How the type was found, and the probability that it is right. */
struct finding {
	const struct class_row *row;
	struct str by;
	double confidence;
};

static bool names_tool(const struct class_row *c)
{
	return node_has(c->row, "rule") || node_has(c->row, "tool") || node_has(c->row, "environment") ||
		node_has(c->row, "code");
}

static struct finding class_find(struct classifier *k, const struct record *r)
{
	size_t i = 0, j = 0, l = 0;
	struct finding f = { row_find(k, &k->classes, r, false, &i), STR("tool"), TOOL_CONFIDENCE };

	if (!f.row)
		f = (struct finding){ row_find(k, &k->words, r, false, &j), STR("words"), WORDS_CONFIDENCE };
	if (!f.row)
		f.row = row_find(k, &k->classes, r, true, &l);
	if (f.row && f.row->vague) {
		bool named = names_tool(f.row);
		f.by = named ? STR("kind") : STR("default");
		f.confidence = named ? KIND_CONFIDENCE : DEFAULT_CONFIDENCE;
	}
	if (f.row)
		f.confidence = node_double(node_get(f.row->row, "confidence"), f.confidence);
	return f;
}

/* ---- the members ---- */

/* Within the range of a row, higher for what is fatal or happens often, at its lower end for what a second run may not
 * show or what only follows from something else.  The range is that of errors; lower levels are below it. */
static int64_t severity_in(struct node range, const struct record *r)
{
	int64_t least = node_int(node_list_at(range, 0), 6), most = node_int(node_list_at(range, 1), 9);
	int64_t severity = (least + most) / 2;

	if (!r->analysis.root || r->analysis.transient)
		severity = least;
	else if (r->error.level == LEVEL_FATAL)
		severity = most;
	else if (r->error.count >= OFTEN && severity < most)
		severity++;
	if (r->error.level == LEVEL_WARNING)
		severity -= 3;
	else if (r->error.level == LEVEL_NOTE)
		severity = severity > 7 ? severity - 5 : 2;
	else if (r->error.level == LEVEL_INFO)
		severity = 1;
	return severity;
}

/* The author of a cause knew its level. */
static int64_t severity_near(int64_t usual, const struct record *r)
{
	return !r->analysis.root ? usual - 1 : r->error.count >= OFTEN ? usual + 1 : usual;
}

static void severity_set(struct record *r, struct node cause, const struct class_row *c)
{
	int64_t usual = node_int(node_get(cause, "severity"), 0);
	int64_t severity = usual ? severity_near(usual, r) :
				   severity_in(c ? node_get(c->row, "severity") : (struct node){ NULL, 0 }, r);

	r->analysis.severity = severity < 1 ? 1 : severity > 10 ? 10 : severity;
}

static bool has_type(const struct analysis *x, struct str type)
{
	if (str_eq(x->type, type))
		return true;
	for (size_t i = 0; i < x->secondary_types.n; i++)
		if (str_eq(x->secondary_types.at[i], type))
			return true;
	return false;
}

static void secondary_add(struct arena *a, struct analysis *x, struct node row)
{
	struct str type = node_str(node_get(row, "type"));

	if (type.n && x->secondary_types.n < SECONDARY_MOST && !has_type(x, type))
		*VEC_ADD(a, &x->secondary_types) = type;
}

/* What the words say beside what decided, and what the tool says beside the words. */
static void secondary_set(struct classifier *k, struct arena *a, struct record *r, const struct class_row *c)
{
	const struct class_row *other;
	size_t i = 0, j = 0;

	if (!c && (other = row_find(k, &k->classes, r, false, &i)))
		secondary_add(a, &r->analysis, other->row);
	while (r->analysis.secondary_types.n < SECONDARY_MOST && (other = row_find(k, &k->words, r, false, &j)))
		secondary_add(a, &r->analysis, other->row);
}

struct failure_class class_of(struct arena *a, const struct record *r)
{
	const struct analysis *x = &r->analysis;

	return (struct failure_class){ arena_str(a, x->type), arena_str(a, x->category), x->confidence };
}

void classify(
	struct classifier *k, struct arena *a, struct node cause, const struct failure_class *root, struct record *r)
{
	struct analysis *x = &r->analysis;
	struct str category = node_str(node_get(cause, "category"));
	struct finding f = { NULL, STR("rule"), 0 };
	bool known = node_kind(cause) != NODE_NONE;

	x->type = node_str(node_get(cause, "type"));
	if (!x->type.n && root && root->type.n) {
		f = (struct finding){ NULL, STR("root"), root->confidence };
		x->type = root->type;
		x->category = root->category;
	} else if (!x->type.n && (f = class_find(k, r)).row) {
		x->type = node_str(node_get(f.row->row, "type"));
		x->category = node_str(node_get(f.row->row, "category"));
	}
	if (known && (category.n || !x->category.n))
		x->category = category.n ? category : STR("bug");
	if (x->type.n)
		x->classified_by = f.by;
	if (!known)
		x->confidence = f.confidence;
	severity_set(r, cause, f.row);
	if (!root)
		secondary_set(k, a, r, f.row);
}

#include <string.h>

#include "learn/anti_unifier.h"

static const char *const invented[] = { "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel",
	"india", "juliett", "kilo", "lima", "mike", "november", "oscar", "papa" };

struct str word_invent(struct work *w)
{
	size_t n = sizeof(invented) / sizeof(invented[0]), i = w->words++;

	return i < n ? str_of(invented[i]) : arena_printf(w->a, "%s%zu", invented[i % n], i / n);
}

/* The text as a pattern; braces stand in brackets, because "{name}" is a slot. */
struct str pattern_escaped(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		bool brace = text.p[i] == '{' || text.p[i] == '}';
		if (brace)
			out[n++] = '[';
		else if (strchr("\\^$.[]|()?*+#", text.p[i]) && text.p[i])
			out[n++] = '\\';
		out[n++] = text.p[i];
		if (brace)
			out[n++] = ']';
	}
	return (struct str){ out, n };
}

/* The text as a part of a template. */
struct str template_doubled(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.n * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '{' || text.p[i] == '}')
			out[n++] = text.p[i];
		out[n++] = text.p[i];
	}
	return (struct str){ out, n };
}

struct str slot_of(struct arena *a, struct str name)
{
	return arena_printf(a, "{%.*s}", STR_ARG(name));
}

bool refuse(struct work *w, const char *why)
{
	w->why = why;
	return false;
}

/* ---- rows: one text a repair ---- */

bool rows_equal(const struct work *w, const struct str *x, const struct str *y)
{
	for (size_t i = 0; i < w->g->n; i++)
		if (!str_eq(x[i], y[i]))
			return false;
	return true;
}

bool row_is_one(const struct work *w, const struct str *row)
{
	for (size_t i = 1; i < w->g->n; i++)
		if (!str_eq(row[0], row[i]))
			return false;
	return true;
}

bool row_all(const struct work *w, const struct str *row, bool (*is)(struct str))
{
	for (size_t i = 0; i < w->g->n; i++)
		if (!is(row[i]))
			return false;
	return true;
}

/* May the text occur in a rule? */
bool may_stay(const struct work *w, const struct str *row)
{
	return row_is_one(w, row) && (w->g->projects > 1 || word_is_general(w->g->at[0]->language, row[0]));
}

struct str *row_new(struct work *w)
{
	return arena_alloc(w->a, w->g->n * sizeof(struct str));
}

/* The slot with these values. */
struct variable *row_slot(struct work *w, const struct str *row)
{
	for (size_t i = 0; i < w->slots_n; i++)
		if (w->slots[i].name.p && rows_equal(w, w->slots[i].values, row))
			return &w->slots[i];
	return NULL;
}

struct variable *group_find(struct work *w, const struct str *row)
{
	for (size_t i = 0; i < w->groups_n; i++)
		if (rows_equal(w, w->groups[i].values, row))
			return &w->groups[i];
	return NULL;
}

/* ---- patterns of a line ---- */

void line_pattern_add(struct work *w, struct pattern *p, struct str named, struct str plain, struct str sample)
{
	p->named = arena_join(w->a, p->named, named);
	p->plain = arena_join(w->a, p->plain, plain);
	p->sample = arena_join(w->a, p->sample, sample);
}

struct pattern line_pattern_join(struct work *w, struct pattern x, struct pattern y)
{
	line_pattern_add(w, &x, y.named, y.plain, y.sample);
	return x;
}

static bool is_name(enum part_kind kind)
{
	return kind == PART_WORD || kind == PART_NUMBER;
}

bool parts_row(struct work *w, const size_t *at, struct parts_row *row, bool new)
{
	*row = (struct parts_row){ .texts = row_new(w), .one_kind = true };
	for (size_t i = 0; i < w->g->n; i++) {
		const struct parts *p = new ? &w->g->at[i]->new_parts : &w->g->at[i]->old_parts;
		if (at[i] >= p->n)
			return false;
		row->texts[i] = p->at[at[i]].text;
		row->literal |= p->at[at[i]].literal;
		enum part_kind kind = p->at[at[i]].kind;
		row->one_kind &= i == 0 || kind == row->kind || (is_name(kind) && is_name(row->kind));
		row->kind = i && kind == PART_NUMBER ? row->kind : kind;
	}
	return true;
}

/* Generalise one part of the old line; `keep`: as a group, for the new text.  false: there is no pattern for it. */
bool part_pattern(struct work *w, const struct parts_row *row, bool keep, struct pattern *out)
{
	struct variable *slot = row_slot(w, row->texts);
	struct str class = row->kind == PART_BLANK ? STR("[ \\t]+") : STR("\\w+");

	*out = (struct pattern){ STR(""), STR(""), STR("") };
	if (!row->one_kind || (row->kind == PART_SIGN && !row_is_one(w, row->texts)))
		return false;
	if (row->kind == PART_SIGN) {
		struct str text = pattern_escaped(w->a, row->texts[0]);
		line_pattern_add(w, out, text, text, row->texts[0]);
		return true;
	}
	if (slot && row->kind != PART_BLANK) {
		struct str text = arena_printf(w->a, "\\b{%.*s}\\b", STR_ARG(slot->name));
		w->has_slot = true;
		line_pattern_add(w, out, text, text, slot->sample);
		return true;
	}
	if (row->kind == PART_WORD && !row->literal && may_stay(w, row->texts)) {
		struct str text = pattern_escaped(w->a, row->texts[0]);
		line_pattern_add(w, out, text, text, row->texts[0]);
		if (!keep)
			return true;
		out->named = STR("");
	}
	struct str inner = out->plain.n ? out->plain : class;
	struct str sample = out->sample.n ? out->sample :
		row->kind == PART_NUMBER  ? STR("3") :
		row->kind == PART_BLANK   ? STR(" ") :
					    word_invent(w);
	*out = (struct pattern){ inner, inner, sample };
	if (keep && w->groups_n < VALUES) {
		struct variable *v = &w->groups[w->groups_n++];
		*v = (struct variable){ arena_printf(w->a, "part_%zu", w->groups_n), row->texts, sample };
		out->named = arena_printf(w->a, "(?<%.*s>%.*s)", STR_ARG(v->name), STR_ARG(inner));
	}
	return true;
}

static bool only_blanks_left(const struct work *w, const size_t *at, const size_t *end, bool left)
{
	for (size_t i = 0; i < w->g->n; i++) {
		const struct parts *p = &w->g->at[i]->old_parts;
		for (size_t k = left ? 0 : at[i]; k < (left ? at[i] : end[i]); k++)
			if (p->at[k].kind != PART_BLANK)
				return false;
	}
	return true;
}

/* The parts left of from[] (or right of it), as far as they have a pattern in common, at most so many that are no
 * blanks as the group says; with the end of the line, if that is reached. */
struct pattern line_context(struct work *w, const size_t *from, bool left)
{
	struct pattern p = { STR(""), STR(""), STR("") }, pending = p;
	size_t *at = arena_alloc(w->a, w->g->n * sizeof(*at)), *end = arena_alloc(w->a, w->g->n * sizeof(*end));
	size_t solid = 0;

	for (size_t i = 0; i < w->g->n; i++) {
		at[i] = from[i];
		end[i] = w->g->at[i]->old_parts.n;
	}
	for (;;) {
		struct parts_row row;
		struct pattern one;
		if (only_blanks_left(w, at, end, left)) {
			struct pattern edge = { left ? STR("^[ \\t]*") : STR("[ \\t]*$"),
				left ? STR("^[ \\t]*") : STR("[ \\t]*$"), STR("") };
			return left ? line_pattern_join(w, edge, p) : line_pattern_join(w, p, edge);
		}
		if (solid == (left ? w->g->left : w->g->right))
			return p;
		for (size_t i = 0; i < w->g->n; i++) {
			if (left ? at[i] == 0 : at[i] == end[i])
				return p;
			at[i] -= left;
		}
		if (!parts_row(w, at, &row, false) || row.literal || !part_pattern(w, &row, false, &one))
			return p;
		for (size_t i = 0; i < w->g->n; i++)
			at[i] += !left;
		/* A blank counts only together with what is beyond it. */
		pending = left ? line_pattern_join(w, one, pending) : line_pattern_join(w, pending, one);
		if (row.kind == PART_BLANK)
			continue;
		if (row.kind == PART_WORD) {
			struct pattern edge = { STR("\\b"), STR("\\b"), STR("") };
			struct pattern with = left ? line_pattern_join(w, edge, pending) :
						     line_pattern_join(w, pending, edge);
			p = left ? line_pattern_join(w, with, p) : line_pattern_join(w, p, with);
		} else {
			p = left ? line_pattern_join(w, pending, p) : line_pattern_join(w, p, pending);
		}
		pending = (struct pattern){ STR(""), STR(""), STR("") };
		solid++;
	}
}

/* Checks of forms: their slots, and that the rows of the table `forms` are not nested too deep. */
#include "rules/form.h"
#include "rules/lint.h"

/* Rows of the table: of the packs before, and of this file. */
struct rows {
	const struct yaml *before, *own;
};

static const struct yaml *row_of(struct lint *l, const struct rows *rows, struct str name)
{
	const char *key = arena_strdup(l->c->a, name);
	const struct yaml *own = yaml_get(rows->own, key);

	return own ? own : yaml_get(rows->before, key);
}

static void check_form(struct lint *l, const struct yaml *form, const struct rows *rows)
{
	struct str rest = yaml_str(form);
	struct form_piece piece;
	unsigned n = 0;

	for (; form_piece(&rest, &piece); n++)
		if (piece.kind == PIECE_SLOT && !form_slot_known(piece.text) && !row_of(l, rows, piece.text))
			lint_fault(l, form->line, "there is no slot or form '%.*s'", STR_ARG(piece.text));
	if (n > FORM_PIECES_MAX)
		lint_fault(l, form->line, "a form has more than %d parts", FORM_PIECES_MAX);
}

void lint_forms(struct lint *l, const struct yaml *read)
{
	struct rows rows = { yaml_get(l->c->tables, "forms"), NULL };

	if (read && read->kind == YAML_TEXT)
		check_form(l, read, &rows);
	YAML_EACH(form, read)
		check_form(l, form, &rows);
}

/* How deep a row is nested; FORM_NESTED_MAX if deeper, as in a circle. */
static unsigned depth_of(struct lint *l, const struct rows *rows, const struct yaml *row, unsigned left, size_t *budget)
{
	unsigned deepest = 0;

	if (left == 0 || *budget == 0)
		return FORM_NESTED_MAX;
	YAML_EACH(form, row) {
		struct str rest = yaml_str(form);
		struct form_piece piece;
		while (*budget && form_piece(&rest, &piece)) {
			--*budget;
			const struct yaml *inner = piece.kind == PIECE_SLOT && !form_slot_known(piece.text) ?
				row_of(l, rows, piece.text) :
				NULL;
			unsigned depth = inner ? depth_of(l, rows, inner, left - 1, budget) : 0;
			deepest = depth > deepest ? depth : deepest;
		}
	}
	return deepest < FORM_NESTED_MAX ? deepest + 1 : deepest;
}

void lint_form_table(struct lint *l, const struct yaml *own)
{
	struct rows rows = { yaml_get(l->c->tables, "forms"), own };

	YAML_EACH(row, own) {
		size_t budget = 100000;
		YAML_EACH(form, row)
			check_form(l, form, &rows);
		/* The list of a rule is one more. */
		if (depth_of(l, &rows, row, FORM_NESTED_MAX, &budget) >= FORM_NESTED_MAX)
			lint_fault(l, row->key_line, "forms are nested more than %d deep", FORM_NESTED_MAX);
	}
}

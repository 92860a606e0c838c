/* The shapes of forms (form_shape.h).  Alternatives are united and what follows one another is crossed; of two shapes
 * of which one contains the other, that other says all.  Where there are too many, less is said, which is always sound.
 */
#include "rules/form.h"
#include "rules/form_shape.h"
#include "rules/form_slot.h"

/* What a part of a form begins and ends with: a neighbour (form_shape.h), a digit, or anything. */
enum { DIGIT = 16, ANY = 17 };

struct shape {
	uint64_t bits;
	unsigned first, last;
	bool empty; /* it is no part at all: what stands before it and behind it are beside each other */
};

enum { ROOM = 96 };
struct shapes {
	struct shape at[ROOM];
	size_t n;
};

struct walk {
	const struct yaml *table;
	uint64_t bits; /* that are asked for */
	unsigned depth;
};

static bool says_less(const struct shape *x, const struct shape *y)
{
	return (x->bits & ~y->bits) == 0 && x->empty == y->empty && (x->first == ANY || x->first == y->first) &&
		(x->last == ANY || x->last == y->last);
}

static const struct shape nothing = { 0, ANY, ANY, true }, unknown = { 0, ANY, ANY, false };

static void shape_add(struct shapes *s, struct shape shape)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (says_less(&s->at[i], &shape))
			return;
	for (size_t i = 0; i < s->n; i++)
		if (!says_less(&shape, &s->at[i]))
			s->at[kept++] = s->at[i];
	s->n = kept;
	if (s->n < ROOM) {
		s->at[s->n++] = shape;
		return;
	}
	/* One that says what all have in common. */
	for (size_t i = 0; i < s->n; i++)
		shape.bits &= s->at[i].bits;
	s->at[0] = (struct shape){ shape.bits, ANY, ANY, false };
	s->n = 1;
}

static uint64_t joint(unsigned before, unsigned behind)
{
	if (behind == DIGIT && before < SHAPE_ALONE)
		return (uint64_t)1 << (SHAPE_BEFORE + before);
	if (before == DIGIT && behind < SHAPE_ALONE)
		return (uint64_t)1 << (SHAPE_BEHIND + behind);
	return 0;
}

static struct shape in_a_row(const struct shape *x, const struct shape *y)
{
	if (x->empty || y->empty)
		return x->empty ? *y : *x;
	return (struct shape){ x->bits | y->bits | joint(x->last, y->first), x->first, y->last, false };
}

/* Without what is not asked for, fewer are different. */
static struct shape asked(const struct walk *w, struct shape s)
{
	s.bits &= w->bits;
	if (w->bits != SHAPE_NEIGHBOURS)
		s.first = s.last = ANY;
	return s;
}

static void shapes_cross(const struct walk *w, struct shapes *x, const struct shapes *y)
{
	struct shapes out = { .n = 0 };

	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < y->n; k++)
			shape_add(&out, asked(w, in_a_row(&x->at[i], &y->at[k])));
	*x = out;
}

static unsigned edge_of(char c)
{
	unsigned neighbour = shape_neighbour(c);

	if (shape_is_digit(c))
		return DIGIT;
	return neighbour == SHAPE_ALONE ? ANY : neighbour;
}

static struct shape text_shape(struct str text)
{
	return (struct shape){ line_shape(text), edge_of(text.p[0]), edge_of(text.p[text.n - 1]), text.n == 0 };
}

static struct shape slot_shape(const struct form_slot *slot)
{
	unsigned blank = shape_neighbour(' ');

	if (slot->begins == form_is_digit)
		return (struct shape){ (uint64_t)1 << SHAPE_DIGIT, DIGIT, DIGIT, false };
	return str_is(str_of(slot->name), "one") ? (struct shape){ shape_byte(' '), blank, blank, false } : unknown;
}

static const struct yaml *row_of(const struct yaml *table, struct str name)
{
	YAML_EACH(row, table)
		if (str_eq(name, row->key))
			return row;
	return NULL;
}

static void forms_add(struct walk *w, const struct yaml *forms, struct shapes *out);

static void piece_shapes(struct walk *w, const struct form_piece *piece, struct shapes *out)
{
	unsigned blank = shape_neighbour(' ');
	const struct form_slot *slot = piece->kind == PIECE_SLOT ? form_slot_find(piece->text) : NULL;

	out->n = 0;
	if (piece->optional)
		shape_add(out, nothing);
	if (piece->kind == PIECE_TEXT)
		shape_add(out, asked(w, text_shape(piece->text)));
	else if (piece->kind == PIECE_BLANKS)
		shape_add(out, asked(w, (struct shape){ 0, blank, blank, false }));
	else if (slot)
		shape_add(out, asked(w, slot_shape(slot)));
	else
		forms_add(w, row_of(w->table, piece->text), out);
}

static void form_add(struct walk *w, struct str form, struct shapes *out)
{
	struct shapes all = { .n = 0 }, part;
	struct form_piece piece;

	shape_add(&all, nothing);
	while (form_piece(&form, &piece)) {
		piece_shapes(w, &piece, &part);
		shapes_cross(w, &all, &part);
	}
	for (size_t i = 0; i < all.n; i++)
		shape_add(out, all.at[i]);
}

static void forms_add(struct walk *w, const struct yaml *forms, struct shapes *out)
{
	if (!forms || w->depth == FORM_NESTED_MAX) {
		shape_add(out, unknown);
		return;
	}
	w->depth++;
	if (forms->kind == YAML_TEXT)
		form_add(w, yaml_str(forms), out);
	YAML_EACH(form, forms)
		form_add(w, yaml_str(form), out);
	w->depth--;
}

size_t form_shapes(const struct yaml *table, const struct yaml *forms, uint64_t bits, uint64_t shapes[SHAPES_MOST])
{
	struct walk w = { table, bits, 0 };
	struct shapes all = { .n = 0 }, bare = { .n = 0 };

	forms_add(&w, forms, &all);
	for (size_t i = 0; i < all.n; i++)
		shape_add(&bare, (struct shape){ all.at[i].bits, ANY, ANY, false });
	while (bare.n > SHAPES_MOST) {
		struct shape last = bare.at[--bare.n];
		last.bits &= bare.at[--bare.n].bits;
		shape_add(&bare, last);
	}
	for (size_t i = 0; i < bare.n; i++) {
		if (bare.at[i].bits == 0)
			return 0;
		shapes[i] = bare.at[i].bits;
	}
	return bare.n;
}

#include <ctype.h>

#include "learn/anti_unifier.h"

/* Another form of a variable: a template for it, if the values are that form. */
static struct str filtered(struct work *w, const struct str *row, bool of_slot, struct str *sample)
{
	static const char *const filters[] = { "lower", "upper", "capital" };
	size_t n = of_slot ? w->slots_n : w->groups_n;

	for (size_t k = 0; k < 3 * n; k++) {
		const struct variable *v = of_slot ? &w->slots[k / 3] : &w->groups[k / 3];
		bool same = v->name.p != NULL;
		for (size_t i = 0; same && i < w->g->n; i++) {
			struct str s = v->values[i];
			same = s.n == row[i].n && s.n > 0;
			for (size_t b = 0; same && b < s.n; b++) {
				int c = (unsigned char)s.p[b], up = toupper(c), low = tolower(c);
				int want = k % 3 == 0 ? low : k % 3 == 1 ? up : b ? c : up;
				same = want == (unsigned char)row[i].p[b];
			}
		}
		if (!same)
			continue;
		char *s = arena_strdup(w->a, v->sample);
		for (size_t b = 0; s[b]; b++)
			if (k % 3 < 2 || b == 0)
				s[b] = (char)(k % 3 == 0 ? tolower((unsigned char)s[b]) : toupper((unsigned char)s[b]));
		*sample = str_of(s);
		return arena_printf(w->a, "{%.*s|%s}", STR_ARG(v->name), filters[k % 3]);
	}
	return STR_NONE;
}

/* The word of the file that is nearest to the one that the message names; whether it is, the trial shows. */
static struct str nearest(struct work *w, const struct str *beside, struct str *sample)
{
	struct variable *slot = beside ? row_slot(w, beside) : NULL;

	if (!slot || w->near_of.p)
		return STR_NONE;
	w->near_of = slot->name;
	w->near_sample = *sample = arena_printf(w->a, "%.*ss", STR_ARG(slot->sample));
	return STR("{near}");
}

/* The template for a row of the new text.  beside: what stood in its place, or NULL. */
static bool bind(
	struct work *w, const struct parts_row *row, const struct str *beside, struct str *with, struct str *sample)
{
	struct variable *v = group_find(w, row->texts);

	if (!v && row->kind != PART_BLANK && row->one_kind)
		v = row_slot(w, row->texts);
	if (row->kind == PART_SIGN)
		v = NULL;
	*sample = v ? v->sample : row->texts[0];
	if (v) {
		*with = slot_of(w->a, v->name);
		return true;
	}
	*with = template_doubled(w->a, row->texts[0]);
	if (row_is_one(w, row->texts) && (row->kind == PART_SIGN || (row->kind == PART_BLANK && row->texts[0].n == 1)))
		return true;
	if (row->kind == PART_SIGN || row->kind == PART_BLANK || !row->one_kind)
		return refuse(w, "the new texts differ in their signs");
	if (!row->literal && may_stay(w, row->texts))
		return true;
	*with = filtered(w, row->texts, true, sample);
	if (!with->p)
		*with = filtered(w, row->texts, false, sample);
	if (!with->p && !row->literal)
		*with = nearest(w, beside, sample);
	return with->p || refuse(w, "a word of the new text occurs neither in the message nor in the old line");
}

/* The new parts [from[i], to[i]) as a template. */
bool new_text(struct work *w, const size_t *from, size_t n, const size_t *old, size_t old_n, struct str *with,
	struct str *sample)
{
	size_t *at = arena_alloc(w->a, w->g->n * sizeof(*at));

	*with = *sample = STR("");
	for (size_t k = 0; k < n; k++) {
		struct parts_row row, beside;
		struct str one, one_sample;
		for (size_t i = 0; i < w->g->n; i++)
			at[i] = from[i] + k;
		if (!parts_row(w, at, &row, true))
			return refuse(w, "the new texts differ in length");
		for (size_t i = 0; i < w->g->n; i++)
			at[i] = old ? old[i] + k : SIZE_MAX;
		bool is_beside = old && k < old_n && parts_row(w, at, &beside, false);
		if (!bind(w, &row, is_beside ? beside.texts : NULL, &one, &one_sample))
			return false;
		*with = arena_join(w->a, *with, one);
		*sample = arena_join(w->a, *sample, one_sample);
	}
	return true;
}

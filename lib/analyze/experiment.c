#include "analyze/experiment.h"

#include "base/sha256.h"

enum { UNIT_DIGITS = 16 };

/* ---- which solutions take part ---- */

/* The names of the two variants of a cause, in the order in which they are listed; false: there are not two. */
static bool variants_of(struct node cause, struct str names[2])
{
	struct node list = node_get(cause, "solutions");
	size_t n = 0;

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		struct str name = node_str(node_get(node_list_at(list, i), "variant"));
		if (!name.n || str_among(names, n < 2 ? n : 2, name))
			continue;
		if (n < 2)
			names[n] = name;
		n++;
	}
	return n == 2;
}

static struct participation part_of_table(struct arena *a, const struct pack *pack, struct str id, struct str *variant)
{
	struct node rows = pack_table(pack, "experiments");

	for (uint32_t i = 0; i < node_count(rows); i++) {
		struct node row = node_at(rows, i);
		bool control = node_list_globs(node_get(row, "control"), id);
		if (!control && !node_list_globs(node_get(row, "challenger"), id))
			continue;
		*variant = arena_printf(a, "%.*s/%s", STR_ARG(node_key(rows, i)), control ? "control" : "challenger");
		return (struct participation){ node_key(rows, i), !control };
	}
	return (struct participation){ STR_NONE, false };
}

struct participation experiment_part(struct arena *a, const struct pack *pack, struct node cause, struct node solution,
	struct str id, struct str *variant)
{
	struct str names[2] = { STR_NONE, STR_NONE }, name = node_str(node_get(solution, "variant"));
	struct str experiment = node_str(node_get(cause, "id"));

	*variant = STR_NONE;
	if (!name.n)
		return part_of_table(a, pack, id, variant);
	if (!variants_of(cause, names))
		return (struct participation){ STR_NONE, false };
	*variant = arena_printf(a, "%.*s/%.*s", STR_ARG(experiment), STR_ARG(name));
	return (struct participation){ experiment, str_eq(name, names[1]) };
}

/* ---- assignment ---- */

struct str experiment_unit(
	struct arena *a, struct str experiment, struct str fingerprint, struct str tree, double *fraction)
{
	char hex[SHA256_HEX];

	/* Only the last of them may contain a newline, so no two triples are the same text. */
	struct str all = arena_printf(
		a, "%.*s\n%.*s\n%.*s\n", STR_ARG(experiment), STR_ARG(fingerprint), STR_ARG(tree));
	sha256_of(all, hex);
	*fraction = 0;
	for (int i = UNIT_DIGITS - 1; i >= 0; i--)
		*fraction = (*fraction + (hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10)) / 16;
	return arena_str(a, (struct str){ hex, UNIT_DIGITS });
}

static bool is_in(const struct ranked *x, struct str experiment)
{
	return x->part.experiment.p && str_eq(x->part.experiment, experiment);
}

/* In the places of the experiment's solutions, the chosen ones come first; both keep their order. */
static void reorder(struct arena *a, struct ranked *at, size_t n, struct str experiment, bool challenger)
{
	struct ranked *sorted = arena_alloc(a, n * sizeof(*sorted));
	size_t count = 0, next = 0;

	for (int chosen = 1; chosen >= 0; chosen--)
		for (size_t i = 0; i < n; i++)
			if (is_in(&at[i], experiment) && (at[i].part.challenger == challenger) == (chosen == 1))
				sorted[count++] = at[i];
	for (size_t i = 0; i < n; i++)
		if (is_in(&at[i], experiment))
			at[i] = sorted[next++];
}

static void assign(const struct solution_history *h, struct record *r, struct ranked *at, size_t n, size_t first)
{
	struct str experiment = at[first].part.experiment;
	struct assignment *kept;
	double fraction;
	bool both = false;

	for (size_t i = first + 1; i < n; i++)
		both |= is_in(&at[i], experiment) && at[i].part.challenger != at[first].part.challenger;
	if (!both)
		return;
	int share = h->share(h->ctx, experiment);
	struct str unit = experiment_unit(r->a, experiment, r->fingerprint, h->tree, &fraction);
	bool challenger = fraction < share / 100.0;
	reorder(r->a, at, n, experiment, challenger);
	kept = VEC_ADD(r->a, &r->assignments);
	*kept = (struct assignment){
		.experiment = arena_str(r->a, experiment), .challenger = challenger, .unit = unit, .share = share
	};
	for (size_t i = 0; i < n && !kept->variant.p; i++)
		if (is_in(&at[i], experiment))
			kept->variant = at[i].solution->variant;
}

void experiments_assign(const struct solution_history *h, struct record *r, struct ranked *at, size_t n)
{
	r->assignments = (struct assignment_list){ 0 };
	if (!h->share || !h->tree.n || !r->fingerprint.n)
		return;
	for (size_t i = 0; i < n; i++) {
		bool is_first = at[i].part.experiment.p != NULL;
		for (size_t k = 0; k < i && is_first; k++)
			is_first = !is_in(&at[k], at[i].part.experiment);
		if (is_first)
			assign(h, r, at, n, i);
	}
}

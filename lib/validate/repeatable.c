#include "validate/repeatable.h"

#include "base/path.h"
#include "rules/regex.h"

/* Does the text match the row, or does the row not have this member? */
static bool is_one_of(struct node wanted, struct str text, bool (*fits)(struct str pattern, struct str text))
{
	uint32_t n = node_list_count(wanted);

	for (uint32_t i = 0; i < n; i++)
		if (fits(node_str(node_list_at(wanted, i)), text))
			return true;
	return n == 0;
}

static bool matches(struct node pattern, struct str text)
{
	struct arena a = ARENA_INIT;
	struct match m;

	if (!node_str(pattern).p)
		return true;
	struct regex *re = regex_new(&a, node_str(pattern), NULL);
	bool fits = re && regex_match(re, str_or_empty(text), &m) == 1;
	regex_free(re);
	arena_free(&a);
	return fits;
}

static bool fits(struct node row, const struct record *r)
{
	/* The type is that of a cause: one that words or the tool alone gave proves nothing about the next run. */
	struct str type = str_is(r->analysis.by, "none") ? STR("") : r->analysis.type;

	return is_one_of(node_get(row, "rule"), r->error.rule, glob_match) &&
		is_one_of(node_get(row, "type"), type, str_eq) && matches(node_get(row, "code"), r->error.code) &&
		matches(node_get(row, "message"), r->error.message);
}

bool is_repeatable(const struct pack *pack, const struct record *r)
{
	struct node table = pack_table(pack, "repeatable");

	for (uint32_t i = 0; i < node_list_count(table); i++)
		if (fits(node_list_at(table, i), r))
			return node_bool(node_get(node_list_at(table, i), "repeatable"), false);
	return false;
}

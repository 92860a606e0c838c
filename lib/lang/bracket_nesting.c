/* Selects the candidates with which the brackets are balanced. */
#include "lang/edit_candidates.h"

enum { NESTED = 1000 };

struct nest {
	struct node brackets;
	char closers[NESTED];
	size_t depth;
	bool broken;
};

static void nest_feed(struct nest *n, struct str code)
{
	for (size_t i = 0; i < code.n && !n->broken; i++)
		for (uint32_t k = 0; k < node_list_count(n->brackets); k++) {
			struct str pair = node_str(node_list_at(n->brackets, k));
			if (pair.n == 2 && code.p[i] == pair.p[0]) {
				if (n->depth == NESTED)
					n->broken = true;
				else
					n->closers[n->depth++] = pair.p[1];
			} else if (pair.n == 2 && code.p[i] == pair.p[1]) {
				n->broken |= n->depth == 0 || n->closers[n->depth - 1] != code.p[i];
				n->depth -= n->depth > 0;
			}
		}
}

static bool nests_with(struct candidate_search *s, const struct candidate_edit *c)
{
	struct nest n = { .brackets = node_get(s->language, "brackets") };

	nest_feed(&n, str_sub(s->code, 0, c->at));
	nest_feed(&n, c->text);
	nest_feed(&n, str_sub(s->code, c->at + c->gone, s->code.n));
	return !n.broken && n.depth == 0;
}

void candidates_keep_nesting(struct candidate_search *s)
{
	size_t kept = 0;

	if (node_str(node_get(s->language, "uneven")).p)
		return;
	for (size_t i = 0; i < s->changes.n; i++)
		kept += nests_with(s, &s->changes.at[i]);
	if (kept == 0)
		return;
	kept = 0;
	for (size_t i = 0; i < s->changes.n; i++)
		if (nests_with(s, &s->changes.at[i]))
			s->changes.at[kept++] = s->changes.at[i];
	s->changes.n = kept;
}

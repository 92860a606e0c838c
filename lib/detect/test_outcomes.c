#include "detect/test_outcomes.h"

#include <stdlib.h>

#include "base/buf.h"
#include "detect/strip.h"
#include "rules/regex.h"

enum { OUTCOMES_MOST = 100000 };

/* All matches of one pattern in the text. */
static void pattern_read(struct arena *a, struct node pattern, struct str text, bool failed, struct test_outcomes *out)
{
	struct regex *re = node_str(pattern).p ? regex_new_flags(a, node_str(pattern), REGEX_MULTILINE, NULL) : NULL;
	struct match m;
	size_t at = 0;

	while (re && at < text.n && out->all.n < OUTCOMES_MOST && regex_match_from(re, text, at, &m) > 0) {
		struct str suite = match_get(&m, "suite"), test = match_get(&m, "test");
		*VEC_ADD(a, &out->all) = (struct test_outcome){
			.name = arena_printf(a, "%.*s%s%.*s", STR_ARG(suite), suite.n ? " " : "", STR_ARG(test)),
			.failed = failed,
		};
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end + str_chr(str_sub(text, end, text.n), '\n') + 1;
	}
	regex_free(re);
}

static int by_name(const void *x, const void *y)
{
	const struct test_outcome *a = x, *b = y;
	int order = str_cmp(a->name, b->name);

	return order ? order : (int)b->failed - (int)a->failed;
}

/* Sort, and of each name keep one that failed, if there is one. */
static void sort(struct test_outcomes *out)
{
	size_t kept = 0;

	if (out->all.n)
		qsort(out->all.at, out->all.n, sizeof(*out->all.at), by_name);
	for (size_t i = 0; i < out->all.n; i++)
		if (kept == 0 || !str_eq(out->all.at[kept - 1].name, out->all.at[i].name))
			out->all.at[kept++] = out->all.at[i];
	out->all.n = kept;
}

void test_outcomes_read(struct arena *a, const struct pack *pack, struct str output, struct test_outcomes *out)
{
	struct node table = pack_table(pack, "test-outcomes");
	struct strip strip;
	struct buf text;

	*out = (struct test_outcomes){ 0 };
	strip_init(&strip);
	buf_init(&text, output.n + 1);
	strip_add(&strip, output, &text);
	for (uint32_t i = 0; i < node_list_count(table); i++) {
		struct node row = node_list_at(table, i);
		pattern_read(a, node_get(row, "passed"), buf_str(&text), false, out);
		pattern_read(a, node_get(row, "failed"), buf_str(&text), true, out);
	}
	buf_release(&text);
	sort(out);
}

static int to_name(const void *key, const void *outcome)
{
	return str_cmp(*(const struct str *)key, ((const struct test_outcome *)outcome)->name);
}

const struct test_outcome *test_outcome_find(const struct test_outcomes *o, struct str name)
{
	return o->all.n ? bsearch(&name, o->all.at, o->all.n, sizeof(*o->all.at), to_name) : NULL;
}

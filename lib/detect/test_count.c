#include "detect/test_count.h"

#include "base/buf.h"
#include "detect/strip.h"
#include "rules/regex.h"

enum { COUNT_MOST = 1000000000 };

static bool add_group(const struct match *m, const char *name, long sign, long *n)
{
	struct str text = match_get(m, name);
	int64_t value;

	if (!text.p || !str_number(text, &value))
		return false;
	*n += sign * (long)(value < COUNT_MOST ? value : COUNT_MOST);
	return true;
}

/* The count of one match. */
static long match_count(const struct match *m, struct node row)
{
	long n = 0;
	bool any = add_group(m, "ran", 1, &n);

	any |= add_group(m, "passed", 1, &n);
	any |= add_group(m, "failed", 1, &n);
	any |= add_group(m, "skipped", -1, &n);
	return any ? n : (long)node_int(node_get(row, "count"), 1);
}

/* All matches of one row; false: none. */
static bool row_count(struct arena *a, struct node row, struct str text, long *sum)
{
	struct regex *re = regex_new_flags(a, node_str(node_get(row, "match")), REGEX_MULTILINE, NULL);
	struct match m;
	bool any = false;
	size_t at = 0;
	int got;

	while (re && at < text.n && (got = regex_match_from(re, text, at, &m)) > 0) {
		long n = match_count(&m, row);
		any = true;
		*sum += n;
		/* One match per line. */
		size_t end = (size_t)(m.whole.p + m.whole.n - text.p);
		at = end + str_chr(str_sub(text, end, text.n), '\n') + 1;
	}
	regex_free(re);
	return any;
}

long tests_run(const struct pack *pack, struct str output)
{
	struct node table = pack_table(pack, "tests");
	struct arena a = ARENA_INIT;
	struct strip strip;
	struct buf text;
	long sum = 0;
	bool any = false;

	strip_init(&strip);
	buf_init(&text, output.n + 1);
	strip_add(&strip, output, &text);
	for (uint32_t i = 0; i < node_list_count(table); i++)
		any |= row_count(&a, node_list_at(table, i), buf_str(&text), &sum);
	buf_release(&text);
	arena_free(&a);
	return !any ? -1 : sum < 0 ? 0 : sum;
}

struct check tests_compare(struct arena *a, long before, long now)
{
	struct check c = { .name = STR("tests"), .status = CHECK_INCONCLUSIVE };

	if (before < 0 && now < 0) {
		c.status = CHECK_SKIPPED;
	} else if (now < 0) {
		c.detail = STR("no test runner was heard of, one was before");
	} else if (now == 0) {
		c.detail = STR("no tests ran");
	} else if (now < before) {
		c.detail = arena_printf(a, "%ld tests ran, %ld did before", now, before);
	} else {
		c.status = CHECK_PASSED;
		c.detail = before < 0 ? arena_printf(a, "%ld ran", now) :
					arena_printf(a, "%ld ran, %ld before", now, before);
	}
	return c;
}

/* line_memo - what is known of a line is known of those like it, and of no others */
#include "detect/line_memo.h"

#include <stdio.h>

#include "tap.h"

static struct line_key key_of(const char *line, uint32_t literal)
{
	struct line_key k;

	line_key_set(&k, str_of(line), &literal, 1);
	return k;
}

static void keep(struct line_memo *m, const char *line, uint32_t literal, struct line_outcome outcome)
{
	struct line_key k = key_of(line, literal);

	line_memo_keep(m, &k, str_of(line), &outcome);
}

/* The rule that is known of it, or -1. */
static int known(const struct line_memo *m, const char *line, uint32_t literal)
{
	struct line_key k = key_of(line, literal);
	const struct line_outcome *found = line_memo_find(m, &k, str_of(line));

	return found ? (int)found->rule : -1;
}

static void test_likeness(void)
{
	struct line_memo *m = line_memo_new();

	keep(m, "a.c:12: error", 3, (struct line_outcome){ .rule = 7 });
	is_int(known(m, "a.c:12: error", 3), 7, "the same line is known");
	is_int(known(m, "a.c:90: error", 3), 7, "and one with other digits");
	is_int(known(m, "a.c:9: error", 3), -1, "but not with fewer");
	is_int(known(m, "b.c:12: error", 3), -1, "nor with other letters");
	is_int(known(m, "a.c:12: error", 4), -1, "nor with other literals, and so other candidates");
	keep(m, "no 12", 3, (struct line_outcome){ .rule = 8, .exact = true });
	is_int(known(m, "no 12", 3), 8, "what holds for a line alone is known of it");
	is_int(known(m, "no 13", 3), -1, "and of none like it");
	line_memo_free(m);
}

static void test_limits(void)
{
	struct line_memo *m = line_memo_new();
	uint32_t literals[MEMO_LITERALS + 1] = { 0 };
	char line[MEMO_LINE + 2] = "";
	struct line_key k;
	int right = 0;

	memset(line, 'x', MEMO_LINE + 1);
	line_key_set(&k, str_of(line), literals, 1);
	is_int(k.n, 0, "a long line is not remembered");
	line_key_set(&k, STR("x"), literals, MEMO_LITERALS + 1);
	is_int(k.n, 0, "nor one with many literals");
	for (uint32_t i = 0; i < 8 * MEMO_LINES; i++) {
		snprintf(line, sizeof(line), "%c%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
		keep(m, line, i, (struct line_outcome){ .rule = i });
		right += known(m, line, i) == (int)i;
	}
	is_int(right, 8 * MEMO_LINES, "the last one is known, however many there were");
	line_memo_free(m);
}

static void test_sharing(void)
{
	struct line_memo *m = line_memo_new();
	struct line_key k = key_of("x 1", 1);

	ok(!line_memo_wants(m, &k, STR("x 1")), "a line that was not seen before is not wanted");
	k = key_of("x 2", 1);
	ok(line_memo_wants(m, &k, STR("x 2")), "the next like it is");
	line_memo_share(m);
	keep(m, "x 1", 1, (struct line_outcome){ .rule = 5 });
	is_int(known(m, "x 1", 1), -1, "while others read, nothing changes");
	line_memo_shared_no_more(m);
	is_int(known(m, "x 1", 1), 5, "afterwards it does");
	line_memo_share(m);
	for (uint32_t i = 0; i < 2 * MEMO_FRESH; i++)
		keep(m, "y", i, (struct line_outcome){ .rule = i });
	line_memo_free(m);
}

int main(void)
{
	stdio_begin("unit-line_memo");
	test_likeness();
	test_limits();
	test_sharing();
	return tap_end();
}

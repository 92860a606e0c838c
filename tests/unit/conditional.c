/* conditional - blocks that come to nothing: what they took is offered to the other rules, whatever it is and however
 * it comes */
#include <time.h>

#include "detector_bench.h"

static const char conditional[] =
	"pack: t\n"
	"rules:\n"
	"  - id: t.case\n"
	"    match: '^case(?: (?<code>\\d+))?$'\n"
	"    need: code\n"
	"    max: 100000\n"
	"    blank: 1\n"
	"    then:\n"
	"      - take: '^code (?<code>\\d+)'\n"
	"      - end: '^end'\n"
	"      - drop: '^drop'\n"
	"      - stop: '^stop'\n"
	"      - take: '^\\S'\n"
	"  - id: t.other\n"
	"    match: '^case'\n"
	"    need: place\n"
	"    priority: 45\n"
	"    then:\n"
	"      - take: '^place (?<place>\\S+)'\n"
	"      - take: '^with '\n"
	"  - id: t.table\n"
	"    match: '^table:'\n"
	"    then:\n"
	"      - row: '^ row (?<message>.*)'\n"
	"      - take: '^[^ ]'\n"
	"  - id: t.hush\n"
	"    match: '^hush'\n"
	"    need: why\n"
	"    ignore: true\n"
	"    then:\n"
	"      - take: '^why (?<why>.*)'\n"
	"      - take: '^\\S'\n"
	"  - id: t.said\n"
	"    match: '^said'\n"
	"    need: message\n"
	"    then: [{take: '^what (?<message>.*)'}, {take: '^\\S'}]\n"
	"  - {id: t.plain, match: '^(?<file>[^: ]+):(?<line>\\d+): error: (?<message>.*)$'}\n"
	"  - {id: t.last, match: '^ *(?:case|hush|table:) ?(?<message>.*)$', priority: 10, level: note}\n";

static void expect_rules(struct bench *b, const char *text, const char *want, const char *what)
{
	struct buf got;

	buf_init(&got, 4096);
	feed_z(b, text);
	for (long i = 0; i < count(b); i++) {
		struct str rule = member(b, (size_t)i, "rule");
		buf_printf(&got, "%s%.*s", i ? " " : "", STR_ARG(str_sub(rule, 2, rule.n)));
	}
	is_str(buf_str(&got), want, what);
	buf_release(&got);
}

static void test_conditional(struct bench *b)
{
	expect_rules(b, "case\nx.c:1: error: a\ncode 1\n", "case", "what a block has that is complete is its own");
	expect_rules(b, "case\nx.c:1: error: a\nx.c:2: error: b\n", "last plain plain",
		"what it took in vain is offered to all");
	is_str(member(b, 2, "line"), "2", "each line once");
	expect_rules(b, "case\nx.c:1: error: a\nend\nx.c:2: error: b\n", "last plain plain",
		"also where its last line is its own");
	expect_rules(b, "case\nx.c:1: error: a\nstop\ncase\ncode 2\n", "last plain case", "or does not belong to it");
	expect_rules(b, "case\nx.c:1: error: a\n\n\ncase 3\n", "last plain case", "or is blank");
	expect_rules(b, "case\nx.c:1: error: a\ndrop\nx.c:2: error: b\n", "plain", "what drop throws away stays away");
	expect_rules(b, "case\nplace here\nwith x.c:1: error: a\nend\n", "other",
		"another rule for blocks may have use for them");
	expect_rules(b, "case\nwith it\nx.c:1: error: a\n", "last plain", "or not either");
	expect_rules(b, "case\ncase\ncase 7\nx.c:1: error: a\n", "last last case",
		"a line among them that has all begins a block");
	expect_rules(b, "case\nstop\ncase 7\nend\nx.c:1: error: a\n", "last case plain", "so does one after them");
	expect_rules(b, "case\ncase 8", "last case", "be it the last");
	expect_rules(b, "table:\nx.c:1: error: a\n row one\nx.c:2: error: b\n", "table", "a row makes a table");
	expect_rules(b, "table:\nx.c:1: error: a\n\n", "last plain", "a heading without rows is none");
	expect_rules(b, "hush\nx.c:1: error: a\nwhy so\n", "", "ignore swallows what has all that it needs");
	expect_rules(b, "hush\nx.c:1: error: a\n", "last plain", "and nothing else");
	expect_rules(
		b, "said\nx.c:1: error: a\n", "plain", "a line that stands in for its message is not what is needed");
	expect_rules(b, "said\nx.c:1: error: a\nwhat so\n", "said", "a message is");
	expect_rules(b, "10%\rcase\rx.c:1: error: a\rx.c:2: error: b\r\nx.c:3: error: c\n", "last plain plain plain",
		"what was overwritten is offered from where the block began");
	expect_rules(b, "x.c:1: error: a\rcase\rx.c:2: error: b\n", "plain last plain",
		"and what stood before it in its line is not");
}

/* Such blocks, and what else there is, in pieces, without the gate, and with a second thread. */
static void test_conditional_random(struct bench *b)
{
	static const char *const parts[] = { "\n", "\n", "\n", "\r\n", "\r", "case", "case 4", "code 5", "end", "drop",
		"stop", "place p", "with it", "table:", " row r", "hush", "why so", "x.c:1: error: m", "x", "  case" };
	struct buf text;

	ok(mixtures_hold(b, parts, sizeof(parts) / sizeof(parts[0]), 600),
		"so do 600 mixtures with blocks that come to nothing");
	buf_init(&text, 64 << 20);
	while (text.n < (3 << 20)) {
		for (uint32_t n = dice(2000); n > 0; n--)
			buf_addz(&text, " a line of no interest to anybody\n");
		for (uint32_t n = dice(60); n > 0; n--)
			buf_addz(&text, parts[dice(sizeof(parts) / sizeof(parts[0]))]);
	}
	ok(threads_agree(b, buf_str(&text)), "and a second thread changes nothing of it");
	buf_release(&text);
}

/* What a block took in vain is kept for that long, however the text comes; longer ones end there. */
static void test_conditional_long(struct bench *b)
{
	static const long steps[] = { 4096, 100003, 1 << 20 };
	struct buf text;
	bool good = true;

	buf_init(&text, 64 << 20);
	for (int k = 1; k < 7; k++) {
		buf_printf(&text, "x.c:%d: error: first\ncase\nx.c:%d: error: before\n", k, k);
		for (int i = 0; i < k * 8000; i++)
			buf_addz(&text,
				"a line that the block takes, and which is not a short one, because it is to be filled "
				"soon\n");
		buf_printf(&text, "x.c:%d: error: after\nend\n", k);
	}
	struct str want = whole(b, buf_str(&text));
	is_int(count(b), 6 * 4, "a long block that comes to nothing loses nothing");
	for (size_t i = 0; good && i < 3; i++)
		good = same(want, fed(b, b->gated, buf_str(&text), steps[i]), "steps of", (size_t)steps[i]);
	ok(good, "the same however it comes");
	buf_release(&text);
}

/* Each line would begin a block to the end. */
static void test_conditional_time(struct bench *b)
{
	struct buf text;

	buf_init(&text, 64 << 20);
	for (int i = 0; i < 50000; i++)
		buf_addz(&text, "case\n");
	clock_t begin = clock();
	fed(b, b->gated, buf_str(&text), 1 << 30);
	is_int(count(b), 50000, "50,000 lines that each begin a block in vain are found by another rule");
	ok(clock() - begin < 20 * CLOCKS_PER_SEC, "in a time that does not grow with the square of their number");
	buf_release(&text);
}

int main(void)
{
	struct bench b;

	stdio_begin("unit-conditional");
	bench_begin(&b, pack_of(conditional));
	test_conditional(&b);
	test_conditional_random(&b);
	test_conditional_long(&b);
	test_conditional_time(&b);
	bench_end(&b);
	return tap_end();
}

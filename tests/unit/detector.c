/* detector - blocks, prefixes, directories; and that neither the cutting of the input nor the gate changes a record */
#include "detect/detector.h"

#include "detect/examples.h"
#include "detector_bench.h"
#include "rules/pack_rules.h"

/* ---- a pack with one of everything ---- */

static const char small[] =
	"pack: t\n"
	"rules:\n"
	"  - id: t.plain\n"
	"    match: '^(?<file>[^: ]+):(?<line>\\d+): (?<level>error|warning|E): (?<message>.*)$'\n"
	"    levels: {E: fatal}\n"
	"  - id: t.spaced\n"
	"    match: '^(?<file>[^:]+)@(?<line>\\d+): (?<message>.*)$'\n"
	"  - id: t.block\n"
	"    match: '^begin (?<message>\\w+)'\n"
	"    blank: 1\n"
	"    max: 6\n"
	"    then:\n"
	"      - append: '^\\+ (?<message>.*)'\n"
	"        join: '; '\n"
	"      - frame: '^  at (?<function>\\w+) \\((?<file>[^:]+):(?<line>\\d+)\\)'\n"
	"      - related: '^note (?<file>[^:]+):(?<line>\\d+): (?<message>.*)'\n"
	"      - fixit: '^fix (?<line>\\d+):(?<column>\\d+)-(?<end_line>\\d+):(?<end_column>\\d+) \"(?<text>.*)\"'\n"
	"      - take: '^set (?<x>\\w+)'\n"
	"      - take: '^force (?<x>\\w+)'\n"
	"        override: true\n"
	"      - take: '^once (?<y>\\w+)'\n"
	"        once: true\n"
	"      - stop: '^stop'\n"
	"      - drop: '^nothing'\n"
	"      - end: '^end'\n"
	"      - take: '^\\.\\.\\.'\n"
	"        weak: true\n"
	"  - id: t.weak\n"
	"    match: '^\\.\\.\\. weak (?<message>.*)'\n"
	"  - id: t.under\n"
	"    match: '^under: (?<message>.*)'\n"
	"    look_back:\n"
	"      - {match: '^== (?<file>\\S+)', skip: '^under|^ ', lines: 3}\n"
	"      - {match: '^from (?<file>\\S+)', related: true, lines: 4}\n"
	"  - id: t.guess\n"
	"    match: '^guess (?<message>.*)'\n"
	"    then: [{yield: '.'}, {take: '^ '}]\n"
	"  - id: t.sure\n"
	"    match: '^sure'\n"
	"    look_back: {match: '^guess (?<message>.*)', skip: '^ ', lines: 3}\n"
	"  - id: t.need\n"
	"    match: '^maybe (?<message>.*)'\n"
	"    need: code\n"
	"    then:\n"
	"      - take: '^code (?<code>\\w+)'\n"
	"  - id: t.template\n"
	"    match: '^tmpl (?<a>\\w+) (?<b>\\w+)'\n"
	"    message: '{b|upper} of {a} and {c?}'\n"
	"    code: 'C-{a}'\n"
	"  - id: t.last\n"
	"    match: '^stack '\n"
	"    frames: innermost-last\n"
	"    then:\n"
	"      - frame: '^ +(?<file>\\S+):(?<line>\\d+)'\n"
	"  - id: t.silent\n"
	"    match: '^quiet error'\n"
	"    ignore: true\n"
	"    then: [{take: '^a.c'}]\n"
	"  - id: t.not\n"
	"    match: '^broken (?<message>.*)'\n"
	"    not: ['^broken wing', 'promise$']\n"
	"  - id: t.edges\n"
	"    match: '^wip (?<code>\\w+): gone\\.$'\n"
	"  - id: t.quote\n"
	"    match: '^‘(?<file>[^’]+)’ failed'\n"
	"    priority: 60\n"
	"  - id: t.enter\n"
	"    match: '^Entering (?<dir>\\S+)'\n"
	"    directory: enter\n"
	"  - id: t.leave\n"
	"    match: '^Leaving'\n"
	"    directory: leave\n"
	"  - id: t.low\n"
	"    match: '^[^\\[]*(?:error|failed).*$'\n"
	"    priority: 10\n"
	"    level: note\n"
	"---\n";

static const char prefixes[] = "table: prefixes\n"
			       "rows: ['^a(?=wip)', '^\\[\\w+\\] ', '^\\w+ +\\| ', '^│ ?', '^ +']\n";

static struct pack *small_pack(void)
{
	const char *yaml[] = { small, prefixes };
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	struct pack *p = pack_from_image(image_of(&a, yaml, 2), &err);

	if (!p)
		printf("# %s\n", err.text);
	arena_free(&a);
	return p;
}

static void test_records(struct bench *b)
{
	feed_z(b, "x.c:3: E: it broke\n");
	is_int(count(b), 1, "a line that matches is a record");
	is_str(member(b, 0, "level"), "fatal", "the rule's own words for levels count");
	is_str(member(b, 0, "line"), "3", "a number is a number");
	feed_z(b, "tmpl one two\n");
	is_str(member(b, 0, "message"), "TWO of one and", "a template is filled; what is optional may lack");
	is_str(member(b, 0, "code"), "C-one", "code may be a template, too");
	feed_z(b, "10%\rwip x: gone.\r20%\r[a] wip y: gone.\n│wip z: gone.\nawip q: gone.\nwip p: gone. \n");
	is_int(count(b), 3,
		"what ends a rule's text may stand before a carriage return, what begins it behind a prefix");
	feed_z(b, "awip q: gone.\n");
	is_int(count(b), 0, "a prefix does not end with a letter");
	feed_z(b, "broken wing\nbroken promise\nbroken glass\n");
	is_int(count(b), 1, "'not' keeps lines out");
	feed_z(b, "‘a b.c’ failed\n\xe2\x80\x98x\xff\xe2\x80\x99 failed\n");
	is_str(member(b, 0, "file"), "a b.c", "a pattern with wide quotes matches characters");
	feed_z(b, "some error\nx.c:1: error: first\n");
	is_str(member(b, 0, "rule"), "t.low", "a rule of low priority takes what is left");
	is_str(member(b, 1, "rule"), "t.plain", "and only that");
	is_str(member(b, 0, "message"), "some error", "without a capture the message is the line");
	feed_z(b,
		"ok 1 - says \"x.c:3: error: m\"\n+ echo 'x.c:3: error: m'\nsee(`x.c:3: error: m`)\n\"y z\".c:3: "
		"error: m\n");
	is_int(count(b), 4, "a line that quotes another is none of its rule");
	for (size_t i = 0; i < 4; i++)
		is_str(member(b, i, "rule"), "t.low", "but of one that looks at no file");
	feed_z(b, "x y.c@3: error\n// x y.c@3: error\n * x y.c@3: error\n");
	is_str(member(b, 0, "file"), "x y.c", "a name may have a blank");
	for (size_t i = 1; i < 3; i++)
		is_str(member(b, i, "rule"), "t.low",
			"but does not begin with a sign and one, as in a comment or a list");
	feed_z(b, "it's.c:3: error: m\n\"y\":3: error: m\n");
	is_str(member(b, 0, "file"), "it's.c", "an apostrophe in a name quotes nothing");
	is_str(member(b, 1, "file"), "y", "a name may be quoted as a whole");
}

static void test_blocks(struct bench *b)
{
	feed_z(b, "begin a\n+ b\n+ c\nend\n+ d\n");
	is_str(member(b, 0, "message"), "a; b; c", "append joins; end belongs, and ends it");
	feed_z(b, "begin a\n  at f (s.c:7)\n  at g (t.c:8)\nnote n.h:2: here\n");
	is_str(member(b, 0, "file"), "s.c", "the innermost frame is the place of a record without one");
	is_str(member(b, 0, "function"), "f", "and its function");
	is_str(member(b, 0, "related.0.message"), "here", "a note is related");
	feed_z(b, "begin a\nfix 1:2-1:3 \"x\\n\\\"\\t\"\n");
	is_str(member(b, 0, "fixits.0.text"), "x\n\"\t", "a fixit's escapes are read");
	feed_z(b, "begin a\nset one\nset two\nforce three\n");
	is_str(member(b, 0, "fields.x"), "three", "a capture fills what is empty; with override it replaces");
	feed_z(b, "begin a\nonce one\nonce two\nset x\n");
	is_str(member(b, 0, "fields.x"), "-", "a clause marked once takes one line");
	feed_z(b, "begin a\nstop\n");
	is_str(member(b, 0, "raw"), "begin a", "stop does not belong");
	feed_z(b, "begin a\nnothing\nbegin b\n");
	is_str(member(b, 0, "message"), "b", "drop throws the incident away");
	feed_z(b, "guess a\n more\nsure\nguess b\nbegin c\n");
	is_int(count(b), 3, "a block yields to the rule that looks back at its first line, and to no other");
	is_str(member(b, 0, "rule"), "t.sure", "which begins at this line");
	is_str(member(b, 0, "message"), "a", "and has what the block began with");
	feed_z(b, "begin a\n... more\n... weak one\n");
	is_int(count(b), 2, "a weak clause gives way to a rule");
	is_str(member(b, 1, "rule"), "t.weak", "which takes the line");
	feed_z(b, "begin a\n\n+ b\n\n\n+ c\n");
	is_str(member(b, 0, "message"), "a; b", "as many blank lines as allowed stand within");
	feed_z(b, "begin a\n+ 1\n+ 2\n+ 3\n+ 4\n+ 5\n+ 6\n");
	is_str(member(b, 0, "message"), "a; 1; 2; 3; 4; 5", "max bounds the block");
	feed_z(b, "maybe one\nmaybe two\ncode X\n");
	is_int(count(b), 1, "without what it needs nothing is reported");
	is_str(member(b, 0, "code"), "X", "with it, it is");
	feed_z(b, "stack \n  o.c:1\n  i.c:2\n");
	is_str(member(b, 0, "frames.0.file"), "i.c", "innermost-last is turned round");
	feed_z(b, "quiet error\na.c:1: error: inside\n");
	is_int(count(b), 0, "ignore swallows the whole block");
	feed_z(b, "begin a");
	is_int(count(b), 1, "a block at the end without a newline is complete");
}

static void test_look_back(struct bench *b)
{
	feed_z(b, "== f.c\nunder: a\n  x\nunder: b\nunder: c\n");
	is_str(member(b, 0, "file"), "f.c", "look-back finds the heading above");
	is_str(member(b, 1, "file"), "f.c", "over lines that it may skip");
	is_str(member(b, 2, "file"), "-", "and no further than it may look");
	feed_z(b, "from a.h\nfrom b.h\nunder: c\n");
	is_str(member(b, 0, "related.0.file"), "b.h", "an include chain is related, near to far");
	is_str(member(b, 0, "related.1.file"), "a.h", "to its end");
	feed_z(b, "== f.c\n\nunder: a\n");
	is_str(member(b, 0, "file"), "-", "a line that is neither ends it");
}

static void test_prefixes(struct bench *b)
{
	feed_z(b, "[x] web  | begin a\n[x] web  | + b\n[x] web  | end\n");
	is_str(member(b, 0, "message"), "a; b", "two prefixes are taken off every line of the block");
	is_str(member(b, 0, "raw"), "[x] web  | begin a\n+ b\nend", "the first line is kept as it came");
	feed_z(b, "│ begin a\n│\n│ + b\n");
	is_str(member(b, 0, "message"), "a; b", "an empty line within a box is blank");
	feed_z(b, "[a] [b] [c] x.c:1: error: deep\n[a] [b] [c] [d] x.c:1: error: deeper\n");
	is_str(member(b, 0, "line"), "1", "three prefixes are taken off");
	is_int(count(b), 1, "a fourth is not");
}

static void test_directories(struct bench *b)
{
	feed_z(b, "Entering sub\na.c:1: error: x\nEntering deep\na.c:1: error: x\nLeaving\nLeaving\na.c:1: error: x\n");
	is_str(member(b, 0, "file"), "sub/a.c", "a file lies below the directory entered");
	is_str(member(b, 1, "file"), "sub/deep/a.c", "one lies below the other");
	is_str(member(b, 2, "file"), "a.c", "what is left counts no more");
	struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 40; i++)
		buf_addz(&text, "Entering d\n");
	for (int i = 0; i < 39; i++)
		buf_addz(&text, "Leaving\n");
	buf_addz(&text, "a.c:1: error: x\nLeaving\nLeaving\na.c:1: error: x\n");
	fed(b, b->gated, buf_str(&text), 1 << 30);
	is_str(member(b, 0, "file"), "d/a.c", "more directories than are kept come out even");
	is_str(member(b, 1, "file"), "a.c", "also when left once too often");
	buf_release(&text);
}

/* ---- however it is cut ---- */

static const struct str texts[] = {
	STR("x.c:1: error: \x1b[31mred\x1b[0m\nx.c:2: er\x1b]8;;u\x1b\\ror: link\x1b]8;;\a\nplain\n"),
	STR("x.c:1: error: crlf\r\nbegin a\r\n+ b\r\n\r\n+ c\r\nend\r\n"),
	STR("10%\r20%\rx.c:1: error: over\rx.c:2: error: it\r\nbegin a\r+ b\rend\r"),
	STR("== f.c\nunder: a\n  x\nunder: b\nfrom z\nunder: c"),
	STR("begin a\n\n\n+ b\nbegin c\n... \n... weak d\nbegin e"),
	STR("[x] web | begin a\n[x] web | + b\n│ begin a\n│ + b\n[y] x.c:1: error: p\n"),
	STR("x.c:1: error: nul\0in it\nbegin a\n+ \xff\xfe\0\n\xe2\x80\x98x\xe2\x80\x99 failed\n\xe2\x80"),
	STR("Entering sub\na.c:1: error: x\nLeaving\na.c:1: error: x\n\x1b[\x1b[31\n\x1b"),
	STR("maybe a\nmaybe b\ncode c\nstack \n a.c:1\n b.c:2\nquiet error\na.c:1: error: x\nerror\n"),
	STR("\n\r\n\r\r\n \n\t\n"),
};

static void test_cutting(struct bench *b)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char name[80];
		snprintf(name, sizeof(name), "text %zu gives the same wherever it is cut, and without the gate", i + 1);
		ok(is_steady(b, texts[i]), name);
	}
}

static void test_random(struct bench *b)
{
	static const char *const parts[] = { "\n", "\n", "\r\n", "\r", "begin a", "+ b", "end", "x.c:1: error: m",
		"[x] ", "web | ", "│ ", "\x1b[31m", "\x1b[0m", "== f.c", "under: a", "from h", "... ", "... weak",
		"stop", "nothing", "set x", "maybe y", "code z", " ", "error", "Entering d", "Leaving", "failed",
		"\xe2\x80\x98q\xe2\x80\x99 failed" };

	ok(mixtures_hold(b, parts, sizeof(parts) / sizeof(parts[0]), 400), "so do 400 random mixtures");
}

static int lines_of(struct str s)
{
	struct str line;
	int n = 0;

	while (str_line(&s, &line))
		n++;
	return n;
}

/* Rules of which a line must hold several words: in either case, with any digit, one of some. */
static void test_words(void)
{
	static const char *const parts[] = { "\n", "\n", "\n", "zugzwang ", "Zugzwang ", "quince", "QUINCE", "12", "3",
		": ", ") ", "(", " xylem", " yacht", "yac", "jkl ", "[x] ", "  ", "\t", "é", "\r", "ERR", "7) ",
		"zugzwang 3: ", "(?)", "quince 7) xylem" };
	struct bench b;
	struct str text = STR(
		"zugzwang 12: quince\nZUGZWANG 3: QUINCE 7) x\njkl (3) quince xylem\njkl (4) quince yacht\n");

	bench_begin(&b,
		pack_of("pack: t\nrules:\n"
			"  - {id: t.case, match: '(?i)^zugzwang \\d+: (?:quince|xylem) \\d\\) x'}\n"
			"  - {id: t.digit, match: '^zugzwang (?<line>\\d+): (?<message>quince.*)$'}\n"
			"  - {id: t.given, match: '\\(\\d+\\) quince.*(?:xylem|yacht)$', gate: ['jkl', 'quince']}\n"
			"  - {id: t.far, match: 'yacht.*(?:é|ERR)\\d{2}.* xylem'}\n"));
	is_int(lines_of(whole(&b, text)), 4, "a line that holds all words of a rule is tried");
	ok(mixtures_hold(&b, parts, sizeof(parts) / sizeof(parts[0]), 600),
		"none that matches is left out for the lack of a word");
	bench_end(&b);
}

/* What a rule says itself of the line is a part of it. */
static void test_given(void)
{
	struct bench b;

	bench_begin(&b,
		pack_of("pack: t\nrules:\n"
			"  - {id: t.narrow, match: '^xyst (?<message>.*)$', gate: ['xyst in', ' vain']}\n"));
	struct str text = STR("xyst a\nxyst in\nxyst of vain\n");
	is_int(lines_of(whole(&b, text)), 2, "a rule's own gate decides, also where its pattern matches");
	ok(is_steady(&b, text), "with the engine and without");
	bench_end(&b);
}

/* Blocks whose lines come again, one with a digit that ends it. */
static void test_clauses_again(void)
{
	struct bench b;

	bench_begin(&b,
		pack_of("pack: t\nrules:\n  - {id: t.sevens, match: '^sevens (?<message>.*)$', then: [{append: '^in 7: "
			"(?<message>.*)'},\n    {stop: '^halt'}, {stop: '^stop'}, {stop: '^cease'}]}\n"
			"  - {id: t.block, match: '^block (?<message>.*)$', then: [{append: '^in 7: "
			"(?<message>.*)'},\n"
			"    {take: '^file (?<file>.*)'}, {frame: '^  at (?<line>\\d+)'}, {stop: '^halt'}, {more: "
			"'^more "
			"(?<message>.*)$'}]}\n"));
	struct str text = STR("sevens a\nin 3: x\nsevens a\nin 4: x\nsevens a\nin 5: x\nsevens a\nin 7: x\n"
			      "block a\nmore m\nblock a\nmore m\nblock a\nmore m\nblock a\nfile f\nmore m\n");
	whole(&b, text);
	is_str(member(&b, 3, "message"), "a x", "a line of a block is not taken for one with another digit");
	is_str(member(&b, 8, "message"), "m", "nor for the same in another state of the block");
	ok(is_steady(&b, text), "nor is it otherwise without what is known of such lines");
	bench_end(&b);
}

/* Lines that come again, some with other digits, and rules of which some tell digits apart. */
static void test_repetition(void)
{
	static const char *const parts[] = { "\n", "\n", "\n", "\n", "mimsy 7: slithy", "mimsy 4: slithy",
		"mimsy 5: gimble", "[x] ", "[x1] ", "7 mimsy", "a.c:12: mimsy gyre", "a.c:77: mimsy gyre",
		"mimsy 7: outgrabe", "  ", "slithy 0", "slithy 7 mimsy", "mome raths", "mome raths\rmome 7",
		"\nblock\n", "in 7", "in 3", "in the file f.c", "once 4", "more 3", "and 1", "and 9", "\n  at 3" };
	struct bench b;

	bench_begin(&b,
		pack_of("pack: t\nrules:\n"
			"  - {id: t.seven, match: '^mimsy 7: (?<message>.*)', not: 'outgrabe$'}\n"
			"  - {id: t.any, match: '^mimsy \\d: (?<message>gimble.*)'}\n"
			"  - {id: t.never, match: '^mimsy \\d: (?<message>gimble.*) and no more$'}\n"
			"  - {id: t.form, read: ['{file}:{line}: {words}', 'slithy 7 {words}'], gate: [mimsy, slithy], "
			"last: true}\n"
			"  - {id: t.last, match: '^(?:slithy|\\d) (?:mimsy|0)', last: true}\n"
			"  - {id: t.mome, match: '^mome \\d+$'}\n"
			"  - {id: t.block, match: '^block$', blank: 1, then: [{stop: '^and 9'}, {take: '^in 7 "
			"?(?<x>.*)'},\n"
			"     {take: '^in \\d$', under: '^once'}, {take: '^once \\d', once: true}, {take: '^in the "
			"file (?<file>.*)'},\n"
			"     {more: '^more (?<line>\\d)$'}, {append: '^and (?<message>1)'}, {take: '^  at \\d', weak: "
			"true}]}\n"
			"  - {id: t.borogove, match: '^mome (?:raths|7)x'}\n"));
	ok(mixtures_hold(&b, parts, sizeof(parts) / sizeof(parts[0]), 1500),
		"what was found of lines like it changes nothing of a line");
	bench_end(&b);
}

/* A line longer than a line may be is cut at the same places, and headings are seen as far as ever. */
static void test_long(struct bench *b)
{
	static const long steps[] = { 4096, 65536, 100003, 1 << 20 };
	struct buf text;
	bool good = true;

	buf_init(&text, 64 << 20);
	buf_addz(&text, "first\n");
	for (int i = 0; i < (1 << 20); i++)
		buf_addc(&text, 'x');
	buf_addz(&text, "x.c:1: error: at the cut ");
	for (int i = 0; i < (2 << 20); i++)
		buf_addc(&text, 'y');
	buf_addz(&text, " x.c:2: error: no\n== far.c\n");
	for (int i = 0; i < 5000; i++)
		buf_addz(&text, "under: a line of sixty-four bytes at the least, as it seems to me\n");
	buf_addz(&text, "x.c:3: error: last\n");
	struct str want = whole(b, buf_str(&text));
	is_int(count(b), 5003, "a line of 3 MiB is cut where it is too long, and counted once");
	for (size_t i = 0; good && i < 4; i++)
		good = same(want, fed(b, b->gated, buf_str(&text), steps[i]), "steps of", (size_t)steps[i]);
	ok(good, "the same however it comes");
	ok(str_find(want, STR("\"line\":5004")) < want.n, "and the line numbers after it are right");
	buf_release(&text);
}

/* Headings 64 KiB up and beyond: what the window happens to hold must not count. */
static void test_far_heading(void)
{
	struct bench b;
	struct buf text;
	bool good = true;

	bench_begin(&b,
		pack_of("pack: t\nrules:\n"
			"  - id: t.under\n    match: '^under: (?<message>.*)'\n    look_back: {match: '^== "
			"(?<file>\\S+)', skip: '.', lines: 100000}\n"));
	buf_init(&text, 8 << 20);
	for (int k = 0; k < 12; k++) {
		buf_printf(&text, "== f%d.c\n", k);
		for (uint32_t n = 30000 + dice(60000); n > 0; n -= n < 40 ? n : 40)
			buf_addz(&text, "thirty-nine bytes of nothing and then so\n");
		buf_addz(&text, "under: x\n");
	}
	struct str want = whole(&b, buf_str(&text));
	for (long step = 1000; good && step < 1000000; step *= 3)
		good = same(want, fed(&b, b.gated, buf_str(&text), step), "steps of", (size_t)step);
	ok(good, "a heading far up is found, or not, however the text comes");
	buf_release(&text);
	bench_end(&b);
}

/* More literals on one line than the gate reports at once. */
static void test_crowd(void)
{
	struct bench b;
	struct buf yaml, line;

	buf_init(&yaml, 1 << 20);
	buf_init(&line, 1 << 20);
	buf_addz(&yaml, "pack: t\nrules:\n");
	for (int i = 0; i < 400; i++) {
		buf_printf(&yaml, "  - {id: t.r%d, match: '^%s.*word%dx', priority: %d}\n", i, i == 399 ? "" : "never",
			i, i);
		buf_printf(&line, "word%dx ", i);
	}
	buf_addc(&yaml, '\0');
	bench_begin(&b, pack_of(yaml.p));
	fed(&b, b.gated, buf_str(&line), 1 << 30);
	is_str(member(&b, 0, "rule"), "t.r399", "no rule is lost on a line that holds 400 literals");
	ok(is_steady(&b, str_sub(buf_str(&line), line.n - 300, line.n)), "nor is it in part");
	bench_end(&b);
	buf_release(&yaml);
	buf_release(&line);
}

/* ---- the packs that are shipped ---- */

static bool example_holds(struct bench *b, struct pack_rule rule, struct node example)
{
	struct str text = node_str(node_get(example, "text"));
	struct str want = whole(b, text);
	bool good = same(want, fed(b, b->gated, text, 1), "byte by byte, line", node_line(example)) &&
		same(want, fed(b, b->gated, text, -20), "pieces, line", node_line(example)) &&
		same(want, fed(b, b->naive, text, 1 << 30), "naive, line", node_line(example));

	if (!good)
		printf("# in rule %.*s\n", STR_ARG(rule.id));
	return good;
}

/* Blocks, other lines and overlong ones, after as much text as it takes for the second thread to come. */
static void test_threads(struct bench *b)
{
	static const char *const parts[] = { "\n", "\r\n", "begin a\n+ b\n", "end\n", "x.c:1: error: m\n",
		"[x] x.c:2: error: n\n", "under: a\n", "== f.c\n", "a line of no interest to anybody\n",
		"many words, and an error of no kind among them\n" };
	struct buf text;

	buf_init(&text, 64 << 20);
	while (text.n < (3 << 20)) {
		for (uint32_t n = dice(3000); n > 0; n--)
			buf_addz(&text, parts[8 + dice(2)]);
		for (uint32_t n = dice(30); n > 0; n--)
			buf_addz(&text, parts[dice(sizeof(parts) / sizeof(parts[0]))]);
		for (uint32_t n = dice(20) ? 0 : 1 << dice(22); n > 0; n--)
			buf_addz(&text, n == 9 ? "x.c:1: error: far in a line" : "x");
	}
	ok(threads_agree(b, buf_str(&text)), "a second thread changes nothing");
	buf_release(&text);
}

/* All examples of all rules, several times over. */
static void test_threads_shipped(struct bench *b)
{
	struct buf text;

	buf_init(&text, 64 << 20);
	while (text.n < 3 << 19) {
		struct pack_rule rule = pack_rule(b->pack, dice(pack_rules(b->pack)));
		struct node examples = node_get(rule.node, "examples");
		uint32_t n = node_list_count(examples);
		if (n)
			buf_add(&text, node_str(node_get(node_list_at(examples, dice(n)), "text")));
		for (uint32_t i = dice(20); i > 0; i--)
			buf_addz(&text, "\n  CC      drivers/net/slip.o");
		buf_addc(&text, '\n');
	}
	ok(threads_agree(b, buf_str(&text)), "nor with the shipped packs");
	buf_release(&text);
}

static struct detector *detector_anew(struct bench *b)
{
	struct detector_options o = { .pack = b->pack, .found = keep, .ctx = &b->out, .anew = true };

	return detector_new(&o);
}

/* An example, four times over with other digits each time. */
static bool repeated_holds(struct bench *b, struct detector *anew, struct node example)
{
	struct str once = node_str(node_get(example, "text"));
	struct buf text;

	buf_init(&text, 1 << 20);
	for (int i = 0; i < 4; i++) {
		size_t from = text.n;
		buf_add(&text, once);
		for (size_t k = from; i > 1 && k < text.n; k++)
			if (text.p[k] >= '0' && text.p[k] <= '9')
				text.p[k] = (char)('0' + dice(10));
		buf_addc(&text, '\n');
	}
	struct str want = whole(b, buf_str(&text));
	bool good = same(want, fed(b, anew, buf_str(&text), 1 << 30), "repeated, line", node_line(example));
	buf_release(&text);
	return good;
}

static void test_shipped(void)
{
	const char *build = getenv("HEAL_BUILD");
	struct arena a = ARENA_INIT;
	struct err err;
	struct bench b;
	unsigned bad = 0, unlike = 0;
	struct pack *p = build ? pack_load(arena_printf(&a, "%s/share/heal.pack", build).p, &err) : NULL;

	if (!p) {
		tap_skip("the shipped packs' examples", "no built image");
		arena_free(&a);
		return;
	}
	bench_begin(&b, p);
	struct detector *anew = detector_anew(&b);
	for (uint32_t i = 0; i < pack_rules(p); i++) {
		struct pack_rule rule = pack_rule(p, i);
		struct node examples = node_get(rule.node, "examples");
		for (uint32_t k = 0; k < node_list_count(examples); k++) {
			bad += !example_holds(&b, rule, node_list_at(examples, k));
			unlike += !repeated_holds(&b, anew, node_list_at(examples, k));
		}
	}
	is_int(bad, 0, "each shipped example gives the same in pieces and without the gate");
	is_int(unlike, 0, "nor does it change when it comes again with other digits");
	detector_free(anew);
	test_threads_shipped(&b);
	bench_end(&b);
	arena_free(&a);
}

int main(void)
{
	struct bench b;

	stdio_begin("unit-detector");
	bench_begin(&b, small_pack());
	test_records(&b);
	test_blocks(&b);
	test_look_back(&b);
	test_prefixes(&b);
	test_directories(&b);
	test_cutting(&b);
	test_random(&b);
	test_words();
	test_given();
	test_repetition();
	test_clauses_again();
	test_long(&b);
	test_threads(&b);
	bench_end(&b);
	test_far_heading();
	test_crowd();
	test_shipped();
	return tap_end();
}

/* base.c - the room that knows nothing of heal: views, buffers, paths, options, hashes, words */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/nearest.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "base/vec.h"
#include "tap.h"

static struct arena a;

/* ---- views ---- */

static void str_searches(void)
{
	struct str s = STR("a,b,,c");

	is_int(str_chr(s, ','), 1, "the first comma is found");
	is_int(str_rchr(s, ','), 4, "and the last");
	is_int(str_chr(s, 'x'), 6, "a byte that is not there gives the length");
	is_int(str_find(STR("one two"), STR("two")), 4, "a needle at the end is found");
	is_int(str_find(STR("two"), STR("two three")), 3, "a needle longer than the text is not");
	is_int(str_find(STR("abc"), STR("")), 0, "the empty needle is found at once");
	is_int(str_find(STR_NONE, STR("x")), 0, "nothing is found in nothing");
	ok(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0,
		"views are ordered as bytes, shorter first");
	ok(str_eq(STR_NONE, STR("")), "no view equals the empty one");
	ok(str_is_nocase(STR("ErRor"), "error") && !str_is_nocase(STR("errors"), "error"), "ASCII case can be ignored");
	ok(str_starts(STR("abc"), "ab") && !str_starts(STR("a"), "ab"),
		"a view shorter than the prefix does not start with it");
	ok(str_ends(STR("abc"), "bc") && !str_ends(STR("c"), "bc"), "nor end with a longer suffix");
	is_str(str_sub(STR("abc"), 1, 99), "bc", "a part is clamped to its whole");
	is_str(str_sub(STR("abc"), 2, 1), "", "a part that ends before it begins is empty");
	is_str(str_trim(STR(" \t x y \r\n")), "x y", "white space goes off both ends");
}

static void str_pieces(void)
{
	struct str rest = STR("one\r\ntwo\n\nthree"), line;
	int n = 0;

	while (str_line(&rest, &line))
		n++;
	is_int(n, 4, "four lines, the last without a newline");
	is_str(line, "three", "which counts");
	rest = STR("a\n");
	ok(str_line(&rest, &line) && !str_line(&rest, &line), "a newline at the end does not begin another line");
	rest = STR("a,,b,");
	for (n = 0; str_split(&rest, ',', &line); n++)
		;
	is_int(n, 4, "empty pieces count, the last one too");
}

static void str_numbers(void)
{
	int64_t n = -1;

	ok(str_number(STR("0012"), &n) && n == 12, "leading noughts are no harm");
	ok(str_number(STR("999999999999999999"), &n) && n == 999999999999999999, "18 digits are a number");
	ok(!str_number(STR("9999999999999999999"), &n), "19 digits are not");
	ok(!str_number(STR(""), &n) && !str_number(STR("1a"), &n) && !str_number(STR("-1"), &n),
		"nor are letters, signs, or nothing");
}

static void utf8_is_strict(void)
{
	ok(utf8_valid(STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), "one to four bytes are UTF-8");
	ok(!utf8_valid(STR("\xc0\xaf")), "an overlong sequence is not");
	ok(!utf8_valid(STR("\xed\xa0\x80")), "nor a surrogate");
	ok(!utf8_valid(STR("\xf4\x90\x80\x80")), "nor what is beyond U+10FFFF");
	ok(!utf8_valid(STR("\xe2\x82")), "nor one cut short");
	ok(!utf8_valid(STR("\x80")), "nor a continuation alone");
}

static void control_bytes_are_shown(void)
{
	char out[64];

	is_str(str_of(visible(STR("a\x1b[31m\nb"), out, sizeof(out))), "a\\x1b[31m\\nb",
		"an escape and a newline are made visible");
	is_str(str_of(visible(STR("\xc2\x9b"
				  "1m\xff"),
		       out, sizeof(out))),
		"\\x9b1m\\xff", "so are C1 controls and bytes that are not UTF-8");
	is_str(str_of(visible(STR("\xe2\x82\xac\xe2\x82\xac"), out, 6)), "\xe2\x82\xac",
		"a text is not cut inside a character");
	is_str(str_of(visible((struct str){ "a\0b", 3 }, out, sizeof(out))), "a\\x00b",
		"a NUL byte does not end a text");
}

/* ---- memory ---- */

static void buf_has_a_ceiling(void)
{
	struct buf b;

	buf_init(&b, 10);
	buf_addz(&b, "12345678");
	ok(!b.truncated, "what fits is kept");
	buf_addz(&b, "9abc");
	is_str(buf_str(&b), "123456789a", "what does not is cut at the ceiling");
	ok(b.truncated, "and that is noted");
	buf_addc(&b, 'x');
	buf_printf(&b, "%s", "more");
	is_int(b.n, 10, "a full buffer stays full");
	buf_drop(&b, 4);
	is_str(buf_str(&b), "56789a", "bytes go from the front");
	buf_drop(&b, 100);
	is_int(b.n, 0, "no more than there are");
	buf_clear(&b);
	buf_printf(&b, "%05d", 42);
	is_str(buf_str(&b), "00042", "after clearing it is used again");
	buf_release(&b);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%0400d", i);
	is_int(b.n, 400000, "it grows, also by texts longer than its small buffer");
	buf_release(&b);
}

static void arena_gives_and_takes_back(void)
{
	VEC(int) v = { 0 };
	int sum = 0;

	for (int i = 0; i < 1000; i++)
		*VEC_ADD(&a, &v) = i;
	for (size_t i = 0; i < v.n; i++)
		sum += v.at[i];
	is_int(sum, 499500, "an array grows in an arena and keeps its elements");
	char *big = arena_alloc(&a, 3 << 20);
	ok(big[0] == 0 && big[(3 << 20) - 1] == 0, "memory comes zeroed, also more than a block");
	big[0] = 'x';
	arena_reset(&a);
	char *again = arena_alloc(&a, 3 << 20);
	ok(again[0] == 0, "and zeroed again after a reset");
	is_str(arena_join(&a, STR("ab"), STR("cd")), "abcd", "two views are joined");
	is_str(arena_printf(&a, "%s-%d", "x", 7), "x-7", "a text is formatted");
	is_str(arena_printf(&a, "%0900d", 1).n == 900 ? STR("900") : STR("other"), "900", "however long it is");
	arena_reset(&a);
}

/* ---- paths ---- */

static void path_is(const char *path, const char *normal)
{
	char name[200];

	snprintf(name, sizeof(name), "'%s' is '%s'", path, normal);
	is_str(path_normal(&a, str_of(path)), normal, name);
}

static void paths_are_normal(void)
{
	static const char *const pairs[][2] = {
		{ "./a//b/../c", "a/c" },
		{ "a/..", "." },
		{ "", "." },
		{ "/", "/" },
		{ "//", "/" },
		{ "/..", "/" },
		{ "/../a", "/a" },
		{ "../a", "../a" },
		{ "../../a/../b", "../../b" },
		{ "a/../../b", "../b" },
		{ "a/b/../..", "." },
		{ "/a/b/../../..", "/" },
		{ "a/.", "a" },
		{ "a/", "a" },
		{ "...", "..." },
		{ "a/../..", ".." },
		{ "../..", "../.." },
		{ "../a/..", ".." },
		{ "..a/..b", "..a/..b" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		path_is(pairs[i][0], pairs[i][1]);
}

static void paths_below_roots(void)
{
	is_str(path_below(STR("/p/src/a.c"), STR("/p")), "src/a.c", "a file below the root is relative to it");
	is_str(path_below(STR("/p"), STR("/p")), ".", "the root itself is a dot");
	ok(!path_below(STR("/project"), STR("/p")).p, "a longer name is not below a shorter one");
	ok(!path_below(STR("/"), STR("/p")).p, "nor is what holds the root");
	is_str(path_below(STR("/a"), STR("/")), "a", "everything is below /");
	is_str(path_base(STR("a/b.c")), "b.c", "the base is after the last slash");
	is_str(path_dir(STR("/a")), "/", "the directory of /a is /");
	is_str(path_dir(STR("a")), ".", "of a, the dot");
	is_str(path_extension(STR("a.tar.gz")), ".gz", "the extension begins at the last dot");
	is_str(path_extension(STR(".bashrc")), "", "a name may begin with a dot and have none");
	is_str(path_extension(STR("a.d/b")), "", "a directory's dot is not the file's");
	is_str(path_join(&a, STR("a/"), STR("b")), "a/b", "a slash is not doubled");
	is_str(path_join(&a, STR("a"), STR("/b")), "/b", "an absolute name stands alone");
}

static void globs(void)
{
	static const struct {
		const char *pattern, *path;
		bool match;
	} rows[] = {
		{ "*.c", "a.c", true },
		{ "*.c", "d/a.c", false },
		{ "**/*.c", "d/e/a.c", true },
		{ "**/*.c", "a.c", true },
		{ "**.c", "d/a.c", true },
		{ "src/**", "src/a/b", true },
		{ "src/**", "src", false },
		{ "a?c", "abc", true },
		{ "a?c", "a/c", false },
		{ "", "", true },
		{ "*", "", true },
		{ "*", ".git", true },
		{ "a", "ab", false },
		{ "a/**/z", "a/z", true },
		{ "a/**/z", "a/b/c/z", true },
		{ "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false },
		{ "**/y", "aby", false },
		{ "a/**/z", "a/bz", false },
		{ "**", "a/b", true },
		{ "***", "a/b", true },
		{ ".git/**", ".git/hooks/x", true },
	};
	char name[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(name, sizeof(name), "'%s' %s '%s'", rows[i].pattern,
			rows[i].match ? "matches" : "does not match", rows[i].path);
		ok(glob_match(str_of(rows[i].pattern), str_of(rows[i].path)) == rows[i].match, name);
	}
}

static void a_glob_of_stars_ends(void)
{
	struct str stars = STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
	char path[200];
	double begin = seconds_now();

	memset(path, 'a', sizeof(path));
	ok(!glob_match(stars, (struct str){ path, sizeof(path) }), "a hostile pattern does not match");
	ok(seconds_now() - begin < 5, "and says so in time");
}

/* ---- SHA-256: the vectors of FIPS 180-4 ---- */

/* The plain function, of the whole text, says what the other must give for any two pieces of it. */
static void sha256_pieces(void)
{
	enum { LONGEST = 210 };
	char text[LONGEST], plain[SHA256_HEX], hex[SHA256_HEX];
	size_t differences = 0;

	for (size_t i = 0; i < LONGEST; i++)
		text[i] = (char)(i * 167 + (i >> 3));
	for (size_t n = 0; n <= LONGEST; n++) {
		sha256_is_portable = true;
		sha256_of((struct str){ text, n }, plain);
		sha256_is_portable = false;
		for (size_t cut = 0; cut <= n; cut++) {
			struct sha256 s;
			sha256_begin(&s);
			sha256_add(&s, (struct str){ text, cut });
			sha256_add(&s, (struct str){ text + cut, n - cut });
			sha256_end(&s, hex);
			differences += strcmp(hex, plain) != 0;
		}
	}
	ok(differences == 0, "pieces of any length give what the plain function gives for the whole");
}

static void sha256_vectors(void)
{
	static char many[1000000];
	char hex[SHA256_HEX];
	struct sha256 s;

	sha256_of(STR(""), hex);
	is_str(str_of(hex), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "SHA-256 of nothing");
	sha256_of(STR("abc"), hex);
	is_str(str_of(hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "of abc");
	sha256_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), hex);
	is_str(str_of(hex), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		"of 56 bytes, where the padding needs a block");
	memset(many, 'a', sizeof(many));
	sha256_begin(&s);
	for (size_t i = 0, n = 1; i < sizeof(many); i += n, n = n % 131 + 1) {
		if (n > sizeof(many) - i)
			n = sizeof(many) - i;
		sha256_add(&s, (struct str){ many + i, n });
	}
	sha256_end(&s, hex);
	is_str(str_of(hex), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		"of a million a, in uneven pieces");
}

/* ---- words ---- */

static void words_are_near(void)
{
	static const char *const names[] = { "apply", "packs", "format", "exit-code" };

	is_int(word_distance(STR("apply"), STR("apply")), 0, "a word is next to itself");
	is_int(word_distance(STR(""), STR("ab")), 200, "to nothing it is its length away");
	is_int(word_distance(STR("teh"), STR("the")), 80, "two letters swapped are one slip");
	is_int(word_distance(STR("exit_code"), STR("exit-code")), 20, "a dash for an underscore is a small one");
	ok(word_distance(STR("apply"), STR("aply")) < word_distance(STR("apply"), STR("appy")),
		"a doubled letter dropped is less than another one");
	is_int(word_distance(STR("form"), STR("dorm")), word_distance(STR("dorm"), STR("form")),
		"the distance is the same both ways");
	is_str(str_of(nearest_word("aplly", names, 4)), "apply", "the nearest name is found");
	ok(!nearest_word("zzz", names, 4), "a far one is not offered");
	char words[2][300];
	memset(words, 'x', sizeof(words));
	ok(word_distance((struct str){ words[0], 300 }, (struct str){ words[1], 299 }) >= 100000,
		"endless words are far from all");
}

static void near_words_are_told_from_far_ones(void)
{
	static const char letters[] = "aasdz_-A1";
	unsigned seed = 7, wrong = 0;

	for (int round = 0; round < 20000; round++) {
		char text[2][12];
		struct str word[2];
		for (int k = 0; k < 2; k++) {
			seed = seed * 1103515245 + 12345;
			word[k] = (struct str){ text[k], (seed >> 16) % 12 };
			for (size_t i = 0; i < word[k].n; i++) {
				seed = seed * 1103515245 + 12345;
				text[k][i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
			}
		}
		int exact = word_distance(word[0], word[1]), most = (round % 10) * 40;
		int got = word_distance_within(word[0], word[1], most);
		wrong += exact <= most ? got != exact : got <= most;
	}
	is_int((int)wrong, 0, "a distance is exact as far as it is asked for");
}

/* ---- options, each in a child, since a mistake ends the program ---- */

static bool flag;
static const char *text = "unset", *choice = "unset";
static int number = -1;
static struct opt_list list;
static const struct opt opts[] = {
	OPT_FLAG('a', "all", &flag, "a flag"),
	OPT_STR('p', "packs", "DIR", &text, "a string"),
	OPT_INT('n', "number", "N", &number, "a number"),
	OPT_LIST(0, "set", "K=V", &list, "a list"),
	OPT_CHOICE('f', "format", "human|json", &choice, "a choice"),
	OPT_END,
};
static const struct tool tool = { "unit", "[file ...]", "try the options", opts, NULL };

/* The child prints what it understood. */
static int child(int argc, char **argv, bool stop)
{
	int dashes;

	tool_begin(&tool, &argc, argv, &dashes, stop);
	printf("%d %s %d %s %zu dashes=%d:", flag, text, number, choice, list.n, dashes);
	for (int i = 1; i < argc; i++)
		printf(" %s", argv[i]);
	return tool_end(HEAL_OK);
}

static void parse_gives(char *const *args, int status, const char *output, const char *name)
{
	const char *argv[16] = { "/proc/self/exe", "--child" };
	struct proc_result r;
	struct err err;

	for (int i = 0; args[i] && i < 13; i++)
		argv[i + 2] = args[i];
	struct proc p = { .argv = (char *const *)argv, .timeout = 20 };
	if (!ok(proc_run(&a, &p, &r, &err) && r.status == status, name))
		printf("# status %d: %.*s\n", r.status, STR_ARG(r.output));
	if (output)
		is_str(r.output, output, "  and says so");
	arena_reset(&a);
}

#define ARGS(...) ((char *const *)(const char *[]){ __VA_ARGS__, NULL })

static void options_are_parsed(void)
{
	parse_gives(ARGS("-a", "x", "-p", "d", "y"), 0, "1 d -1 unset 0 dashes=0: x y", "options and operands mix");
	parse_gives(ARGS("--packs=d", "--number", "7"), 0, "0 d 7 unset 0 dashes=0:", "a value follows '=' or a blank");
	parse_gives(ARGS("-an3"), 0, "1 unset 3 unset 0 dashes=0:", "letters cluster, the last one with its value");
	parse_gives(ARGS("--set", "a=1", "--set", "b=2"), 0, "0 unset -1 unset 2 dashes=0:", "a list grows");
	parse_gives(ARGS("x", "--", "-a", "--", "y"), 0, "0 unset -1 unset 0 dashes=2: x -a -- y",
		"'--' ends the options, and where it stood is told");
	parse_gives(ARGS("-"), 0, "0 unset -1 unset 0 dashes=0: -", "a dash alone is an operand");
	parse_gives(ARGS("--packs="), 0, "0  -1 unset 0 dashes=0:", "a value may be empty");
	parse_gives(ARGS("-f", "json"), 0, "0 unset -1 json 0 dashes=0:", "a choice takes its words");
	parse_gives(ARGS("--stop", "run", "-a"), 0, "0 unset -1 unset 0 dashes=0: run -a",
		"the first operand may end the options");
}

static void mistakes_are_named(void)
{
	parse_gives(ARGS("--pack", "d"), 2, "unit: unknown option '--pack'; did you mean '--packs'?\n",
		"a prefix is not taken, but the name is offered");
	parse_gives(ARGS("-z"), 2, "unit: unknown option '-z'; see 'unit --help'\n", "an unknown letter is named");
	parse_gives(ARGS("-p"), 2, "unit: option '-p' requires a value (DIR)\n", "a missing value is named");
	parse_gives(ARGS("--packs"), 2, "unit: option '--packs' requires a value (DIR)\n", "also of a long option");
	parse_gives(ARGS("--all=1"), 2, "unit: option '--all' takes no value\n", "a flag has no value");
	parse_gives(ARGS("-n", "1e3"), 2,
		"unit: invalid value '1e3' for option '--number': not a number from 0 to 1000000000\n",
		"a number is digits");
	parse_gives(ARGS("-n", "-1"), 2,
		"unit: invalid value '-1' for option '--number': not a number from 0 to 1000000000\n",
		"without a sign");
	parse_gives(ARGS("-f", "js"), 2, "unit: invalid value 'js' for option '--format'; valid: human|json\n",
		"a choice takes no other word");
	parse_gives(ARGS("--help"), 0, NULL, "--help is no mistake");
	parse_gives(ARGS("--version"), 0, NULL, "nor is --version");
	parse_gives(ARGS("--list-options"), 0,
		"-a\t--all\t\ta flag\n-p\t--packs\tDIR\ta string\n-n\t--number\tN\ta number\n"
		" \t--set\tK=V\ta list\n-f\t--format\thuman|json\ta choice\n",
		"the table is listed");
}

/* ---- processes and files ---- */

static void processes(void)
{
	struct proc_result r;
	struct err err;
	struct proc p = { .argv = ARGS("cat"), .input = STR("in\n"), .timeout = 20 };

	ok(proc_run(&a, &p, &r, &err) && r.status == 0, "a program runs");
	is_str(r.output, "in\n", "with its input");
	p = (struct proc){ .argv = ARGS("no-such-program-here"), .timeout = 20 };
	is_int(proc_run(&a, &p, &r, &err) ? r.status : -1, 127, "one that is not there gives 127");
	p = (struct proc){ .argv = ARGS("/etc/passwd"), .timeout = 20 };
	is_int(proc_run(&a, &p, &r, &err) ? r.status : -1, 126, "one that is not executable 126");
	p = (struct proc){ .argv = ARGS("sleep", "30"), .timeout = 0.2 };
	ok(proc_run(&a, &p, &r, &err) && r.timed_out && r.seconds < 10, "one that takes too long is ended");
	p = (struct proc){ .argv = ARGS("head", "-c", "100000", "/dev/zero"), .timeout = 20, .max = 1000 };
	ok(proc_run(&a, &p, &r, &err) && r.truncated && r.output.n == 1000 && r.status == 0,
		"output over the ceiling is read and dropped");
	is_str(argv_show(&a, ARGS("a b", "c'd", "", "e=f", "\x1b")), "'a b' 'c'\\''d' '' e=f '\\x1b'",
		"a command line is shown quoted");
	arena_reset(&a);
}

static void files(void)
{
	char dir[] = "/tmp/heal-unit-XXXXXX", path[64];
	struct str s;
	struct err err;

	if (!ok(mkdtemp(dir) != NULL, "a directory to try in"))
		return;
	snprintf(path, sizeof(path), "%s/f", dir);
	ok(file_replace(path, STR("one"), 0600, &err), "a file is made");
	ok(file_replace(path, (struct str){ "t\0o", 3 }, 0600, &err), "and replaced");
	ok(file_read(&a, path, 3, &s, &err) && s.n == 3 && s.p[1] == '\0', "and read, NUL bytes and all");
	ok(!file_read(&a, path, 2, &s, &err), "but not over the ceiling");
	ok(!file_read(&a, dir, 100, &s, &err) && strstr(err.text, "regular"), "a directory is no regular file");
	ok(!file_read(&a, "/nowhere/at/all", 100, &s, &err) && strstr(err.text, "No such file"),
		"a missing file says so");
	unlink(path);
	snprintf(path, sizeof(path), "%s/a/b/c", dir);
	ok(dir_make(path, &err) && is_dir(path) && dir_make(path, &err),
		"directories are made with their parents, or are there");
	for (int i = 0; i < 3; i++) {
		rmdir(path);
		*strrchr(path, '/') = '\0';
	}
	rmdir(dir);
	arena_reset(&a);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--child") == 0) {
		bool stop = argc > 2 && strcmp(argv[2], "--stop") == 0;
		return child(argc - 1 - stop, argv + 1 + stop, stop);
	}
	str_searches();
	str_pieces();
	str_numbers();
	utf8_is_strict();
	control_bytes_are_shown();
	buf_has_a_ceiling();
	arena_gives_and_takes_back();
	paths_are_normal();
	paths_below_roots();
	globs();
	a_glob_of_stars_ends();
	sha256_vectors();
	sha256_is_portable = true; /* without the processor's instructions */
	sha256_vectors();
	sha256_is_portable = false;
	sha256_pieces();
	words_are_near();
	near_words_are_told_from_far_ones();
	options_are_parsed();
	mistakes_are_named();
	processes();
	files();
	arena_free(&a);
	return tap_end();
}

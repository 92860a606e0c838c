/* Edits: what they replace, what they leave, what they refuse; and the diff that shows them. */
#include "tap.h"

#include <stdlib.h>

#include "tree/diff.h"
#include "tree/edit.h"

static struct arena a;
static struct err err;

static struct str apply(struct str old, const struct edit *e, size_t n)
{
	struct str out;

	err.text[0] = '\0';
	return edits_apply(&a, old, e, n, &out, &err) ? out : STR("(refused)");
}

#define APPLY(old, ...) \
	apply(old, (struct edit[]){ __VA_ARGS__ }, sizeof((struct edit[]){ __VA_ARGS__ }) / sizeof(struct edit))
#define E(l, c, el, ec, t)           \
	{                            \
		l, c, el, ec, STR(t) \
	}

static void replaces(void)
{
	is_str(APPLY(STR("one\ntwo\n"), E(2, 1, 2, 4, "2")), "one\n2\n", "a word is replaced");
	is_str(APPLY(STR("one\ntwo\n"), E(1, 1, 1, 1, "zero\n")), "zero\none\ntwo\n", "a line is put in front");
	is_str(APPLY(STR("one\ntwo\n"), E(3, 1, 3, 1, "three\n")), "one\ntwo\nthree\n",
		"a line is put after the last newline");
	is_str(APPLY(STR("one\ntwo\n"), E(1, 1, 2, 1, "")), "two\n", "a whole line goes");
	is_str(APPLY(STR(""), E(1, 1, 1, 1, "x")), "x", "an empty file has a first place");
	is_str(APPLY(STR("abc"), E(1, 4, 1, 4, ";")), "abc;", "the missing last newline stays missing");
	is_str(APPLY(STR("a\tb  \n"), E(1, 1, 1, 2, "x")), "x\tb  \n", "blanks at the end stay");
	is_str(APPLY(STR("abcdef"), E(1, 5, 1, 6, "5"), E(1, 1, 1, 2, "1")), "1bcd5f",
		"the order of the edits does not matter");
	is_str(APPLY(STR("abcdef"), E(1, 1, 1, 3, "X"), E(1, 3, 1, 5, "Y")), "XYef", "ranges may touch");
	is_str(APPLY(STR("abcdef"), E(1, 3, 1, 5, "Y"), E(1, 3, 1, 3, "<"), E(1, 5, 1, 5, ">")), "ab<Y>ef",
		"insertions may touch a range");
	is_view(APPLY(((struct str){ "a\0b\n", 4 }), E(1, 3, 1, 4, "c")), ((struct str){ "a\0c\n", 4 }),
		"NUL bytes count");
	is_str(APPLY(STR("\xc3\xa4 b\n"), E(1, 4, 1, 5, "c")), "\xc3\xa4 c\n", "a column counts bytes");
}

static void line_ends(void)
{
	is_str(APPLY(STR("one\r\ntwo\r\n"), E(2, 1, 2, 1, "x\n")), "one\r\nx\r\ntwo\r\n",
		"an inserted line takes CR LF");
	is_str(APPLY(STR("one\r\ntwo\r\n"), E(1, 4, 1, 4, ";")), "one;\r\ntwo\r\n",
		"the end of a line lies before its CR");
	is_str(APPLY(STR("one\r\ntwo"), E(2, 4, 2, 4, "\nthree")), "one\r\ntwo\r\nthree",
		"after the last line the one before says");
	is_str(APPLY(STR("one\ntwo\n"), E(2, 1, 2, 1, "x\r\n")), "one\nx\ntwo\n", "CR LF becomes LF in a file of LF");
	is_str(APPLY(STR("a\r\nb\nc\r\n"), E(2, 1, 2, 1, "x\n")), "a\r\nx\nb\nc\r\n",
		"in a mixed file the line at hand says");
	is_str(APPLY(STR("one\r\n"), E(1, 1, 1, 4, "a\r\nb")), "a\r\nb\r\n", "no CR is doubled");
	is_str(APPLY(STR("one\r\ntwo\r\n"), E(1, 5, 1, 5, "x")), "(refused)", "there is no place between CR and LF");
	is_str(APPLY(STR("\xef\xbb\xbfone\n"), E(1, 1, 1, 1, "x\n")), "\xef\xbb\xbfx\none\n",
		"a byte order mark stays first");
	is_str(APPLY(STR("\xef\xbb\xbfone\n"), E(1, 1, 1, 4, "two")), "\xef\xbb\xbftwo\n",
		"a byte order mark is in no column");
}

static void refuses(void)
{
	is_str(APPLY(STR("abcdef"), E(1, 1, 1, 4, "X"), E(1, 3, 1, 5, "Y")), "(refused)",
		"overlapping ranges are refused");
	ok(strstr(err.text, "edits 1 and 2 overlap"), "and named");
	is_str(APPLY(STR("abcdef"), E(1, 1, 1, 5, "X"), E(1, 3, 1, 3, "Y")), "(refused)",
		"an insertion within a range is refused");
	is_str(APPLY(STR("abcdef"), E(1, 2, 1, 2, "X"), E(1, 2, 1, 2, "Y")), "(refused)",
		"two insertions at one place are refused");
	is_str(APPLY(STR("abcdef"), E(1, 2, 1, 3, "X"), E(1, 2, 1, 3, "X")), "(refused)",
		"the same edit twice is refused");
	is_str(APPLY(STR("abc\n"), E(3, 1, 3, 1, "X")), "(refused)", "a line after the end is refused");
	is_str(APPLY(STR("abc"), E(2, 1, 2, 1, "X")), "(refused)", "without a last newline there is no next line");
	is_str(APPLY(STR("abc\n"), E(1, 5, 1, 5, "X")), "(refused)", "a column after the end is refused");
	is_str(APPLY(STR("abc\n"), E(0, 1, 1, 1, "X")), "(refused)", "line 0 is refused");
	is_str(APPLY(STR("abc\n"), E(1, 0, 1, 1, "X")), "(refused)", "column 0 is refused");
	is_str(APPLY(STR("abc\n"), E(1, 3, 1, 2, "X")), "(refused)", "an end before its begin is refused");
	is_str(APPLY(STR("abc\n"), E(1, SIZE_MAX, 1, SIZE_MAX, "X")), "(refused)", "a huge column is refused");
	is_str(APPLY(STR("abc\n"), E(SIZE_MAX, 1, SIZE_MAX, 1, "X")), "(refused)", "a huge line is refused");
}

static struct str shown(struct str old, unsigned om, struct str new, unsigned nm)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	diff_write(&out, &a, STR("f"), old, om, new, nm);
	struct str s = arena_str(&a, buf_str(&out));
	buf_release(&out);
	return s;
}

static void diffs(void)
{
	is_str(shown(STR("a\nb\nc\n"), 0100644, STR("a\nB\nc\n"), 0100644),
		"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", "a changed line");
	is_str(shown(STR("a"), 0100644, STR("a\n"), 0100644),
		"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
		"a last newline that came");
	is_str(shown(STR(""), 0, STR("x\n"), 0100755),
		"diff --git a/f b/f\nnew file mode 100755\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n", "a new file");
	is_str(shown(STR("x\n"), 0100644, STR("x\n"), 0100755),
		"diff --git a/f b/f\nold mode 100644\nnew mode 100755\n", "a changed mode");
	is_str(shown(STR("x\n"), 0100644, STR("x\n"), 0100644), "", "nothing when nothing differs");
	is_str(shown(STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), 0100644, STR("x\n2\n3\n4\n5\n6\n7\n8\ny\n"), 0100644),
		"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n "
		"8\n-9\n+y\n",
		"changes far apart are two blocks");
}

static struct str random_text(unsigned *seed, size_t most)
{
	static const char *const pieces[] = { "a\n", "b\n", "c\n", "\n", "ab\r\n" };
	struct str s = STR("");
	size_t n = (size_t)rand_r(seed) % most;

	while (n--)
		s = arena_join(&a, s, str_of(pieces[rand_r(seed) % 5]));
	return rand_r(seed) % 3 ? s : arena_join(&a, s, STR("end"));
}

static struct str nth_lines(struct str s, size_t from, size_t to)
{
	size_t at = 0, begin = s.n, line = 0;

	for (; at < s.n || line <= to; line++) {
		if (line == from)
			begin = at;
		if (line == to)
			return str_sub(s, begin, at);
		size_t n = str_chr(str_sub(s, at, s.n), '\n');
		at = at + n < s.n ? at + n + 1 : s.n;
	}
	return str_sub(s, begin, s.n);
}

/* Hunks are right when the old text with them put in is the new one. */
static void hunks_rebuild(void)
{
	unsigned seed = 1;
	bool good = true;

	for (int i = 0; i < 2000; i++) {
		struct str old = random_text(&seed, 30), new = random_text(&seed, 30), built = STR("");
		struct hunks h = diff_lines(&a, old, new);
		size_t at = 0;
		for (size_t k = 0; k < h.n; k++) {
			built = arena_join(&a, built, nth_lines(old, at, h.at[k].old_begin));
			built = arena_join(&a, built, nth_lines(new, h.at[k].new_begin, h.at[k].new_end));
			at = h.at[k].old_end;
		}
		built = arena_join(&a, built, nth_lines(old, at, 1000));
		good = good && str_eq(built, new);
		arena_reset(&a);
	}
	ok(good, "2000 random diffs rebuild the new text");
}

/* Against a plain model: mark the bytes that each edit takes, and build the text byte by byte. */
static void model(void)
{
	unsigned seed = 7;
	int applied = 0;
	bool good = true;

	for (int i = 0; i < 4000; i++) {
		char old[40], want[200];
		size_t n = (size_t)rand_r(&seed) % 30, count = 1 + (size_t)rand_r(&seed) % 4, w = 0;
		struct edit e[4];
		struct str out;
		for (size_t k = 0; k < n; k++)
			old[k] = (char)('a' + k % 26);
		bool clash = false;
		for (size_t k = 0; k < count; k++) {
			size_t b = 1 + (size_t)rand_r(&seed) % (n + 1), l = (size_t)rand_r(&seed) % 5;
			e[k] = (struct edit){ 1, b, 1, b + l > n + 1 ? n + 1 : b + l, STR("<>") };
			for (size_t j = 0; j < k; j++)
				clash |= (e[j].column == b && e[j].end_column == e[k].end_column) ||
					(e[j].column < e[k].end_column && b < e[j].end_column);
		}
		for (size_t at = 1; at <= n + 1; at++) {
			for (int wide = 0; wide < 2; wide++)
				for (size_t k = 0; k < count; k++)
					if (e[k].column == at && (e[k].end_column > at) == wide)
						w += (size_t)snprintf(want + w, sizeof(want) - w, "<>");
			bool gone = false;
			for (size_t k = 0; k < count; k++)
				gone |= at >= e[k].column && at < e[k].end_column;
			if (at <= n && !gone)
				want[w++] = old[at - 1];
		}
		bool did = edits_apply(&a, (struct str){ old, n }, e, count, &out, &err);
		good = good && did == !clash && (!did || str_eq(out, (struct str){ want, w }));
		applied += did;
		arena_reset(&a);
	}
	ok(good && applied > 500, "4000 random sets of edits are as the plain model says");
}

int main(void)
{
	replaces();
	line_ends();
	refuses();
	diffs();
	hunks_rebuild();
	model();
	arena_free(&a);
	return tap_end();
}

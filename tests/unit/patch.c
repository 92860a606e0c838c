/* Unified diffs: what they name, and that they fit the bytes or are refused. */
#include "tap.h"

#include "tree/patch.h"

static struct arena a;
static struct err err;

/* The first file's hunks laid on old. */
static struct str patched(const char *old, const char *diff)
{
	struct str rest = str_of(diff), out;
	struct patch_file f;

	if (!patch_next(&rest, &f))
		return STR("(none)");
	return patch_apply(&a, str_of(old), f.hunks, &out, &err) ? out : STR("(refused)");
}

#define HEAD "--- a/x\n+++ b/x\n"

static void fits(void)
{
	is_str(patched("one\ntwo\nthree\n", HEAD "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"), "one\n2\nthree\n",
		"a line is replaced");
	is_str(patched("one\n", HEAD "@@ -1 +1,2 @@ f()\n one\n+two\n"), "one\ntwo\n", "a count of one is left out");
	is_str(patched("one\ntwo\n", HEAD "@@ -1,0 +2 @@\n+x\n"), "one\nx\ntwo\n",
		"without old lines it goes after the line named");
	is_str(patched("one\n", HEAD "@@ -0,0 +1 @@\n+x\n"), "x\none\n", "and before the first after line 0");
	is_str(patched("a\nb\nc\nd\ne\n", HEAD "@@ -1 +1 @@\n-a\n+A\n@@ -4,2 +4 @@\n d\n-e\n"), "A\nb\nc\nd\n",
		"several hunks");
	is_str(patched("a", HEAD "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"), "a\n",
		"the missing last newline comes");
	is_str(patched("a\n", HEAD "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"), "a", "and goes");
	is_str(patched("a\nb", HEAD "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n"), "A\nb",
		"and stays missing");
	is_str(patched("a\r\nb\r\n", HEAD "@@ -1,2 +1,2 @@\n-a\r\n+A\r\n b\r\n"), "A\r\nb\r\n",
		"CR belongs to the line");
	is_str(patched("a\n\nb\n", HEAD "@@ -1,3 +1,3 @@\n-a\n+A\n\n b\n"), "A\n\nb\n",
		"a blank may be missing before an empty line");
	is_str(patched("--- x\n", HEAD "@@ -1 +1 @@\n---- x\n+++ y\n"), "++ y\n",
		"lines that look like headings count as lines");
}

static void misfits(void)
{
	is_str(patched("one\ntwo\n", HEAD "@@ -1,2 +1,2 @@\n one\n-2\n+zwei\n"), "(refused)", "another line is there");
	ok(strstr(err.text, "line 3"), "and it is named");
	is_str(patched("x\none\n", HEAD "@@ -1 +1 @@\n-one\n+1\n"), "(refused)", "the line is there, but elsewhere");
	is_str(patched("one\r\n", HEAD "@@ -1 +1 @@\n-one\n+1\n"), "(refused)", "line ends differ");
	is_str(patched("one", HEAD "@@ -1 +1 @@\n-one\n+1\n"), "(refused)", "the file has no newline there");
	is_str(patched("one\n", HEAD "@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+1\n"), "(refused)",
		"the file has one there");
	is_str(patched("one\n", HEAD "@@ -1,2 +1,2 @@\n-one\n+1\n"), "(refused)", "it breaks off");
	is_str(patched("one\n", HEAD "@@ -5 +5 @@\n-one\n+1\n"), "(refused)", "after the end of the file");
	is_str(patched("a\nb\n", HEAD "@@ -2 +2 @@\n-b\n+B\n@@ -1 +1 @@\n-a\n+A\n"), "(refused)", "hunks out of order");
	is_str(patched("a\nb\n", HEAD "@@ -1 +1 @@\n-a\n+A\n@@ -1 +1 @@\n-a\n+A\n"), "(refused)", "a hunk twice");
	is_str(patched("a\nb\n", HEAD "@@ -1 +1 @@\n-a\n+A\n\\ No newline at end of file\n"), "(refused)",
		"more after a line without newline");
	is_str(patched("a\n", HEAD "@@ -999999999999999999999 +1 @@\n-a\n"), "(none)", "a number out of reach");
	is_str(patched("a\n", HEAD "a\n"), "(none)", "no hunk");
	is_str(patched("a\n", ""), "(none)", "nothing");
}

static void names(void)
{
	struct str rest = STR(
		"diff x.orig x\nindex 1..2\n--- x.orig\t2026-01-01\n+++ x\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\nOnly in x\n"
		"--- a/y z\n+++ b/y z\n@@ -1 +1 @@\n-c\n+d\n");
	struct patch_file f;

	ok(patch_next(&rest, &f), "a plain diff");
	is_view(f.old_name, STR("x.orig"), "its old name");
	is_view(f.new_name, STR("x"), "its new name, without the time");
	is_view(f.hunks, STR("@@ -1 +1 @@\n-a\n+b\n"), "its hunks, and nothing else");
	ok(patch_next(&rest, &f), "the next file");
	is_view(f.new_name, STR("b/y z"), "a name may hold blanks");
	ok(!patch_next(&rest, &f), "and no more");
}

int main(void)
{
	fits();
	misfits();
	names();
	arena_free(&a);
	return tap_end();
}

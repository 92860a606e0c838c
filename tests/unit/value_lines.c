/* A fix must not turn a key or element into a part of the value above, nor keep the marks of a conflict. */
#include "policy/conflict_marks.h"
#include "policy/value_lines.h"
#include "tap.h"

static const struct row {
	int want; /* 0 nothing is lost, 1 refused, 2 a person must look */
	const char *old, *new;
} rows[] = {
	/* ---- indented into the value above ---- */
	{ 1, "- a: b c\n  d:\"e\"\n", "- a: b c\n    d:\"e\"\n" },
	{ 1, "a: b c\nd: e\n", "a: b c\n  d: e\n" },
	{ 1, "a: b c\nd: e\nf: g\n", "a: b c\n  d: e\n  f: g\n" },
	{ 1, "a: b c\n- d\n", "a: b c\n  - d\n" },
	{ 0, "a:\n  b c\n d:e\n", "a:\n  b c\n  d:e\n" }, /* it was a part of it before */
	{ 1, "x:\n  a:\n    b c\n  d:e\n", "x:\n  a:\n    b c\n    d:e\n" },
	{ 1, "a: b c\n\nd:e\n", "a: b c\n\n  d:e\n" },
	{ 1, "- b c\nd:e\n", "- b c\n  d:e\n" },
	{ 1, "x:\n  a: b c\n  \"d\":e\n", "x:\n  a: b c\n    \"d\":e\n" },
	{ 1, "x: &n !s b c\nd: e\n", "x: &n !s b c\n  d: e\n" },
	{ 2, "a: b c\nmore text\n", "a: b c\n  more text\n" },
	{ 2, "a: b c\nhttps://host\n", "a: b c\n  https://host\n" },
	{ 2, "a: |\n  b\nd: e\n", "a: |\n  b\n  d: e\n" },
	{ 0, "a: |\n  b\nd e\n", "a: |\n  b\n  d e\n" },
	/* ---- the line above changed ---- */
	{ 1, "a: b\nx:\n  c: d\n", "a: b\nx: y\n  c: d\n" },
	{ 1, "a: \"b\nc: d\n", "a: \"b\nc: d\"\n" },
	{ 1, "a: 'b\nc: d\ne: f\n", "a: 'b\nc: d'\ne: f\n" },
	{ 0, "a: \"b\nc: d\n", "a: \"b\"\nc: d\n" },
	{ 0, "a: \"b\n  c: d\n", "a: \"b\n  c: d\"\n" },
	/* ---- honest neighbours ---- */
	{ 0, "- a: b c\n  d:\"e\"\n", "- a: b c\n  d: \"e\"\n" },
	{ 0, "a:\n  b: c\n d: e\n", "a:\n  b: c\n  d: e\n" },
	{ 0, "a:\nb: c\n", "a:\n  b: c\n" },
	{ 0, "a: b c\n  d: e\n", "a: b c\nd: e\n" },
	{ 0, "a: b c\n  long text\nd:e\n", "a: b c\n  long text\nd: e\n" },
	{ 0, "a: [b,\nc: d\n", "a: [b]\nc: d\n" },
	{ 0, "a: b # c\nd:e\n", "a: b # c\nd: e\n" },
	{ 0, "a: b c\n# d: e\n", "a: b c\n  # d: e\n" },
	{ 0, "---\na: b c\n...\n", "---\na: b d\n...\n" },
	{ 0, "", "a: b\n" },
};

static const struct conflict {
	bool want;
	const char *old, *new;
} conflicts[] = {
	{ true, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "// <<<<<<< HEAD\na\n" },
	{ true, "/*\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n*/\n", "/*\n<<<<<<< HEAD\na\n*/\n" },
	{ true, "/*\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n*/\n", "/*\na\n=======\nb\n*/\n" },
	{ true, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "s = \"<<<<<<< HEAD\"\na\n" },
	{ true, "<<<<<<< HEAD\na\n||||||| o\nc\n=======\nb\n>>>>>>> x\n", "a\n# ||||||| o\n" },
	{ true, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "<<<<<<< HEAD\na\n=======\nc\n>>>>>>> x\n" },
	{ true, "a\r\n<<<<<<< HEAD\r\nb\r\n>>>>>>> x\r\n", "a\r\n<<<<<<< HEAD\r\n" },
	{ false, "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "a\n" },
	{ false, "Title\n=======\na\n", "Title\n=======\nb\n" },
	{ false, "x <<<<<<< y\n", "x <<<<<<< z\n" },
	{ false, "<<<<<<<<<<\na\n", "<<<<<<<<<<\nb\n" },
};

static const char *name_of(struct arena *a, const char *old, const char *new)
{
	char was[200], now[200];

	visible(str_of(old), was, sizeof(was));
	return arena_printf(a, "%s becomes %s", was, visible(str_of(new), now, sizeof(now))).p;
}

int main(void)
{
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_int(lost_in_value(&a, str_of(rows[i].old), str_of(rows[i].new)).verdict, rows[i].want,
			name_of(&a, rows[i].old, rows[i].new));
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++)
		is_int(conflict_kept(str_of(conflicts[i].old), str_of(conflicts[i].new)), conflicts[i].want,
			name_of(&a, conflicts[i].old, conflicts[i].new));
	arena_free(&a);
	return tap_end();
}

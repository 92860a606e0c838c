/* numbered - changes shown as numbered lines: taken when they fit the file, refused when they do not */
#include "analyze/numbered_diff.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

enum { CHANGES = 16 };

static struct arena a;

struct change {
	size_t from, to;
	struct str text;
};

struct taken {
	const struct text *x;
	struct change at[CHANGES];
	size_t n;
	bool sound;
};

static bool take(void *ctx, size_t from, size_t to, struct str text)
{
	struct taken *t = ctx;

	t->sound &= from <= to && to <= t->x->all.n;
	if (t->n == CHANGES)
		return false;
	t->at[t->n++] = (struct change){ from, to, text };
	return true;
}

/* The text with the changes made, last first; absent when they were refused. */
static struct str result(const char *text, const char *body)
{
	struct taken t = { .x = text_new(&a, STR("x"), str_of(text)), .sound = true };
	struct str all = t.x->all;

	if (!numbered_diff_changes(&a, t.x, str_of(body), take, &t) || !t.sound)
		return STR_NONE;
	for (size_t i = t.n; i-- > 0;)
		all = arena_printf(&a, "%.*s%.*s%.*s", (int)t.at[i].from, all.p, STR_ARG(t.at[i].text),
			(int)(all.n - t.at[i].to), all.p + t.at[i].to);
	return all;
}

static void makes(const char *text, const char *body, const char *wanted, const char *name)
{
	struct str got = result(text, body);

	if (!ok(str_is(got, wanted), name))
		printf("# got '%.*s'\n", STR_ARG(got));
}

static void refuses(const char *text, const char *body, const char *name)
{
	ok(!result(text, body).p, name);
}

static const char house[] = "fn main() {\n\tpaint(wall);\n\twall.drop();\n}\n";

static void test_marks(void)
{
	makes(house, "2 |     paint(&wall);\n  |           +\n", "fn main() {\n\tpaint(&wall);\n\twall.drop();\n}\n",
		"what is marked with + is new, and the file keeps its tabs");
	makes("    match p {\n        Some(p) => 1,\n", " 2 |         Some(ref p) => 1,\n   |              +++\n",
		"    match p {\n        Some(ref p) => 1,\n", "the blank after a new word goes unmarked");
	makes("a = one;\n", "1 | a = other;\n  |     ~~~~~\n", "a = other;\n", "~ marks what is other");
	refuses("a = one;\n", "1 | b = other;\n  |     ~~~~~\n", "what is not marked must stand there");
	refuses(house, "2 |     paint(&door);\n  |           +\n", "the same with +");
	refuses(house, "2 |     paint(wall);\n", "a line without marks proposes nothing");
}

static void test_lines(void)
{
	makes(house, "3 -     wall.drop();\n3 +     drop(wall);\n", "fn main() {\n\tpaint(wall);\n\tdrop(wall);\n}\n",
		"a line for another");
	makes(house, "1 + use paints::wall;\n2 | fn main() {\n",
		"use paints::wall;\nfn main() {\n\tpaint(wall);\n\twall.drop();\n}\n", "a line put in");
	makes("a\nb\nc\n", "1 + x\n2 | a\n3 |     b\n  |\n4 - c\n4 + d\n", "x\na\nb\nd\n",
		"what follows is counted with it");
	makes("a\nb\nc", "2 - b\n3 - c\n", "a\n", "lines taken away");
	refuses(house, "3 -     door.drop();\n3 +     drop(door);\n", "the old line must stand there");
	refuses(house, "1 + use paints::wall;\n2 | fn other() {\n", "so must the line below a new one");
	refuses(house, "9 - x\n9 + y\n", "a line beyond the end");
	refuses(house, "2 ~     paint(\n3 ~         wall);\n", "how much ~ takes the place of is not said");
	refuses(house, "no lines at all\n", "prose");
	refuses(house, "", "nothing");
}

static void test_noise(void)
{
	static const char letters[] = "0123 |+-~\n\t.ab;";
	struct buf body;
	bool sound = true;

	srand(7);
	for (int round = 0; round < 20000; round++) {
		struct taken t = { .x = text_new(&a, STR("x"), STR("a\nb\n\tab;\n\n0")), .sound = true };
		buf_init(&body, 1 << 10);
		for (int i = rand() % 40; i > 0; i--)
			buf_addc(&body, letters[(size_t)rand() % (sizeof(letters) - 1)]);
		numbered_diff_changes(&a, t.x, buf_str(&body), take, &t);
		buf_release(&body);
		sound &= t.sound;
		arena_reset(&a);
	}
	ok(sound, "whatever is said, changes lie within the file");
}

int main(void)
{
	test_marks();
	test_lines();
	test_noise();
	arena_free(&a);
	return tap_end();
}

/* merge_sides - the conflicts of a merge, and what is a choice between their sides and nothing else */
#include "tap.h"

#include "lang/merge_sides.h"

#define ONE "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> feature\n"

static const struct {
	const char *old, *new;
	bool choice;
	const char *name;
} changes[] = {
	{ "x\n" ONE "y\n", "x\na\ny\n", true, "the upper side" },
	{ "x\n" ONE "y\n", "x\nb\ny\n", true, "the lower side" },
	{ "x\n" ONE "y\n", "x\na\nb\ny\n", true, "both" },
	{ "x\n" ONE "y\n", "x\nb\na\ny\n", true, "both, the lower one first" },
	{ "x\n" ONE "y\n", "x\ny\n", false, "neither" },
	{ "x\n" ONE "y\n", "x\na\na\ny\n", false, "one of them twice" },
	{ "x\n" ONE "y\n", "x\na\n", false, "a side, and a line less" },
	{ "x\n" ONE "y\n", "x\na\ny\nz\n", false, "a side, and a line more" },
	{ "x\n" ONE "y\n", "x\n" ONE "y\n", false, "the conflict as it is" },
	{ ONE ONE, "a\nb\n", true, "two conflicts, in two ways" },
	{ ONE ONE, "a\nb\na\nb\n", true, "two conflicts, both sides" },
	{ ONE ONE, "a\n" ONE, false, "one of two conflicts" },
	{ "<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> f\r\n", "b\r\n", true, "with the line ends of DOS" },
	{ "<<<<<<< HEAD\na\n||||||| base\no\n=======\nb\n>>>>>>> f\n", "a\nb\n", true,
		"with the middle part of diff3" },
	{ "<<<<<<< HEAD\na\n||||||| base\no\n=======\nb\n>>>>>>> f\n", "o\n", false, "the middle part is no side" },
	{ "<<<<<<< HEAD\n=======\nb\n>>>>>>> f", "", true, "a side without lines, at the end of the text" },
	{ "<<<<<<< HEAD\na\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> f\n", "a\nb\n", false, "a conflict in another one" },
	{ "<<<<<<< HEAD\na\n=======\nb\n", "a\n", false, "a conflict that does not end" },
	{ "=======\n", "", false, "one mark" },
	{ "a\nb\n", "a\n", false, "a text without conflicts" },
};

int main(void)
{
	struct arena a = ARENA_INIT;
	struct conflict c[2];

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		ok(is_choice_of_sides(&a, str_of(changes[i].old), str_of(changes[i].new)) == changes[i].choice,
			changes[i].name);
	is_int((long long)conflicts_find(STR("x\n" ONE), c, 2), 1, "a conflict is found");
	ok(str_is(c[0].ours, "a\n") && str_is(c[0].theirs, "b\n") && c[0].begin == 2, "with its sides and its place");
	ok(str_is(c[0].name, "HEAD") && str_is(c[0].other, "feature"), "and what the marks call them");
	is_int((long long)conflicts_find(STR(ONE ONE ONE), c, 2), 0, "more than there is room for are none");

	/* 32 conflicts whose sides are equal: every choice fits everywhere */
	struct str many = STR(""), new = STR("");
	for (int i = 0; i < CONFLICTS_MOST; i++) {
		many = arena_printf(&a, "%.*s<<<<<<< x\na\n=======\na\n>>>>>>> y\n", STR_ARG(many));
		new = arena_printf(&a, "%.*sa\n", STR_ARG(new));
	}
	ok(is_choice_of_sides(&a, many, new), "many equal ones take no time");
	ok(!is_choice_of_sides(&a, many, STR("b\n")), "also where they do not fit");
	arena_free(&a);
	return tap_end();
}

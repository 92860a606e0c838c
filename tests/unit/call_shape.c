/* call_shape - what stands between brackets, and the words and expressions around a place */
#include "lang/call_shape.h"

#include "tap.h"

static struct arena a;

static struct str item(const char *code, size_t open, size_t i)
{
	struct item_list list;

	if (!items_at(&a, str_of(code), open, &list) || i >= list.n)
		return STR("(none)");
	return str_sub(str_of(code), list.at[i].begin, list.at[i].end);
}

static void items(void)
{
	struct item_list list;

	is_str(item("f(a, g(b, c), {d, e})", 1, 1), "g(b, c)", "an item may have brackets with commas of its own");
	is_str(item("f(a, g(b, c), {d, e})", 1, 2), "{d, e}", "and braces");
	is_str(item("f(\n\ta,\n\tb,\n)", 1, 1), "b", "blanks and a last comma are no part of an item");
	ok(items_at(&a, STR("f()"), 1, &list) && list.n == 0, "nothing between the brackets is no item");
	ok(!items_at(&a, STR("f(a, b"), 1, &list), "a list that is not closed is none");
	ok(!items_at(&a, STR("f(a"), 0, &list), "a letter begins no list");
	ok(items_around(&a, STR("f(a, g(b), c)"), 11, 100, &list) && list.open == 1, "the list around a place");
	ok(items_around(&a, STR("f(a, g(b), c)"), 7, 100, &list) && list.open == 6, "the innermost one");
	ok(!items_around(&a, STR("f(a, g(b), c)"), 11, 5, &list), "no farther than it is to reach");
}

static void words(void)
{
	struct str code = STR("total = subtotal + total_of(total)");

	is_int((long long)word_find(code, STR("total"), 1, code.n), 28, "a part of a longer word is not the word");
	ok(word_find(code, STR("total"), 1, 20) == SIZE_MAX, "nor is one after the end");
	is_str(word_before(STR("x.get (y)"), 6), "get", "the word before a bracket");
	is_str(word_before(STR("(y)"), 0), "", "there may be none");
	is_int((long long)expression_end(STR("a.b(c)[0].d + e"), 0), 11, "an expression ends before an operator");
	ok(bracket_end(STR("(a"), 0) == SIZE_MAX, "an open bracket has no end");
}

int main(void)
{
	items();
	words();
	arena_free(&a);
	return tap_end();
}

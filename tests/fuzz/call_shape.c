/* call_shape.c - fuzz target: an offset, then code
 *
 * Held: no crash; items lie between their brackets, in order; words and expressions lie in the code. */
#include "lang/call_shape.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void list_held(const struct item_list *list, size_t n)
{
	size_t at = list->open + 1;

	must(list->open < list->close && list->close < n);
	for (size_t i = 0; i < list->n; i++) {
		must(list->at[i].begin >= at && list->at[i].end > list->at[i].begin && list->at[i].end <= list->close);
		at = list->at[i].end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct item_list list;

	if (size < 2)
		return 0;
	struct str code = { (const char *)data + 1, size - 1 };
	size_t at = data[0] % code.n;
	if (items_at(&a, code, at, &list))
		list_held(&list, code.n);
	if (items_around(&a, code, at, 64, &list))
		list_held(&list, code.n);
	struct str word = word_before(code, at);
	must(word.n <= at);
	size_t found = word.n ? word_find(code, word, 0, code.n) : SIZE_MAX;
	must(!word.n || found < code.n);
	must(expression_end(code, at) >= at && expression_end(code, at) <= code.n);
	arena_free(&a);
	return 0;
}

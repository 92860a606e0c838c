/* Any diff upon any text: it fits or it does not, and what it leaves alone stays. */
#include <stdlib.h>
#include <string.h>

#include "tree/patch.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

/* The text, a NUL, the diff. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena a = ARENA_INIT;
	struct str all = { (const char *)data, n }, old = str_sub(all, 0, str_chr(all, '\0')),
		   rest = str_sub(all, old.n + 1, n), new;
	struct patch_file f;
	struct err err;

	while (patch_next(&rest, &f)) {
		if (f.hunks.n < 2 || memcmp(f.hunks.p, "@@", 2) != 0)
			abort();
		if (patch_apply(&a, old, f.hunks, &new, &err) && new.n > old.n + f.hunks.n)
			abort();
	}
	arena_free(&a);
	return 0;
}

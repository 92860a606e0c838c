/* Edits of any text at any places: outside the ranges not one byte may change. */
#include <stdlib.h>
#include <string.h>

#include "tree/diff.h"
#include "tree/edit.h"
#include "tree/patch.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

static void must(bool good)
{
	if (!good)
		abort();
}

/* A diff of ours takes the old text to the new one, and no other text. */
static void round_trip(struct arena *a, struct str old, struct str new, struct str diff)
{
	struct patch_file f;
	struct str got, rest = diff;
	struct err err;

	if (str_chr(old, '\0') < old.n || str_chr(new, '\0') < new.n || str_eq(old, new))
		return;
	must(patch_next(&rest, &f) && patch_apply(a, old, f.hunks, &got, &err) && str_eq(got, new));
	must(!patch_next(&rest, &f));
}

/* First byte: how many edits; five bytes each; the rest is the text. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena a = ARENA_INIT;
	struct edit e[4] = { 0 };
	struct str out;
	struct err err;
	struct buf shown;
	size_t count = n ? data[0] % 5 : 0;

	if (n < 1 + 5 * count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const unsigned char *d = data + 1 + 5 * i;
		e[i] = (struct edit){ d[0], d[1], d[2], d[3], { (const char *)d, d[4] % 5 } };
	}
	struct str old = { (const char *)data + 1 + 5 * count, n - 1 - 5 * count };
	if (edits_apply(&a, old, e, count, &out, &err)) {
		size_t first = old.n, last = 0;
		for (size_t i = 0; i < count; i++) {
			size_t begin, end;
			must(edit_offset(old, e[i].line, e[i].column, &begin, &err));
			must(edit_offset(old, e[i].end_line, e[i].end_column, &end, &err));
			first = begin < first ? begin : first;
			last = end > last ? end : last;
		}
		must(out.n >= first && (first == 0 || memcmp(out.p, old.p, first) == 0));
		must(out.n >= old.n - last &&
			(last == old.n || memcmp(out.p + out.n - (old.n - last), old.p + last, old.n - last) == 0));
		must(str_sub(out, 0, bom_length(old)).n == bom_length(old) && bom_length(out) >= bom_length(old));
		must(count > 0 || str_eq(out, old));
		buf_init(&shown, 1 << 20);
		diff_write(&shown, &a, STR("f"), old, 0100644, out, 0100644);
		must((shown.n == 0) == str_eq(old, out));
		round_trip(&a, old, out, buf_str(&shown));
		buf_release(&shown);
	}
	arena_free(&a);
	return 0;
}

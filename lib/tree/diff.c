#include "tree/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/vec.h"

enum { CONTEXT = 3, MOST_EDITS = 2000 }; /* above: one block; limits the trace to 16 MB */

typedef VEC(struct str) lines_t;

/* Lines include their newline, so a last line without one differs from one with it. */
static lines_t split(struct arena *a, struct str s)
{
	lines_t lines = { .at = arena_alloc(a, 8 * sizeof(struct str)), .room = 8 }; /* never NULL */

	while (s.n) {
		size_t n = str_chr(s, '\n');
		n += n < s.n;
		*VEC_ADD(a, &lines) = str_sub(s, 0, n);
		s = str_sub(s, n, s.n);
	}
	return lines;
}

struct myers {
	const struct str *a, *b;
	long n, m;
	int32_t *trace; /* the furthest x of each diagonal, row d from trace[d * d] on */
};

static int32_t *row(const struct myers *my, long d)
{
	return my->trace + d * d + d; /* index -d..d */
}

/* Does the furthest path with d edits reach diagonal k by an inserted line? */
static bool is_down(const struct myers *my, long d, long k)
{
	const int32_t *before = row(my, d - 1);

	return k == -d || (k != d && before[k - 1] < before[k + 1]);
}

static bool grow(struct myers *my, long d, long *room)
{
	if ((d + 1) * (d + 1) <= *room)
		return true;
	*room = 2 * (d + 1) * (d + 1) + 64;
	my->trace = realloc(my->trace, (size_t)*room * sizeof(*my->trace));
	return my->trace != NULL;
}

/* The number of edits, or -1 if over MOST_EDITS.  A path that leaves the grid only gets longer, so the first path to
 * reach the end has not left it. */
static long search(struct myers *my)
{
	long room = 0;

	for (long d = 0; d <= MOST_EDITS; d++) {
		if (!grow(my, d, &room))
			out_of_memory();
		for (long k = -d; k <= d; k += 2) {
			long x = 0;
			if (d)
				x = is_down(my, d, k) ? row(my, d - 1)[k + 1] : row(my, d - 1)[k - 1] + 1;
			while (x < my->n && x - k < my->m && str_eq(my->a[x], my->b[x - k]))
				x++;
			row(my, d)[k] = (int32_t)x;
			if (k == my->n - my->m && x >= my->n)
				return d;
		}
	}
	return -1;
}

/* Mark deleted and inserted lines, backwards from the end. */
static void walk_back(const struct myers *my, long d, bool *gone, bool *came)
{
	long k = my->n - my->m;

	for (; d > 0; d--) {
		if (is_down(my, d, k)) {
			k++;
			came[row(my, d - 1)[k] - k] = true;
		} else {
			k--;
			gone[row(my, d - 1)[k]] = true;
		}
	}
}

static void mark(const struct str *a, long n, const struct str *b, long m, bool *gone, bool *came)
{
	struct myers my = { .a = a, .b = b, .n = n, .m = m };
	long d = n && m ? search(&my) : -1;

	if (d >= 0)
		walk_back(&my, d, gone, came);
	else {
		memset(gone, 1, (size_t)n);
		memset(came, 1, (size_t)m);
	}
	free(my.trace);
}

static struct hunks collect(struct arena *a, const bool *gone, size_t n, const bool *came, size_t m)
{
	VEC(struct hunk) hunks = { 0 };
	size_t i = 0, j = 0;

	while (i < n || j < m) {
		struct hunk h = { i, i, j, j };
		while (h.old_end < n && gone[h.old_end])
			h.old_end++;
		while (h.new_end < m && came[h.new_end])
			h.new_end++;
		if (h.old_end > i || h.new_end > j)
			*VEC_ADD(a, &hunks) = h;
		i = h.old_end + 1;
		j = h.new_end + 1;
	}
	return (struct hunks){ hunks.at, hunks.n };
}

static struct hunks compare(struct arena *a, lines_t old, lines_t new)
{
	size_t head = 0, tail = 0, least = old.n < new.n ? old.n : new.n;
	bool *gone = arena_alloc(a, old.n + 1), *came = arena_alloc(a, new.n + 1);

	while (head < least && str_eq(old.at[head], new.at[head]))
		head++;
	while (tail < least - head && str_eq(old.at[old.n - 1 - tail], new.at[new.n - 1 - tail]))
		tail++;
	mark(old.at + head, (long)(old.n - head - tail), new.at + head, (long)(new.n - head - tail), gone + head,
		came + head);
	return collect(a, gone, old.n, came, new.n);
}

struct hunks diff_lines(struct arena *a, struct str old, struct str new)
{
	return compare(a, split(a, old), split(a, new));
}

static void add_line(struct buf *out, char sign, struct str line)
{
	buf_addc(out, sign);
	buf_add(out, line);
	if (!str_ends(line, "\n"))
		buf_addz(out, "\n\\ No newline at end of file\n");
}

/* git writes a range of one line without its length, and an empty one with the line before it. */
static void add_range(struct buf *out, char sign, size_t begin, size_t end)
{
	buf_printf(out, "%c%zu", sign, end > begin ? begin + 1 : begin);
	if (end - begin != 1)
		buf_printf(out, ",%zu", end - begin);
}

/* Hunks i..j-1 with their context, as one @@ block. */
static void add_block(struct buf *out, const struct hunk *h, size_t i, size_t j, lines_t old, lines_t new)
{
	size_t lead = h[i].old_begin < CONTEXT ? h[i].old_begin : CONTEXT;
	size_t left = old.n - h[j - 1].old_end, trail = left < CONTEXT ? left : CONTEXT;
	size_t at = h[i].old_begin - lead;

	buf_addz(out, "@@ ");
	add_range(out, '-', at, h[j - 1].old_end + trail);
	buf_addc(out, ' ');
	add_range(out, '+', h[i].new_begin - lead, h[j - 1].new_end + trail);
	buf_addz(out, " @@\n");
	for (; i < j; i++) {
		while (at < h[i].old_begin)
			add_line(out, ' ', old.at[at++]);
		while (at < h[i].old_end)
			add_line(out, '-', old.at[at++]);
		for (size_t k = h[i].new_begin; k < h[i].new_end; k++)
			add_line(out, '+', new.at[k]);
	}
	while (trail--)
		add_line(out, ' ', old.at[at++]);
}

static void add_name(struct buf *out, const char *prefix, struct str path)
{
	bool quote = str_chr(path, '"') < path.n || str_chr(path, '\\') < path.n;

	buf_printf(out, "%s%s", quote ? "\"" : "", prefix);
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] == '"' || path.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, path.p[i]);
	}
	buf_addz(out, quote ? "\"" : "");
}

static void add_head(struct buf *out, struct str path, unsigned old_mode, unsigned new_mode, bool text)
{
	bool blank = str_chr(path, ' ') < path.n; /* then a tab ends the name */

	buf_addz(out, "diff --git ");
	add_name(out, "a/", path);
	buf_addc(out, ' ');
	add_name(out, "b/", path);
	buf_addc(out, '\n');
	if (!old_mode)
		buf_printf(out, "new file mode %06o\n", new_mode & 0111 ? 0100755u : 0100644u);
	else if (!new_mode)
		buf_printf(out, "deleted file mode %06o\n", old_mode & 0111 ? 0100755u : 0100644u);
	else if ((old_mode & 07777) != (new_mode & 07777))
		buf_printf(out, "old mode %06o\nnew mode %06o\n", 0100000u | (old_mode & 07777),
			0100000u | (new_mode & 07777));
	if (!text)
		return;
	buf_addz(out, "--- ");
	add_name(out, old_mode ? "a/" : "", old_mode ? path : STR("/dev/null"));
	buf_addz(out, blank && old_mode ? "\t\n+++ " : "\n+++ ");
	add_name(out, new_mode ? "b/" : "", new_mode ? path : STR("/dev/null"));
	buf_addz(out, blank && new_mode ? "\t\n" : "\n");
}

void diff_write(struct buf *out, struct arena *a, struct str path, struct str old, unsigned old_mode, struct str new,
	unsigned new_mode)
{
	lines_t from = split(a, old), to = split(a, new);
	struct hunks h = compare(a, from, to);

	if (h.n == 0 && (old_mode & 07777) == (new_mode & 07777) && !old_mode == !new_mode)
		return;
	add_head(out, path, old_mode, new_mode, h.n > 0);
	for (size_t i = 0, j; i < h.n; i = j) {
		j = i + 1;
		while (j < h.n && h.at[j].old_begin - h.at[j - 1].old_end <= 2 * CONTEXT)
			j++;
		add_block(out, h.at, i, j, from, to);
	}
}

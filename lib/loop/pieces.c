#include "pieces.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "diff.h"
#include "put.h"
#include "vec.h"

/* A changed run of lines, or a whole new file (file->existed is false then). */
struct part {
	struct hunk hunk;
	struct str gone, came;	/* what is replaced by what, without what both begin and end with */
	size_t piece;
};

struct file {
	struct str path, old, new;
	mode_t mode;
	bool existed;
	VEC(struct part) parts;
};

struct pieces {
	struct arena *a;
	const struct tree *copy;
	VEC(struct file) files;
	size_t n;
};

static bool file_get(struct arena *a, const struct tree *t, struct str path, bool *there, struct str *content, mode_t *mode,
	struct err *err)
{
	struct stat st;
	int got = tree_stat(a, t, path, &st, err);

	*there = got == 1;
	*content = STR("");
	if (got != 1)
		return got == 0;
	*mode = st.st_mode;
	return tree_read(a, t, path, content, &st, err);
}

/* The offset of line n, from 0; the end where there are fewer. */
static size_t line_at(struct str text, size_t n)
{
	size_t at = 0;

	for (; n && at < text.n; n--)
		at += str_chr(str_sub(text, at, text.n), '\n') + 1;
	return at < text.n ? at : text.n;
}

static struct str lines_of(struct str text, size_t begin, size_t end)
{
	return str_sub(text, line_at(text, begin), line_at(text, end));
}

static void strip_alike(struct str *x, struct str *y)
{
	size_t head = 0, tail = 0, least = x->n < y->n ? x->n : y->n;

	while (head < least && x->p[head] == y->p[head])
		head++;
	while (tail < least - head && x->p[x->n - 1 - tail] == y->p[y->n - 1 - tail])
		tail++;
	*x = str_sub(*x, head, x->n - tail);
	*y = str_sub(*y, head, y->n - tail);
}

static size_t piece_like(struct pieces *p, const struct file *f, const struct part *part)
{
	for (size_t i = 0; i < f->parts.n; i++)
		if (str_eq(f->parts.at[i].gone, part->gone) && str_eq(f->parts.at[i].came, part->came))
			return f->parts.at[i].piece;
	return p->n++;
}

/* Line for line, where as many came as went. */
static size_t pieces_of_hunk(const struct hunk *h)
{
	size_t gone = h->old_end - h->old_begin;

	return gone == h->new_end - h->new_begin ? gone : 1;
}

static struct hunk piece_of_hunk(const struct hunk *h, size_t i)
{
	if (pieces_of_hunk(h) == 1)
		return *h;
	return (struct hunk){ h->old_begin + i, h->old_begin + i + 1, h->new_begin + i, h->new_begin + i + 1 };
}

static void take_hunk(struct pieces *p, struct file *f, const struct hunk *h)
{
	for (size_t i = 0; i < pieces_of_hunk(h); i++) {
		struct part part = { .hunk = piece_of_hunk(h, i) };
		part.gone = lines_of(f->old, part.hunk.old_begin, part.hunk.old_end);
		part.came = lines_of(f->new, part.hunk.new_begin, part.hunk.new_end);
		strip_alike(&part.gone, &part.came);
		part.piece = piece_like(p, f, &part);
		*VEC_ADD(p->a, &f->parts) = part;
	}
}

static void take_apart(struct pieces *p, struct file *f)
{
	struct hunks h = diff_lines(p->a, f->old, f->new);

	if (!f->existed)
		*VEC_ADD(p->a, &f->parts) = (struct part){ .piece = p->n++ };
	for (size_t i = 0; f->existed && i < h.n; i++)
		take_hunk(p, f, &h.at[i]);
}

size_t pieces_between(struct arena *a, struct str old, struct str new)
{
	struct hunks h = diff_lines(a, old, new);
	size_t n = 0;

	for (size_t i = 0; i < h.n; i++)
		n += pieces_of_hunk(&h.at[i]);
	return n;
}

struct pieces *pieces_new(struct arena *a, const struct tree *project, const struct tree *copy, const struct str *paths,
	size_t n, struct err *err)
{
	struct pieces *p = ARENA_NEW(a, struct pieces);

	*p = (struct pieces){ .a = a, .copy = copy };
	for (size_t i = 0; i < n; i++) {
		struct file f = { .path = paths[i] };
		bool there;
		if (!file_get(a, project, f.path, &f.existed, &f.old, &f.mode, err) ||
		    !file_get(a, copy, f.path, &there, &f.new, &f.mode, err))
			return NULL;
		if (there)
			take_apart(p, &f);
		*VEC_ADD(a, &p->files) = f;
	}
	return p;
}

size_t pieces_count(const struct pieces *p)
{
	return p->n;
}

static struct str with_pieces(struct pieces *p, const struct file *f, const bool *keep)
{
	struct buf out;
	size_t line = 0;

	buf_init(&out, FILE_MAX);
	for (size_t i = 0; i < f->parts.n; i++) {
		const struct part *part = &f->parts.at[i];
		if (!keep[part->piece])
			continue;
		buf_add(&out, lines_of(f->old, line, part->hunk.old_begin));
		buf_add(&out, lines_of(f->new, part->hunk.new_begin, part->hunk.new_end));
		line = part->hunk.old_end;
	}
	buf_add(&out, lines_of(f->old, line, SIZE_MAX));
	struct str text = arena_str(p->a, buf_str(&out));
	buf_release(&out);
	return text;
}

bool pieces_put(struct pieces *p, const bool *keep, struct err *err)
{
	for (size_t i = 0; i < p->files.n; i++) {
		const struct file *f = &p->files.at[i];
		if (!f->parts.n)
			continue;
		if (!f->existed && !keep[f->parts.at[0].piece])
			put_nothing(p->a, p->copy, f->path);
		else if (!put_content(p->a, p->copy, f->path, f->existed ? with_pieces(p, f, keep) : f->new, f->mode, err))
			return false;
	}
	return true;
}

/* ---- the smallest set ---- */

static size_t kept_of(const bool *keep, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		kept += keep[i];
	return kept;
}

/* Clear up to `size` of what is kept, from *at on; how many. */
static size_t clear_chunk(bool *keep, size_t n, size_t *at, size_t size)
{
	size_t cleared = 0;

	for (; *at < n && cleared < size; ++*at) {
		cleared += keep[*at];
		keep[*at] = false;
	}
	return cleared;
}

int minimise(bool *keep, size_t n, int limit, bool (*passes)(void *ctx, const bool *keep), void *ctx)
{
	bool *less = malloc(n + 1);
	size_t size = kept_of(keep, n) / 2;
	int calls = 0;

	if (!less)
		out_of_memory();
	while (size > 0 && calls < limit) {
		bool smaller = false;
		for (size_t at = 0; at < n && calls < limit;) {
			memcpy(less, keep, n);
			/* Nothing at all is what failed. */
			if (clear_chunk(less, n, &at, size) == 0 || kept_of(less, n) == 0)
				continue;
			calls++;
			if (!passes(ctx, less))
				continue;
			memcpy(keep, less, n);
			smaller = true;
		}
		if (size > 1 || !smaller)
			size /= 2;
	}
	free(less);
	return calls;
}

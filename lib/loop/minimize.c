#include "loop/minimize.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/vec.h"

/* A changed run of bytes, or a whole new file (file->existed is false then). */
struct part {
	struct hunk bytes;
	struct str gone, came; /* the old and the new text, without common beginning and end */
	size_t piece;
};

struct file {
	struct str path, old, new;
	struct stat before; /* of the project's */
	mode_t mode;
	bool existed;
	VEC(struct part) parts;
};

struct pieces {
	struct arena *a;
	struct sandbox *copy;
	const struct made *made;
	size_t made_n;
	VEC(struct file) files;
	size_t n;
	bool words; /* what is not whole is split by words */
};

static bool file_get(struct arena *a, const struct tree *t, struct str path, bool *there, struct str *content,
	struct stat *st, struct err *err)
{
	int got = tree_stat(a, t, path, st, err);

	*there = got == 1;
	*content = STR("");
	if (got != 1)
		return got == 0;
	return tree_read(a, t, path, content, st, err);
}

/* The offset of line n, from 0; the end if there are fewer. */
static size_t line_at(struct str text, size_t n)
{
	size_t at = 0;

	for (; n && at < text.n; n--)
		at += str_chr(str_sub(text, at, text.n), '\n') + 1;
	return at < text.n ? at : text.n;
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

/* The line of the old text that corresponds to line n of the new one. */
static size_t line_before(const struct hunks *h, size_t n)
{
	size_t at = n;

	for (size_t i = 0; i < h->n && h->at[i].new_begin <= n; i++)
		at = n < h->at[i].new_end ? h->at[i].old_begin : h->at[i].old_end + (n - h->at[i].new_end);
	return at;
}

/* Did it change this range? */
static bool is_maker(struct pieces *p, const struct made *m, const struct file *f, const struct hunk *part)
{
	if (!m->whole || !str_eq(m->path, f->path))
		return false;
	if (!f->existed || !m->existed)
		return true;
	struct hunks done = diff_lines(p->a, m->old, m->new), since = diff_lines(p->a, f->old, m->old);
	for (size_t i = 0; i < done.n; i++)
		if (line_before(&since, done.at[i].old_begin) <= part->old_end &&
			line_before(&since, done.at[i].old_end) >= part->old_begin)
			return true;
	return false;
}

/* Merge two pieces. */
static void pieces_join(struct pieces *p, struct file *f, size_t *owner, size_t from, size_t to)
{
	if (from == to)
		return;
	for (size_t i = 0; i < p->made_n; i++)
		owner[i] = owner[i] == from ? to : owner[i];
	for (size_t i = 0; i < p->files.n; i++)
		for (size_t k = 0; k < p->files.at[i].parts.n; k++)
			if (p->files.at[i].parts.at[k].piece == from)
				p->files.at[i].parts.at[k].piece = to;
	for (size_t k = 0; k < f->parts.n; k++)
		if (f->parts.at[k].piece == from)
			f->parts.at[k].piece = to;
}

/* The piece of the solutions that made the part, or SIZE_MAX.  owner: the piece of each change, SIZE_MAX: none yet. */
static size_t piece_of_makers(struct pieces *p, struct file *f, const struct hunk *part, size_t *owner)
{
	size_t piece = SIZE_MAX;

	for (size_t i = 0; i < p->made_n; i++) {
		if (!is_maker(p, &p->made[i], f, part))
			continue;
		if (owner[i] == SIZE_MAX)
			owner[i] = piece != SIZE_MAX ? piece : p->n++;
		if (piece == SIZE_MAX)
			piece = owner[i];
		pieces_join(p, f, owner, owner[i], piece);
		for (size_t k = 0; k < p->made_n; k++)
			if (p->made[k].solution == p->made[i].solution && owner[k] == SIZE_MAX)
				owner[k] = piece;
	}
	return piece;
}

/* Line by line if the number of lines is unchanged. */
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

static struct hunk bytes_of(const struct file *f, const struct hunk *h)
{
	return (struct hunk){ line_at(f->old, h->old_begin), line_at(f->old, h->old_end), line_at(f->new, h->new_begin),
		line_at(f->new, h->new_end) };
}

/* piece: SIZE_MAX for one of its own. */
static void part_add(struct pieces *p, struct file *f, const struct hunk *bytes, size_t piece)
{
	struct part part = { .bytes = *bytes,
		.gone = str_sub(f->old, bytes->old_begin, bytes->old_end),
		.came = str_sub(f->new, bytes->new_begin, bytes->new_end),
		.piece = piece };

	strip_alike(&part.gone, &part.came);
	if (part.piece == SIZE_MAX)
		part.piece = piece_like(p, f, &part);
	*VEC_ADD(p->a, &f->parts) = part;
}

/* The end of the word, the blanks or the sign at `at`. */
static size_t token_end(struct str s, size_t at)
{
	static const char blanks[] = " \t";
	bool word = isalnum((unsigned char)s.p[at]) || s.p[at] == '_' || (unsigned char)s.p[at] >= 0x80;
	bool blank = strchr(blanks, s.p[at]) && s.p[at];
	size_t end = at + 1;

	while (end < s.n && (word || blank) &&
		(word ? isalnum((unsigned char)s.p[end]) || s.p[end] == '_' || (unsigned char)s.p[end] >= 0x80 :
			s.p[end] && strchr(blanks, s.p[end])))
		end++;
	return end;
}

/* The tokens of the text, a line each, and where they begin; one offset more for the end. */
static struct str token_lines(struct arena *a, struct str s, size_t from, size_t **offsets)
{
	struct buf out;
	size_t n = 0;

	*offsets = arena_alloc(a, (s.n + 1) * sizeof(**offsets));
	buf_init(&out, FILE_MAX);
	for (size_t at = 0; at < s.n;) {
		size_t end = token_end(s, at);
		(*offsets)[n++] = from + at;
		if (s.p[at] == '\n')
			buf_addc(&out, '\1');
		else
			buf_add(&out, str_sub(s, at, end));
		buf_addc(&out, '\n');
		at = end;
	}
	(*offsets)[n] = from + s.n;
	struct str all = arena_str(a, buf_str(&out));
	buf_release(&out);
	return all;
}

static bool is_blank_range(const struct file *f, const struct hunk *range)
{
	return str_trim(str_sub(f->old, range->old_begin, range->old_end)).n == 0 &&
		str_trim(str_sub(f->new, range->new_begin, range->new_end)).n == 0;
}

typedef VEC(struct hunk) ranges;

/* Where the range differs, word by word. */
static ranges words_differ(struct pieces *p, const struct file *f, const struct hunk *bytes)
{
	size_t *old_at, *new_at;
	struct str old = token_lines(
			   p->a, str_sub(f->old, bytes->old_begin, bytes->old_end), bytes->old_begin, &old_at),
		   new = token_lines(
			   p->a, str_sub(f->new, bytes->new_begin, bytes->new_end), bytes->new_begin, &new_at);
	struct hunks h = diff_lines(p->a, old, new);
	ranges out = { 0 };

	for (size_t i = 0; i < h.n; i++) {
		const struct hunk *t = &h.at[i];
		size_t k = t->old_begin, m = t->new_begin;
		for (; k < t->old_end && m < t->new_end; k++, m++)
			*VEC_ADD(p->a, &out) = (struct hunk){ old_at[k], old_at[k + 1], new_at[m], new_at[m + 1] };
		if (k < t->old_end || m < t->new_end)
			*VEC_ADD(p->a, &out) = (struct hunk){ old_at[k], old_at[t->old_end], new_at[m],
				new_at[t->new_end] };
	}
	return out;
}

/* Each word in the place of another is a piece, and so are those that only come or go there.  Blanks belong to the word
 * before, the first ones to the word that follows: they mean nothing of their own. */
static void take_words(struct pieces *p, struct file *f, const struct hunk *bytes)
{
	ranges words = words_differ(p, f, bytes);
	size_t first = f->parts.n, lead = 0;

	while (lead + 1 < words.n && is_blank_range(f, &words.at[lead]))
		lead++;
	if (words.n == 0)
		return;
	/* The word that follows the first blanks is added first for its piece, and then in its place. */
	part_add(p, f, &words.at[lead], SIZE_MAX);
	size_t piece = f->parts.at[first].piece;
	f->parts.n = first;
	for (size_t i = 0; i < words.n; i++) {
		bool own = i > lead && !is_blank_range(f, &words.at[i]);
		part_add(p, f, &words.at[i], own ? SIZE_MAX : piece);
		piece = f->parts.at[f->parts.n - 1].piece;
	}
}

static void take_hunk(struct pieces *p, struct file *f, const struct hunk *h, size_t *owner)
{
	for (size_t i = 0; i < pieces_of_hunk(h); i++) {
		struct hunk lines = piece_of_hunk(h, i), bytes = bytes_of(f, &lines);
		size_t piece = piece_of_makers(p, f, &lines, owner);
		if (piece == SIZE_MAX && p->words)
			take_words(p, f, &bytes);
		else
			part_add(p, f, &bytes, piece);
	}
}

static void take_apart(struct pieces *p, struct file *f, size_t *owner)
{
	struct hunks h = f->existed ? diff_lines(p->a, f->old, f->new) : (struct hunks){ 0 };
	struct part all = { 0 };

	for (size_t i = 0; i < h.n; i++)
		take_hunk(p, f, &h.at[i], owner);
	if (f->existed)
		return;
	all.piece = piece_of_makers(p, f, &all.bytes, owner);
	if (all.piece == SIZE_MAX)
		all.piece = p->n++;
	*VEC_ADD(p->a, &f->parts) = all;
}

/* Renumber, since merging leaves gaps. */
static void renumber(struct pieces *p)
{
	size_t *number = arena_alloc(p->a, (p->n + 1) * sizeof(*number)), n = 0;

	memset(number, 0xff, (p->n + 1) * sizeof(*number));
	for (size_t i = 0; i < p->files.n; i++)
		for (size_t k = 0; k < p->files.at[i].parts.n; k++) {
			size_t *piece = &p->files.at[i].parts.at[k].piece;
			if (number[*piece] == SIZE_MAX)
				number[*piece] = n++;
			*piece = number[*piece];
		}
	p->n = n;
}

struct pieces *pieces_new(struct arena *a, const struct tree *project, struct sandbox *copy, const struct str *paths,
	size_t n, const struct made *made, size_t made_n, bool words, struct err *err)
{
	struct pieces *p = ARENA_NEW(a, struct pieces);
	size_t *owner = arena_alloc(a, (made_n + 1) * sizeof(*owner));

	*p = (struct pieces){ .a = a, .copy = copy, .made = made, .made_n = made_n, .words = words };
	memset(owner, 0xff, (made_n + 1) * sizeof(*owner));
	for (size_t i = 0; i < n; i++) {
		struct file f = { .path = paths[i] };
		struct stat st;
		bool there;
		if (!file_get(a, project, f.path, &f.existed, &f.old, &f.before, err) ||
			!file_get(a, sandbox_tree(copy), f.path, &there, &f.new, &st, err))
			return NULL;
		f.mode = there ? st.st_mode : f.before.st_mode;
		if (there)
			take_apart(p, &f, owner);
		*VEC_ADD(a, &p->files) = f;
	}
	renumber(p);
	return p;
}

size_t pieces_count(const struct pieces *p)
{
	return p->n;
}

static struct str with_pieces(struct pieces *p, const struct file *f, const bool *keep)
{
	struct buf out;
	size_t at = 0;

	buf_init(&out, FILE_MAX);
	for (size_t i = 0; i < f->parts.n; i++) {
		const struct part *part = &f->parts.at[i];
		if (!keep[part->piece])
			continue;
		buf_add(&out, str_sub(f->old, at, part->bytes.old_begin));
		buf_add(&out, str_sub(f->new, part->bytes.new_begin, part->bytes.new_end));
		at = part->bytes.old_end;
	}
	buf_add(&out, str_sub(f->old, at, f->old.n));
	struct str text = arena_str(p->a, buf_str(&out));
	buf_release(&out);
	return text;
}

static bool file_put(struct pieces *p, const struct file *f, const bool *keep, struct err *err)
{
	struct str text = f->existed ? with_pieces(p, f, keep) : f->new;

	/* The run in the project may have left caches of the old contents. */
	if (f->existed)
		second_outlast(&f->before, text.n);
	return sandbox_write(p->copy, f->path, text, f->mode, err);
}

bool pieces_put(struct pieces *p, const bool *keep, struct err *err)
{
	for (size_t i = 0; i < p->files.n; i++) {
		const struct file *f = &p->files.at[i];
		if (!f->parts.n)
			continue;
		if (!f->existed && !keep[f->parts.at[0].piece])
			sandbox_remove(p->copy, f->path);
		else if (!file_put(p, f, keep, err))
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

/* Clear up to `size` of the kept pieces from *at on; returns their number. */
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
			/* The empty set is known to fail. */
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

/* gate - the fast scan says what the obvious loop says, on anything; a damaged image is harmless */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"
#include "tap.h"

enum { LITERALS = 40, ROOM = 64 };

static uint64_t seed = 0x9e3779b97f4a7c15u;

/* The same numbers on every machine, so that a failure comes back. */
static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

enum { KERNELS = 5 };

/* One image, opened for each kernel that this processor has; NULL after the last. */
struct gates {
	const struct gate *at[KERNELS + 1];
};

static struct gates gates_of(struct arena *a, const struct gate_literal *l, size_t n)
{
	struct err err = { 0 };
	struct str image = gate_compile(a, l, n, &err);
	struct gates g = { 0 };

	for (size_t i = 0; image.p && gate_kernel_name(i); i++) {
		setenv("HEAL_GATE", gate_kernel_name(i), 1);
		g.at[i] = gate_open(a, image, &err);
	}
	if (!g.at[0])
		printf("# %s\n", err.text);
	return g;
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool stands(const struct gate_literal *l, struct str rest)
{
	if (l->text.n > rest.n)
		return false;
	for (size_t i = 0; i < l->text.n; i++) {
		char a = rest.p[i], b = l->text.p[i];
		if (l->nocase ? small(a) != small(b) : a != b)
			return false;
	}
	return true;
}

/* A third opinion, from the literals as they were given and not from the image: where the first
 * begins, and how many different ids its line has. */
static size_t reference(const struct gate_literal *l, size_t n, struct str block, size_t from, size_t *ids)
{
	bool seen[256] = { false };
	size_t first = block.n;

	*ids = 0;
	for (size_t at = from; at < block.n && (first == block.n || block.p[at] != '\n'); at++)
		for (size_t i = 0; i < n; i++) {
			if (!stands(&l[i], str_sub(block, at, block.n)))
				continue;
			if (first == block.n)
				first = at;
			*ids += !seen[l[i].id];
			seen[l[i].id] = true;
		}
	return first;
}

static bool same_answer(const struct gate *g, struct str block, size_t from, size_t room)
{
	struct gate_hit a[ROOM], b[ROOM];
	size_t n = 99, m = 77;
	size_t x = gate_scan(g, block, from, a, room, &n), y = gate_scan_naive(g, block, from, b, room, &m);
	bool same = x == y && n == m;

	for (size_t i = 0; same && i < n; i++)
		same = a[i].id == b[i].id && a[i].at == b[i].at;
	if (!same)
		printf("# from %zu of %zu, room %zu: %zu with %zu hits, naive %zu with %zu\n", from, block.n, room, x,
			n, y, m);
	return same;
}

/* One sweep over all lines says what a scan of each says. */
static bool sweep_agrees(const struct gate *g, struct str block)
{
	struct gate_sweep s;
	struct gate_hit a[ROOM], b[ROOM];
	size_t n, m, from = 0;

	gate_sweep_begin(&s, g, block, 0);
	for (;;) {
		size_t x = gate_sweep_next(&s, from, a, ROOM, &n), y = gate_scan_naive(g, block, from, b, ROOM, &m);
		if (x != y || n != m)
			return false;
		for (size_t i = 0; i < n; i++)
			if (a[i].id != b[i].id || a[i].at != b[i].at)
				return false;
		if (x == block.n)
			return true;
		from = x +
			(dice(4) ? str_chr(str_sub(block, x, block.n), '\n') + dice(3) :
				   1); /* or on in the same line */
		if (from > block.n)
			return true;
	}
}

/* Every start offset, in memory that ends where the block ends (the sanitizer looks), at any alignment. */
static bool kernel_agrees(const struct gate *g, const struct gate_literal *l, size_t n, struct str block, size_t shift)
{
	char *p = malloc(shift + block.n + 1); /* one more: malloc(0) may be NULL */
	struct str moved = { p + shift + 1, block.n };
	bool good = p && g;

	if (good && block.n)
		memcpy(p + shift + 1, block.p, block.n);
	good = good && sweep_agrees(g, moved);
	for (size_t from = 0; good && from <= block.n; from++) {
		size_t ids, first = reference(l, n, moved, from, &ids);
		struct gate_hit hits[ROOM];
		size_t found;
		good = same_answer(g, moved, from, ROOM) && gate_scan(g, moved, from, hits, ROOM, &found) == first &&
			found == ids;
		if (good && from % 7 == 0)
			good = same_answer(g, moved, from, dice(4));
	}
	free(p);
	return good;
}

static bool agrees(const struct gates *g, const struct gate_literal *l, size_t n, struct str block, size_t shift)
{
	bool good = g->at[0] != NULL;

	for (size_t i = 0; good && g->at[i]; i++) {
		good = kernel_agrees(g->at[i], l, n, block, shift);
		if (!good)
			printf("# kernel %s\n", gate_kernel_name(i));
	}
	return good;
}

static bool agrees_on(const char *const *texts, size_t n, bool nocase, const char *block)
{
	struct arena a = ARENA_INIT;
	struct gate_literal l[LITERALS];

	for (size_t i = 0; i < n; i++)
		l[i] = (struct gate_literal){ str_of(texts[i]), nocase, (uint32_t)i };
	struct gates g = gates_of(&a, l, n);
	bool good = agrees(&g, l, n, str_of(block), 0);
	arena_free(&a);
	return good;
}

/* How random literals and blocks are made. */
struct kind {
	const char *alphabet; /* NULL: all 256 bytes */
	uint32_t letters;
	uint32_t shortest, longest; /* bytes of a literal */
	uint32_t planted;           /* one in so many bytes of the block begins a literal; 0: none */
};

static char letter(const struct kind *k)
{
	return k->alphabet ? k->alphabet[dice(k->letters)] : (char)dice(256);
}

static size_t literals_make(struct arena *a, const struct kind *k, struct gate_literal *l)
{
	size_t n = dice(LITERALS + 1);

	for (size_t i = 0; i < n; i++) {
		size_t size = k->shortest + dice(k->longest - k->shortest + 1);
		char *p = arena_alloc(a, size);
		for (size_t j = 0; j < size; j++)
			do
				p[j] = letter(k);
			while (p[j] == '\n');
		l[i] = (struct gate_literal){ { p, size }, dice(3) == 0, dice(48) };
	}
	return n;
}

static struct str block_make(struct arena *a, const struct kind *k, const struct gate_literal *l, size_t n, size_t size)
{
	char *p = arena_alloc(a, size);

	for (size_t i = 0; i < size;) {
		if (!n || !k->planted || dice(k->planted)) {
			p[i++] = letter(k);
			continue;
		}
		struct str s = l[dice((uint32_t)n)].text;
		for (size_t j = 0; j < s.n && i < size; j++, i++) {
			bool big = s.p[j] >= 'a' && s.p[j] <= 'z' && dice(6) == 0;
			p[i] = big ? (char)(s.p[j] - 32) : s.p[j];
		}
	}
	return (struct str){ p, size };
}

static bool property(const struct kind *k, unsigned rounds, uint32_t block)
{
	bool good = true;

	for (unsigned i = 0; good && i < rounds; i++) {
		struct arena a = ARENA_INIT;
		struct gate_literal l[LITERALS];
		size_t n = literals_make(&a, k, l);
		struct str b = block_make(&a, k, l, n, dice(block));
		struct gates g = gates_of(&a, l, n);
		good = agrees(&g, l, n, b, dice(64));
		if (!good)
			printf("# round %u\n", i);
		arena_free(&a);
	}
	return good;
}

static bool refused(struct str text)
{
	struct arena a = ARENA_INIT;
	struct err err = { 0 };
	struct gate_literal l = { text, false, 0 };
	bool good = !gate_compile(&a, &l, 1, &err).p && err.text[0] && err.status == HEAL_WRONG;

	arena_free(&a);
	return good;
}

/* The image in memory of its own, so that the sanitizer sees every byte read beyond it. */
static void damaged_scan(struct str image, struct str block)
{
	struct arena a = ARENA_INIT;
	char *copy = malloc(image.n ? image.n : 1);
	struct gate_hit hits[ROOM];
	size_t n;

	memcpy(copy, image.p, image.n);
	setenv("HEAL_GATE", gate_kernel_name(dice(2)) ? gate_kernel_name(dice(2)) : "plain", 1);
	const struct gate *g = gate_open(&a, (struct str){ copy, image.n }, NULL);
	for (size_t from = 0; g && from <= block.n; from += 5) {
		gate_scan(g, block, from, hits, ROOM, &n);
		gate_scan_naive(g, block, from, hits, ROOM, &n);
	}
	free(copy);
	arena_free(&a);
}

static void damage(unsigned rounds)
{
	static const struct kind text = { "abcE \n", 6, 3, 20, 9 };

	for (unsigned i = 0; i < rounds; i++) {
		struct arena a = ARENA_INIT;
		struct gate_literal l[LITERALS];
		size_t n = literals_make(&a, &text, l);
		struct str image = gate_compile(&a, l, n, NULL), block = block_make(&a, &text, l, n, 60);
		/* Mostly where the structure is: the header, and the tables after the map. */
		for (uint32_t hits = 1 + dice(6); hits-- > 0;) {
			size_t at = dice(2) ? dice(96) : dice((uint32_t)image.n);
			((char *)image.p)[at] = dice(3) ? (char)dice(256) : (char)(image.p[at] ^ 1 << dice(8));
		}
		if (dice(4) == 0)
			image.n = dice((uint32_t)image.n);
		damaged_scan(image, block);
		arena_free(&a);
	}
}

static void sharing(void)
{
	struct arena a = ARENA_INIT;
	struct gate_literal l[] = {
		{ STR("error"), false, 7 },
		{ STR("error"), false, 3 },
		{ STR("ERROR"), true, 7 },
		{ STR("error: "), false, 1 },
		{ STR("rror"), false, 9 },
	};
	const struct gate *g = gates_of(&a, l, 5).at[0];
	struct str block = STR("quiet\nan Error, an error: x error\nerror\n");
	struct gate_hit h[ROOM];
	size_t n, first = g ? gate_scan(g, block, 0, h, ROOM, &n) : 0;

	ok(g && first == 9 && n == 4 && h[0].id == 7 && h[0].at == 9 && h[1].id == 9 && h[1].at == 10 && h[2].id == 1 &&
			h[2].at == 19 && h[3].id == 3 && h[3].at == 19,
		"hits come by position, each id once, and only those of one line");
	first = g ? gate_scan(g, block, first, h, 2, &n) : 0;
	ok(g && first == 9 && n == 2 && h[0].at == 9 && h[1].at == 10, "with little room the first hits stay");
	first = g ? gate_scan(g, block, first, h, 0, &n) : 0;
	ok(g && first == 9 && n == 0, "with no room the position is still told");
	arena_free(&a);
}

static void edges(void)
{
	static const char *const words[] = { "error: ", "FAILED", "panic: ", "No such file" };
	static const char *const brief[] = { "ERR", "E: ", "FAIL", "fatal" };
	static char longest[256];

	memset(longest, 'x', 255);
	ok(agrees_on(words, 4, false, "x\nmake: *** FAILED\na.c:1: error: No such file\npanic: "), "words");
	ok(agrees_on(words, 4, true, "x\nmake: *** failed\nERROR: nO SUCH FILE\npanic: \n"), "words of either case");
	ok(agrees_on(brief, 4, false, "ERRE: FAILfatal\n\nE: \nER\nERR"), "literals of three and four bytes");
	ok(agrees_on(words, 0, false, "error: "), "no literals at all");
	ok(agrees_on(words, 4, false, ""), "an empty block");
	ok(agrees_on((const char *const[]){ longest }, 1, false, longest), "a literal of 255 bytes");
	ok(refused(STR("ab")) && refused(STR("")), "literals of less than three bytes are refused");
	ok(refused((struct str){ (char[256]){ "y" }, 256 }), "a literal of 256 bytes is refused");
	ok(refused(STR("a\nb")), "a literal with a newline is refused");
	ok(!gate_open(NULL, STR_NONE, NULL) && !gate_open(NULL, STR("healgate"), NULL), "no image is no gate");
}

int main(void)
{
	edges();
	sharing();
	ok(property(&(struct kind){ "ab\n", 3, 3, 6, 0 }, 24, 100), "random: two letters, short literals");
	ok(property(&(struct kind){ "aAbB@`[{\n", 9, 3, 12, 12 }, 24, 120),
		"random: letters that fold, signs that seem to");
	ok(property(&(struct kind){ "abcdefgh :\n", 11, 5, 40, 30 }, 12, 300), "random: five bytes and more");
	ok(property(&(struct kind){ "abcdefgh :\n", 11, 7, 255, 60 }, 3, 900), "random: long literals");
	ok(property(&(struct kind){ NULL, 0, 3, 9, 8 }, 24, 150), "random: all bytes");
	ok(property(&(struct kind){ "abcdefghijklmnopqrstuvwxyz        \n", 35, 6, 12, 900 }, 1, 3000),
		"random: far between");
	damage(300);
	ok(true, "damaged images are refused or harmless");
	return tap_end();
}

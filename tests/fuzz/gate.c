/* gate - literals and block from the input; scan and naive loop must agree.  First byte odd: the
 * image is damaged by the rest of the head, then only the sanitizer judges. */
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

enum { LITERALS = 32, ROOM = 48, DAMAGE = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Literals as (length, flags, bytes) until a length of zero; what remains is the block. */
static size_t literals_read(struct str *in, struct gate_literal *l)
{
	size_t n = 0;

	while (n < LITERALS && in->n >= 2 && in->p[0]) {
		size_t size = (uint8_t)in->p[0];
		uint8_t flags = (uint8_t)in->p[1];
		*in = str_sub(*in, 2, in->n);
		struct str text = str_sub(*in, 0, size);
		*in = str_sub(*in, size, in->n);
		if (text.n >= 3 && str_chr(text, '\n') == text.n)
			l[n++] = (struct gate_literal){ text, flags & 1, flags >> 1 & 31 };
	}
	*in = str_sub(*in, 1, in->n);
	return n;
}

/* Four bytes each: three for the place, one for the value. */
static void image_damage(struct str image, struct str *in)
{
	for (int i = 0; i < DAMAGE && in->n >= 4; i++) {
		size_t at = (uint8_t)in->p[0] | (size_t)(uint8_t)in->p[1] << 8 | (size_t)(uint8_t)in->p[2] << 16;
		((char *)image.p)[at % image.n] = in->p[3];
		*in = str_sub(*in, 4, in->n);
	}
}

static bool same_hits(const struct gate_hit *a, const struct gate_hit *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].id != b[i].id || a[i].at != b[i].at)
			return false;
	return true;
}

static void scans_compare(const struct gate *g, struct str block, bool sound)
{
	struct gate_hit a[ROOM] = { 0 }, b[ROOM] = { 0 };
	size_t n, m, from = 0;

	for (int i = 0; i < 64 && from <= block.n; i++) {
		size_t x = gate_scan(g, block, from, a, ROOM, &n), y = gate_scan_naive(g, block, from, b, ROOM, &m);
		if (sound && (x != y || n != m || !same_hits(a, b, n)))
			abort();
		if (sound && gate_scan(g, block, from, a, n / 2, &m) != x)
			abort();
		if (sound && (m != n / 2 || !same_hits(a, b, m)))
			abort();
		from = (y < block.n ? y : from) + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = ARENA_INIT;
	struct gate_literal l[LITERALS];

	if (n < 1 || n > 8192)
		return 0;
	bool sound = !(data[0] & 1);
	struct str in = { (const char *)data + 1, n - 1 };
	size_t n_literals = literals_read(&in, l);
	struct str image = gate_compile(&a, l, n_literals, NULL);
	if (!sound)
		image_damage(image, &in);
	char *copy = malloc(image.n), *block = malloc(in.n + 1); /* ends are guarded by the sanitizer */
	memcpy(copy, image.p, image.n);
	if (in.n)
		memcpy(block + 1, in.p, in.n);
	const struct gate *g = gate_open(&a, (struct str){ copy, image.n }, NULL);
	if (sound && !g)
		abort();
	if (g)
		scans_compare(g, (struct str){ block + 1, in.n }, sound);
	free(block);
	free(copy);
	arena_free(&a);
	return 0;
}

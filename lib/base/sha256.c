#include "base/sha256.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

static const uint32_t k[64] __attribute__((aligned(16))) = {
	0x428a2f98,
	0x71374491,
	0xb5c0fbcf,
	0xe9b5dba5,
	0x3956c25b,
	0x59f111f1,
	0x923f82a4,
	0xab1c5ed5,
	0xd807aa98,
	0x12835b01,
	0x243185be,
	0x550c7dc3,
	0x72be5d74,
	0x80deb1fe,
	0x9bdc06a7,
	0xc19bf174,
	0xe49b69c1,
	0xefbe4786,
	0x0fc19dc6,
	0x240ca1cc,
	0x2de92c6f,
	0x4a7484aa,
	0x5cb0a9dc,
	0x76f988da,
	0x983e5152,
	0xa831c66d,
	0xb00327c8,
	0xbf597fc7,
	0xc6e00bf3,
	0xd5a79147,
	0x06ca6351,
	0x14292967,
	0x27b70a85,
	0x2e1b2138,
	0x4d2c6dfc,
	0x53380d13,
	0x650a7354,
	0x766a0abb,
	0x81c2c92e,
	0x92722c85,
	0xa2bfe8a1,
	0xa81a664b,
	0xc24b8b70,
	0xc76c51a3,
	0xd192e819,
	0xd6990624,
	0xf40e3585,
	0x106aa070,
	0x19a4c116,
	0x1e376c08,
	0x2748774c,
	0x34b0bcb5,
	0x391c0cb3,
	0x4ed8aa4a,
	0x5b9cca4f,
	0x682e6ff3,
	0x748f82ee,
	0x78a5636f,
	0x84c87814,
	0x8cc70208,
	0x90befffa,
	0xa4506ceb,
	0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* ---- n blocks of 64 bytes ---- */

static void mix_block(struct sha256 *s, const unsigned char *block)
{
	uint32_t w[64];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
			(uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t x = w[i - 15], y = w[i - 2];
		w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
			(rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
	}
	uint32_t a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4], f = s->h[5], g = s->h[6], h = s->h[7];
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
		uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g, g = f, f = e, e = d + t1;
		d = c, c = b, b = a, a = t1 + t2;
	}
	s->h[0] += a, s->h[1] += b, s->h[2] += c, s->h[3] += d;
	s->h[4] += e, s->h[5] += f, s->h[6] += g, s->h[7] += h;
}

static void mix_portable(struct sha256 *s, const unsigned char *blocks, size_t n)
{
	for (; n > 0; n--, blocks += 64)
		mix_block(s, blocks);
}

bool sha256_is_portable;

#if defined(__x86_64__)
/* The SHA extensions, seven times as fast: a store hashes each of its rows.  Intel, "Intel SHA Extensions", 2013. */
__attribute__((target("sha,sse4.1,ssse3"))) static void mix_extended(
	struct sha256 *s, const unsigned char *blocks, size_t n)
{
	const __m128i bytes = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&s->h[0]), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&s->h[4]), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);
	for (; n > 0; n--, blocks += 64) {
		__m128i before[2] = { abef, cdgh }, w[4];
		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), bytes);
		for (int i = 0; i < 16; i++) {
			if (i >= 4) {
				__m128i x = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
				x = _mm_add_epi32(x, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
				w[i & 3] = _mm_sha256msg2_epu32(x, w[(i + 3) & 3]);
			}
			__m128i sum = _mm_add_epi32(w[i & 3], _mm_load_si128((const __m128i *)&k[4 * i]));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
		}
		abef = _mm_add_epi32(abef, before[0]);
		cdgh = _mm_add_epi32(cdgh, before[1]);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)&s->h[0], _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)&s->h[4], _mm_alignr_epi8(high, low, 8));
}

static bool is_extended(void)
{
	static enum { UNKNOWN, YES, NO } state;
	unsigned a, b, c, d, b7 = 0;

	if (state == UNKNOWN) {
		bool sse = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) && (c & bit_SSSE3);
		bool sha = __get_cpuid_count(7, 0, &a, &b7, &c, &d) && (b7 & (1U << 29));
		state = sse && sha ? YES : NO;
	}
	return state == YES;
}
#else
static void mix_extended(struct sha256 *s, const unsigned char *blocks, size_t n)
{
	mix_portable(s, blocks, n);
}

static bool is_extended(void)
{
	return false;
}
#endif

static void mix(struct sha256 *s, const unsigned char *blocks, size_t n)
{
	if (!sha256_is_portable && is_extended())
		mix_extended(s, blocks, n);
	else
		mix_portable(s, blocks, n);
}

/* ---- all ---- */

void sha256_begin(struct sha256 *s)
{
	static const uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
		0x1f83d9ab, 0x5be0cd19 };

	memcpy(s->h, h, sizeof(h));
	s->n = 0;
}

/* Whole blocks are not copied. */
void sha256_add(struct sha256 *s, struct str bytes)
{
	size_t at = s->n % 64, blocks;

	s->n += bytes.n;
	if (at > 0) {
		size_t take = bytes.n < 64 - at ? bytes.n : 64 - at;
		if (take)
			memcpy(s->block + at, bytes.p, take);
		if (at + take < 64)
			return;
		mix(s, s->block, 1);
		bytes = str_sub(bytes, take, bytes.n);
	}
	blocks = bytes.n / 64;
	if (blocks)
		mix(s, (const unsigned char *)bytes.p, blocks);
	if (bytes.n % 64)
		memcpy(s->block, bytes.p + blocks * 64, bytes.n % 64);
}

void sha256_end(struct sha256 *s, char hex[SHA256_HEX])
{
	uint64_t bits = s->n * 8;
	unsigned char end[72] = { 0x80 }, sum[32];
	size_t pad = 1 + (119 - s->n % 64) % 64; /* up to 8 bytes before the end of a block */

	for (int i = 0; i < 8; i++)
		end[pad + (size_t)i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(s, (struct str){ (char *)end, pad + 8 });
	for (int i = 0; i < 32; i++)
		sum[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
	hex_put(hex, sum, 32);
	hex[64] = '\0';
}

void sha256_of(struct str bytes, char hex[SHA256_HEX])
{
	struct sha256 s;

	sha256_begin(&s);
	sha256_add(&s, bytes);
	sha256_end(&s, hex);
}

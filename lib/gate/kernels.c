/* kernels.c - the inner loops of the scan (image.h, steps 1 to 3) for each kind of processor
 *
 * Step 1 finds which of 64 windows are in some bucket.  A set of bytes is tested with two tables of 16, by the low and
 * the high four bits of the byte, or with AVX-512 VBMI with one of 64 by its low six; false positives are rejected by
 * the map (step 2).  So the results of all kernels are the same.
 *
 * `look` tests the windows at p to p + 63 and reads GATE_READ bytes. */
#include "gate/image.h"

#define FOR_PLACES for (int j = 0; j < GATE_PLACES; j++)
#define FOR_GROUPS for (int g = 0; g < GATE_GROUPS; g++)
#define INLINE static inline __attribute__((always_inline))

typedef uint64_t look(const struct gate *g, const uint8_t *p);

/* Undefined for 0. */
INLINE size_t first_bit(uint64_t bits)
{
	return (size_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
}

/* Few windows of 64 are in a bucket.  Always writing eight avoids mispredicted branches. */
INLINE size_t find_with(look *look64, const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	size_t n = 0;

	for (size_t i = begin; i < end; i += 64) {
		uint64_t some = look64(g, p + i);
		size_t count = (size_t)__builtin_popcountll(some);
		for (size_t k = 0; k < 8; k++, some &= some - 1)
			found[n + k] = (uint32_t)(i + first_bit(some));
		for (size_t k = 8; k < count; k++, some &= some - 1)
			found[n + k] = (uint32_t)(i + first_bit(some));
		n += count;
	}
	return n;
}

INLINE uint64_t look_plain(const struct gate *gate, const uint8_t *p)
{
	uint64_t state[GATE_GROUPS] = { 0 }, some = 0;

	for (int i = 0; i < GATE_READ; i++) { /* byte k of the state: the buckets that match the last k + 1 bytes */
		uint64_t all = 0;
		FOR_GROUPS
		{
			state[g] = (state[g] << 8 | 255) & gate->reach[g][p[i]];
			all |= state[g];
		}
		if (i >= GATE_PLACES - 1)
			some |= (uint64_t)((all >> 8 * (GATE_PLACES - 1) & 255) != 0) << (i - GATE_PLACES + 1);
	}
	return some;
}

/* Without branches, which would be mispredicted. */
static size_t in_map(const struct gate *g, const uint8_t *p, uint32_t *found, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		found[kept] = found[i];
		kept += gate_map_has(g->map, gate_load(p + found[i]));
	}
	return kept;
}

static uint32_t sides_of(const struct gate *g, const uint8_t *p)
{
	uint32_t in = 0;

	for (uint32_t side = 0; side < SIDES; side++)
		in |= (uint32_t)gate_beside_bit(g->beside, gate_hash_beside(p, (enum gate_side)side)) << side;
	return in & g->sides;
}

static size_t in_beside(const struct gate *g, const uint8_t *p, uint32_t *found, uint8_t *sides, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		found[kept] = found[i];
		sides[kept] = (uint8_t)sides_of(g, p + found[i]);
		kept += sides[kept] != 0;
	}
	return kept;
}

static size_t find_plain(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	return find_with(look_plain, g, p, begin, end, found);
}

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>

#define SSSE3 __attribute__((target("ssse3")))
#define AVX2 __attribute__((target("avx2,bmi,popcnt")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,popcnt")))

SSSE3 INLINE __m128i load_16(const void *p)
{
	return _mm_loadu_si128(p);
}

/* Bit i: the window at p + i is in some bucket. */
SSSE3 INLINE uint64_t look_ssse3_16(const struct gate *gate, const uint8_t *p)
{
	const __m128i four = _mm_set1_epi8(15);
	__m128i low[GATE_PLACES], high[GATE_PLACES], some = _mm_setzero_si128();

	FOR_PLACES
	{
		low[j] = _mm_and_si128(load_16(p + j), four);
		high[j] = _mm_and_si128(_mm_srli_epi16(load_16(p + j), 4), four);
	}
	FOR_GROUPS
	{
		__m128i in = _mm_set1_epi8(-1);
		FOR_PLACES
		in = _mm_and_si128(in,
			_mm_and_si128(_mm_shuffle_epi8(load_16(gate->low[g][j]), low[j]),
				_mm_shuffle_epi8(load_16(gate->high[g][j]), high[j])));
		some = _mm_or_si128(some, in);
	}
	return (uint16_t)~_mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_setzero_si128()));
}

SSSE3 INLINE uint64_t look_ssse3(const struct gate *g, const uint8_t *p)
{
	return look_ssse3_16(g, p) | look_ssse3_16(g, p + 16) << 16 | look_ssse3_16(g, p + 32) << 32 |
		look_ssse3_16(g, p + 48) << 48;
}

SSSE3 static size_t find_ssse3(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	return find_with(look_ssse3, g, p, begin, end, found);
}

AVX2 INLINE __m256i twice(const uint8_t *table)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)table));
}

AVX2 INLINE uint64_t look_avx2_32(const struct gate *gate, const uint8_t *p)
{
	const __m256i four = _mm256_set1_epi8(15);
	__m256i low[GATE_PLACES], high[GATE_PLACES], some = _mm256_setzero_si256();

	FOR_PLACES
	{
		__m256i text = _mm256_loadu_si256((const void *)(p + j));
		low[j] = _mm256_and_si256(text, four);
		high[j] = _mm256_and_si256(_mm256_srli_epi16(text, 4), four);
	}
	FOR_GROUPS
	{
		__m256i in = _mm256_set1_epi8(-1);
		FOR_PLACES
		in = _mm256_and_si256(in,
			_mm256_and_si256(_mm256_shuffle_epi8(twice(gate->low[g][j]), low[j]),
				_mm256_shuffle_epi8(twice(gate->high[g][j]), high[j])));
		some = _mm256_or_si256(some, in);
	}
	return (uint32_t)~_mm256_movemask_epi8(_mm256_cmpeq_epi8(some, _mm256_setzero_si256()));
}

AVX2 INLINE uint64_t look_avx2(const struct gate *g, const uint8_t *p)
{
	return look_avx2_32(g, p) | look_avx2_32(g, p + 32) << 32;
}

AVX2 static size_t find_avx2(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	return find_with(look_avx2, g, p, begin, end, found);
}

AVX512 INLINE uint64_t look_avx512(const struct gate *gate, const uint8_t *p)
{
	__m512i some = _mm512_setzero_si512();

	FOR_GROUPS
	{ /* vpermb uses the low six bits of each byte */
		__m512i in = _mm512_set1_epi8(-1);
		FOR_PLACES
		in = _mm512_and_si512(
			in, _mm512_permutexvar_epi8(_mm512_loadu_si512(p + j), _mm512_loadu_si512(gate->six[g][j])));
		some = _mm512_or_si512(some, in);
	}
	return _mm512_test_epi8_mask(some, some);
}

AVX512 INLINE void places_put(uint32_t *found, size_t base, __m128i places)
{
	_mm512_storeu_si512(found, _mm512_add_epi32(_mm512_set1_epi32((int)base), _mm512_cvtepu8_epi32(places)));
}

/* As find_with; the set bits become numbers sixteen at a time. */
AVX512 static size_t find_avx512(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	/* The bytes 0 to 63. */
	const __m512i all = _mm512_setr_epi64(0x0706050403020100, 0x0f0e0d0c0b0a0908, 0x1716151413121110,
		0x1f1e1d1c1b1a1918, 0x2726252423222120, 0x2f2e2d2c2b2a2928, 0x3736353433323130, 0x3f3e3d3c3b3a3938);
	size_t n = 0;

	for (size_t i = begin; i < end; i += 64) {
		uint64_t some = look_avx512(g, p + i);
		size_t count = (size_t)__builtin_popcountll(some);
		__m512i in = _mm512_maskz_compress_epi8(some, all);
		places_put(found + n, i, _mm512_castsi512_si128(in));
		if (count > 16)
			places_put(found + n + 16, i, _mm512_extracti32x4_epi32(in, 1));
		if (count > 32) {
			places_put(found + n + 32, i, _mm512_extracti32x4_epi32(in, 2));
			places_put(found + n + 48, i, _mm512_extracti32x4_epi32(in, 3));
		}
		n += count;
	}
	return n;
}

/* Sixteen windows at a time. */
AVX512 static size_t in_map_avx512(const struct gate *g, const uint8_t *p, uint32_t *found, size_t n)
{
	const __m512i factor = _mm512_set1_epi32((int)GATE_FACTOR), one = _mm512_set1_epi32(1);
	const __m512i middle = _mm512_set1_epi32(INT32_MIN); /* the offsets of a gather are signed */
	size_t kept = 0;

	for (size_t i = 0; i < n; i += 16) {
		__mmask16 there = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xffff;
		__m512i at = _mm512_maskz_loadu_epi32(there, found + i);
		__m512i window = _mm512_mask_i32gather_epi32(
			at, there, _mm512_xor_si512(at, middle), p - (ptrdiff_t)INT32_MIN, 1);
		__m512i three = _mm512_mullo_epi32(_mm512_and_si512(window, _mm512_set1_epi32(GATE_THREE)), factor);
		__m512i word = _mm512_i32gather_epi32(_mm512_srli_epi32(three, 32 - GATE_MAP_BITS + 5), g->map, 4);
		__m512i bit = _mm512_and_si512(_mm512_srli_epi32(window, GATE_FOURTH), _mm512_set1_epi32(31));
		__mmask16 in = _mm512_mask_test_epi32_mask(there, _mm512_srlv_epi32(word, bit), one);
		_mm512_storeu_si512(found + kept, _mm512_maskz_compress_epi32(in, at));
		kept += (size_t)__builtin_popcount(in);
	}
	return kept;
}

/* All sides of a window at a time. */
AVX512 INLINE uint32_t look_beside(const struct gate *g, const uint8_t *p)
{
	const __m512i six = _mm512_set1_epi64(63), order = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
	const __m512i salt = _mm512_mullo_epi64(order, _mm512_set1_epi64((long long)GATE_SIDE_SALT));
	__m512i after = _mm512_set1_epi64((long long)gate_load_eight(p));
	__m512i before = _mm512_set1_epi64((long long)gate_load_eight(p - GATE_BESIDE));
	__m512i x = _mm512_mask_blend_epi64(GATE_BEFORE, after, before);

	x = _mm512_or_si512(x, _mm512_set1_epi64((long long)GATE_SMALL));
	x = _mm512_add_epi64(_mm512_and_si512(x, _mm512_loadu_si512(gate_side_mask)), salt);
	x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 32));
	x = _mm512_mullo_epi64(x, _mm512_set1_epi64((long long)GATE_SIDE_FACTOR));
	__m512i word = _mm512_i64gather_epi64(_mm512_srli_epi64(x, 64 - GATE_MAP_BITS + 6), g->beside, 8);
	__m512i first = _mm512_srlv_epi64(word, _mm512_and_si512(_mm512_srli_epi64(x, 32 + 8), six));
	__m512i second = _mm512_srlv_epi64(word, _mm512_and_si512(_mm512_srli_epi64(x, 32), six));
	return _mm512_test_epi64_mask(_mm512_and_si512(first, second), _mm512_set1_epi64(1)) & g->sides;
}

AVX512 static uint32_t sides_of_avx512(const struct gate *g, const uint8_t *p)
{
	return look_beside(g, p);
}

AVX512 static size_t in_beside_avx512(const struct gate *g, const uint8_t *p, uint32_t *found, uint8_t *sides, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		found[kept] = found[i];
		sides[kept] = (uint8_t)look_beside(g, p + found[i]);
		kept += sides[kept] != 0;
	}
	return kept;
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

/* Not 0 where the window is in some bucket. */
INLINE uint8x16_t look_neon_16(const struct gate *gate, const uint8_t *p)
{
	uint8x16_t low[GATE_PLACES], high[GATE_PLACES], some = vdupq_n_u8(0);

	FOR_PLACES
	{
		low[j] = vandq_u8(vld1q_u8(p + j), vdupq_n_u8(15));
		high[j] = vshrq_n_u8(vld1q_u8(p + j), 4);
	}
	FOR_GROUPS
	{
		uint8x16_t in = vdupq_n_u8(255);
		FOR_PLACES
		in = vandq_u8(in,
			vandq_u8(vqtbl1q_u8(vld1q_u8(gate->low[g][j]), low[j]),
				vqtbl1q_u8(vld1q_u8(gate->high[g][j]), high[j])));
		some = vorrq_u8(some, in);
	}
	return some;
}

INLINE uint64_t look_neon(const struct gate *g, const uint8_t *p)
{
	static const uint8_t bits[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	uint8x16_t bit = vld1q_u8(bits), some[4];

	for (int i = 0; i < 4; i++)
		some[i] = vandq_u8(vtstq_u8(look_neon_16(g, p + 16 * i), vdupq_n_u8(255)), bit);
	uint8x16_t eights = vpaddq_u8(vpaddq_u8(some[0], some[1]), vpaddq_u8(some[2], some[3]));
	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(eights, eights)), 0);
}

static size_t find_neon(const struct gate *g, const uint8_t *p, size_t begin, size_t end, uint32_t *found)
{
	return find_with(look_neon, g, p, begin, end, found);
}
#endif

/* The kernels that this processor supports, fastest first. */
static size_t kernels_had(struct gate_kernel had[5])
{
	size_t n = 0;

#if defined(__x86_64__) || defined(__i386__)
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
		__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
		had[n++] = (struct gate_kernel){ "avx512", find_avx512, in_map_avx512, in_beside_avx512,
			sides_of_avx512 };
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		had[n++] = (struct gate_kernel){ "avx2", find_avx2, in_map, in_beside, sides_of };
	if (__builtin_cpu_supports("ssse3"))
		had[n++] = (struct gate_kernel){ "ssse3", find_ssse3, in_map, in_beside, sides_of };
#elif defined(__aarch64__)
	had[n++] = (struct gate_kernel){ "neon", find_neon, in_map, in_beside, sides_of };
#endif
	had[n++] = (struct gate_kernel){ "plain", find_plain, in_map, in_beside, sides_of };
	return n;
}

struct gate_kernel gate_kernel_choose(const char *name)
{
	struct gate_kernel had[5];
	size_t n = kernels_had(had);

	for (size_t i = 0; name && i < n; i++)
		if (strcmp(had[i].name, name) == 0)
			return had[i];
	return had[0];
}

const char *gate_kernel_name(size_t i)
{
	static struct gate_kernel had[5];

	return i < kernels_had(had) ? had[i].name : NULL;
}

#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

enum { MOST = 64, SLIP = 100, REPEATED = 60, FAR = 100000 };

/* The keys of '0' to '9' and 'a' to 'z' on a US keyboard: row, and in the lower four bits column, each row shifted by
 * the stagger, so that the distance of columns is that of keys. */
static const unsigned char digits[] = { 0x1a, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19 };
static const unsigned char letters[] = { 0x31, 0x45, 0x43, 0x33, 0x23, 0x34, 0x35, 0x36, 0x28, 0x37, 0x38, 0x39, 0x47,
	0x46, 0x29, 0x2a, 0x21, 0x24, 0x32, 0x25, 0x27, 0x44, 0x22, 0x42, 0x26, 0x41 };

static int key_of(unsigned char c)
{
	return c >= '0' && c <= '9' ? digits[c - '0'] : c >= 'a' && c <= 'z' ? letters[c - 'a'] : 0;
}

static bool is_neighbour(unsigned char a, unsigned char b)
{
	int ka = key_of(a), kb = key_of(b), rise = (ka >> 4) - (kb >> 4), across = (ka & 15) - (kb & 15);

	return ka && kb && rise >= -1 && rise <= 1 && across >= -1 && across <= 1;
}

static int change_cost(char a, char b)
{
	if (a == b)
		return 0;
	unsigned char la = (unsigned char)tolower((unsigned char)a), lb = (unsigned char)tolower((unsigned char)b);
	if (la == lb || ((a == '-' || a == '_') && (b == '-' || b == '_')))
		return 20;
	return is_neighbour(la, lb) ? 70 : SLIP;
}

/* A repeated letter is the most frequent typing error. */
static int single_cost(struct str s, size_t i)
{
	return (i > 0 && s.p[i] == s.p[i - 1]) || (i + 1 < s.n && s.p[i] == s.p[i + 1]) ? REPEATED : SLIP;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

int word_distance_within(struct str a, struct str b, int most)
{
	int d[3][MOST + 1], least_before = 0;

	if (a.n > MOST || b.n > MOST)
		return str_eq(a, b) ? 0 : FAR;
	/* Each byte that one word has more is inserted. */
	if ((int)(a.n > b.n ? a.n - b.n : b.n - a.n) * REPEATED > most)
		return FAR;
	d[0][0] = 0;
	for (size_t j = 1; j <= b.n; j++)
		d[0][j] = d[0][j - 1] + single_cost(b, j - 1);
	for (size_t i = 1; i <= a.n; i++) {
		int *now = d[i % 3], *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3], single = single_cost(a, i - 1);
		int least_here = now[0] = up[0] + single;
		for (size_t j = 1; j <= b.n; j++) {
			int best = up[j - 1] + change_cost(a.p[i - 1], b.p[j - 1]);
			best = least(best, up[j] + single);
			best = least(best, now[j - 1] + single_cost(b, j - 1));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				best = least(best, up2[j - 2] + 80);
			now[j] = best;
			least_here = least(least_here, best);
		}
		/* A transposition continues from the row before. */
		if (least_here > most && least_before > most)
			return FAR;
		least_before = least_here;
	}
	return d[a.n % 3][b.n];
}

int word_distance(struct str a, struct str b)
{
	return word_distance_within(a, b, FAR);
}

int word_tolerance(struct str a)
{
	if (a.n <= 2)
		return 20;
	if (a.n <= 4)
		return 100;
	return a.n <= 7 ? 200 : 250;
}

const char *nearest_word(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	int closest = word_tolerance(str_of(word)) + 1;

	for (size_t i = 0; i < n; i++) {
		int d = word_distance_within(str_of(word), str_of(names[i]), closest);
		if (d < closest) {
			closest = d;
			best = names[i];
		}
	}
	return best;
}

#include "base/nearest.h"

#include <ctype.h>
#include <string.h>

enum { MOST = 64, SLIP = 100, FAR = 100000 };

/* The rows of a US keyboard, each shifted by the stagger, so that index distance is key distance. */
static const char *const rows[] = { "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm" };

static bool is_neighbour(char a, char b)
{
	int ra = -1, rb = -1, ca = 0, cb = 0;

	for (int r = 0; r < 4; r++) {
		const char *at = strchr(rows[r], a), *bt = strchr(rows[r], b);
		if (a && at)
			ra = r, ca = (int)(at - rows[r]);
		if (b && bt)
			rb = r, cb = (int)(bt - rows[r]);
	}
	if (ra < 0 || rb < 0)
		return false;
	int rise = ra - rb, across = ca - cb;
	return rise >= -1 && rise <= 1 && across >= -1 && across <= 1;
}

static int change_cost(char a, char b)
{
	if (a == b)
		return 0;
	char la = (char)tolower((unsigned char)a), lb = (char)tolower((unsigned char)b);
	if (la == lb || ((a == '-' || a == '_') && (b == '-' || b == '_')))
		return 20;
	return is_neighbour(la, lb) ? 70 : SLIP;
}

/* A repeated letter is the most frequent typing error. */
static int single_cost(struct str s, size_t i)
{
	return (i > 0 && s.p[i] == s.p[i - 1]) || (i + 1 < s.n && s.p[i] == s.p[i + 1]) ? 60 : SLIP;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

int word_distance(struct str a, struct str b)
{
	int d[3][MOST + 1];

	if (a.n > MOST || b.n > MOST)
		return str_eq(a, b) ? 0 : FAR;
	d[0][0] = 0;
	for (size_t j = 1; j <= b.n; j++)
		d[0][j] = d[0][j - 1] + single_cost(b, j - 1);
	for (size_t i = 1; i <= a.n; i++) {
		int *now = d[i % 3], *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3];
		now[0] = up[0] + single_cost(a, i - 1);
		for (size_t j = 1; j <= b.n; j++) {
			int best = up[j - 1] + change_cost(a.p[i - 1], b.p[j - 1]);
			best = least(best, up[j] + single_cost(a, i - 1));
			best = least(best, now[j - 1] + single_cost(b, j - 1));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				best = least(best, up2[j - 2] + 80);
			now[j] = best;
		}
	}
	return d[a.n % 3][b.n];
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
		int d = word_distance(str_of(word), str_of(names[i]));
		if (d < closest) {
			closest = d;
			best = names[i];
		}
	}
	return best;
}

/* tap.h - unit tests that speak TAP (the Test Anything Protocol)
 *
 *     int main(void)
 *     {
 *             ok(1 + 1 == 2, "one and one are two");
 *             is_int(f(3), 9, "f squares");
 *             is_str(name, "a b", "the name is joined by a blank");
 *             return tap_end();
 *     }
 *
 * A line a check, "not ok" with what was got and wanted behind it; the plan comes last.
 * Every unit test includes this file alone for its checks, so all are counted alike. */
#ifndef HEAL_TAP_H
#define HEAL_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"

static int tap_count, tap_failed;

static inline bool tap_line(bool good, const char *file, int line, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count, name);
	if (!good) {
		tap_failed++;
		printf("# %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

static inline bool tap_int(long long got, long long want, const char *file, int line, const char *name)
{
	if (!tap_line(got == want, file, line, name))
		printf("#  got %lld, want %lld\n", got, want);
	return got == want;
}

static inline bool tap_str(struct str got, struct str want, const char *file, int line, const char *name)
{
	char g[400], w[400];
	bool good = str_eq(got, want);

	if (!tap_line(good, file, line, name))
		printf("#  got '%s'\n# want '%s'\n", visible(got, g, sizeof(g)), visible(want, w, sizeof(w)));
	return good;
}

static inline void tap_skip(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, name, why);
}

/* What main returns. */
static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#define ok(condition, name) tap_line((condition), __FILE__, __LINE__, (name))
#define is_int(got, want, name) tap_int((got), (want), __FILE__, __LINE__, (name))
/* got is a view, want is text */
#define is_str(got, want, name) tap_str((got), str_of(want), __FILE__, __LINE__, (name))
/* both are views: for text that holds NUL bytes */
#define is_view(got, want, name) tap_str((got), (want), __FILE__, __LINE__, (name))

#endif

/* LD_PRELOAD: the allocation number $FAIL_AT (from 0) and all after it fail; with $FAIL_ONCE that one alone */
#include <errno.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static int fails(void)
{
	static long left;
	static int known;

	if (!known) {
		const char *at = getenv("FAIL_AT");
		left = at ? atol(at) : -1;
		known = 1;
	}
	if (left < 0 || left-- > 0)
		return 0;
	const char *once = getenv("FAIL_ONCE");
	left = once && *once ? -1 : 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

#include "policy/user_globs.h"

#include <ctype.h>
#include <fnmatch.h>

#include "base/path.h"

enum { ALTERNATIVES = 64 };

struct meant {
	struct arena *a;
	struct str root, name;
	int left; /* alternatives to look at */
};

static struct str lowered(struct arena *a, struct str s)
{
	char *low = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		low[i] = (char)tolower((unsigned char)s.p[i]);
	low[s.n] = '\0';
	return (struct str){ low, s.n };
}

/* Without braces.  An absolute name is that of a file below the root, or one from the root as in .gitignore. */
static bool is_meant(struct meant *m, struct str glob)
{
	struct str plain = path_normal(m->a, str_trim(glob)), below = path_below(plain, m->root);
	struct str forms[] = { plain, below.p ? below : path_is_absolute(plain) ? str_sub(plain, 1, plain.n) : plain };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct str form = forms[i];
		if (form.n == 0 || str_is(form, ".") || globs_match(&form, 1, m->name))
			return true;
		const char *pattern = lowered(m->a, form).p, *low = lowered(m->a, m->name).p;
		if (fnmatch(pattern, low, 0) == 0 ||
			(str_chr(form, '/') == form.n && fnmatch(pattern, path_base(str_of(low)).p, 0) == 0))
			return true;
	}
	return false;
}

/* A bracket that never closes, or a backslash before nothing: fnmatch would match no file. */
static bool is_malformed(struct str glob)
{
	size_t open = str_chr(glob, '['), slashes = 0;

	while (slashes < glob.n && glob.p[glob.n - 1 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 1 || (open < glob.n && str_chr(str_sub(glob, open, glob.n), ']') == glob.n - open);
}

/* The end of the brace that opens at `open`; glob.n: none. */
static size_t brace_end(struct str glob, size_t open)
{
	int depth = 0;

	for (size_t i = open; i < glob.n; i++) {
		depth += (glob.p[i] == '{') - (glob.p[i] == '}');
		if (depth == 0)
			return i;
	}
	return glob.n;
}

static bool any_is_meant(struct meant *m, struct str glob)
{
	size_t open = str_chr(glob, '{'), end = open < glob.n ? brace_end(glob, open) : glob.n;

	if (m->left-- <= 0)
		return true;
	if (is_meant(m, glob) || is_malformed(glob))
		return true;
	if (end == glob.n)
		return open < glob.n;
	struct str head = str_sub(glob, 0, open), tail = str_sub(glob, end + 1, glob.n);
	int depth = 0;
	for (size_t i = open + 1, begin = i; i <= end; i++) {
		char c = glob.p[i];
		if (depth == 0 && (c == ',' || i == end)) {
			struct str one = str_sub(glob, begin, i);
			if (any_is_meant(
				    m, arena_printf(m->a, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(one), STR_ARG(tail))))
				return true;
			begin = i + 1;
		}
		depth += (c == '{') - (c == '}');
	}
	return false;
}

bool user_globs_match(struct arena *a, const struct str *globs, size_t n, struct str root, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		struct meant m = { a, root, name, ALTERNATIVES };
		if (any_is_meant(&m, globs[i]) || any_is_meant(&m, arena_printf(a, "{%.*s}", STR_ARG(globs[i]))))
			return true;
	}
	return false;
}

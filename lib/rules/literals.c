/* A recursive descent parser of PCRE2 syntax.  For each sub-expression it keeps the exact set of strings that it
 * matches (while that set is small), and the rarest sets of which one string must occur.  Unknown syntax is assumed to
 * match anything, which is always sound. */
#include "rules/literals.h"

#include <string.h>

#include "gate/gate.h"
#include "rules/form_shape.h"

struct set {
	struct str at[LITERALS_MOST];
	size_t n;
};

/* Each match contains one of these. */
struct need {
	const struct str *at;
	size_t n;
	double cost;
};

/* All of them must be met; the one with the lowest search cost first. */
struct literal_needs {
	struct need at[1 + LITERALS_MORE];
	size_t n;
};

/* What is known of a sub-expression. */
struct known {
	bool exact;
	struct set strings; /* exact: all that it matches */
	struct literal_needs needs;
	bool has_head, has_tail;
	struct set head, tail; /* otherwise: it begins with one of these, ends with one of those */
	uint64_t shape;        /* the bytes of each match, and whether a digit is among them (form_shape.h) */
};

struct scan {
	struct arena *a;
	struct str p;
	size_t i;
	bool utf; /* a character may be several bytes (regex.h) */
	bool nocase;
	bool text;                     /* it is matched with any text, not with a line */
	bool lost;                     /* unknown syntax: nothing is proven */
	bool begins_loose, ends_loose; /* an alternative of the whole pattern is without ^, without $ */
};

static struct known alternatives(struct scan *s, int depth);

static struct known exactly(struct str text)
{
	struct known k = { .exact = true };

	k.strings.at[0] = text;
	k.strings.n = 1;
	k.shape = line_shape(text) & SHAPE_BYTES;
	return k;
}

static struct known anything(void)
{
	return (struct known){ .exact = false };
}

static size_t shortest(const struct set *x)
{
	size_t n = SIZE_MAX;

	for (size_t i = 0; i < x->n; i++)
		n = x->at[i].n < n ? x->at[i].n : n;
	return x->n ? n : 0;
}

double literals_cost(const struct str *at, size_t n, bool nocase)
{
	struct gate_literal literals[LITERALS_MOST];

	if (n > LITERALS_MOST)
		n = LITERALS_MOST;
	for (size_t i = 0; i < n; i++)
		literals[i] = (struct gate_literal){ at[i], nocase, 0 };
	return gate_cost(literals, n);
}

/* Does this member contain another one of the set?  Then it is redundant. */
static bool is_implied(const struct set *x, size_t i)
{
	for (size_t k = 0; k < x->n; k++) {
		bool shorter = x->at[k].n < x->at[i].n || (x->at[k].n == x->at[i].n && k < i);
		if (k != i && shorter && str_find(x->at[i], x->at[k]) < x->at[i].n)
			return true;
	}
	return false;
}

static struct set without_implied(const struct set *x)
{
	struct set out = { .n = 0 };

	for (size_t i = 0; i < x->n; i++)
		if (!is_implied(x, i))
			out.at[out.n++] = x->at[i];
	return out;
}

/* Does each of x contain one of y? */
static bool implies(const struct need *x, const struct need *y)
{
	for (size_t i = 0; i < x->n; i++) {
		bool any = false;
		for (size_t k = 0; k < y->n && !any; k++)
			any = str_find(x->at[i], y->at[k]) < x->at[i].n;
		if (!any)
			return false;
	}
	return true;
}

/* Add it to the cheapest sets, unless a cheaper one implies it. */
static void need_add(struct literal_needs *all, struct need need)
{
	struct literal_needs old = *all;
	bool placed = false;

	all->n = 0;
	for (size_t i = 0; i <= old.n && all->n < sizeof(all->at) / sizeof(all->at[0]); i++) {
		if (!placed && (i == old.n || need.cost < old.at[i].cost)) {
			bool used = false;
			for (size_t k = 0; k < all->n; k++)
				used |= implies(&all->at[k], &need);
			if (used) {
				*all = old;
				return;
			}
			all->at[all->n++] = need;
			placed = true;
			i--;
		} else if (i < old.n && (!placed || !implies(&need, &old.at[i]))) {
			all->at[all->n++] = old.at[i];
		}
	}
}

/* Too short to search for, but a line that was found can be checked for it. */
static const double no_search = 1e9;

static void offer(struct scan *s, struct known *k, const struct set *x)
{
	if (x->n == 0 || shortest(x) < CHECKED_MIN)
		return;
	struct set lean = without_implied(x);
	struct str *at = arena_alloc(s->a, lean.n * sizeof(*at));
	memcpy(at, lean.at, lean.n * sizeof(*at));
	double cost = shortest(x) < LITERAL_MIN ? no_search + (double)lean.n : literals_cost(at, lean.n, s->nocase);
	need_add(&k->needs, (struct need){ at, lean.n, cost });
}

/* What a known sub-expression proves on its own. */
static void offer_known(struct scan *s, struct known *k, const struct known *part)
{
	if (part->exact)
		offer(s, k, &part->strings);
	for (size_t i = 0; i < part->needs.n; i++)
		need_add(&k->needs, part->needs.at[i]);
}

static bool cross(struct scan *s, struct set *x, const struct set *y)
{
	struct set out = { .n = 0 };

	if (x->n * y->n > LITERALS_MOST)
		return false;
	for (size_t i = 0; i < x->n; i++)
		for (size_t j = 0; j < y->n; j++) {
			if (x->at[i].n + y->at[j].n > LITERAL_MAX)
				return false;
			out.at[out.n++] = arena_join(s->a, x->at[i], y->at[j]);
		}
	*x = out;
	return true;
}

static bool unite(struct set *x, const struct set *y)
{
	if (x->n + y->n > LITERALS_MOST)
		return false;
	for (size_t i = 0; i < y->n; i++)
		x->at[x->n++] = y->at[i];
	return true;
}

static bool at_end(const struct scan *s)
{
	return s->i >= s->p.n;
}

static char peek(const struct scan *s)
{
	return at_end(s) ? '\0' : s->p.p[s->i];
}

static bool ahead(const struct scan *s, const char *z)
{
	return str_starts(str_sub(s->p, s->i, s->p.n), z);
}

static struct known one_byte(struct scan *s, char c)
{
	return exactly(arena_str(s->a, (struct str){ &c, 1 }));
}

/* The character whose first byte was just read: a quantifier applies to all its bytes.  The gate ignores case only for
 * ASCII, so the other case of a multi-byte character would be missed. */
static struct known one_character(struct scan *s, char c)
{
	size_t n = s->utf ? utf8_length(s->p, s->i - 1) : 1;

	if (n < 2)
		return one_byte(s, c);
	s->i += n - 1;
	return s->nocase ? anything() : exactly(str_sub(s->p, s->i - n, s->i));
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* \x27; what is written otherwise, or means a character over 0x7f in UTF-8, is not followed. */
static struct known hexadecimal(struct scan *s)
{
	int high = hex_digit(peek(s)), low = high < 0 ? -1 : hex_digit(s->i + 1 < s->p.n ? s->p.p[s->i + 1] : '\0');

	if (low < 0 || (s->utf && high > 7)) {
		s->lost = true;
		return anything();
	}
	s->i += 2;
	return one_byte(s, (char)(high << 4 | low));
}

/* Any digit, but it helps to know that there are only ten: ".go:" and one of them is far rarer than ".go:". */
static struct known digit(void)
{
	struct known k = { .has_head = true, .has_tail = true, .shape = (uint64_t)1 << SHAPE_DIGIT };

	for (size_t i = 0; i < 10; i++)
		k.head.at[k.head.n++] = (struct str){ &"0123456789"[i], 1 };
	k.tail = k.head;
	return k;
}

/* White space; within a piece of text that a rule sees, LF and CR end such a piece, and form feeds
 * and vertical tabs have become blanks (lib/detect/strip.c). */
static struct known blank(const struct scan *s)
{
	if (s->text)
		return anything();
	static const char blanks[] = " \t";
	struct known k = { .exact = true };

	for (size_t i = 0; i < 2; i++)
		k.strings.at[k.strings.n++] = (struct str){ blanks + i, 1 };
	return k;
}

/* \pL, \p{Lu}; the letter was read. */
static struct known property(struct scan *s)
{
	s->i += peek(s) == '{' ? str_chr(str_sub(s->p, s->i, s->p.n), '}') + 1 : 1;
	return anything();
}

/* \x41, \t, \., \d ... */
static struct known escape(struct scan *s)
{
	char c = peek(s);

	s->i++;
	if (c == 's')
		return blank(s);
	if (c == 'd')
		return digit();
	if (c == 'p' || c == 'P')
		return property(s);
	if (c == '\0' || strchr("DwWShHvVNRXkgGKZzAbBE123456789", c)) {
		if (strchr("kgE", c) || (c == 'N' && peek(s) == '{'))
			s->lost = true; /* a quantifier after \E applies to the atom before it */
		while (c >= '1' && c <= '9' && peek(s) >= '0' && peek(s) <= '9')
			s->i++; /* \12 is one reference, not \1 and a 2 */
		return c && strchr("AbBGKZz", c) ? exactly(STR("")) : anything();
	}
	static const char names[] = "tenrfa", controls[] = "\t\033\n\r\f\a";
	const char *named = strchr(names, c);
	if (named)
		return one_byte(s, controls[named - names]);
	switch (c) {
	case 'x':
		return hexadecimal(s);
	case 'Q':
	case 'o':
	case 'c':
	case 'u':
	case '0':
		s->lost = true;
		return anything();
	default:
		return one_character(s, c);
	}
}

/* The length of [:alpha:] at i, 0 where none stands. */
static size_t posix_class(const struct scan *s)
{
	size_t i = s->i + 2;

	if (!ahead(s, "[:"))
		return 0;
	while (i < s->p.n && ((s->p.p[i] >= 'a' && s->p.p[i] <= 'z') || s->p.p[i] == '^'))
		i++;
	return str_starts(str_sub(s->p, i, s->p.n), ":]") ? i + 2 - s->i : 0;
}

/* Of a match of any of these strings. */
static uint64_t common_shape(const struct set *x)
{
	uint64_t shape = x->n ? SHAPE_BYTES : 0;

	for (size_t i = 0; i < x->n; i++)
		shape &= line_shape(x->at[i]);
	return shape;
}

/* [Ee] is two exact strings; a wider class is anything. */
static struct known class_of(struct scan *s)
{
	size_t begin = s->i;
	struct set bytes = { .n = 0 };
	bool wide = false;

	if (peek(s) == '^') {
		wide = true;
		s->i++;
	}
	for (bool first = true; !at_end(s) && (first || peek(s) != ']'); first = false) {
		char c = peek(s);
		size_t named = posix_class(s);
		if (named) {
			s->i += named;
			wide = true;
			continue;
		}
		s->i++;
		if (c == '\\') {
			struct known k = escape(s);
			wide |= !k.exact || k.strings.n != 1 || k.strings.at[0].n != 1;
			if (k.exact)
				c = k.strings.at[0].n ? k.strings.at[0].p[0] : 'b';
		}
		wide |= (unsigned char)c >= 0x80 || bytes.n == 4;
		wide |= peek(s) == '-' && s->i + 1 < s->p.n && s->p.p[s->i + 1] != ']';
		if (!wide)
			bytes.at[bytes.n++] = arena_str(s->a, (struct str){ &c, 1 });
	}
	s->i++;
	struct str inside = str_sub(s->p, begin, s->i - 1);
	bool digits = str_is(inside, "0-9") || str_is(inside, "1-9") || str_is(inside, "\\d");
	if (wide || s->i > s->p.n)
		return (struct known){ .shape = (uint64_t)digits << SHAPE_DIGIT };
	return (struct known){ .exact = true, .strings = bytes, .shape = common_shape(&bytes) };
}

/* What is looked at is not what is matched; nor is (?i) in it of use behind it. */
static void group_skip(struct scan *s, int depth)
{
	bool nocase = s->nocase;

	alternatives(s, depth + 1);
	s->nocase = nocase;
	if (peek(s) == ')')
		s->i++;
	else
		s->lost = true;
}

/* Behind "(": what kind of group it is. */
static struct known group(struct scan *s, int depth)
{
	if (ahead(s, "*") || ahead(s, "?(") || ahead(s, "?R") || ahead(s, "?&") || ahead(s, "?|") || ahead(s, "?#")) {
		s->lost = true;
		return anything();
	}
	if (ahead(s, "?=") || ahead(s, "?!") || ahead(s, "?<=") || ahead(s, "?<!")) {
		s->i += ahead(s, "?<") ? 3 : 2;
		group_skip(s, depth);
		return exactly(STR(""));
	}
	if (ahead(s, "?<") || ahead(s, "?P<")) {
		s->i += str_chr(str_sub(s->p, s->i, s->p.n), '>') + 1;
	} else if (ahead(s, "?>")) {
		s->i += 2;
	} else if (ahead(s, "?")) {
		s->i++;
		bool on = true;
		while (!at_end(s) && peek(s) != ':' && peek(s) != ')') {
			char c = peek(s);
			if (c == '-')
				on = false;
			else if (c == 'i')
				s->nocase |= on; /* once anywhere: matching either case is sound */
			else if (c != 'J' && c != 's' && c != 'm' && c != 'U')
				s->lost = true;
			s->i++;
		}
		if (peek(s) == ')') {
			s->i++;
			return exactly(STR(""));
		}
		s->i++;
	}
	struct known k = alternatives(s, depth + 1);
	if (peek(s) == ')')
		s->i++;
	else
		s->lost = true;
	return k;
}

static struct known atom(struct scan *s, int depth)
{
	char c = peek(s);

	s->i++;
	switch (c) {
	case '(':
		return group(s, depth);
	case '[':
		return class_of(s);
	case '.':
		return anything();
	case '^':
	case '$':
		return exactly(STR(""));
	case '\\':
		return escape(s);
	default:
		return one_character(s, c);
	}
}

/* Is a "{" followed by "3}", "3,}" or "3,5}"?  Otherwise it is literal. */
static bool is_count(struct str s)
{
	size_t i = 0, digits = 0;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	digits = i;
	if (i < s.n && s.p[i] == ',')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			;
	return digits > 0 && i < s.n && s.p[i] == '}';
}

/* A quantifier after an atom: the minimum, and whether more are permitted. */
static bool quantifier(struct scan *s, long *least, bool *more)
{
	char c = peek(s);

	*least = 1;
	*more = false;
	if (ahead(s, "{,"))
		s->lost = true; /* a quantifier for new PCRE2, four characters for old */
	if (c == '*' || c == '+' || c == '?') {
		*least = c == '+';
		*more = c != '?';
		s->i++;
	} else if (c == '{' && is_count(str_sub(s->p, s->i + 1, s->p.n))) {
		long n = 0;
		for (s->i++; peek(s) >= '0' && peek(s) <= '9'; s->i++)
			n = n < 1000 ? n * 10 + (peek(s) - '0') : n;
		*least = n;
		*more = peek(s) == ',' || n > 1;
		while (!at_end(s) && peek(s) != '}')
			s->i++;
		s->i++;
	} else {
		return false;
	}
	if (peek(s) == '?' || peek(s) == '+')
		s->i++;
	return true;
}

/* Append an atom to the sequence: combine what is known of both. */
static void sequence_add(struct scan *s, struct known *all, struct known *run, const struct known *k, bool may_be_none)
{
	struct known longer = *run;

	if (all->exact && run->strings.n) {
		all->head = run->strings;
		all->has_head = shortest(&run->strings) > 0;
	}
	offer_known(s, all, run);
	offer_known(s, all, k);
	if (k->has_head && !may_be_none && cross(s, &longer.strings, &k->head)) {
		offer_known(s, all, &longer);
		if (all->exact) {
			all->head = longer.strings;
			all->has_head = true;
		}
	}
	all->exact = false;
	*run = k->exact ? *k : exactly(STR(""));
	if (k->has_tail && !may_be_none)
		run->strings = k->tail;
}

static struct known sequence(struct scan *s, int depth)
{
	struct known all = { .exact = true };
	struct known run = exactly(STR("")); /* the exact piece at hand */
	struct set plain = run.strings;      /* the end of it that is the same in all its strings */
	bool begins = false, ends = false;   /* with ^, with $ */

	while (!at_end(s) && peek(s) != '|' && peek(s) != ')') {
		long least;
		bool more, first = all.exact && run.strings.n == 1 && run.strings.at[0].n == 0;
		char c = peek(s);
		struct known k = atom(s, depth);
		bool counted = quantifier(s, &least, &more), optional = counted && least == 0;
		begins |= first && c == '^' && !counted;
		ends = c == '$' && !counted;
		if (optional) {
			/* "x?" adds the empty string; anything longer than that is anything. */
			struct set none = exactly(STR("")).strings;
			if (more || !k.exact || !unite(&k.strings, &none))
				k = anything();
			k.needs.n = 0;
			k.shape = 0;
		}
		all.shape |= k.shape;
		bool stays = k.exact && !(counted && more);
		struct known before = run;
		if (!stays || k.strings.n > 1 || !cross(s, &plain, &k.strings)) {
			offer(s, &all, &plain);
			plain = exactly(STR("")).strings;
		}
		if (k.exact && cross(s, &run.strings, &k.strings)) {
			if (stays) {
				for (size_t i = 0; i < k.needs.n; i++) /* what alternatives have in common */
					need_add(&all.needs, k.needs.at[i]);
				continue;
			}
			/* "x+" begins and ends with x. */
			k.head = k.tail = k.strings;
			k.has_head = k.has_tail = true;
			k.exact = false;
			run = before;
		}
		sequence_add(s, &all, &run, &k, optional);
	}
	s->begins_loose |= depth == 0 && !begins;
	s->ends_loose |= depth == 0 && !ends;
	offer(s, &all, &plain);
	if (all.exact) {
		all.strings = run.strings;
		return all;
	}
	offer_known(s, &all, &run);
	all.tail = run.strings;
	all.has_tail = shortest(&run.strings) > 0;
	return all;
}

/* What either of two begins or ends with; nothing when one of them does not say. */
static bool both_ends(struct set *out, bool has, const struct known *x, const struct set *x_end, const struct known *y,
	bool y_has, const struct set *y_end)
{
	if ((!x->exact && !has) || (!y->exact && !y_has))
		return false;
	*out = x->exact ? x->strings : *x_end;
	return unite(out, y->exact ? &y->strings : y_end) && shortest(out) > 0;
}

static const struct need *fewest(const struct literal_needs *x)
{
	const struct need *least = &x->at[0];

	for (size_t i = 1; i < x->n; i++)
		least = x->at[i].n < least->n ? &x->at[i] : least;
	return least;
}

static void offer_either(struct scan *s, struct known *k, const struct need *x, const struct need *y)
{
	struct set both = { .n = x->n + y->n };

	if (both.n > LITERALS_MOST)
		return;
	memcpy(both.at, x->at, x->n * sizeof(*x->at));
	memcpy(both.at + x->n, y->at, y->n * sizeof(*y->at));
	offer(s, k, &both);
}

/* One or the other: the cheapest of both, the second of both ... */
static void needs_unite(struct scan *s, struct known *k, const struct literal_needs *x, const struct literal_needs *y)
{
	if (x->n == 0 || y->n == 0)
		return;
	for (size_t i = 0; i < x->n || i < y->n; i++)
		offer_either(s, k, &x->at[i < x->n ? i : x->n - 1], &y->at[i < y->n ? i : y->n - 1]);
	offer_either(s, k, fewest(x), fewest(y));
}

static struct known alternatives(struct scan *s, int depth)
{
	if (depth > 25) {
		s->lost = true;
		s->i = s->p.n;
		return anything();
	}
	struct known all = sequence(s, depth);
	while (peek(s) == '|') {
		s->i++;
		struct known next = sequence(s, depth);
		struct known both = { .exact = all.exact && next.exact, .shape = all.shape & next.shape };
		if (both.exact) {
			both.strings = all.strings;
			both.exact = unite(&both.strings, &next.strings);
		}
		if (!both.exact) {
			both.has_head = both_ends(
				&both.head, all.has_head, &all, &all.head, &next, next.has_head, &next.head);
			both.has_tail = both_ends(
				&both.tail, all.has_tail, &all, &all.tail, &next, next.has_tail, &next.tail);
		}
		struct known x = { 0 }, y = { 0 };
		offer_known(s, &x, &all);
		offer_known(s, &y, &next);
		needs_unite(s, &both, &x.needs, &y.needs);
		all = both;
	}
	return all;
}

/* One sign at the end says much, one letter or digit little. */
static bool tells(const struct set *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->at[i].n < CHECKED_MIN && (x->at[i].n == 0 || !strchr(":.;,)]}>\"'", x->at[i].p[0])))
			return false;
	return x->n > 0;
}

static struct literals_more edge(struct scan *s, const struct known *all, bool known, const struct set *x, bool end)
{
	x = all->exact ? &all->strings : x;
	if ((!all->exact && !known) || (end ? !tells(x) : shortest(x) < CHECKED_MIN))
		return (struct literals_more){ 0 };
	struct str *at = arena_alloc(s->a, x->n * sizeof(*at));
	memcpy(at, x->at, x->n * sizeof(*at));
	return (struct literals_more){ at, x->n };
}

void literals_of(struct arena *a, struct str pattern, enum literals_subject subject, struct literals *out)
{
	struct scan s = { .a = a, .p = pattern, .text = subject == LITERALS_TEXT };

	for (size_t i = 0; i < pattern.n; i++)
		s.utf |= (unsigned char)pattern.p[i] >= 0x80;
	struct known all = alternatives(&s, 0), best = { 0 };
	memset(out, 0, sizeof(*out));
	out->nocase = s.nocase;
	offer_known(&s, &best, &all);
	if (s.lost || s.i < s.p.n)
		return;
	/* Not what the Kelvin sign and the long s are equal to. */
	out->shape = all.shape & ~(s.nocase && s.utf ? shape_byte('k') | shape_byte('s') : 0);
	if (!s.begins_loose)
		out->heads = edge(&s, &all, all.has_head, &all.head, false);
	if (!s.ends_loose)
		out->tails = edge(&s, &all, all.has_tail, &all.tail, true);
	if (best.needs.n == 0)
		return;
	bool searchable = best.needs.at[0].cost < no_search;
	for (size_t i = 0; i < best.needs.n && out->more_n < LITERALS_MORE; i++) {
		const struct need *need = &best.needs.at[i];
		if (i == 0 && searchable)
			memcpy(out->at, need->at, need->n * sizeof(*need->at));
		else
			out->more[out->more_n++] = (struct literals_more){ need->at, need->n };
	}
	out->n = searchable ? best.needs.at[0].n : 0;
}

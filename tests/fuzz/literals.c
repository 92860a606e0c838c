/* literals.c - fuzz target: pattern, newline, subject
 *
 * Held: no crash; a subject that PCRE2 says the pattern matches holds one of the pattern's literals; if it is what a
 * rule may see (no newline, form feed or vertical tab), it holds one of those for lines, and begins and ends with one
 * of those that are known of its edges; and it begins with one of the bytes that are known (first_byte.h).  It has the
 * pairs of bytes of the literals that it holds (bigrams.h).  Subjects with the two characters that literals.h does not
 * think of are left out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/bigrams.h"
#include "rules/first_byte.h"
#include "rules/literals.h"
#include "rules/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* What holds a literal has its pairs (bigrams.h). */
static bool has_pairs(struct str s, struct str literal)
{
	struct bigrams pairs;

	bigrams_find(&pairs, s);
	for (size_t pivot = 0; pivot < literal.n; pivot++)
		if (!bigrams_have(&pairs, bigrams_of_word(literal, pivot)))
			return false;
	return true;
}

static bool holds(struct str s, struct str literal, bool nocase)
{
	for (size_t i = 0; i + literal.n <= s.n; i++) {
		size_t k = 0;
		while (k < literal.n &&
			(nocase ? lower(s.p[i + k]) == lower(literal.p[k]) : s.p[i + k] == literal.p[k]))
			k++;
		if (k == literal.n && !has_pairs(s, literal))
			abort();
		if (k == literal.n)
			return true;
	}
	return false;
}

static bool holds_one(struct str subject, const struct str *literals, size_t n, bool nocase)
{
	for (size_t i = 0; i < n; i++)
		if (holds(subject, literals[i], nocase))
			return true;
	return false;
}

/* None are known, or the subject begins (or ends) with one. */
static bool has_edge(struct str subject, const struct literals_more *known, bool end, bool nocase)
{
	for (size_t i = 0; i < known->n; i++) {
		size_t n = known->at[i].n, from = end && subject.n > n ? subject.n - n : 0;
		if (holds(str_sub(subject, from, from + n), known->at[i], nocase))
			return true;
	}
	return known->n == 0;
}

static bool is_seen(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (strchr("\n\v\f\r", s.p[i]) && s.p[i])
			return false;
	return true;
}

/* Without the two characters that literals.h does not think of. */
static bool is_known(struct str s)
{
	return str_find(s, STR("\xe2\x84\xaa")) == s.n && str_find(s, STR("\xc5\xbf")) == s.n;
}

static bool holds_all(struct str subject, const struct literals *l)
{
	bool good = l->n == 0 || holds_one(subject, l->at, l->n, l->nocase);

	for (size_t i = 0; i < l->more_n; i++)
		good &= holds_one(subject, l->more[i].at, l->more[i].n, l->nocase);
	return good;
}

/* The pattern behind an empty group, so that it is not known how it begins and PCRE2 is asked. */
static bool begins_as_known(struct arena *a, struct str pattern, struct str subject, enum regex_flags flags)
{
	uint32_t first = first_bytes(pattern, flags == REGEX_NOCASE);
	struct match m;
	struct err err;
	struct regex *re = regex_new_flags(a, arena_join(a, STR("(?:)"), pattern), flags, &err);
	bool found = re && first != FIRST_ANY && regex_match(re, subject, &m) == 1;

	regex_free(re);
	return !found || (m.whole.p == subject.p && subject.n && (first & first_bit(subject.p[0])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str subject = { (const char *)data, size }, pattern;
	struct literals l, of_text;
	struct match m;
	struct err err;

	if (size == 0 || !str_split(&subject, '\n', &pattern)) {
		arena_free(&a);
		return 0;
	}
	literals_of(&a, pattern, LITERALS_LINE, &l);
	literals_of(&a, pattern, LITERALS_TEXT, &of_text);
	struct regex *re = subject.p && is_known(subject) ? regex_new(&a, pattern, &err) : NULL;
	bool found = re && regex_match(re, subject, &m) == 1;
	if (found && !holds_all(subject, &of_text))
		abort();
	if (found && is_seen(subject) &&
		!(holds_all(subject, &l) && has_edge(subject, &l.heads, false, l.nocase) &&
			has_edge(subject, &l.tails, true, l.nocase)))
		abort();
	regex_free(re);
	if (subject.p &&
		!(begins_as_known(&a, pattern, subject, REGEX_PLAIN) &&
			begins_as_known(&a, pattern, subject, REGEX_NOCASE)))
		abort();
	arena_free(&a);
	return 0;
}

/* The rules that match a line, with and without its prefixes. */
#include "detect/detector_internal.h"

#include <string.h>

static struct rule *rule_at(struct detector *d, uint32_t i)
{
	if (!d->rules[i])
		d->rules[i] = rule_new(&d->a, d->o.pack, i, d->forms);
	return d->rules[i];
}

/* This form is vectorised by compilers, and faster than memchr for short lines. */
unsigned long detector_newlines(struct str s)
{
	enum { WIDE = 32 };
	unsigned long n = 0;

	while (s.n >= WIDE) {
		unsigned char count[WIDE] = { 0 };
		size_t rows = s.n / WIDE < 255 ? s.n / WIDE : 255;
		for (size_t row = 0; row < rows; row++)
			for (size_t i = 0; i < WIDE; i++)
				count[i] += s.p[row * WIDE + i] == '\n';
		for (size_t i = 0; i < WIDE; i++)
			n += count[i];
		s = str_sub(s, rows * WIDE, s.n);
	}
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

size_t detector_blanks(struct str s, size_t most)
{
	size_t n = 0;

	while (n < s.n && n < most && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* Remove a prefix; false: there is none, or it would be one too many. */
static bool prefix_remove(struct detector *d, struct prefixes *before)
{
	struct str whole = before->line;
	struct regex *prefix = before->n < PREFIX_DEPTH ? detector_prefix_take(d, &before->line) : NULL;

	if (!prefix)
		return false;
	size_t taken = whole.n - before->line.n;
	before->indent[before->n] = detector_blanks(whole, taken) == taken ? taken : 0;
	before->at[before->n++] = prefix;
	before->stripped[before->n] = before->line;
	before->next = 0;
	return true;
}

static bool has_general_rules(struct detector *d)
{
	return candidates_text(&d->c, d->general) < d->rules_n;
}

/* The rules that are not general: first for the whole line, then for the line without each prefix. */
struct rule *detector_rule_next_of_tool(struct detector *d, struct match *m, struct prefixes *before)
{
	do
		for (uint32_t rule; (rule = candidates_text(&d->c, before->next)) < d->general;) {
			before->next = rule + 1;
			if (rule_match(rule_at(d, rule), before->line, &before->facts[before->n], m) == 1)
				return d->rules[rule];
		}
	while (candidates_text(&d->c, 0) < d->rules_n && prefix_remove(d, before));
	return NULL;
}

static bool is_indented(const struct prefixes *before)
{
	for (unsigned i = 0; i < before->n; i++)
		if (before->indent[i])
			return true;
	return detector_blanks(before->line, 1) > 0;
}

/* The general rules: each for the whole line and for the line without each prefix. */
static struct rule *rule_next_general(struct detector *d, struct match *m, struct prefixes *before)
{
	uint32_t rule;

	for (; (rule = candidates_text(&d->c, before->next)) < d->rules_n;
		before->next = rule + 1, before->depth = before->certain)
		while (before->depth <= before->deepest) {
			before->n = before->depth++;
			before->line = before->stripped[before->n];
			if (!(rule_at(d, rule)->unindented && is_indented(before)) &&
				rule_match(d->rules[rule], before->line, &before->facts[before->n], m) == 1)
				return d->rules[rule];
		}
	return NULL;
}

/* The next matching rule for the line. */
struct rule *detector_rule_next(struct detector *d, struct match *m, struct prefixes *before)
{
	struct rule *rule = before->general ? NULL : detector_rule_next_of_tool(d, m, before);

	if (rule || !has_general_rules(d))
		return rule;
	if (!before->general) {
		before->general = true;
		before->deepest = before->n;
		before->depth = before->certain;
		before->next = d->general;
	}
	return rule_next_general(d, m, before);
}

static void prefixes_begin(struct detector *d, struct prefixes *before, struct str line)
{
	before->line = line;
	before->next = 0;
	before->n = 0;
	before->general = false;
	detector_certain_take(d, before);
	before->certain = before->n;
	before->stripped[before->n] = before->line;
	memset(before->facts, 0, sizeof(before->facts));
}

struct rule *detector_rule_first(struct detector *d, struct str line, struct match *m, struct prefixes *before)
{
	prefixes_begin(d, before, line);
	return detector_rule_next(d, m, before);
}

/* As detector_rule_first, without the general rules. */
struct rule *detector_rule_of_tool(struct detector *d, struct str line, struct match *m, struct prefixes *before)
{
	prefixes_begin(d, before, line);
	return detector_rule_next_of_tool(d, m, before);
}

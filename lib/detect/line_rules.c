/* The rules that match a line, with and without its prefixes. */
#include "detect/detector_internal.h"

#include <string.h>

#include "rules/digits.h"

enum digits { NOT_ASKED, IGNORED, TOLD_APART };

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

static bool matches(struct detector *d, uint32_t rule, struct match *m, struct prefixes *before)
{
	int got = rule_match(rule_at(d, rule), before->line, &before->facts[before->n], m);

	before->unsure |= got < 0;
	return got == 1;
}

/* The rules that are not general: first for the whole line, then for the line without each prefix. */
struct rule *detector_rule_next_of_tool(struct detector *d, struct match *m, struct prefixes *before)
{
	do
		for (uint32_t rule; (rule = candidates_text(&d->c, before->next)) < d->general;) {
			before->next = rule + 1;
			if (matches(d, rule, m, before))
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
			if (!(rule_at(d, rule)->unindented && is_indented(before)) && matches(d, rule, m, before))
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
	before->general = before->unsure = false;
	detector_certain_take(d, before);
	before->certain = before->n;
	before->stripped[before->n] = before->line;
	memset(before->facts, 0, sizeof(before->facts));
}

/* ---- what is known of lines like this one (line_memo.h) ---- */

static bool rule_ignores_digits(struct detector *d, uint32_t i)
{
	struct pack_rule rule = pack_rule(d->o.pack, i);
	struct node not = node_get(rule.node, "not");

	for (uint32_t k = 0; k < node_list_count(not ); k++)
		if (!pattern_ignores_digits(node_str(node_list_at(not, k))))
			return false;
	if (node_kind(node_get(rule.node, "read")) == NODE_NONE)
		return pattern_ignores_digits(rule.pattern);
	const struct forms *forms = rule_at(d, i)->forms;
	return !forms || forms_ignore_digits(forms);
}

static bool ignores_digits(struct detector *d, uint32_t rule)
{
	if (!d->digits[rule])
		d->digits[rule] = rule_ignores_digits(d, rule) ? IGNORED : TOLD_APART;
	return d->digits[rule] == IGNORED;
}

/* Of the rules that the line's literals may start: is one for documents, and does one for text before `end` tell digits
 * apart? */
static void rules_ask(struct detector *d, uint32_t end, bool *documents, bool *tells)
{
	for (uint32_t i = 0; i < d->c.key.literals_n; i++) {
		uint32_t count;
		const uint32_t *rules = pack_literal_rules(d->o.pack, d->c.key.literals[i], &count);
		for (uint32_t k = 0; k < count; k++)
			if (rules[k] < d->rules_n && d->c.kinds[rules[k]])
				*documents = true;
			else if (rules[k] < end)
				*tells |= !ignores_digits(d, rules[k]);
	}
}

static bool any_given_up(const struct prefixes *before)
{
	bool any = before->unsure;

	for (unsigned i = 0; i <= PREFIX_DEPTH; i++)
		any |= before->facts[i].given_up;
	return any;
}

/* Is the key that of this line? */
static bool is_keyed(const struct detector *d, struct str line)
{
	return d->memo && d->c.key.n && d->c.line.p == line.p && d->c.line.n == line.n;
}

/* The end of the rules of which one was tried in vain before one matched; with a prefix less, this one was, too. */
static uint32_t tried_end(struct detector *d, const struct line_outcome *o)
{
	bool again = o->depth > o->certain;

	return o->general ? candidates_text(&d->c, o->rule) + again : again ? d->general : o->rule;
}

/* Keep the first rule that matched, or that there is none. */
static void outcome_keep(struct detector *d, struct str line, const struct rule *first, const struct prefixes *before)
{
	bool documents = false, tells = false;
	unsigned prefixes = before->general ? before->deepest : before->n;
	struct line_outcome o = { .none = !first,
		.general = before->general,
		.certain = before->certain,
		.taken = prefixes,
		.depth = before->n };

	if (!is_keyed(d, line) || !line_memo_wants(d->memo, &d->c.key, line) || any_given_up(before))
		return;
	o.rule = before->general || !first ? before->next : before->next - 1;
	uint32_t end = o.none ? d->rules_n : tried_end(d, &o);
	rules_ask(d, end, &documents, &tells);
	if (o.none && documents)
		return;
	o.exact = tells || !detector_prefixes_ignore_digits(d);
	memcpy(o.prefix, before->at, sizeof(o.prefix));
	memcpy(o.indent, before->indent, sizeof(o.indent));
	for (unsigned i = o.certain; i <= prefixes; i++)
		o.left[i] = before->stripped[i].n;
	line_memo_keep(d->memo, &d->c.key, line, &o);
}

static const struct line_outcome *outcome_of(struct detector *d, struct str line)
{
	return is_keyed(d, line) ? line_memo_find(d->memo, &d->c.key, line) : NULL;
}

/* Go to where the attempts were not in vain. */
static void outcome_resume(const struct line_outcome *o, struct str line, struct prefixes *before)
{
	*before = (struct prefixes){ .n = o->depth,
		.next = o->rule,
		.general = o->general,
		.certain = o->certain,
		.deepest = o->taken,
		.depth = o->depth };
	memcpy(before->at, o->prefix, sizeof(o->prefix));
	memcpy(before->indent, o->indent, sizeof(o->indent));
	for (unsigned i = o->certain; i <= o->taken; i++)
		before->stripped[i] = str_sub(line, line.n - o->left[i], line.n);
	before->line = before->stripped[o->depth];
}

struct rule *detector_rule_first(struct detector *d, struct str line, struct match *m, struct prefixes *before)
{
	const struct line_outcome *known = outcome_of(d, line);
	if (known ? known->none : candidates_text(&d->c, 0) == d->rules_n)
		return NULL;
	if (known) {
		outcome_resume(known, line, before);
		return detector_rule_next(d, m, before);
	}
	prefixes_begin(d, before, line);
	struct rule *first = detector_rule_next(d, m, before);
	outcome_keep(d, line, first, before);
	return first;
}

/* As detector_rule_first, without the general rules. */
struct rule *detector_rule_of_tool(struct detector *d, struct str line, struct match *m, struct prefixes *before)
{
	const struct line_outcome *known = outcome_of(d, line);
	if (known ? known->none || known->general : candidates_text(&d->c, 0) >= d->general)
		return NULL;
	if (known)
		outcome_resume(known, line, before);
	else
		prefixes_begin(d, before, line);
	return detector_rule_next_of_tool(d, m, before);
}

void detector_struck_out(const struct detector *d, void (*tell)(void *ctx, struct str rule), void *ctx)
{
	for (uint32_t i = 0; i < d->rules_n; i++)
		if (d->rules[i] && d->rules[i]->match && regex_struck_out(d->rules[i]->match))
			tell(ctx, d->rules[i]->id);
}

/* Failures that no longer occur: a limit that is another, a collection of errors that is emptied, a filter or an empty
 * operand by which a call is no longer made. */
#include "policy/change_tokens.h"

#include <string.h>

static bool came(const struct change_tokens *c, size_t i)
{
	return i < c->new.tokens.n && c->twin_of_new[i] == SIZE_MAX && !is_respelling(c, i);
}

static const struct code_statement *statement_of(const struct code_units *u, size_t i)
{
	return &u->statements.at[u->tokens.at[i].statement];
}

static bool is_kept_call(const struct change_tokens *c, size_t i)
{
	return change_keeps(c, i) && c->new.tokens.at[i].kind == TOKEN_WORD &&code_is(&c->new, i + 1, "(") &&
		!code_lists_token(&c->new, "controls", i);
}

static bool any_kept_call(const struct change_tokens *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (is_kept_call(c, i))
			return true;
	return false;
}

/* ---- conditions under which the code fails ---- */

/* Does the statement throw, end the process, or return a constant that means failure? */
static bool fails(const struct change_tokens *c, const struct code_statement *s)
{
	const struct code_units *u = &c->new;

	for (size_t i = s->first; i < s->end; i++) {
		const struct code_token *t = &u->tokens.at[i];
		bool negative = i && code_is(u, i - 1, "-");
		if (code_lists_token(u, "raises", i) || code_lists_token(u, "insists", i) ||
			code_lists(u, "exits", code_dotted(c->a, u, i)))
			return true;
		if (code_lists_token(u, "results", s->first) && work_lists(c, "failures", t->text))
			return true;
		if (code_lists_token(u, "results", s->first) && t->kind != TOKEN_SIGN && i > s->first &&
			is_constant(c, t) && s->end - s->first <= 4)
			return t->kind == TOKEN_NUMBER ? negative || !is_success(c, t->text) : !is_success(c, t->text);
	}
	return false;
}

/* What the statement heads, also without brackets. */
static bool block_fails(const struct change_tokens *c, size_t header)
{
	const struct code_units *u = &c->new;

	if (u->semicolons && header + 1 < u->statements.n && fails(c, &u->statements.at[header + 1]))
		return true;

	for (size_t i = header + 1; i < u->statements.n; i++)
		if (u->blocks.at[u->statements.at[i].block].header == header && fails(c, &u->statements.at[i]))
			return true;
	return false;
}

static struct str unquoted(struct str s)
{
	return s.n >= 2 && strchr("'\"`", s.p[0]) && s.p[s.n - 1] == s.p[0] ? str_sub(s, 1, s.n - 1) : s;
}

/* `None` for `null`: a constant of the language for one of other languages, which is an unknown name in this one. */
static bool is_translation(const struct change_tokens *c, const struct code_token *old, const struct code_token *new)
{
	if (old->kind != TOKEN_WORD || new->kind != TOKEN_WORD)
		return false;
	return is_constant(c, old) && code_lists(&c->new, "constants", new->text) &&
		!code_lists(&c->old, "constants", old->text) &&
		work_lists(c, "true", old->text) == work_lists(c, "true", new->text) &&
		work_lists(c, "booleans", old->text) == work_lists(c, "booleans", new->text);
}

/* Is a constant of the old text replaced here by something else than the same in other quotes? */
static bool replaces_constant(const struct change_tokens *c, size_t i)
{
	const struct hunk *h = c->hunk_of_new[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[i]];
	bool constant = false;

	for (size_t k = h ? h->old_begin : 0; h && k < h->old_end; k++) {
		const struct code_token *t = &c->old.tokens.at[k];
		if (str_eq(unquoted(t->text), unquoted(c->new.tokens.at[i].text)) ||
			is_translation(c, t, &c->new.tokens.at[i]))
			return false;
		constant |= t->kind != TOKEN_SIGN && is_constant(c, t);
	}
	return constant;
}

static bool is_limit(struct str t)
{
	return str_is(t, "<") || str_is(t, ">") || str_is(t, "<=") || str_is(t, ">=");
}

static bool had_limit(const struct change_tokens *c, const struct code_statement *s)
{
	for (size_t i = s->first; i < s->end; i++) {
		const struct hunk *h = c->hunk_of_new[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[i]];
		for (size_t k = h ? h->old_begin : 0; h && k < h->old_end; k++)
			if (strchr("<>=!", c->old.tokens.at[k].text.p[0]))
				return true;
	}
	return false;
}

/* `if x > 1000: raise` for `if x > 3: raise`, `if x > n: raise` for `if x: raise`. */
static void limit_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];

	if (!code_lists_token(u, "controls", s->first) || !change_keeps(c, s->first) || !block_fails(c, statement))
		return;
	for (size_t i = s->first + 1; i < s->end; i++) {
		bool value = u->tokens.at[i].kind != TOKEN_SIGN;
		if (came(c, i) && value && replaces_constant(c, i))
			finding_add(f, 2, "changes when the code fails", u->tokens.at[i].text);
		if (!value && c->twin_of_new[i] == SIZE_MAX && is_limit(u->tokens.at[i].text) && i + 1 < s->end &&
			came(c, i + 1) && change_keeps(c, i - 1) && !had_limit(c, s))
			finding_add(f, 2, "changes when the code fails", u->tokens.at[i + 1].text);
	}
}

/* ---- what was collected ---- */

static size_t function_of(const struct code_units *u, size_t block)
{
	while (block && !u->blocks.at[block].function)
		block = u->blocks.at[block].parent;
	return block;
}

static bool has_name(
	const struct code_units *u, const struct code_statement *s, const struct code_statement *name, size_t words)
{
	for (size_t i = s->first; i + words <= s->end; i++) {
		size_t k = 0;
		while (k < words && str_eq(u->tokens.at[i + k].text, u->tokens.at[name->first + k].text))
			k++;
		if (k == words && !(i > s->first && code_is(u, i - 1, ".")))
			return true;
	}
	return false;
}

/* Does an empty literal begin here, as `[]`? */
static bool is_empty(const struct code_units *u, size_t i)
{
	return (code_is(u, i, "[") && code_is(u, i + 1, "]")) || (code_is(u, i, "{") && code_is(u, i + 1, "}")) ||
		(code_is(u, i, "(") && code_is(u, i + 1, ")"));
}

/* `errors = []` between code that fills it and code that reads it. */
static void emptied_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	size_t words = 1, function = function_of(u, s->block);
	bool before = false, after = false;

	if (u->commands || u->tokens.at[s->first].kind != TOKEN_WORD || change_keeps(c, s->first))
		return;
	while (s->first + words + 1 < s->end && code_is(u, s->first + words, "."))
		words += 2;
	size_t value = s->first + words + 1;
	if (!code_is(u, s->first + words, "=") || change_keeps(c, value - 1) || value >= s->end)
		return;
	if (!is_empty(u, value) && (value + 1 < s->end ? !code_is(u, value + 1, ";") : false))
		return;
	if (!is_empty(u, value) && !is_constant(c, &u->tokens.at[value]))
		return;
	for (size_t i = 0; i < u->statements.n; i++) {
		const struct code_statement *o = &u->statements.at[i];
		if (i == statement || function_of(u, o->block) != function || !change_keeps(c, o->first) ||
			!has_name(u, o, s, words))
			continue;
		before |= i < statement;
		after |= i > statement;
	}
	if (before && after)
		finding_add(f, 2, "discards what was collected", u->tokens.at[s->first].text);
}

/* ---- calls that are no longer made ---- */

/* The bracket in which token i stands, or `from`. */
static size_t bracket_of(const struct code_units *u, size_t from, size_t i)
{
	for (int depth = 0; i-- > from;) {
		depth += code_is(u, i, ")") || code_is(u, i, "]") || code_is(u, i, "}");
		depth -= code_is(u, i, "(") || code_is(u, i, "[") || code_is(u, i, "{");
		if (depth < 0)
			return i;
	}
	return from;
}

static void unmade_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = statement_of(u, i);

	/* `[] and run()` */
	if (c->twin_of_new[i] == SIZE_MAX && code_lists_token(u, "junctions", i) && i >= s->first + 2 &&
		is_empty(u, i - 2) && !change_keeps(c, i - 2) && any_kept_call(c, i + 1, s->end) &&
		!(i >= s->first + 3 && u->tokens.at[i - 3].kind == TOKEN_WORD && code_is(u, i - 2, "(")))
		finding_add(f, 1, "joins a condition with a constant", u->tokens.at[i + 1].text);
	/* `run(x) for x in y if not y` */
	if (i > s->first && came(c, i) && code_lists_token(u, "controls", i) && !code_lists_token(u, "generates", i))
		for (size_t k = s->first + 1; k < i; k++)
			if (code_lists_token(u, "generates", k) && change_keeps(c, k) &&
				any_kept_call(c, bracket_of(u, s->first, k), k) &&
				!code_lists_token(u, "controls", s->first))
				finding_add(f, 2, "puts code under a new condition", u->tokens.at[i].text);
	/* `map(run, [])` */
	if (change_keeps(c, i) && u->tokens.at[i].kind == TOKEN_WORD && code_is(u, i + 1, ",") && is_empty(u, i + 2) &&
		!change_keeps(c, i + 2) && code_is(&c->old, c->twin_of_new[i] + 1, "("))
		finding_add(f, 1, "no longer calls", u->tokens.at[i].text);
}

struct finding lost_failures(const struct change_tokens *c)
{
	struct finding f = { 0 };

	if (!c->new.flow.image || c->new.commands)
		return f;
	for (size_t i = 0; i < c->new.statements.n &&f.verdict != 1; i++) {
		limit_look(c, i, &f);
		emptied_look(c, i, &f);
	}
	for (size_t i = 0; i < c->new.tokens.n &&f.verdict != 1; i++)
		if (c->hunks.n)
			unmade_look(c, i, &f);
	return f;
}

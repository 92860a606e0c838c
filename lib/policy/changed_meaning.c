/* Code that a change keeps, but that means something else after it: a name with another value, a result with a constant
 * operator, a call that became a declaration, a generator or a part of a pattern. */
#include <string.h>

#include "base/path.h"
#include "policy/change_tokens.h"
#include "rules/regex.h"

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

/* A call that the change keeps in [from, end); SIZE_MAX: none. */
static size_t kept_call(const struct change_tokens *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (is_kept_call(c, i))
			return i;
	return SIZE_MAX;
}

/* Signs without a blank between them, from i on, as in "?." and "??=". */
static struct str joined_signs(const struct code_units *u, size_t i)
{
	struct str all = u->tokens.at[i].text;

	while (i + 1 < u->tokens.n && u->tokens.at[i + 1].kind == TOKEN_SIGN &&
		u->tokens.at[i + 1].text.p == all.p + all.n && all.n < 3 && strchr("?.=|&", all.p[all.n - 1]) &&
		strchr("?.=|&", u->tokens.at[i + 1].text.p[0]))
		all.n += u->tokens.at[++i].text.n;
	return all;
}

/* `null?.f(run())`, `1 ?? run()`, `x ||= run()`, `[] ? 0 : run()`, `None and run()`. */
static void short_circuit_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = statement_of(u, i);

	if (u->tokens.at[i].kind != TOKEN_SIGN && !code_lists_token(u, "junctions", i))
		return;
	size_t call = kept_call(c, i + 1, s->end);
	if (call == SIZE_MAX || change_keeps(c, i))
		return;
	bool constant = i > s->first && came(c, i - 1) && is_constant(c, &u->tokens.at[i - 1]);
	bool junction = code_lists_token(u, "junctions", i) &&
		(code_is(u, i, "?") || !change_keeps_word(c, s->first, i));
	if (constant && (junction || code_lists(u, "short_circuits", joined_signs(u, i))))
		finding_add(f, 1, "joins a condition with a constant", u->tokens.at[i - 1].text);
	/* `bad = bad && run()` for `bad |= run()` */
	else if (code_lists_token(u, "junctions", i) && i == s->first + 3 && code_is(u, s->first + 1, "=") &&
		str_eq(u->tokens.at[i - 1].text, u->tokens.at[s->first].text))
		finding_add(f, 2, "puts code under a new condition", u->tokens.at[call].text);
	else if (junction || code_lists(u, "short_circuits", joined_signs(u, i)))
		finding_add(f, 2, "puts code under a new condition", u->tokens.at[call].text);
}

/* A pattern (`/run()/`) around code; a word such as `yield`, by which a function no longer runs when it is called; a
 * loop within an expression. */
static void form_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = statement_of(u, i);
	bool operand = i > s->first &&
		(u->tokens.at[i - 1].kind != TOKEN_SIGN || code_is(u, i - 1, ")") || code_is(u, i - 1, "]"));

	if (!came(c, i))
		return;
	if (code_lists_token(u, "patterns", i) && !operand && change_keeps_word(c, i + 1, s->end))
		finding_add(f, 1, "makes code a pattern", u->tokens.at[i + 1].text);
	if (code_lists_token(u, "defers", i))
		finding_add(f, 2, "defers a function", u->tokens.at[i].text);
	if (code_lists_token(u, "generates", i) && i > s->first && kept_call(c, s->first, i) != SIZE_MAX)
		finding_add(f, 2, "puts code under a new condition", u->tokens.at[i].text);
}

/* `async def` without an `await` in it. */
static void async_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t statement = u->tokens.at[i].statement;

	if (!came(c, i) || !code_lists_token(u, "asynchronous", i) || !change_keeps_word(c, i, statement_of(u, i)->end))
		return;
	for (size_t k = i + 1; k < u->tokens.n; k++) {
		size_t b = statement_of(u, k)->block;
		while (b && u->blocks.at[b].header != statement)
			b = u->blocks.at[b].parent;
		if ((b || k < statement_of(u, i)->end) && code_lists_token(u, "waits", k))
			return;
	}
	finding_add(f, 2, "defers a function", u->tokens.at[i].text);
}

/* ---- results ---- */

static bool is_operator(struct str t)
{
	return t.n && t.n <= 2 && strchr("*&%^/-+|<>", t.p[0]) && !str_is(t, "->");
}

static void result_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = statement_of(u, i);
	struct str t = u->tokens.at[i].text;
	bool comma = str_is(t, ",") && u->semicolons, exits = false;

	for (size_t k = s->first; k < i; k++)
		exits |= code_lists(u, "exits", code_dotted(c->a, u, k));
	if (exits && is_operator(t) && !change_keeps(c, i) && i + 1 < s->end && came(c, i + 1) &&
		is_constant(c, &u->tokens.at[i + 1]))
		finding_add(f, 2, "computes a result with a constant", u->tokens.at[i + 1].text);
	bool zero = i + 1 < s->end && came(c, i + 1) && code_is(u, i + 1, "0");
	if (!change_keeps(c, i) && (str_is(t, "*") || str_is(t, "&") || comma) && zero &&
		kept_call(c, s->first, i) != SIZE_MAX)
		finding_add(f, 2, "computes a result with a constant", u->tokens.at[i + 1].text);
	if (!change_keeps(c, i) && t.n <= 2 && strchr("&*^%", t.p[0]) && !str_is(t, "&&") &&
		(t.p[t.n - 1] == '=' || code_is(u, i + 1, "=")) && kept_call(c, i + 1, s->end) != SIZE_MAX)
		finding_add(f, 2, "computes a result in another way", t);
	if (!code_lists_token(u, "results", s->first) || !change_keeps(c, s->first) || change_keeps(c, i) ||
		i == s->first)
		return;
	if ((is_operator(t) || comma || str_is(t, "?")) && came(c, i + 1) && i + 1 < s->end &&
		u->tokens.at[i + 1].kind == TOKEN_NUMBER && change_keeps_word(c, s->first + 1, i))
		finding_add(f, 2, "computes a result with a constant", u->tokens.at[i + 1].text);
	if (u->tokens.at[i].kind == TOKEN_WORD && i >= s->first + 3 && i >= 2 &&
		is_operator(u->tokens.at[i - 1].text) && str_eq(u->tokens.at[i - 2].text, t))
		finding_add(f, 2, "computes a result of a value and itself", t);
	if (str_is(t, "!") && change_keeps(c, i + 1) && !code_is(u, i + 1, "="))
		finding_add(f, 2, "inverts a result", u->tokens.at[i + 1].text);
}

static bool assigns(const struct code_units *u, const struct code_statement *s, struct str name)
{
	for (size_t i = s->first; i + 1 < s->end; i++)
		if (str_eq(u->tokens.at[i].text, name) &&
			(code_is(u, i + 1, "=") || (code_is(u, i + 1, ":") && code_is(u, i + 2, "="))))
			return true;
	return false;
}

/* `x = ...`, `x |= ...` */
static bool assigns_any(const struct code_units *u, const struct code_statement *s)
{
	return s->first + 2 < s->end &&
		(code_is(u, s->first + 1, "=") || code_is(u, s->first + 2, "=") ||
			u->tokens.at[s->first + 1].text.p[u->tokens.at[s->first + 1].text.n - 1] == '=');
}

/* `r = 0;` before `return r;` */
static void replaced_result_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	struct str name = u->tokens.at[s->first].text;
	bool known = false;

	if (s->end < s->first + 3 || (s->end > s->first + 3 && !code_is(u, s->first + 3, ";")) ||
		s->end > s->first + 4 || !code_is(u, s->first + 1, "=") || change_keeps(c, s->first + 2) ||
		!is_constant(c, &u->tokens.at[s->first + 2]) || !is_success(c, u->tokens.at[s->first + 2].text))
		return;
	for (size_t i = 0; i < c->old.statements.n; i++)
		known |= assigns(&c->old, &c->old.statements.at[i], name);
	for (size_t i = statement + 1; i < u->statements.n && known; i++) {
		const struct code_statement *later = &u->statements.at[i];
		for (size_t k = later->first; k + 1 < later->end; k++)
			if ((code_lists_token(u, "results", k) || code_lists(u, "exits", code_dotted(c->a, u, k))) &&
				change_keeps(c, k) &&
				(str_eq(u->tokens.at[k + 1].text, name) ||
					(k + 2 < later->end && str_eq(u->tokens.at[k + 2].text, name))))
				finding_add(f, 2, "replaces a result by a constant", name);
	}
}

/* An exit without the status that it had. */
static void exit_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_statement *s = statement_of(&c->old, i);
	size_t twin = c->twin_of_old[i];

	if (twin == SIZE_MAX || !code_lists(&c->old, "exits", code_dotted(c->a, &c->old, i)) ||
		!code_is(&c->old, i + 1, "("))
		return;
	for (size_t k = i + 2; k < s->end; k++)
		if (c->old.tokens.at[k].kind != TOKEN_SIGN && c->twin_of_old[k] != SIZE_MAX &&
			c->new.tokens.at[c->twin_of_old[k]].statement != c->new.tokens.at[twin].statement)
			finding_add(f, 2, "changes an exit status", c->old.tokens.at[k].text);
}

/* `run();` for `bad |= run();`, where `bad` is used. */
static void dropped_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_statement *s = statement_of(&c->old, i);
	size_t twin = c->twin_of_old[i], uses = 0;

	if (twin == SIZE_MAX || i == s->first || !code_is(&c->old, i + 1, "(") || !is_kept_call(c, twin) ||
		statement_of(&c->new, twin)->first != code_dotted_begin(&c->new, twin) ||
		c->twin_of_old[s->first] != SIZE_MAX || c->old.tokens.at[s->first].kind != TOKEN_WORD ||
		!assigns_any(&c->old, s))
		return;
	for (size_t k = 0; k < c->new.tokens.n; k++)
		uses += str_eq(c->new.tokens.at[k].text, c->old.tokens.at[s->first].text);
	if (uses)
		finding_add(f, 2, "drops a result that is used", c->old.tokens.at[i].text);
}

/* `exit()` for `exit(status)`. */
static void status_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	size_t twin = c->twin_of_old[i];

	if (twin == SIZE_MAX || !code_lists(&c->old, "exits", code_dotted(c->a, &c->old, i)) ||
		!code_is(&c->old, i + 1, "(") || code_is(&c->old, i + 2, ")"))
		return;
	if (code_is(&c->new, twin + 1, "(") && code_is(&c->new, twin + 2, ")"))
		finding_add(f, 2, "changes an exit status", c->old.tokens.at[i].text);
}

static bool any_kept(const struct change_tokens *c, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (c->twin_of_old[i] != SIZE_MAX && c->old.tokens.at[i].kind == TOKEN_WORD)
			return true;
	return false;
}

static bool is_relation(struct str t)
{
	return str_is(t, "==") || str_is(t, "!=") || str_is(t, "<") || str_is(t, ">") || str_is(t, "<=") ||
		str_is(t, ">=") || str_is(t, "===") || str_is(t, "!==");
}

/* Words that are gone: `await`, and those without which a failure is dropped. */
static void gone_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->old;

	if (c->twin_of_old[i] != SIZE_MAX)
		return;
	if (code_lists_token(u, "waits", i) && !is_respelt(c, i) && i + 1 < u->tokens.n &&
		c->twin_of_old[i + 1] != SIZE_MAX)
		finding_add(f, 2, "no longer waits for", u->tokens.at[i + 1].text);
	const struct code_statement *s = statement_of(u, i);
	if (i == s->first && i + 1 < s->end && code_lists_token(u, "results", i) && !is_respelt(c, i) &&
		any_kept(c, i + 1, s->end))
		finding_add(f, 2, "no longer returns", u->tokens.at[i + 1].text);
	if (i > s->first && code_lists_token(u, "checks", s->first) && c->twin_of_old[s->first] != SIZE_MAX &&
		(u->tokens.at[i].kind == TOKEN_NUMBER || is_relation(u->tokens.at[i].text)))
		finding_add(f, 2, "changes a check", u->tokens.at[i].text);
	if (code_lists_token(u, "insists", i) && code_is(u, i + 1, "("))
		finding_add(f, 2, "no longer fails where it did", u->tokens.at[i].text);
}

/* ---- names ---- */

static bool is_called(const struct code_units *u, struct str name)
{
	for (size_t i = 0; i + 1 < u->tokens.n; i++)
		if (str_eq(u->tokens.at[i].text, name) && code_is(u, i + 1, "(") &&
			!(i && code_lists_token(u, "functions", i - 1)))
			return true;
	return false;
}

static bool is_removable(const struct change_tokens *c, const struct code_units *u, const struct code_statement *s)
{
	struct str pattern = node_str(node_get(u->flow, "removable")), first = u->tokens.at[s->first].text,
		   last = u->tokens.at[s->end - 1].text;
	struct regex *re = pattern.n ? regex_new(c->a, pattern, NULL) : NULL;
	bool yes = re && regex_match(re, (struct str){ first.p, (size_t)(last.p + last.n - first.p) }, NULL) == 1;

	regex_free(re);
	return yes;
}

/* Assignments to the name, and imports and definitions of it; bare: assignments only. */
static size_t times_bound(const struct change_tokens *c, const struct code_units *u, struct str name, bool bare)
{
	size_t n = 0;
	int depth = 0;

	for (size_t i = 0; i < u->tokens.n; i++) {
		depth += code_is(u, i, "(") || code_is(u, i, "[");
		depth -= code_is(u, i, ")") || code_is(u, i, "]");
		/* A bracket that is not closed does not reach into the next statement. */
		depth = depth < 0 || code_is(u, i, ";") || code_is(u, i, "{") ? 0 : depth;
		if (!str_eq(u->tokens.at[i].text, name))
			continue;
		bool assigned = depth == 0 && code_is(u, i + 1, "=");
		bool renamed = i && (code_is(u, i - 1, "as") || code_lists_token(u, "unbinds", i - 1));
		bool defined = i && code_lists_token(u, "functions", i - 1);
		n += assigned || renamed || (!bare && !assigned && (defined || is_removable(c, u, statement_of(u, i))));
	}
	return n;
}

/* A name that kept code calls gets another value: `f = print`, `m.f = print`, `import g as f`, `del f`. */
static void rebound_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str name = u->tokens.at[i].text;
	bool member = i && code_is(u, i - 1, "."), unbound = i && code_lists_token(u, "unbinds", i - 1);
	bool bound = code_is(u, i + 1, "=") || unbound || (i && code_is(u, i - 1, "as"));

	if (u->tokens.at[i].kind != TOKEN_WORD || !bound || (!unbound && !is_called(&c->old, name)))
		return;
	if (times_bound(c, u, name, true) > times_bound(c, &c->old, name, true) &&
		(member || times_bound(c, &c->old, name, false)))
		finding_add(f, 2, "gives another meaning to", name);
	size_t twin = c->twin_of_new[i];
	if (code_is(u, i + 1, "=") && twin != SIZE_MAX && is_removable(c, &c->old, statement_of(&c->old, twin)) &&
		!is_removable(c, u, statement_of(u, i)))
		finding_add(f, 2, "gives another meaning to", name);
}

/* `int run();` in place of `run();`, in languages that declare so. */
static void declared_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = statement_of(u, i);

	if (!u->semicolons || !is_kept_call(c, i) || i != s->first + 1 || !came(c, s->first) ||
		u->tokens.at[s->first].kind != TOKEN_WORD || code_lists_token(u, "prefixes", s->first) ||
		code_lists_token(u, "transfers", s->first) || code_lists_token(u, "functions", s->first) ||
		code_lists_token(u, "controls", s->first) || code_is(u, s->end, "{"))
		return;
	if (statement_of(&c->old, c->twin_of_new[i])->first == c->twin_of_new[i])
		finding_add(f, 2, "no longer calls", u->tokens.at[i].text);
}

static bool heads_body(const struct code_units *u, struct str name)
{
	for (size_t b = 1; b < u->blocks.n; b++) {
		size_t header = u->blocks.at[b].header;
		const struct code_statement *s = header == SIZE_MAX ? NULL : &u->statements.at[header];
		for (size_t i = s ? s->first : 0; s && u->blocks.at[b].function && i + 1 < s->end; i++)
			if (str_eq(u->tokens.at[i].text, name) && code_is(u, i + 1, "("))
				return true;
	}
	return false;
}

static bool has_kept_words(const struct change_tokens *c, size_t block)
{
	const struct code_units *u = &c->new;

	for (size_t i = 0; i < u->statements.n; i++)
		if (u->statements.at[i].block == block &&
			change_keeps_word(c, u->statements.at[i].first, u->statements.at[i].end))
			return true;
	return false;
}

/* A new body for a function that was declared.  Where the body was there already, its header was not understood. */
static void body_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	size_t header = s->block ? u->blocks.at[s->block].header : SIZE_MAX;

	if (header == SIZE_MAX || !u->blocks.at[s->block].function || !came(c, s->first) || has_kept_words(c, s->block))
		return;
	const struct code_statement *h = &u->statements.at[header];
	for (size_t i = h->first; i + 1 < h->end; i++) {
		struct str name = u->tokens.at[i].text;
		size_t twin = c->twin_of_new[i];
		if (u->tokens.at[i].kind == TOKEN_WORD && code_is(u, i + 1, "(") && twin != SIZE_MAX &&
			statement_of(&c->old, twin)->first != twin && is_called(&c->old, name) &&
			!heads_body(&c->old, name))
			finding_add(f, 2, "gives another meaning to", name);
	}
}

/* A decorator that may replace the function below it. */
static void decorator_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];

	if (!node_has(u->flow, "decorators") || !code_is(u, s->first, "@") || s->end < s->first + 2 ||
		change_keeps(c, s->first) || statement + 1 >= u->statements.n ||
		!change_keeps(c, u->statements.at[statement + 1].first))
		return;
	for (size_t i = s->first + 1; i < s->end && !code_is(u, i, "("); i++)
		if (code_lists_token(u, "decorators", i))
			return;
	finding_add(f, 2, "decorates a function", u->tokens.at[s->end - 1].text);
}

/* ---- loops ---- */

static bool is_loop(const struct change_tokens *c, const struct code_units *u, size_t block)
{
	size_t header = u->blocks.at[block].header;
	const struct code_statement *s = header == SIZE_MAX ? NULL : &u->statements.at[header];

	return s && work_lists(c, "loops", u->tokens.at[s->first].text);
}

/* A loop that ends in its first round, or makes another number of rounds. */
static void loop_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];

	if (s->block && code_lists_token(u, "transfers", s->first) && came(c, s->first) && is_loop(c, u, s->block) &&
		!code_is(u, s->first, "continue") &&
		!(s->first &&
			(code_is(u, s->first - 1, ")") || code_is(u, s->first - 1, "&&") ||
				code_is(u, s->first - 1, "||"))) &&
		!code_is(u, s->first, "yield"))
		finding_add(f, 2, "ends a loop in its first iteration", u->tokens.at[s->first].text);
	if (!work_lists(c, "loops", u->tokens.at[s->first].text) || !change_keeps(c, s->first))
		return;
	for (size_t i = s->first; i < s->end; i++) {
		const struct hunk *h = c->hunk_of_new[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[i]];
		if (h && u->tokens.at[i].kind == TOKEN_NUMBER && came(c, i) && h->old_end > h->old_begin &&
			c->old.tokens.at[h->old_begin].kind != TOKEN_SIGN)
			finding_add(f, 2, "changes how often a loop runs", u->tokens.at[i].text);
	}
}

/* `_` in place of a result that other code uses. */
static void discard_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct hunk *h = c->hunk_of_new[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[i]];

	if (!h || change_keeps(c, i) || !code_lists_token(&c->new, "discards", i))
		return;
	for (size_t k = h->old_begin; k < h->old_end; k++) {
		size_t n = 0;
		for (size_t m = 0; m < c->old.tokens.n; m++)
			n += str_eq(c->old.tokens.at[m].text, c->old.tokens.at[k].text);
		if (c->old.tokens.at[k].kind == TOKEN_WORD && n > 1)
			finding_add(f, 2, "drops a result that is used", c->old.tokens.at[k].text);
	}
}

/* ---- tests ---- */

/* A call that a test did not have: it may skip the test, whatever its name is. */
static void test_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t end = s->first;

	if (!s->block || !came(c, s->first) || u->tokens.at[s->first].kind != TOKEN_WORD ||
		change_keeps_word(c, s->first, s->end) || code_lists_token(u, "controls", s->first) ||
		code_lists_token(u, "functions", s->first))
		return;
	while (end + 2 < s->end && code_is(u, end + 1, "."))
		end += 2;
	if (code_is(u, end + 1, "(") && end + 1 < s->end)
		finding_add(f, 2, "adds a call to a test", u->tokens.at[end].text);
}

struct finding changed_meaning(const struct change_tokens *c)
{
	struct finding f = { 0 };

	if (!c->new.flow.image)
		return f;
	for (size_t i = 0; i < c->new.statements.n; i++)
		loop_look(c, i, &f);
	if (c->new.commands)
		return f;
	for (size_t i = 0; i < c->old.tokens.n; i++) {
		gone_look(c, i, &f);
		exit_look(c, i, &f);
		status_look(c, i, &f);
		dropped_look(c, i, &f);
	}
	for (size_t i = 0; i < c->new.tokens.n &&f.verdict != 1; i++) {
		if (c->hunk_of_new[i] != SIZE_MAX) {
			short_circuit_look(c, i, &f);
			form_look(c, i, &f);
			async_look(c, i, &f);
			result_look(c, i, &f);
			discard_look(c, i, &f);
		}
		if (c->hunks.n)
			declared_look(c, i, &f);
	}
	for (size_t i = 0; i < c->new.tokens.n && !f.verdict; i++)
		rebound_look(c, i, &f);
	for (size_t i = 0; i < c->new.statements.n && !f.verdict; i++) {
		replaced_result_look(c, i, &f);
		body_look(c, i, &f);
		decorator_look(c, i, &f);
		if (c->is_test)
			test_look(c, &c->new.statements.at[i], &f);
	}
	return f;
}

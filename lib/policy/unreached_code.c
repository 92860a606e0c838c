/* Statements that run no more, or only under a new condition, after a change. */
#include "policy/change_tokens.h"

#include <string.h>

static bool came(const struct change_tokens *c, size_t i)
{
	return c->twin_of_new[i] == SIZE_MAX && !is_respelling(c, i);
}

/* ---- conditions ---- */

/* The end of the condition that begins at i, after a word such as `if`: of its brackets, else of its statement or line.
 */
static size_t condition_end(const struct code_units *u, size_t i, size_t end)
{
	int depth = 0;
	bool brackets = i < end && str_is(u->tokens.at[i].text, "(");

	for (size_t k = i; k < end; k++) {
		struct str t = u->tokens.at[k].text;
		depth += str_is(t, "(") || str_is(t, "[");
		depth -= str_is(t, ")") || str_is(t, "]");
		if (depth == 0 && brackets)
			return k + 1;
		if (depth == 0 &&
			(str_is(t, ":") || str_is(t, ";") || str_is(t, "then") || str_is(t, "do") || str_is(t, "else")))
			return k;
	}
	return end;
}

/* Does the condition compare nothing but constants? */
static bool is_constant_condition(const struct change_tokens *c, const struct code_units *u, size_t from, size_t to)
{
	size_t values = 0;

	for (size_t i = from; i < to; i++) {
		const struct code_token *t = &u->tokens.at[i];
		if (t->kind == TOKEN_SIGN || code_lists(u, "operators", t->text))
			continue;
		if (!is_constant(c, t))
			return false;
		values++;
	}
	return values > 0;
}

static bool is_false(const struct change_tokens *c, const struct code_units *u, size_t statement)
{
	const struct code_statement *s = statement == SIZE_MAX ? NULL : &u->statements.at[statement];

	if (!s || !code_lists_token(u, "controls", s->first))
		return false;
	return is_constant_condition(c, u, s->first + 1, condition_end(u, s->first + 1, s->end)) &&
		!work_lists(c, "true", u->tokens.at[s->first + 1].text) &&
		!(s->first + 2 < s->end && work_lists(c, "true", u->tokens.at[s->first + 2].text));
}

/* ---- unreachable ---- */

/* Does the statement leave the block whenever it is reached? */
static bool leaves(const struct change_tokens *c, const struct code_units *u, size_t statement)
{
	const struct code_statement *s = &u->statements.at[statement];
	size_t before = s->first ? s->first - 1 : SIZE_MAX, end = s->first;
	bool commands = u->commands;

	if (commands && before != SIZE_MAX && !u->tokens.at[s->first].first &&
		(str_is(u->tokens.at[before].text, "&&") || str_is(u->tokens.at[before].text, "||") ||
			str_is(u->tokens.at[before].text, "|") || str_is(u->tokens.at[before].text, ")")))
		return false;
	/* "return x if y" */
	for (size_t i = s->first + 1; i < s->end; i++)
		if (code_lists_token(u, "modifiers", i))
			return false;
	while (end + 2 < s->end &&
		(str_is(u->tokens.at[end + 1].text, ".") || str_is(u->tokens.at[end + 1].text, "::")))
		end += 2;
	if (commands && end + 1 < s->end && str_is(u->tokens.at[end].text, "exec") &&
		u->tokens.at[end + 1].kind == TOKEN_SIGN)
		return false; /* only redirects */
	return code_lists_token(u, "transfers", s->first) || code_lists(u, "exits", code_dotted(c->a, u, end));
}

static bool is_label(const struct code_units *u, size_t statement)
{
	const struct code_statement *s = &u->statements.at[statement];

	if (code_lists_token(u, "labels", s->first))
		return true;
	return s->end - s->first >= 2 && str_is(u->tokens.at[s->first + 1].text, ":") &&
		u->tokens.at[s->first].kind == TOKEN_WORD && !code_lists_token(u, "controls", s->first);
}

/* Mark the statements that are not reached. */
static bool *unreached(const struct change_tokens *c, const struct code_units *u)
{
	bool *left = arena_alloc(c->a, u->blocks.n + 1), *blocked = arena_alloc(c->a, u->blocks.n + 1);
	bool *out = arena_alloc(c->a, u->statements.n + 1);
	size_t known = 1;

	for (size_t i = 0; i < u->statements.n; i++) {
		const struct code_statement *s = &u->statements.at[i];
		for (; known <= s->block; known++) {
			const struct code_block *b = &u->blocks.at[known];
			bool dead = b->header != SIZE_MAX && out[b->header] &&
				!code_lists_token(u, "functions", u->statements.at[b->header].first);
			blocked[known] = blocked[b->parent] || dead || is_false(c, u, b->header);
		}
		if (is_label(u, i) || code_lists_token(u, "close", s->first) ||
			(s->first && str_is(u->tokens.at[s->first - 1].text, ";;")))
			left[s->block] = false;
		out[i] = left[s->block] || blocked[s->block];
		left[s->block] |= leaves(c, u, i);
	}
	return out;
}

static void unreached_look(const struct change_tokens *c, struct finding *f)
{
	bool *before = unreached(c, &c->old), *after = unreached(c, &c->new);

	for (size_t i = 0; i < c->new.statements.n; i++) {
		const struct code_statement *s = &c->new.statements.at[i];
		size_t twin = c->twin_of_new[s->first];
		if (!after[i] || twin == SIZE_MAX || code_lists_token(&c->new, "close", s->first) ||
			code_lists_token(&c->new, "functions", s->first) ||
			code_lists_token(&c->new, "transfers", s->first))
			continue;
		if (c->new.tokens.at[s->first].kind != TOKEN_SIGN && !before[c->old.tokens.at[twin].statement])
			finding_add(f, 1, "makes code unreachable", c->new.tokens.at[s->first].text);
	}
}

/* ---- new conditions and functions around code ---- */

/* The header with what stands before it on its line, as in "for i := 0; i < n; i++ {". */
static struct code_statement whole_header(const struct code_units *u, size_t statement)
{
	struct code_statement s = u->statements.at[statement];

	while (statement && !u->tokens.at[s.first].first && str_is(u->tokens.at[s.first - 1].text, ";"))
		s.first = u->statements.at[--statement].first;
	return s;
}

static bool is_new_header(const struct change_tokens *c, const struct code_statement *s)
{
	size_t words = 0;

	for (size_t i = s->first; i < s->end; i++) {
		if (c->new.tokens.at[i].kind != TOKEN_WORD)
			continue;
		/* the word may have been taken for that of the function which is inside now */
		if (!came(c, i) && i == s->first && i + 1 < s->end && c->hunk_of_new[i + 1] != SIZE_MAX &&
			code_lists_token(&c->new, "functions", i) &&
			c->hunks.at[c->hunk_of_new[i + 1]].old_begin == c->hunks.at[c->hunk_of_new[i + 1]].old_end)
			continue;
		if (!came(c, i))
			return false;
		words++;
	}
	return words > 0;
}

static bool has_words(const struct change_tokens *c, const struct code_statement *s, const char *name)
{
	for (size_t i = s->first; i < s->end; i++)
		if (code_lists_token(&c->new, name, i))
			return true;
	return false;
}

static bool has_sign(const struct change_tokens *c, const struct code_statement *s, const char *sign)
{
	for (size_t i = s->first; i < s->end; i++)
		if (str_is(c->new.tokens.at[i].text, sign))
			return true;
	return false;
}

/* The new header around a kept statement; SIZE_MAX: none. */
static size_t header_around(const struct change_tokens *c, const struct code_statement *s)
{
	for (size_t b = s->block; b; b = c->new.blocks.at[b].parent) {
		size_t h = c->new.blocks.at[b].header;
		struct code_statement header = h == SIZE_MAX ? *s : whole_header(&c->new, h);
		if (h != SIZE_MAX && is_new_header(c, &header))
			return h;
	}
	return SIZE_MAX;
}

static void around_look(const struct change_tokens *c, struct finding *f)
{
	for (size_t i = 0; i < c->new.statements.n; i++) {
		const struct code_statement *s = &c->new.statements.at[i];
		size_t first = s->first;
		/* `case 1: run()` */
		while (is_label(&c->new, i) && came(c, s->first) && first + 1 < s->end && came(c, first))
			first++;
		if (c->twin_of_new[first] == SIZE_MAX || c->new.tokens.at[first].kind == TOKEN_SIGN ||
			code_lists_token(&c->new, "close", first))
			continue;
		size_t h = header_around(c, s);
		if (h == SIZE_MAX)
			continue;
		struct code_statement whole = whole_header(&c->new, h), *header = &whole;
		if (has_words(c, header, "functions") ||
			(!has_words(c, header, "controls") && (has_sign(c, header, "(") || has_sign(c, header, "["))))
			finding_add(f, 2, "moves code into a new function", c->new.tokens.at[first].text);
		else if (has_words(c, header, "controls") && !has_words(c, header, "handled"))
			finding_add(f, 2, "puts code under a new condition", c->new.tokens.at[first].text);
	}
}

static bool has_control(const struct change_tokens *c, size_t i)
{
	const struct code_statement *s = &c->new.statements.at[c->new.tokens.at[i].statement];

	return has_words(c, s, "controls") || has_words(c, s, "checks");
}

/* `x if y`, for `x`. */
static void modifier_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_statement *s = &c->new.statements.at[c->new.tokens.at[i].statement];
	bool kept = false;

	if (i == s->first || !came(c, i) || !code_lists_token(&c->new, "modifiers", i))
		return;
	for (size_t k = s->first; k < i; k++)
		kept |= c->twin_of_new[k] != SIZE_MAX && c->new.tokens.at[k].kind == TOKEN_WORD;
	if (kept)
		finding_add(f, 2, "puts code under a new condition", c->new.tokens.at[s->first].text);
}

/* `if (x)` in front of a kept statement, or `false &&`. */
static void condition_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[u->tokens.at[i].statement];
	struct str t = u->tokens.at[i].text;

	if (code_lists_token(u, "controls", i) && !code_lists_token(u, "handlers", i) && came(c, i)) {
		size_t end = condition_end(u, i + 1, s->end);
		bool new = true;
		for (size_t k = i + 1; k < end; k++)
			new &= u->tokens.at[k].kind == TOKEN_SIGN || came(c, k);
		if (new &&is_constant_condition(c, u, i + 1, end))
			finding_add(f, 1, "adds a condition that is constant", t);
		else if (new &&end > i + 1 && end < s->end && c->twin_of_new[end] != SIZE_MAX &&
			u->tokens.at[end].kind == TOKEN_WORD)
			finding_add(f, 2, "puts code under a new condition", u->tokens.at[end].text);
		return;
	}
	if (!code_lists(u, "junctions", t) || c->twin_of_new[i] != SIZE_MAX)
		return;
	bool shell = u->commands;
	for (size_t k = i ? i - 1 : 0; k <= i + 1 && k < u->tokens.n; k += 2)
		if (shell && k > i && str_is(t, "||") && str_is(u->tokens.at[k].text, "false"))
			continue; /* it fails all the same */
		else if (came(c, k) && work_lists(c, "booleans", u->tokens.at[k].text))
			finding_add(f, 1, "joins a condition with a constant", u->tokens.at[k].text);
	/* "if (x && y)" for "if (x)" */
	if (!shell && came(c, i) && i && !came(c, i - 1) && i + 1 < u->tokens.n && came(c, i + 1) && !str_is(t, "?") &&
		code_lists_token(u, "controls", s->first) && !came(c, s->first))
		finding_add(f, 2, "changes a condition", u->tokens.at[i + 1].text);
	/* In C: (0 && x), (x && 0), (x || 1); but x || 0 is a default. */
	if (i && came(c, i - 1) && u->tokens.at[i - 1].kind == TOKEN_NUMBER &&
		(is_constant_operand(c, s->first, i) || change_keeps_word(c, i + 1, s->end)))
		finding_add(f, 1, "joins a condition with a constant", u->tokens.at[i - 1].text);
	if (i + 1 < u->tokens.n && came(c, i + 1) && u->tokens.at[i + 1].kind == TOKEN_NUMBER &&
		(str_is(u->tokens.at[i + 1].text, "0") == (str_is(t, "&&") || str_is(t, "and"))))
		finding_add(f, 1, "joins a condition with a constant", u->tokens.at[i + 1].text);
}

static bool is_comparison(struct str t)
{
	return str_is(t, "==") || str_is(t, "!=") || str_is(t, "===") || str_is(t, "!==");
}

static bool hunk_lost(const struct change_tokens *c, size_t i, const char *x, const char *y)
{
	const struct hunk *h = &c->hunks.at[c->hunk_of_new[i]];

	for (size_t k = h->old_begin; k < h->old_end; k++)
		if (str_is(c->old.tokens.at[k].text, x) || str_is(c->old.tokens.at[k].text, y))
			return true;
	return false;
}

/* A comparison or a condition that is the opposite now, or compares a value with itself. */
static void opposite_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str t = u->tokens.at[i].text;
	bool kept = c->twin_of_new[i] != SIZE_MAX, negates = str_is(t, "!") || str_is(t, "not");

	bool after = i >= 2 && is_comparison(u->tokens.at[i - 1].text) && str_eq(u->tokens.at[i - 2].text, t);
	bool before = i + 2 < u->tokens.n && is_comparison(u->tokens.at[i + 1].text) &&
		str_eq(u->tokens.at[i + 2].text, t);
	if (!kept && (after || before))
		finding_add(f, 1, "compares a value with itself", t);
	if (kept || u->commands)
		return;
	bool less = str_is(t, "<") || str_is(t, "<="), more = str_is(t, ">") || str_is(t, ">=");
	if ((less || more) && i && u->tokens.at[i - 1].kind != TOKEN_SIGN && has_control(c, i) &&
		hunk_lost(c, i, less ? ">" : "<", less ? ">=" : "<="))
		finding_add(f, 2, "inverts a comparison", t);
	if (is_comparison(t) && hunk_lost(c, i, t.p[0] == '=' ? "!=" : "==", t.p[0] == '=' ? "!==" : "==="))
		finding_add(f, 2, "inverts a comparison", t);
	if (negates && i + 1 < u->tokens.n && c->twin_of_new[i + 1] != SIZE_MAX && !hunk_lost(c, i, "!", "not") &&
		code_lists(u, "operators", STR("not")) + code_lists(u, "junctions", STR("&&")) &&
		!str_is(u->tokens.at[i + 1].text, "=") && !str_is(u->tokens.at[i + 1].text, "in") &&
		u->tokens.at[i + 1].kind == TOKEN_WORD && has_control(c, i))
		finding_add(f, 2, "inverts a condition", u->tokens.at[i + 1].text);
}

/* A kept call or exit whose argument is another, and code that becomes the body of a function without a name. */
static void argument_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[u->tokens.at[i].statement];

	if (c->twin_of_new[i] != SIZE_MAX || is_respelling(c, i))
		return;
	bool commands = u->commands;
	for (size_t k = s->first; k < i && !commands && u->tokens.at[i].kind != TOKEN_SIGN; k++)
		if (c->twin_of_new[k] != SIZE_MAX && code_lists(u, "exits", code_dotted(c->a, u, k)))
			finding_add(f, 2, "changes an exit status", u->tokens.at[i].text);
	bool arrow = code_lists(u, "functions", u->tokens.at[i].text) && u->tokens.at[i].kind == TOKEN_SIGN;
	bool next = i + 1 < u->tokens.n && c->twin_of_new[i + 1] != SIZE_MAX && u->tokens.at[i + 1].kind == TOKEN_WORD;
	struct str last = i ? u->tokens.at[i - 1].text : STR("");
	bool closure = code_lists(u, "closures", u->tokens.at[i].text) &&
		(str_is(last, "=") || str_is(last, "(") || str_is(last, ","));
	if (closure || (arrow && next && i && c->twin_of_new[i - 1] == SIZE_MAX) ||
		str_is(u->tokens.at[i].text, "lambda"))
		finding_add(f, 2, "moves code into a new function", u->tokens.at[i].text);
	if (work_lists(c, "unevaluated", u->tokens.at[i].text) && i + 1 < u->tokens.n)
		finding_add(f, 1, "keeps code from running", u->tokens.at[i].text);
	if (code_lists(u, "detaches", u->tokens.at[i].text) && i + 1 < u->tokens.n && c->twin_of_new[i + 1] != SIZE_MAX)
		finding_add(f, 1, "no longer waits for", u->tokens.at[i + 1].text);
}

/* ---- other meanings of a name ---- */

static bool is_called(const struct change_tokens *c, struct str name)
{
	for (size_t i = 0; i + 1 < c->new.tokens.n; i++)
		if (c->twin_of_new[i] != SIZE_MAX && str_eq(c->new.tokens.at[i].text, name) &&
			str_is(c->new.tokens.at[i + 1].text, "("))
			return true;
	return false;
}

static bool occurs(const struct code_units *u, struct str word)
{
	for (size_t i = 0; i < u->tokens.n; i++)
		if (str_eq(u->tokens.at[i].text, word))
			return true;
	return false;
}

static size_t times_defined(const struct code_units *u, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < u->tokens.n; i++)
		n += code_lists_token(u, "functions", i) && str_eq(u->tokens.at[i + 1].text, name);
	return n;
}

/* A name that is called gets another value or definition. */
static void name_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str head = u->tokens.at[s->first].text;
	/* The "#" of a directive may be taken for that of another one. */
	size_t key = s->first + (str_is(head, "#") && s->first + 1 < s->end);

	if (c->twin_of_new[key] != SIZE_MAX || is_respelling(c, key))
		return;
	bool new = is_new_header(c, s);
	for (size_t i = s->first; i + 1 < s->end; i++) {
		struct str name = u->tokens.at[i].text, next = u->tokens.at[i + 1].text;
		bool assigned = str_is(next, "=") || str_is(next, ":=");
		bool defined = i > s->first && code_lists(u, "functions", u->tokens.at[i - 1].text);
		size_t twin = c->twin_of_new[i];
		bool imported = twin != SIZE_MAX &&
			is_declaration(c, &c->old.statements.at[c->old.tokens.at[twin].statement]);
		if (defined && times_defined(&c->old, name) && times_defined(u, name) > times_defined(&c->old, name))
			finding_add(f, 2, "defines again", name);
		if (u->tokens.at[i].kind == TOKEN_WORD && (assigned || defined) && (new || imported) &&
			is_called(c, name))
			finding_add(f, 2, "gives another meaning to", name);
	}
	if (str_is(head, "#") && s->end > s->first + 2 && c->twin_of_new[s->first + 1] == SIZE_MAX &&
		c->new.tokens.at[s->first + 1].kind == TOKEN_WORD &&
		(str_is(u->tokens.at[s->first + 1].text, "define") ||
			str_is(u->tokens.at[s->first + 1].text, "undef")) &&
		occurs(&c->old, u->tokens.at[s->first + 2].text))
		finding_add(f, 2, "gives another meaning to", u->tokens.at[s->first + 2].text);
}

/* ---- keys that make something conditional ---- */

static size_t key_of(const struct code_units *u, const struct code_statement *s)
{
	size_t i = s->first;

	while (i + 1 < s->end && u->tokens.at[i].kind == TOKEN_SIGN)
		i++;
	/* ansible.builtin.meta */
	while (i + 2 < s->end && str_is(u->tokens.at[i + 1].text, "."))
		i += 2;
	return i;
}

/* The letters and comparisons of a statement, since quotes and brackets around a value change nothing. */
static struct str letters(struct arena *a, const struct code_units *u, const struct code_statement *s)
{
	size_t n = 0, room = 0;

	for (size_t i = s->first; i < s->end; i++)
		room += u->tokens.at[i].text.n;
	char *out = arena_alloc(a, room + 1);
	for (size_t i = s->first; i < s->end; i++)
		for (size_t k = 0; k < u->tokens.at[i].text.n; k++) {
			char b = u->tokens.at[i].text.p[k];
			if (!strchr(" \t\n\"'{}()-,%", b))
				out[n++] = b;
		}
	return (struct str){ out, n };
}

/* Was the token part of a string that was not closed? */
static bool is_unquoted(const struct change_tokens *c, size_t i)
{
	const struct hunk *h = c->hunk_of_new[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[i]];

	for (size_t k = h ? h->old_begin : 0; h && k < h->old_end; k++)
		if (str_chr(c->old.tokens.at[k].text, '\n') < c->old.tokens.at[k].text.n)
			return true;
	return false;
}

static void guard_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t key = key_of(u, s), twin = c->twin_of_new[key];

	if (!code_lists_token(u, "guards", key) || key + 1 >= s->end || !strchr(":=", u->tokens.at[key + 1].text.p[0]))
		return;
	if (twin == SIZE_MAX && !is_respelling(c, key)) {
		finding_add(f, 2, "makes a step conditional, or ignores its failure", u->tokens.at[key].text);
		return;
	}
	const struct code_statement *o = twin == SIZE_MAX ? NULL :
							    &c->old.statements.at[c->old.tokens.at[twin].statement];
	bool changed = false;
	for (size_t i = key + 1; i < s->end; i++)
		if (is_unquoted(c, i))
			return;
	for (size_t i = key + 1; i < s->end; i++)
		changed |= c->twin_of_new[i] == SIZE_MAX && !is_respelling(c, i) && is_constant(c, &u->tokens.at[i]);
	for (size_t i = o ? o->first : 0; o && i < o->end; i++)
		changed |= c->twin_of_old[i] == SIZE_MAX && !is_respelt(c, i) &&
			c->old.tokens.at[i].kind != TOKEN_SIGN &&
			str_chr(c->old.tokens.at[i].text, '\n') == c->old.tokens.at[i].text.n;
	if (o && changed && !str_eq(letters(c->a, &c->old, o), letters(c->a, u, s)))
		finding_add(f, 2, "changes when a step is done", u->tokens.at[key].text);
}

/* A condition that was computed is a constant now. */
static void replaced_condition_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	size_t end = condition_end(&c->new, s->first + 1, s->end), twin = c->twin_of_new[s->first];

	if (!code_lists_token(&c->new, "controls", s->first) || twin == SIZE_MAX ||
		!is_constant_condition(c, &c->new, s->first + 1, end))
		return;
	const struct code_statement *o = &c->old.statements.at[c->old.tokens.at[twin].statement];
	if (o->first == twin && o->end > twin + 1 &&
		!is_constant_condition(c, &c->old, twin + 1, condition_end(&c->old, twin + 1, o->end)))
		finding_add(f, 1, "replaces a condition by a constant", c->new.tokens.at[s->first].text);
}

/* ---- new exits ---- */

/* Does kept code follow in the function, after statement i? */
static bool is_followed(const struct change_tokens *c, size_t statement)
{
	const struct code_units *u = &c->new;
	size_t function = u->statements.at[statement].block;

	while (function && !u->blocks.at[function].function)
		function = u->blocks.at[function].parent;
	for (size_t i = statement + 1; i < u->statements.n; i++) {
		const struct code_statement *s = &u->statements.at[i];
		size_t b = s->block;
		while (b && b != function)
			b = u->blocks.at[b].parent;
		if (b != function)
			return false;
		if (is_label(u, i) && s->block == u->statements.at[statement].block)
			return false;
		if (c->twin_of_new[s->first] != SIZE_MAX && u->tokens.at[s->first].kind == TOKEN_WORD &&
			!code_lists_token(u, "close", s->first) && !code_lists_token(u, "functions", s->first))
			return true;
	}
	return false;
}

/* The status that the exit at i gives: does it report success, or none? */
static bool succeeds(const struct change_tokens *c, size_t i)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[u->tokens.at[i].statement];
	bool any = false;

	for (size_t k = i + 1; k < s->end; k++) {
		const struct code_token *t = &u->tokens.at[k];
		if (t->kind == TOKEN_SIGN && !str_is(t->text, "$"))
			continue;
		if (!is_success(c, t->text))
			return is_inert(c, t->text);
		any = true;
	}
	return any || u->commands == false;
}

/* `return` in front of a value that stood alone, or in place of the same word of another language. */
static bool is_completed(const struct change_tokens *c, size_t i)
{
	const struct code_units *u = &c->new;
	const struct hunk *h = &c->hunks.at[c->hunk_of_new[i]];
	size_t gone = 0, came_words = 0;

	if (i + 1 < u->tokens.n && u->tokens.at[i + 1].statement == u->tokens.at[i].statement &&
		c->twin_of_new[i + 1] != SIZE_MAX && u->tokens.at[i + 1].kind != TOKEN_SIGN &&
		!(i + 2 < u->tokens.n && u->tokens.at[i + 2].kind == TOKEN_SIGN &&
			(str_is(u->tokens.at[i + 2].text, "(") || str_is(u->tokens.at[i + 2].text, "."))))
		return true;
	for (size_t k = h->old_begin; k < h->old_end; k++)
		if (c->old.tokens.at[k].kind == TOKEN_WORD && c->twin_of_old[k] == SIZE_MAX)
			gone += k + 1 < c->old.tokens.n && str_is(c->old.tokens.at[k + 1].text, "(") ? 100 : 1;
	for (size_t k = h->new_begin; k < h->new_end; k++)
		came_words += u->tokens.at[k].kind == TOKEN_WORD && c->twin_of_new[k] == SIZE_MAX;
	return gone == 1 && came_words == 1;
}

/* `|| exit`: it fails with what failed. */
static bool is_on_failure(const struct code_units *u, size_t i)
{
	return i && str_is(u->tokens.at[i - 1].text, "||") && u->commands;
}

static bool is_head(const struct code_units *u, size_t i)
{
	size_t first = u->statements.at[u->tokens.at[i].statement].first;

	while (first < i && code_lists_token(u, "prefixes", first))
		first++;
	return first == code_dotted_begin(u, i);
}

static void exit_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t statement = u->tokens.at[i].statement;
	struct str t = u->tokens.at[i].text;

	if (u->tokens.at[i].kind != TOKEN_WORD || c->twin_of_new[i] != SIZE_MAX)
		return;
	struct str name = code_dotted(c->a, u, i);
	if (code_lists(u, "exits", name) && !is_respelling(c, i)) {
		bool execs = code_lists(u, "execs", name);
		if (is_on_failure(u, i) && !succeeds(c, i) && !execs)
			return;
		if (succeeds(c, i) || execs)
			finding_add(f, 1, "ends the program early with success", t);
		else if (is_followed(c, statement) && is_head(u, i))
			finding_add(f, 2, "ends the program before other code", t);
		return;
	}
	if (!code_lists(u, "transfers", t) || is_respelling(c, i) || is_on_failure(u, i) || is_completed(c, i) ||
		!is_followed(c, statement))
		return;
	finding_add(f, 2, "leaves before other code", t);
}

/* ---- handlers ---- */

/* An added handler that catches failures and lets none through. */
static void handler_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t statement = (size_t)(s - u->statements.at);
	bool passes_on = has_words(c, s, "handled");

	if (!has_words(c, s, "handlers") || c->twin_of_new[s->first] != SIZE_MAX || is_respelling(c, s->first) ||
		!is_new_header(c, s))
		return;
	for (size_t i = statement; i < u->statements.n && !passes_on; i++) {
		const struct code_statement *inside = &u->statements.at[i];
		if (inside->block && u->blocks.at[inside->block].header == statement)
			passes_on = has_words(c, inside, "raises");
	}
	if (!passes_on)
		finding_add(f, 1, "catches a failure without passing it on", u->tokens.at[s->first].text);
}

static bool mentions_new(const struct change_tokens *c, const struct code_statement *s, const char *name)
{
	for (size_t i = s->first; i < s->end; i++)
		if (came(c, i) && code_lists_token(&c->new, name, i))
			return true;
	return false;
}

/* ---- the preprocessor ---- */

static void directive_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str word = s->end > s->first + 1 ? u->tokens.at[s->first + 1].text : STR("");

	if (!str_is(u->tokens.at[s->first].text, "#") || !code_lists(u, "directives", word) || !came(c, s->first + 1))
		return;
	/* #ifndef X, #define X: an include guard */
	bool guard = s->end == s->first + 3 && s->end + 2 < u->tokens.n && str_is(word, "ifndef") &&
		str_is(u->tokens.at[s->end + 1].text, "define") &&
		str_eq(u->tokens.at[s->end + 2].text, u->tokens.at[s->first + 2].text);
	bool constant = is_constant_condition(c, u, s->first + 2, s->end);
	if (!guard)
		finding_add(f, constant ? 1 : 2, "leaves out code when it is compiled", word);
}

struct finding unreached_code(const struct change_tokens *c)
{
	struct finding f = { 0 };

	if (!c->new.flow.image)
		return f;
	for (size_t i = 0; i < c->new.tokens.n &&f.verdict != 1; i++) {
		if (c->hunk_of_new[i] == SIZE_MAX)
			continue;
		condition_look(c, i, &f);
		modifier_look(c, i, &f);
		opposite_look(c, i, &f);
		argument_look(c, i, &f);
		exit_look(c, i, &f);
	}
	for (size_t i = 0; i < c->new.statements.n &&f.verdict != 1; i++) {
		const struct code_statement *s = &c->new.statements.at[i];
		replaced_condition_look(c, s, &f);
		handler_look(c, s, &f);
		directive_look(c, s, &f);
		name_look(c, s, &f);
		guard_look(c, s, &f);
		if (mentions_new(c, s, "ends"))
			finding_add(&f, 1, "ends the text of the program", c->new.tokens.at[s->first].text);
	}
	if (f.verdict != 1)
		unreached_look(c, &f);
	if (f.verdict != 1)
		around_look(c, &f);
	return f;
}

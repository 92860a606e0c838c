/* Statements, calls and checks that a change deletes. */
#include "policy/change_tokens.h"

#include <ctype.h>
#include <string.h>

#include "rules/regex.h"

static const struct code_token *old_token(const struct change_tokens *c, size_t i)
{
	return &c->old.tokens.at[i];
}

static bool is_gone(const struct change_tokens *c, size_t i)
{
	return c->twin_of_old[i] == SIZE_MAX && !is_respelt(c, i);
}

/* What stands in place of the tokens of a hunk: words other than constants and options, and are there calls? */
struct replaced {
	size_t words, constants;
	bool calls;
	bool refers; /* to a variable of a command language */
	bool inert;  /* one of them does nothing, as `true` */
};

enum { LOOK_MOST = 300 }; /* tokens of a hunk */

static struct replaced replaced_by(const struct change_tokens *c, size_t hunk)
{
	struct replaced r = { 0 };

	for (size_t k = hunk == SIZE_MAX ? 0 : c->hunks.at[hunk].new_begin;
		hunk != SIZE_MAX && k < c->hunks.at[hunk].new_end; k++) {
		const struct code_token *t = &c->new.tokens.at[k];
		if (c->twin_of_new[k] != SIZE_MAX || t->kind == TOKEN_SIGN)
			continue;
		r.inert |= is_inert(c, t->text);
		if (is_constant(c, t) || is_inert(c, t->text) || t->text.p[0] == '-' ||
			code_lists(&c->new, "transfers", t->text)) {
			r.constants++;
			continue;
		}
		r.words++;
		r.refers |= str_chr(t->text, '$') < t->text.n;
		r.calls |= k + 1 < c->new.tokens.n &&str_is(c->new.tokens.at[k + 1].text, "(");
	}
	return r;
}

/* ---- languages with calls ---- */

static bool is_call(const struct change_tokens *c, size_t i)
{
	const struct code_statement *s = &c->old.statements.at[old_token(c, i)->statement];

	if (old_token(c, i)->kind != TOKEN_WORD || i + 1 >= c->old.tokens.n || !str_is(old_token(c, i + 1)->text, "("))
		return false;
	if (code_lists(&c->old, "controls", old_token(c, i)->text))
		return false;
	for (size_t k = s->first; k < i; k++)
		if (code_lists(&c->old, "functions", old_token(c, k)->text))
			return false;
	return true;
}

static struct str statement_text(const struct code_units *u, const struct code_statement *s)
{
	const struct code_token *first = &u->tokens.at[s->first], *last = &u->tokens.at[s->end - 1];

	return (struct str){ first->text.p, (size_t)(last->text.p + last->text.n - first->text.p) };
}

/* A statement that only declares or imports, or the mark of a conflict. */
bool is_declaration(const struct change_tokens *c, const struct code_statement *s)
{
	struct str pattern = node_str(node_get(c->old.flow, "removable")), head = old_token(c, s->first)->text;
	struct regex *re = pattern.n ? regex_new(c->a, pattern, NULL) : NULL;
	bool yes = re && regex_match(re, statement_text(&c->old, s), NULL) == 1;

	regex_free(re);
	return yes || str_is(head, "<<<") || str_is(head, ">>>") || str_is(head, "===");
}

/* Is the call the whole statement, so that only what it does counts? */
static bool is_statement_head(const struct change_tokens *c, size_t i)
{
	size_t begin = code_dotted_begin(&c->old, i);
	size_t first = c->old.statements.at[old_token(c, i)->statement].first;

	while (first < begin && code_lists(&c->old, "prefixes", old_token(c, first)->text))
		first++;
	return begin == first;
}

static bool has_kept_words(const struct change_tokens *c, size_t call)
{
	int depth = 0;
	size_t words = 0;

	for (size_t i = call + 1; i < c->old.tokens.n; i++) {
		struct str t = old_token(c, i)->text;
		depth += str_is(t, "(");
		depth -= str_is(t, ")");
		if (depth == 0)
			break;
		if (old_token(c, i)->kind == TOKEN_SIGN)
			continue;
		if (is_gone(c, i))
			return false;
		words++;
	}
	return words > 0;
}

static void call_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	struct replaced r = replaced_by(c, c->hunk_of_old[i]);
	struct str name = old_token(c, i)->text;

	if (is_statement_head(c, i)) {
		if (!r.words || r.inert)
			finding_add(f, 1, "deletes a call", name);
		else if (!r.calls)
			finding_add(f, 2, "replaces a call by other code", name);
		else if (!has_kept_words(c, i))
			finding_add(f, 2, "replaces a call by another one", name);
		return;
	}
	if (!r.words && !has_kept_words(c, i))
		finding_add(f, r.constants ? 1 : 2, "replaces the result of a call by a constant", name);
}

static bool is_repeated(const struct change_tokens *c, size_t i)
{
	struct str t = old_token(c, i)->text;

	return (i && str_eq(old_token(c, i - 1)->text, t)) ||
		(i + 1 < c->old.tokens.n && str_eq(old_token(c, i + 1)->text, t));
}

static bool occurs(const struct code_units *u, struct str word, size_t least)
{
	size_t n = 0;

	for (size_t i = 0; i < u->tokens.n; i++)
		n += str_eq(u->tokens.at[i].text, word);
	return n >= least;
}

/* A result or status that was computed is a constant of success now. */
static void result_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_statement *s = &c->old.statements.at[old_token(c, i)->statement];
	bool exits = false, returns = false;
	struct replaced r = replaced_by(c, c->hunk_of_old[i]);
	bool failure = is_constant(c, old_token(c, i)) && !is_success(c, old_token(c, i)->text);

	for (size_t k = s->first; k < i; k++) {
		exits |= code_lists(&c->old, "exits", code_dotted(c->a, &c->old, k));
		returns |= code_lists(&c->old, "results", old_token(c, k)->text);
	}
	if (r.words || !r.constants ||
		(!failure && (is_constant(c, old_token(c, i)) || !occurs(&c->old, old_token(c, i)->text, 2))))
		return;
	if (exits)
		finding_add(f, 1, "replaces an exit status by a constant", old_token(c, i)->text);
	else if (returns && old_token(c, i)->kind == TOKEN_WORD)
		finding_add(f, 2, "replaces a result by a constant", old_token(c, i)->text);
}

/* Is the word called, as a function or as a macro, "println!(x)"? */
static bool is_called(const struct code_units *u, size_t word)
{
	size_t next = word + 1 < u->tokens.n && code_lists_token(u, "macros", word + 1) ? word + 2 : word + 1;

	return next < u->tokens.n && str_is(u->tokens.at[next].text, "(");
}

static size_t calls_of(const struct code_units *u, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < u->tokens.n; i++)
		n += str_eq(u->tokens.at[i].text, name) && is_called(u, i);
	return n;
}

/* A call that is only mentioned now. */
static void kept_call_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	size_t twin = c->twin_of_old[i];

	if (twin == SIZE_MAX || !is_call(c, i) || !is_statement_head(c, i))
		return;
	if (!is_called(&c->new, twin) &&
		calls_of(&c->new, old_token(c, i)->text) < calls_of(&c->old, old_token(c, i)->text))
		finding_add(f, 1, "no longer calls", old_token(c, i)->text);
}

static void word_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	struct str name = old_token(c, i)->text;

	if (old_token(c, i)->kind == TOKEN_WORD && !is_repeated(c, i)) {
		if (code_lists(&c->old, "checks", name))
			finding_add(f, 1, "deletes a check", name);
		else if (is_call(c, i) && !is_declaration(c, &c->old.statements.at[old_token(c, i)->statement]))
			call_look(c, i, f);
	}
	result_look(c, i, f);
}

/* ---- whole statements ---- */

/* Is there another statement with the same tokens in the new text? */
static bool is_kept_elsewhere(const struct change_tokens *c, const struct code_statement *s)
{
	for (size_t i = 0; i < c->new.statements.n; i++) {
		const struct code_statement *o = &c->new.statements.at[i];
		size_t n = s->end - s->first, k = 0;
		if (o->end - o->first != n)
			continue;
		while (k < n && str_eq(old_token(c, s->first + k)->text, c->new.tokens.at[o->first + k].text))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

/* The name that the statement declares or assigns: the last word before "=" or the end. */
static struct str target_of(const struct change_tokens *c, const struct code_statement *s)
{
	struct str target = STR("");

	for (size_t i = s->first; i < s->end; i++) {
		const struct code_token *t = old_token(c, i);
		if (str_is(t->text, "=") || str_is(t->text, ":=") || str_is(t->text, ":") || str_is(t->text, "["))
			break;
		if (str_is(t->text, ".") || str_is(t->text, "->") || str_is(t->text, "("))
			return STR("");
		if (t->kind == TOKEN_WORD)
			target = t->text;
	}
	return target;
}

static bool is_removable(const struct change_tokens *c, const struct code_statement *s)
{
	struct str target = target_of(c, s);

	if (is_declaration(c, s) || is_kept_elsewhere(c, s))
		return true;
	return !c->old.declarations && target.n && !occurs(&c->new, target, 1);
}

static void statement_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	size_t words = 0, first = SIZE_MAX;
	struct str head = old_token(c, s->first)->text;

	/* A comment of another language. */
	if (!node_has(c->old.flow, "directives") && (str_is(head, "#") || str_is(head, "//")))
		return;
	for (size_t i = s->first; i < s->end; i++) {
		const struct code_token *t = old_token(c, i);
		if (t->kind == TOKEN_SIGN)
			continue;
		if (!is_gone(c, i) || (c->hunk_of_old[i] != SIZE_MAX && replaced_by(c, c->hunk_of_old[i]).words))
			return;
		first = first == SIZE_MAX ? i : first;
		words++;
	}
	/* One word alone is stray, unless it acts. */
	if (words < 2 && !(words && c->old.declarations) &&
		!(words && code_lists(&c->old, "transfers", old_token(c, first)->text)))
		return;
	if (!is_removable(c, s))
		finding_add(f, 2, "deletes a statement", old_token(c, first)->text);
}

/* ---- commands ---- */

static bool is_structure(const struct change_tokens *c, struct str word)
{
	return code_lists(&c->old, "open", word) || code_lists(&c->old, "close", word) ||
		code_lists(&c->old, "controls", word) || code_lists(&c->old, "prefixes", word);
}

/* The word that names the command of a statement. */
static size_t command_of(const struct code_units *u, const struct code_statement *s)
{
	for (size_t i = s->first; i < s->end; i++) {
		struct str t = u->tokens.at[i].text;
		size_t equals = str_chr(t, '=');
		bool sets = equals && equals < t.n && t.p[0] != '$' && t.p[0] != '"' && t.p[0] != '-';
		if (!sets && !code_lists(u, "prefixes", t) && !code_lists(u, "controls", t))
			return i;
	}
	return s->first;
}

static bool is_option(struct str word)
{
	return word.n > 1 && word.p[0] == '-';
}

/* A target's prerequisites, and the arguments of a program that runs tests or builds. */
static bool is_run(const struct change_tokens *c, const struct code_statement *s)
{
	struct str head = old_token(c, command_of(&c->old, s))->text;

	if (old_token(c, s->first)->first && head.n > 1 && head.p[head.n - 1] == ':')
		return true;
	if (head.n && (head.p[0] == '@' || head.p[0] == '+'))
		head = str_sub(head, 1, head.n);
	return work_lists(c, "runners", head);
}

static bool is_sign(const struct change_tokens *c, size_t i, const char *sign)
{
	return i < c->old.tokens.n && str_is(old_token(c, i)->text, sign);
}

/* "name(a, b) {": the parameters of a function as other languages write them.  No shell takes that for commands. */
static bool is_parameter(const struct change_tokens *c, size_t i)
{
	size_t open = i, end = i;

	while (open > 0 && !old_token(c, open)->first && !is_sign(c, open, "("))
		open--;
	while (end < c->old.tokens.n && !is_sign(c, end, ")") && !is_sign(c, end, "{"))
		end++;
	if (open == 0 || !is_sign(c, open, "(") || !is_sign(c, end, ")") || !is_sign(c, end + 1, "{"))
		return false;
	const struct code_token *name = old_token(c, open - 1);
	/* "$(verify) {" is a substitution. */
	return name->kind == TOKEN_WORD && name->text.p + name->text.n == old_token(c, open)->text.p &&
		(isalnum((unsigned char)name->text.p[name->text.n - 1]) || name->text.p[name->text.n - 1] == '_');
}

static bool is_twice(struct str longer, struct str shorter)
{
	return longer.n == 2 * shorter.n && str_eq(str_sub(longer, 0, shorter.n), shorter) &&
		str_eq(str_sub(longer, shorter.n, longer.n), shorter);
}

/* Does the hunk have the operator doubled, or once instead of twice, as "[[" for "["? */
static bool is_operator_respelt(const struct change_tokens *c, size_t hunk, struct str word)
{
	if (!code_lists(&c->old, "operators", word))
		return false;
	for (size_t k = c->hunks.at[hunk].new_begin; k < c->hunks.at[hunk].new_end; k++) {
		struct str t = c->new.tokens.at[k].text;
		if (c->twin_of_new[k] == SIZE_MAX && code_lists(&c->new, "operators", t) &&
			(is_twice(t, word) || is_twice(word, t)))
			return true;
	}
	return false;
}

/* Both are in one hunk, which puts more words in than it takes out. */
static void command_word_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_statement *s = &c->old.statements.at[old_token(c, i)->statement];
	struct replaced r = replaced_by(c, c->hunk_of_old[i]);
	struct str word = old_token(c, i)->text;
	size_t hunk = c->hunk_of_old[i], lost = 0;

	/* A line that can be no command, such as a comment of another language. */
	struct str head = old_token(c, s->first)->text;
	if (str_starts(head, "!#") || str_is(head, "//") || str_is(head, "--") || str_is(head, "/*") ||
		str_is(head, "*/"))
		return;
	if (old_token(c, i)->kind == TOKEN_SIGN || is_structure(c, word) || is_option(word) || is_repeated(c, i) ||
		is_parameter(c, i) || is_operator_respelt(c, hunk, word))
		return;
	for (size_t k = c->hunks.at[hunk].old_begin;
		k < c->hunks.at[hunk].old_end && k < c->hunks.at[hunk].old_begin + LOOK_MOST; k++)
		lost += old_token(c, k)->kind != TOKEN_SIGN && is_gone(c, k) && !is_option(old_token(c, k)->text) &&
			!is_structure(c, old_token(c, k)->text);
	if (command_of(&c->old, s) == i && (!r.words || r.inert))
		finding_add(f, 1, "deletes a command", word);
	else if (!r.words)
		finding_add(f, r.constants ? 1 : 2, "deletes a word of a command", word);
	else if (lost > r.words && !r.refers)
		finding_add(f, 2, "deletes words of a command", word);
	else if (!r.refers && is_run(c, s))
		finding_add(f, 2, "changes what is run", word);
}

/* ---- what stood there twice ---- */

/* More brackets and words that open than such that close, or fewer? */
static bool is_uneven(const struct code_units *u, size_t begin, size_t end)
{
	int depth = 0;

	for (size_t i = begin; i < end; i++) {
		struct str t = u->tokens.at[i].text;
		bool sign = u->tokens.at[i].kind == TOKEN_SIGN && t.n == 1;
		depth += (sign && strchr("([{", t.p[0])) || code_lists(u, "open", t);
		depth -= (sign && strchr(")]}", t.p[0])) || code_lists(u, "close", t);
	}
	return depth != 0;
}

/* A function with a name, or with what it belongs to, as Go's methods at a line's very beginning; not one that a call
 * is given. */
static bool defines_function(const struct code_units *u, size_t begin, size_t end)
{
	for (size_t i = begin; i + 1 < u->tokens.n && i < end; i++) {
		const struct code_token *t = &u->tokens.at[i];
		if (t->kind == TOKEN_WORD && code_lists(u, "functions", t->text) &&
			(t[1].kind == TOKEN_WORD || i == 0 || t->text.p[-1] == '\n'))
			return true;
	}
	return false;
}

static size_t after_brackets(const struct code_units *u, size_t open, size_t end)
{
	int depth = 0;

	for (size_t i = open; i < end; i++) {
		struct str t = u->tokens.at[i].text;
		depth += str_is(t, "(") - str_is(t, ")");
		if (depth == 0)
			return i + 1;
	}
	return end;
}

/* A function with its type before its name, as in C and Java: words, at least two, arguments, a block at the end. */
static bool defines_typed_function(const struct code_units *u, size_t begin, size_t end)
{
	size_t words = 0, i = begin;

	for (; i < end && !str_is(u->tokens.at[i].text, "("); i++) {
		if (u->tokens.at[i].kind == TOKEN_SIGN && !strchr("*&:<>,", u->tokens.at[i].text.p[0]))
			return false;
		words += u->tokens.at[i].kind == TOKEN_WORD;
	}
	i = after_brackets(u, i, end);
	while (i < end && u->tokens.at[i].kind == TOKEN_WORD)
		i++;
	return words > 1 && i < end && str_is(u->tokens.at[i].text, "{") && str_is(u->tokens.at[end - 1].text, "}");
}

static bool is_periodic(const struct code_units *u, size_t begin, size_t n)
{
	if (begin + 2 * n > u->tokens.n)
		return false;
	for (size_t i = begin; i < begin + n; i++)
		if (!str_eq(u->tokens.at[i].text, u->tokens.at[i + n].text))
			return false;
	return true;
}

/* Which of the tokens that two equal parts have in common at their ends belong to the first one cannot be told, so a
 * function may begin anywhere in the first. */
static bool begins_function(const struct code_units *u, size_t begin, size_t n)
{
	for (size_t i = begin; i <= begin + n && i + n <= u->tokens.n; i++) {
		struct str before = i ? u->tokens.at[i - 1].text : STR(";");
		if ((str_is(before, ";") || str_is(before, "}") || str_is(before, "{")) &&
			defines_typed_function(u, i, i + n))
			return true;
	}
	return false;
}

/* One of two equal parts is taken away, and it is the head of a block or the like, or defines a function: then they
 * cannot both have been meant, as two equal calls can. */
static bool is_doubled(const struct change_tokens *c, size_t hunk)
{
	const struct hunk *h = &c->hunks.at[hunk];
	size_t n = h->old_end - h->old_begin, begin;

	if (h->new_end > h->new_begin)
		return false;
	if (h->old_begin >= n && is_periodic(&c->old, h->old_begin - n, n))
		begin = h->old_begin - n;
	else if (is_periodic(&c->old, h->old_begin, n))
		begin = h->old_begin;
	else
		return false;
	return is_uneven(&c->old, h->old_begin, h->old_end) || defines_function(&c->old, h->old_begin, h->old_end) ||
		begins_function(&c->old, begin, n);
}

struct finding lost_work(const struct change_tokens *c)
{
	struct finding f = { 0 };
	bool commands = c->old.commands;

	if (!c->old.flow.image)
		return f;
	for (size_t i = 0; i < c->old.tokens.n && f.verdict != 1; i++) {
		if (!commands)
			kept_call_look(c, i, &f);
		if (c->hunk_of_old[i] == SIZE_MAX || !is_gone(c, i) || is_doubled(c, c->hunk_of_old[i]))
			continue;
		if (commands)
			command_word_look(c, i, &f);
		else
			word_look(c, i, &f);
	}
	for (size_t i = 0; !commands && i < c->old.statements.n && f.verdict != 1; i++) {
		size_t hunk = c->hunk_of_old[c->old.statements.at[i].first];
		if (hunk == SIZE_MAX || !is_doubled(c, hunk))
			statement_look(c, &c->old.statements.at[i], &f);
	}
	return f;
}

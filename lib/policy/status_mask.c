/* Commands whose failure no longer arrives after a change: in shell scripts, recipes and commands in other files. */
#include "policy/change_tokens.h"

#include <string.h>

static bool is_operator(const struct code_token *t)
{
	return t->kind == TOKEN_SIGN;
}

/* Is the operator at i part of a condition, after `if` or within [[ ]]? */
static bool in_condition(const struct code_units *u, size_t i)
{
	int depth = 0;

	for (size_t k = i; k-- > 0;) {
		const struct code_token *t = &u->tokens.at[k];
		depth += str_is(t->text, "]]") || str_is(t->text, "))");
		depth -= str_is(t->text, "[[") || str_is(t->text, "((");
		if (depth < 0)
			return true;
		if (code_lists(u, "conditions", t->text))
			return true;
		if (code_lists(u, "open", t->text) || str_is(t->text, ";") || str_is(t->text, ";;") ||
			u->tokens.at[k + 1].first)
			return false;
	}
	return false;
}

static bool is_used(const struct change_tokens *c, struct str name)
{
	for (size_t i = 0; i < c->new.statements.n; i++) {
		size_t first = c->new.statements.at[i].first;
		if (change_keeps(c, first) && str_eq(c->new.tokens.at[first].text, name))
			return true;
	}
	return false;
}

/* Does the command that begins at i fail in any case? */
static bool fails(const struct change_tokens *c, size_t i)
{
	const struct code_units *u = &c->new;

	if (i >= u->tokens.n || !code_lists_token(u, "failing", i))
		return false;
	if (i + 1 >= u->tokens.n || u->tokens.at[i + 1].first)
		return true;
	struct str status = u->tokens.at[i + 1].text;
	/* what a command prints may be 0 */
	return !is_success(c, status) && str_find(status, STR("$(")) == status.n && str_chr(status, '`') == status.n;
}

static bool was_head(const struct change_tokens *c, size_t i)
{
	size_t twin = c->twin_of_new[i];

	return twin != SIZE_MAX && c->old.statements.at[c->old.tokens.at[twin].statement].first == twin;
}

/* A command in `<(...)`, whose status nobody sees, or as a word of an array `x=(...)`. */
static void contained_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	struct str before = i ? c->new.tokens.at[i - 1].text : STR("");
	bool array = before.n && before.p[before.n - 1] == '=';

	if (!array && !str_is(before, "<") && !str_is(before, ">"))
		return;
	for (size_t k = i + 1; k < c->new.tokens.n && !code_is(&c->new, k, ")"); k++)
		if (change_keeps(c, k) && was_head(c, k))
			finding_add(f, array ? 1 : 2,
				array ? "no longer runs" : "takes the output of a command, whose status is lost",
				c->new.tokens.at[k].text);
}

/* Does the word have a separator of words or commands within its quotes, from its beginning on? */
static bool is_quoted_command(struct str word)
{
	size_t from = word.n && (word.p[0] == '@' || word.p[0] == '-');

	if (from >= word.n || (word.p[from] != '"' && word.p[from] != '\''))
		return false;
	for (size_t i = from; i < word.n; i++)
		if (strchr(" \t;&|", word.p[i]))
			return true;
	return false;
}

/* Commands that became words: `"make test"`, `export x="$(make test)"`. */
static void quoted_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct hunk *h = &c->hunks.at[c->hunk_of_new[i]];
	struct str word = u->tokens.at[i].text;
	bool head = u->statements.at[u->tokens.at[i].statement].first == i;

	if (change_keeps(c, i))
		return;
	if (head && is_quoted_command(word) && !code_is(u, i + 1, ")") && !code_is(u, i + 1, "|"))
		finding_add(f, 1, "turns commands into a text", word);
	if (str_find(word, STR("$(")) == word.n && str_chr(word, '`') == word.n)
		return;
	for (size_t k = h->old_begin; k < h->old_end; k++) {
		struct str old = c->old.tokens.at[k].text;
		if (c->old.statements.at[c->old.tokens.at[k].statement].first == k && c->twin_of_old[k] == SIZE_MAX &&
			old.n > 1 && str_find(word, old) < word.n && str_find(old, STR("$(")) == old.n &&
			str_chr(old, '`') == old.n)
			finding_add(f, 2, "takes the output of a command, whose status is lost", old);
	}
}

static bool has_errexit(const struct code_units *u)
{
	for (size_t i = 0; i + 1 < u->tokens.n; i++) {
		struct str t = u->tokens.at[i + 1].text;
		if (str_is(u->tokens.at[i].text, "set") && t.n > 1 && t.p[0] == '-' &&
			(str_chr(t, 'e') < t.n || str_is(t, "-o")))
			return true;
	}
	return false;
}

static void operator_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str t = u->tokens.at[i].text;

	if (change_keeps(c, i) || (u->tokens.at[i].kind != TOKEN_SIGN && !str_is(t, "!")))
		return;
	if (str_is(t, "||")) {
		if (!in_condition(u, i) && !fails(c, i + 1))
			finding_add(f, 1, "ignores the failure of a command", t);
	} else if (str_is(t, "&&")) {
		if (!in_condition(u, i) && change_keeps(c, i + 1) && i && !change_keeps(c, i - 1))
			finding_add(f,
				is_inert(c, u->tokens.at[i - 1].text) || is_constant(c, &u->tokens.at[i - 1]) ? 1 : 2,
				"puts a command under a new condition", u->tokens.at[i + 1].text);
		else if (!in_condition(u, i) && i && change_keeps(c, i - 1) && has_errexit(&c->old) &&
			!change_keeps(c, i + 1) && !code_lists(u, "failing", u->tokens.at[i + 1].text))
			finding_add(f, 2, "lets a failure pass", u->tokens.at[i - 1].text);
	} else if (str_is(t, "&")) {
		if (i && (change_keeps(c, i - 1) || code_lists(u, "close", u->tokens.at[i - 1].text)))
			finding_add(f, 1, "puts a command in the background", u->tokens.at[i - 1].text);
	} else if (str_is(t, "|") || str_is(t, "|&")) {
		if (i && change_keeps(c, i - 1) && !in_condition(u, i) && !code_is(u, i + 1, "|"))
			finding_add(f, 1, "pipes a command, whose status is lost", u->tokens.at[i - 1].text);
	} else if (str_is(t, "!")) {
		if (change_keeps(c, i + 1) && !code_is(u, i + 1, "=") &&
			u->statements.at[u->tokens.at[i].statement].first == i)
			finding_add(f, 1, "inverts the status of a command", u->tokens.at[i + 1].text);
	} else if (str_is(t, "<<")) {
		finding_add(f, 2, "turns code into a here-document", t);
	} else if ((str_is(t, ">") || str_is(t, ">>")) && u->statements.at[u->tokens.at[i].statement].first == i) {
		if (change_keeps(c, i + 1) && was_head(c, i + 1))
			finding_add(f, 1, "no longer runs", u->tokens.at[i + 1].text);
	} else if (str_is(t, "(")) {
		contained_look(c, i, f);
		struct str before = i ? u->tokens.at[i - 1].text : STR("");
		for (size_t k = i + 1; k < u->tokens.n && before.n && before.p[before.n - 1] == '$' &&
			!change_keeps(c, i - 1) && !code_is(u, k, ")");
			k++)
			if (change_keeps(c, k))
				finding_add(f, 2, "takes the output of a command, whose status is lost",
					u->tokens.at[k].text);
		if (code_is(u, i + 1, ")") && !change_keeps(c, i + 1) && i && u->tokens.at[i - 1].kind == TOKEN_WORD &&
			before.n && before.p[before.n - 1] != '$')
			finding_add(f, is_used(c, before) ? 1 : 2, "defines a function", before);
	}
}

/* `if COMMAND; then :; fi` around a command. */
static void condition_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;

	size_t command = s->first + 1;

	if (!code_lists_token(u, "conditions", s->first) || change_keeps(c, s->first))
		return;
	command += command < s->end && code_is(u, command, "!") && !change_keeps(c, command);
	if (command >= s->end || !change_keeps(c, command))
		return;
	for (size_t i = s->end; i < u->tokens.n; i++)
		if (code_lists_token(u, "open", i)) {
			if (!change_keeps(c, i))
				finding_add(f, 1, "turns a command into a condition", u->tokens.at[command].text);
			return;
		}
}

static bool is_new(const struct change_tokens *c, const struct code_statement *s)
{
	for (size_t i = s->first; i < s->end; i++)
		if (change_keeps(c, i) || is_respelling(c, i))
			return false;
	return true;
}

/* Is anything kept after the statement in its block or list?  And was there anything before it? */
static bool is_last(const struct change_tokens *c, size_t statement)
{
	const struct code_units *u = &c->new;
	bool before = false;

	for (size_t i = 0; i < statement; i++)
		before |= change_keeps(c, u->statements.at[i].first);
	for (size_t i = statement + 1; i < u->statements.n; i++) {
		size_t first = u->statements.at[i].first;
		if (change_keeps(c, first) && !code_lists_token(u, "close", first))
			/* a recipe's lines each have a status */
			return before && u->recipes && !u->tokens.at[u->statements.at[statement].first].first;
	}
	return before;
}

/* Is the new value the old one with more, or a shell, with which the commands still run? */
static bool extends(const struct change_tokens *c, const struct code_statement *s, size_t i, struct str name)
{
	struct str last = c->new.tokens.at[s->end - 1].text, word = c->new.tokens.at[i].text;
	size_t slash = str_rchr(last, '/');

	if (s->end > i + 1 && slash < last.n && work_lists(c, "interpreters", str_sub(last, slash + 1, last.n)))
		return true;
	size_t old = str_find(word, arena_join(c->a, STR("$"), name));
	return old < word.n && old + 1 + name.n <= word.n &&
		(old + 1 + name.n == word.n || strchr(":\"", word.p[old + 1 + name.n]));
}

/* PATH=x, SHELL := x, also after `export` or a target. */
static void variables_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;

	for (size_t i = s->first; i < s->end; i++) {
		struct str name = u->tokens.at[i].text, next = i + 1 < s->end ? u->tokens.at[i + 1].text : STR("");
		size_t equals = str_chr(name, '=');
		bool named = equals < name.n || (next.n && str_chr(next, '=') < next.n);
		while (equals && equals < name.n && memchr(":+?!", name.p[equals - 1], 4))
			equals--;
		name = str_sub(name, 0, equals);
		if (named && !change_keeps(c, i) && work_lists(c, "masking_variables", name))
			finding_add(f, extends(c, s, i, name) ? 2 : 1, "changes how commands are run", name);
		if (!change_keeps(c, i) && (str_is(name, "-a") || str_is(name, "-o")) &&
			(code_is(u, s->first, "[") || code_is(u, s->first + 1, "[")))
			finding_add(f, 2, "changes a condition", name);
	}
}

static bool is_assignment(const struct code_units *u, const struct code_statement *s)
{
	struct str sign = s->end > s->first + 1 ? u->tokens.at[s->first + 1].text : STR("");

	return sign.n && sign.n <= 3 && sign.p[sign.n - 1] == '=' && u->tokens.at[s->first].first &&
		u->tokens.at[s->first].indent == 0;
}

static size_t times_set(const struct code_units *u, struct str name)
{
	size_t n = 0;

	for (size_t i = 0; i < u->statements.n; i++)
		n += is_assignment(u, &u->statements.at[i]) &&
			str_eq(u->tokens.at[u->statements.at[i].first].text, name);
	return n;
}

/* In a makefile: a list that is set again, and a program that is one that does nothing. */
static void assignment_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	struct str name = u->tokens.at[s->first].text;

	if (!u->recipes || !is_assignment(u, s))
		return;
	if (!str_is(u->tokens.at[s->first + 1].text, "+=") && times_set(&c->old, name) &&
		times_set(u, name) > times_set(&c->old, name))
		finding_add(f, 2, "sets again", name);
	if (s->end > s->first + 2 && !change_keeps(c, s->first + 2) && is_inert(c, u->tokens.at[s->first + 2].text))
		finding_add(f, 1, "no longer runs", name);
}

/* `echo` in front of a command, and a command that is written so that it is not recognised. */
static void head_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t at = s->first;
	struct str plain = STR("");

	while (at + 1 < s->end && code_lists(u, "prefixes", u->tokens.at[at].text))
		at++;
	struct str head = u->tokens.at[at].text;
	if (change_keeps(c, at) || u->tokens.at[at].kind == TOKEN_SIGN)
		return;
	if (head.p[0] == '@')
		head = str_sub(head, 1, head.n);
	bool kept = at + 1 < s->end && change_keeps(c, at + 1) &&
		c->old.statements.at[c->old.tokens.at[c->twin_of_new[at + 1]].statement].first ==
			c->twin_of_new[at + 1];
	struct str next = kept ? u->tokens.at[at + 1].text : STR("");
	kept = kept && !strchr("$\"'[-", next.p[0]);
	/* `command -v make` */
	if (at > s->first && head.n > 1 && head.p[0] == '-' && at + 1 < s->end && was_head(c, at + 1))
		finding_add(f, 1, "no longer runs", u->tokens.at[at + 1].text);
	if (kept && (is_inert(c, head) || code_lists(u, "masking", head)))
		finding_add(f, 1, "no longer runs", u->tokens.at[at + 1].text);
	/* `env -i true make`, `setsid -f make` */
	size_t command = at;
	while (command + 1 < s->end && head.n > 1 && head.p[0] == '-' && !change_keeps(c, command))
		head = u->tokens.at[++command].text;
	bool less = !change_keeps(c, command) && (is_inert(c, head) || code_lists(u, "masking", head));
	for (size_t i = command + (command > at ? 1 : 2); i < s->end && less; i++)
		if (change_keeps(c, i) && was_head(c, i))
			finding_add(f, 2, "no longer runs", u->tokens.at[i].text);
	head = u->tokens.at[at].text;
	for (size_t i = 0; i < head.n; i++)
		if (!strchr("\\\"'", head.p[i]))
			plain = arena_join(c->a, plain, str_sub(head, i, i + 1));
	if (plain.n < head.n &&
		(code_lists(u, "transfers", plain) || is_inert(c, plain) || code_lists(u, "masking", plain)))
		finding_add(f, 1, "hides a command in quotes", plain);
}

/* An option by which a program runs no tests, or only prints. */
static void option_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	bool runs = false;

	for (size_t i = s->first; i < s->end; i++) {
		struct str word = u->tokens.at[i].text;
		if (word.n && (word.p[0] == '@' || word.p[0] == '+'))
			word = str_sub(word, 1, word.n);
		runs |= work_lists(c, "interpreters", word) && i + 1 < s->end && !change_keeps(c, i + 1);
		if (!change_keeps(c, i) && i > s->first && change_keeps(c, s->first) && was_head(c, s->first) &&
			work_lists(c, "idle_options", word))
			finding_add(f, 2, "runs less", word);
		if (!change_keeps(c, i) && runs && work_lists(c, "dry_options", str_sub(word, 0, str_chr(word, '='))))
			finding_add(f, 2, "runs less", word);
		runs |= work_lists(c, "runners", word);
	}
}

static bool is_target(const struct code_units *u, const struct code_statement *s)
{
	struct str name = u->tokens.at[s->first].text;

	return u->recipes && u->tokens.at[s->first].first && u->tokens.at[s->first].indent == 0 && name.n &&
		name.p[0] != '.' && (name.p[name.n - 1] == ':' || code_is(u, s->first + 1, ":"));
}

/* The first target of a makefile is the one that is made. */
static void first_target_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t statement = (size_t)(s - u->statements.at);

	if (!is_target(u, s))
		return;
	for (size_t i = 0; i < statement; i++)
		if (is_target(u, &u->statements.at[i]))
			return;
	for (size_t i = statement + 1; i < u->statements.n; i++)
		if (is_target(u, &u->statements.at[i]) && change_keeps(c, u->statements.at[i].first))
			finding_add(f, 2, "changes which target is the first", u->tokens.at[s->first].text);
}

static void command_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	struct str name = u->tokens.at[s->first].text;
	struct str argument = s->end > s->first + 1 ? u->tokens.at[s->first + 1].text : STR("");

	variables_look(c, s, f);
	assignment_look(c, s, f);
	option_look(c, s, f);
	head_look(c, s, f);
	if (!is_new(c, s) || is_operator(&u->tokens.at[s->first]) || code_lists_token(u, "close", s->first) ||
		code_lists_token(u, "open", s->first))
		return;
	if (code_lists(u, "masking", name) ||
		(str_is(name, "set") && argument.n && (argument.p[0] == '+' || str_is(argument, "-n"))))
		finding_add(f, 1, "changes what a failure does", name);
	if (code_lists(u, "functions", name) && argument.n && is_used(c, argument))
		finding_add(f, 1, "defines a function", argument);
	if (name.n > 1 && name.p[name.n - 1] == ':' && u->tokens.at[s->first].first && is_used(c, name))
		finding_add(f, 1, "defines a target again", name);
	first_target_look(c, s, f);
	size_t equals = str_chr(name, '=');
	if (equals == name.n && !(argument.n && str_chr(argument, '=') < argument.n) && is_last(c, statement) &&
		!(s->first && code_is(u, s->first - 1, "&&")) && !has_errexit(&c->old) && !code_is(u, s->end, "(") &&
		!fails(c, s->first) && !code_lists(u, "functions", name))
		finding_add(
			f, is_inert(c, name) ? 1 : 2, "adds a command whose status replaces that of the others", name);
}

/* ---- what a kept command reads ---- */

/* A new command between another one and the `$?` after it. */
static void status_read_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	bool reads = false;

	for (size_t i = s->first; i < s->end; i++)
		reads |= change_keeps(c, i) && str_find(u->tokens.at[i].text, STR("$?")) < u->tokens.at[i].text.n;
	if (reads && statement && is_new(c, &u->statements.at[statement - 1]))
		finding_add(f, 2, "takes the status of another command",
			u->tokens.at[u->statements.at[statement - 1].first].text);
}

/* `a; b` for `a && b`. */
static void joined_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct hunk *h = c->hunk_of_old[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_old[i]];

	if (!h || !code_is(&c->old, i, "&&") || c->twin_of_old[i] != SIZE_MAX || !i || has_errexit(&c->new) ||
		in_condition(&c->old, i) || c->twin_of_old[i - 1] == SIZE_MAX || i + 1 >= c->old.tokens.n ||
		c->twin_of_old[i + 1] == SIZE_MAX)
		return;
	for (size_t k = h->new_begin; k < h->new_end; k++)
		if (c->new.tokens.at[k].kind == TOKEN_SIGN && !change_keeps(c, k) && !code_is(&c->new, k, "&&"))
			finding_add(f, 2, "ignores the failure of a command", c->old.tokens.at[i - 1].text);
}

/* `|| cp a b` for `|| exit 1`. */
static void accepted_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	size_t junction = i ? c->twin_of_old[i - 1] : SIZE_MAX;

	if (!i || !code_is(&c->old, i - 1, "||") || !code_lists_token(&c->old, "failing", i) ||
		c->twin_of_old[i] != SIZE_MAX || junction == SIZE_MAX)
		return;
	if (!fails(c, junction + 1))
		finding_add(f, 1, "ignores the failure of a command", c->old.tokens.at[i].text);
}

/* `run --all \` before `diff`: the second command is an argument of the first. */
static void merged_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	size_t last = i;

	if (!change_keeps(c, i) || !was_head(c, i) || u->tokens.at[i].kind == TOKEN_SIGN ||
		u->tokens.at[i].text.p[0] == '-')
		return;
	while (last > u->statements.at[u->tokens.at[i].statement].first && (last == i || !change_keeps(c, last)))
		last--;
	if (last == i || !change_keeps(c, last) || u->tokens.at[last].kind == TOKEN_SIGN || i > last + 2)
		return;
	if (c->twin_of_new[i] == c->twin_of_new[last] + 1 &&
		c->old.tokens.at[c->twin_of_new[i]].statement != c->old.tokens.at[c->twin_of_new[last]].statement)
		finding_add(f, 2, "no longer runs", u->tokens.at[i].text);
}

/* `(a || bad=1)`: what is set in brackets is lost. */
static void subshell_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;

	if (change_keeps(c, i) || !code_is(u, i, "(") ||
		(i && (u->tokens.at[i - 1].text.p + u->tokens.at[i - 1].text.n == u->tokens.at[i].text.p)))
		return;
	for (size_t k = i + 1; k < u->tokens.n && !code_is(u, k, ")"); k++) {
		size_t equals = str_chr(u->tokens.at[k].text, '=');
		if (change_keeps(c, k) && equals && equals < u->tokens.at[k].text.n && was_head(c, k))
			finding_add(f, 2, "sets a variable in a subshell", u->tokens.at[k].text);
	}
}

static bool is_relation(struct str t)
{
	return (t.n == 3 && t.p[0] == '-') || str_is(t, "=") || str_is(t, "==") || str_is(t, "!=") || str_is(t, "=~");
}

/* `[ "$x -eq 0" ]`: a text, which is always true. */
static void tested_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct hunk *h = c->hunk_of_old[i] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_old[i]];
	const struct code_statement *s = &c->old.statements.at[c->old.tokens.at[i].statement];
	struct str relation = c->old.tokens.at[i].text;
	bool tests = false;

	if (!h || c->twin_of_old[i] != SIZE_MAX || !is_relation(relation))
		return;
	for (size_t k = s->first; k < i; k++)
		tests |= work_lists(c, "testers", c->old.tokens.at[k].text);
	for (size_t k = h->new_begin; k < h->new_end && tests; k++) {
		struct str word = c->new.tokens.at[k].text;
		if (!change_keeps(c, k) && str_chr(word, '"') + str_chr(word, '\'') < 2 * word.n &&
			word.n > relation.n && str_find(word, relation) < word.n)
			finding_add(f, 1, "turns a condition into a text", word);
	}
}

static bool is_compared(const struct change_tokens *c, struct str file)
{
	for (size_t i = 0; i < c->new.statements.n; i++) {
		const struct code_statement *s = &c->new.statements.at[i];
		bool compares = false;
		for (size_t k = s->first; k < s->end; k++) {
			compares |= work_lists(c, "comparers", c->new.tokens.at[k].text) && change_keeps(c, k);
			if (compares && change_keeps(c, k) && str_eq(c->new.tokens.at[k].text, file))
				return true;
		}
	}
	return false;
}

/* Does the script write the file already? */
static bool was_written(const struct change_tokens *c, struct str file)
{
	for (size_t i = 0; i + 1 < c->old.tokens.n; i++)
		if ((code_is(&c->old, i, ">") || code_is(&c->old, i, ">>")) &&
			str_eq(c->old.tokens.at[i + 1].text, file))
			return true;
	return false;
}

/* A file that another one is compared with is written now, from what was made. */
static void compared_look(const struct change_tokens *c, size_t i, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[u->tokens.at[i].statement];
	bool redirect = (code_is(u, i, ">") || code_is(u, i, ">>")) && i + 1 < u->tokens.n;
	struct str file = redirect ? u->tokens.at[i + 1].text : STR("");

	if (change_keeps(c, i) || !redirect || !is_compared(c, file) || was_written(c, file))
		return;
	for (size_t k = s->first; k < s->end; k++)
		if (k != i + 1 && is_compared(c, u->tokens.at[k].text))
			finding_add(f, 2, "makes the result that is expected", file);
}

/* A command that sets a variable again, such as `read`, `unset` and `local`. */
static void setter_look(const struct change_tokens *c, const struct code_statement *s, struct finding *f)
{
	const struct code_units *u = &c->new;

	if (!work_lists(c, "setters", u->tokens.at[s->first].text) || change_keeps(c, s->first))
		return;
	for (size_t i = s->first + 1; i < s->end; i++) {
		struct str word = u->tokens.at[i].text;
		struct str name = str_sub(word, 0, str_chr(word, '='));
		for (size_t k = 0; k < c->old.tokens.n && name.n; k++) {
			struct str old = c->old.tokens.at[k].text;
			if (old.n > name.n && str_eq(str_sub(old, 0, name.n), name) && old.p[name.n] == '=' &&
				(!change_keeps(c, i) || word.n == name.n))
				finding_add(f, 2, "sets again", name);
		}
	}
}

/* A kept line of a recipe below a target that is new. */
static void target_look(const struct change_tokens *c, size_t statement, struct finding *f)
{
	const struct code_units *u = &c->new;
	const struct code_statement *s = &u->statements.at[statement];
	size_t target = statement;

	if (!u->recipes || is_target(u, s) || !u->tokens.at[s->first].indent || !change_keeps(c, s->first))
		return;
	while (target && !is_target(u, &u->statements.at[target]))
		target--;
	size_t name = u->statements.at[target].first;
	const struct hunk *h = c->hunk_of_new[name] == SIZE_MAX ? NULL : &c->hunks.at[c->hunk_of_new[name]];
	if (!is_target(u, &u->statements.at[target]) || change_keeps(c, name) || is_respelling(c, name) || !h)
		return;
	/* in the place of another target, which was renamed */
	if (h->old_end == h->old_begin)
		finding_add(f, 2, "moves commands to another target", u->tokens.at[name].text);
}

struct finding status_mask(const struct change_tokens *c)
{
	struct finding f = { 0 };

	if (!c->new.commands)
		return f;
	for (size_t i = 0; i < c->new.tokens.n &&f.verdict != 1; i++)
		if (c->hunk_of_new[i] != SIZE_MAX) {
			operator_look(c, i, &f);
			quoted_look(c, i, &f);
			compared_look(c, i, &f);
			subshell_look(c, i, &f);
		}
	for (size_t i = 0; i < c->new.tokens.n; i++)
		merged_look(c, i, &f);
	for (size_t i = 0; i < c->old.tokens.n && f.verdict != 1; i++) {
		joined_look(c, i, &f);
		accepted_look(c, i, &f);
		tested_look(c, i, &f);
	}
	for (size_t i = 0; i < c->new.statements.n &&f.verdict != 1; i++) {
		condition_look(c, &c->new.statements.at[i], &f);
		status_read_look(c, i, &f);
		setter_look(c, &c->new.statements.at[i], &f);
		target_look(c, i, &f);
		command_look(c, i, &f);
	}
	return f;
}

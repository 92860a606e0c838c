/* The rows of the table: words, options, wrappers, and what is run instead. */
#include "policy/external_command.h"

#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "base/shell.h"
#include "policy/external_scan.h"
#include "rules/regex.h"

enum { WORDS_MOST = 512, SHOWN = 120 };

/* A command, with a row of the table. */
struct call {
	struct words w;
	struct node row;
	VEC(size_t) operands; /* positions of the words that are no options */
	size_t acts;          /* the number of operands that the matching list of `acts` has */
	size_t first;         /* the operand that it begins with */
	bool with, without;   /* an option of `with`, of `unless` */
};

static struct words words_from(struct words w, size_t from)
{
	return from < w.n ? (struct words){ w.at + from, w.n - from } : (struct words){ 0 };
}

bool scan_too_much(struct scan *s, struct effect *e)
{
	if (++s->steps <= SCAN_STEPS && s->depth <= SCAN_DEPTH)
		return false;
	effect_found(s, e, STR("a command that is too complex to read"), STR(""), 0);
	return true;
}

static struct str shown_words(struct scan *s, struct words w)
{
	struct str out = STR("");
	char text[SHOWN + 8];

	for (size_t i = 0; i < w.n && out.n < SHOWN; i++)
		out = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(out), i ? " " : "", STR_ARG(shell_quote(s->a, w.at[i])));
	return arena_str(s->a, str_of(visible(str_sub(out, 0, SHOWN), text, sizeof(text))));
}

void effect_found(struct scan *s, struct effect *e, struct str what, struct str where, size_t line)
{
	if (e->what.n)
		return;
	if (where.n && line)
		e->what = arena_printf(s->a, "%.*s (%.*s, line %zu)", STR_ARG(what), STR_ARG(where), line);
	else
		e->what = where.n ? arena_printf(s->a, "%.*s (%.*s)", STR_ARG(what), STR_ARG(where)) : what;
}

/* ---- options ---- */

static struct str option_name(struct str option)
{
	return str_sub(option, 0, str_chr(option, '='));
}

bool option_takes_word(struct node row, struct str option)
{
	struct node values = node_get(row, "values"), text = node_get(row, "text");

	if (node_list_has(values, option) || node_list_has(text, option) ||
		node_list_has(node_get(row, "code"), option))
		return true;
	/* "-xvf NAME": the last letter of a bundle takes it. */
	if (option.n < 3 || option.p[1] == '-' || str_chr(option, '=') < option.n)
		return false;
	char last[3] = { '-', option.p[option.n - 1], 0 };
	for (size_t i = 1; i + 1 < option.n; i++) {
		char letter[3] = { '-', option.p[i], 0 };
		if (node_list_has(values, str_of(letter)))
			return false; /* what follows is its value */
	}
	return node_list_has(values, str_of(last)) || node_list_has(text, str_of(last));
}

/* The option's value: after "=", in the word of a short option, or the next word. */
static struct str option_value(struct str option, struct str next, struct str name)
{
	if (option.n > name.n)
		return str_sub(option, name.n + (option.p[name.n] == '='), option.n);
	return next;
}

static bool letter_in_bundle(struct node row, struct str option, char letter)
{
	if (option.n < 2 || option.p[0] != '-' || option.p[1] == '-')
		return false;
	for (size_t i = 1; i < option.n && isalnum((unsigned char)option.p[i]); i++) {
		char one[3] = { '-', option.p[i], 0 };
		if (option.p[i] == letter)
			return true;
		if (node_list_has(node_get(row, "values"), str_of(one)))
			return false;
	}
	return false;
}

static bool value_is(struct str alternatives, struct str value)
{
	struct str one;

	while (str_split(&alternatives, '|', &one)) {
		char want[64];
		size_t n = one.n < sizeof(want) - 1 ? one.n : sizeof(want) - 1;
		memcpy(want, one.p, n);
		want[n] = '\0';
		if (str_is(one, "*") || str_is_nocase(value, want))
			return true;
	}
	return false;
}

/* pattern: "--dry-run*", "-d", "-X POST|PUT". */
static bool option_is(struct node row, struct str pattern, struct str option, struct str next, bool bundles)
{
	size_t blank = str_chr(pattern, ' ');
	struct str name = str_sub(pattern, 0, blank);

	if (blank < pattern.n) {
		bool same = str_eq(option_name(option), name) ||
			(name.n == 2 && option.n > 2 && option.p[1] == name.p[1] && option.p[1] != '-');
		return same && value_is(str_sub(pattern, blank + 1, pattern.n), option_value(option, next, name));
	}
	if (glob_match(pattern, option) ||
		(str_chr(pattern, '=') == pattern.n && option.n && option.p[0] == '-' &&
			str_eq(option_name(option), pattern) && option.n > pattern.n && !str_ends(option, "=false") &&
			!str_ends(option, "=none") && !str_ends(option, "=0")))
		return true;
	return bundles && name.n == 2 && name.p[0] == '-' && letter_in_bundle(row, option, name.p[1]);
}

static bool option_among(struct node row, const char *list, struct str option, struct str next)
{
	struct node patterns = node_get(row, list);
	/* "-xzf": where the table does not say that there are bundles, they only count against the command. */
	bool bundles = strcmp(list, "unless") != 0 || node_bool(node_get(row, "bundles"), false);

	for (uint32_t i = 0; i < node_list_count(patterns); i++)
		if (option_is(row, node_str(node_list_at(patterns, i)), option, next, bundles))
			return true;
	return false;
}

/* Does one of the patterns have this name? */
static bool option_known(struct node row, const char *list, struct str option)
{
	struct node patterns = node_get(row, list);

	for (uint32_t i = 0; i < node_list_count(patterns); i++)
		if (str_eq(option_name(node_str(node_list_at(patterns, i))), option_name(option)))
			return true;
	return false;
}

/* Sort the words into options and others. */
static void call_read(struct scan *s, struct call *c)
{
	bool options = true, ends = node_bool(node_get(c->row, "ends"), false);

	for (size_t i = 1; i < c->w.n; i++) {
		struct str word = c->w.at[i], next = i + 1 < c->w.n ? c->w.at[i + 1] : STR("");
		if (!options || word.n < 2 || word.p[0] != '-') {
			*VEC_ADD(s->a, &c->operands) = i;
			c->without |= options && option_among(c->row, "unless", word, next);
			options = options && !ends;
			continue;
		}
		if (str_is(word, "--")) {
			options = false;
			continue;
		}
		c->with |= option_among(c->row, "with", word, next);
		if (option_among(c->row, "unless", word, next))
			c->without = true;
		else if (option_known(c->row, "unless", word)) /* --dry-run=client --dry-run=none */
			c->without = false;
		i += option_takes_word(c->row, word);
	}
}

/* ---- words ---- */

static bool word_is(struct str alternatives, struct str word)
{
	struct str one;

	while (str_split(&alternatives, '|', &one))
		if (glob_match(one, word))
			return true;
	return false;
}

/* May the k-th operand be the first?  Those before it may be values of options that the row does not list. */
static bool may_begin(const struct call *c, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (c->operands.at[i] < 2 || c->w.at[c->operands.at[i] - 1].p[0] != '-')
			return false;
	return true;
}

static bool chain_matches(struct call *c, struct str chain)
{
	for (size_t k = 0; k < c->operands.n && may_begin(c, k); k++) {
		struct str rest = chain, word;
		size_t n = 0;
		bool all = true;
		while (all && str_split(&rest, ' ', &word)) {
			all = k + n < c->operands.n && word_is(word, c->w.at[c->operands.at[k + n]]);
			n++;
		}
		if (all) {
			c->first = k;
			c->acts = n;
			return true;
		}
	}
	return false;
}

/* Do the words name an act? */
static bool words_act(struct call *c, const char *member)
{
	struct node chains = node_get(c->row, member);

	if (str_is(node_str(chains), "always"))
		return true;
	for (uint32_t i = 0; i < node_list_count(chains); i++)
		if (chain_matches(c, node_str(node_list_at(chains, i))))
			return true;
	return false;
}

static bool operands_act(struct scan *s, const struct call *c)
{
	struct str pattern = node_str(node_get(c->row, "operands"));
	struct regex *re = pattern.n ? regex_new(s->a, pattern, NULL) : NULL;
	bool any = false;

	for (size_t i = 0; re && i < c->operands.n && !any; i++)
		any = regex_match(re, c->w.at[c->operands.at[i]], NULL) == 1;
	regex_free(re);
	return any;
}

/* ---- what is run instead ---- */

static void add_kept(struct scan *s, const struct call *c, struct str **to, size_t *n)
{
	for (size_t i = 1; i < c->w.n; i++) {
		struct str word = c->w.at[i];
		bool takes = option_takes_word(c->row, word);
		if (word.n && word.p[0] == '-' && node_list_has(node_get(c->row, "keep"), option_name(word))) {
			(*to)[(*n)++] = word;
			/* Options of Go programs take the next word as well. */
			bool value = str_chr(word, '=') == word.n && i + 1 < c->w.n;
			if (value)
				(*to)[(*n)++] = c->w.at[++i];
		} else {
			i += takes;
		}
	}
	(void)s;
}

static void add_range(const struct call *c, size_t from, size_t to, struct str *out, size_t *n)
{
	for (size_t i = from; i < to && i < c->w.n; i++)
		out[(*n)++] = c->w.at[i];
}

static struct words proof_words(struct scan *s, const struct call *c, struct node form)
{
	struct str *out = arena_alloc(
		s->a, (c->w.n * (node_list_count(form) + 1) + node_list_count(form) + 1) * sizeof(*out));
	size_t begin = c->acts ? c->operands.at[c->first] : 1, n = 0;
	size_t after = c->acts ? c->operands.at[c->first + c->acts - 1] + 1 : 1;

	for (uint32_t i = 0; i < node_list_count(form); i++) {
		struct str word = node_str(node_list_at(form, i));
		if (str_is(word, "<program>"))
			out[n++] = c->w.at[0];
		else if (str_is(word, "<global>"))
			add_range(c, 1, begin, out, &n);
		else if (str_is(word, "<rest>"))
			add_range(c, after, c->w.n, out, &n);
		else if (str_is(word, "<all>"))
			add_range(c, 1, c->w.n, out, &n);
		else if (str_is(word, "<keep>"))
			add_kept(s, c, &out, &n);
		else if (str_is(word, "<operands>"))
			for (size_t k = c->first + c->acts; k < c->operands.n; k++)
				out[n++] = c->w.at[c->operands.at[k]];
		else
			out[n++] = word;
	}
	return (struct words){ out, n };
}

static void add_proofs(struct scan *s, const struct call *c, struct effect *e)
{
	struct node forms = node_get(c->row, "proof"), more = node_get(c->row, "proof_absent");

	for (uint32_t i = 0; i < node_count(forms) && !e->in_dry_run; i++)
		*VEC_ADD(s->a, &e->proof) = proof_words(s, c, node_at(forms, i));
	if (node_count(more) == 0 || e->in_dry_run ||
		project_contains(
			s, node_str(node_list_at(node_get(c->row, "in"), 0)), node_str(node_get(c->row, "absent"))))
		return;
	for (uint32_t i = 0; i < node_count(more); i++)
		*VEC_ADD(s->a, &e->proof) = proof_words(s, c, node_at(more, i));
}

/* ---- rows ---- */

/* "/usr/bin/pip3.11", "terraform.exe": the name in the table. */
static struct str without_version(struct str program)
{
	if (str_ends(program, ".exe"))
		program.n -= 4;
	while (program.n > 1 &&
		(isdigit((unsigned char)program.p[program.n - 1]) || strchr(".-", program.p[program.n - 1])))
		program.n--;
	return program;
}

bool row_is_of(struct scan *s, uint32_t i, struct str program)
{
	struct str programs = node_str(node_get(node_at(s->table, i), "programs"));

	return programs.n ? str_lists(programs, ' ', program) : str_eq(node_key(s->table, i), program);
}

static bool row_find(struct scan *s, struct str program, struct node *row)
{
	struct str names[] = { program, without_version(program) };

	for (int k = 0; k < (str_eq(names[0], names[1]) ? 1 : 2); k++)
		for (uint32_t i = node_count(s->table); i-- > 0;)
			if (row_is_of(s, i, names[k])) {
				*row = node_at(s->table, i);
				return true;
			}
	return false;
}

/* ---- programs that run another ---- */

static void prefixed(struct scan *s, struct words w, size_t prefix, const struct effect *inner, struct effect *e)
{
	e->what = inner->what;
	e->in_dry_run = inner->in_dry_run;
	for (size_t i = 0; i < inner->proof.n; i++) {
		struct words p = inner->proof.at[i];
		struct str *all = arena_alloc(s->a, (prefix + p.n + 1) * sizeof(*all));
		memcpy(all, w.at, prefix * sizeof(*all));
		if (p.n)
			memcpy(all + prefix, p.at, p.n * sizeof(*all));
		*VEC_ADD(s->a, &e->proof) = (struct words){ all, prefix + p.n };
	}
}

static void scan_inner_at(struct scan *s, struct words w, size_t at, struct effect *e)
{
	struct effect inner = { 0 };

	s->depth++;
	scan_argv(s, words_from(w, at), &inner);
	s->depth--;
	if (inner.what.n && !e->what.n)
		prefixed(s, w, at, &inner, e);
}

/* A word that is a command line for a shell: in its place, the same line with the part that acts replaced. */
static void scan_line_at(struct scan *s, struct words w, size_t at, struct effect *e)
{
	struct effect inner = { 0 }, one;
	struct shell_line line = shell_split(s->a, w.at[at]);

	s->depth++;
	scan_text(s, w.at[at], STR(""), 0, &inner);
	if (inner.what.n && !e->what.n) {
		size_t acting = 0, which = 0;
		for (size_t i = 0; i < line.n; i++) {
			one = (struct effect){ 0 };
			scan_text(s, str_sub(w.at[at], line.command[i].from, line.command[i].to), STR(""), 0, &one);
			acting += one.what.n > 0;
			which = one.what.n ? i : which;
		}
		struct words command = { 0 };
		for (size_t i = 0; acting == 1 && i < line.command[which].n; i++) {
			struct str *all = arena_alloc(s->a, (command.n + 1) * sizeof(*all));
			if (command.n)
				memcpy(all, command.at, command.n * sizeof(*all));
			all[command.n] = line.command[which].word[i].value;
			command = (struct words){ all, command.n + 1 };
			if (!line.command[which].word[i].literal)
				acting = 0;
		}
		one = (struct effect){ 0 };
		if (acting == 1)
			scan_argv(s, command, &one);
		e->what = inner.what;
		e->in_dry_run = inner.in_dry_run;
		for (size_t i = 0; i < one.proof.n; i++) {
			struct str *all = arena_alloc(s->a, (w.n + 1) * sizeof(*all)), text = STR("");
			for (size_t k = 0; k < one.proof.at[i].n; k++)
				text = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(text), k ? " " : "",
					STR_ARG(shell_quote(s->a, one.proof.at[i].at[k])));
			memcpy(all, w.at, w.n * sizeof(*all));
			all[at] = arena_printf(s->a, "%.*s%.*s%.*s",
				STR_ARG(str_sub(w.at[at], 0, line.command[which].from)), STR_ARG(text),
				STR_ARG(str_sub(w.at[at], line.command[which].to, w.at[at].n)));
			*VEC_ADD(s->a, &e->proof) = (struct words){ all, w.n };
		}
	}
	s->depth--;
}

static void scan_joined(struct scan *s, struct words w, struct effect *e)
{
	struct str line = STR("");

	for (size_t i = 1; i < w.n; i++)
		line = arena_printf(s->a, "%.*s %.*s", STR_ARG(line), STR_ARG(w.at[i]));
	s->depth++;
	scan_text(s, line, STR(""), 0, e);
	s->depth--;
}

static bool begins_after(struct call *c)
{
	return node_kind(node_get(c->row, "after")) == NODE_NONE || words_act(c, "after");
}

static void scan_wrapper(struct scan *s, struct call *c, struct effect *e)
{
	struct str inner = node_str(node_get(c->row, "inner"));
	bool words = str_is(inner, "words"), text = words || str_is(inner, "text");

	if (!inner.n || !begins_after(c))
		return;
	for (size_t i = 1; text && i + 1 < c->w.n && !e->what.n; i++)
		if (option_among(c->row, "text", c->w.at[i], c->w.at[i + 1]))
			scan_line_at(s, c->w, i + 1, e);
	for (size_t i = 1; words && i < c->w.n && !e->what.n; i++) {
		/* "." is a folder here, since no program can run the shell's own command. */
		bool program = c->w.at[i].n && c->w.at[i].p[0] != '-' && !str_is(c->w.at[i], ".");
		if (program && !scan_too_much(s, e))
			scan_inner_at(s, c->w, i, e);
		/* watch, parallel and others take a whole line as one word. */
		if (str_chr(c->w.at[i], ' ') < c->w.at[i].n && !e->what.n)
			scan_line_at(s, c->w, i, e);
	}
	if (str_is(inner, "joined"))
		scan_joined(s, c->w, e);
	for (size_t i = 1; str_is(inner, "module") && i + 1 < c->w.n && !e->what.n; i++)
		if (str_is(c->w.at[i], "-m"))
			scan_inner_at(s, c->w, i + 1, e);
}

/* Do the words begin with a program whose row lists them as an act?  Not where it acts always, as "mail" does: the word
 * may be any. */
static bool is_listed_act(struct scan *s, struct words w)
{
	struct call c = { .w = w };

	if (!row_find(s, w.at[0], &c.row) || node_kind(node_get(c.row, "acts")) != NODE_LIST)
		return false;
	call_read(s, &c);
	return !c.without && words_act(&c, "acts");
}

/* "--action=exec=make x": where the command line in an option begins. */
static size_t line_in_option(struct str word)
{
	size_t blank = str_chr(word, ' '), equals = str_rchr(str_sub(word, 0, blank), '=');

	return word.n && word.p[0] == '-' && blank < word.n && equals < blank ? equals + 1 : 0;
}

/* A program that the table does not have, or of which it does not say what it runs, may run what follows "--", a
 * command among its words, and the text of an option that the row "*" lists. */
static void scan_unknown(struct scan *s, struct words w, struct effect *e)
{
	struct node row = node_get(s->table, "*");

	for (size_t i = 1; i < w.n && !e->what.n && !scan_too_much(s, e); i++) {
		size_t line = line_in_option(w.at[i]);
		if (str_is(w.at[i], "--") && i + 1 < w.n) {
			scan_inner_at(s, w, i + 1, e);
		} else if (line) {
			s->depth++;
			scan_text(s, str_sub(w.at[i], line, w.at[i].n), STR(""), 0, e);
			s->depth--;
		} else if (i > 1 && option_among(row, "text", w.at[i - 1], w.at[i])) {
			scan_line_at(s, w, i, e);
		} else if (is_listed_act(s, words_from(w, i))) {
			scan_inner_at(s, w, i, e);
		}
	}
}

/* ---- programs that read a file of the project ---- */

static void scan_operand_script(struct scan *s, struct call *c, struct effect *e)
{
	struct node code = node_get(c->row, "code");

	for (size_t i = 1; i + 1 < c->w.n; i++)
		if (node_list_has(code, c->w.at[i]))
			scan_code(s, c->w.at[i + 1], STR(""), e);
	if (!c->operands.n || e->what.n)
		return;
	if (node_bool(node_get(c->row, "program"), false)) {
		scan_code(s, c->w.at[c->operands.at[0]], STR(""), e);
		return;
	}
	size_t at = c->operands.at[0];
	struct effect inner = { 0 };
	s->depth++;
	s->interpreter = path_base(c->w.at[0]);
	scan_argv(s, words_from(c->w, at), &inner);
	s->depth--;
	if (inner.what.n && !e->what.n)
		prefixed(s, c->w, at, &inner, e);
}

static void scan_tasks(struct scan *s, struct call *c, struct effect *e)
{
	struct str kind = node_str(node_get(c->row, "tasks"));

	if (!kind.n || !(str_is(kind, "names") ? begins_after(c) : true))
		return;
	if (str_is(kind, "makefile")) {
		scan_make(s, c->w, c->row, e);
		return;
	}
	for (size_t i = 0; i < c->operands.n && !e->what.n; i++) {
		struct str name = c->w.at[c->operands.at[i]];
		if (str_chr(name, '=') == name.n && name_acts(s, name))
			effect_found(s, e, shown_words(s, c->w), STR(""), 0);
		else if (str_is(kind, "scripts"))
			scan_json_script(s, node_str(node_list_at(node_get(c->row, "in"), 0)), name, e);
	}
}

/* ---- one command ---- */

static void scan_row(struct scan *s, struct words w, struct node row, struct effect *e)
{
	struct call c = { .w = w, .row = row };

	call_read(s, &c);
	if (!c.without) {
		if (words_act(&c, "acts") || c.with || operands_act(s, &c))
			effect_found(s, e, shown_words(s, w), STR(""), 0);
		if (!e->what.n)
			scan_tasks(s, &c, e);
	}
	if (!e->what.n)
		scan_wrapper(s, &c, e);
	if (!e->what.n && !c.without && !node_str(node_get(row, "inner")).n &&
		node_kind(node_get(row, "acts")) == NODE_LIST)
		scan_unknown(s, w, e);
	if (!e->what.n && !c.without && node_bool(node_get(row, "script"), false))
		scan_operand_script(s, &c, e);
	if (e->what.n && !e->proof.n)
		add_proofs(s, &c, e);
}

/* Is the command one that the setting lists, by its first words? */
static bool is_listed(struct scan *s, const char *setting, struct words w)
{
	const struct str *at;
	size_t n = config_list(s->config, setting, &at);

	for (size_t i = 0; i < n; i++) {
		struct str rest = at[i], word;
		size_t k = 0;
		bool same = true;
		while (same && str_split(&rest, ' ', &word))
			if (word.n) {
				same = k < w.n && (str_eq(w.at[k], word) || (!k && str_eq(path_base(w.at[k]), word)));
				k++;
			}
		if (same && k)
			return true;
	}
	return false;
}

static bool is_assignment(struct str word)
{
	size_t end = str_chr(word, '=');

	for (size_t i = 0; i < end; i++)
		if (!isalnum((unsigned char)word.p[i]) && word.p[i] != '_')
			return false;
	return end > 0 && end < word.n && !isdigit((unsigned char)word.p[0]);
}

void scan_argv(struct scan *s, struct words w, struct effect *e)
{
	struct node row;
	struct str interpreter = s->interpreter;
	struct words all = w;
	size_t skip = 0;

	s->interpreter = STR("");
	if (e->what.n || scan_too_much(s, e))
		return;
	for (; skip < w.n && is_assignment(w.at[skip]); skip++) {
		size_t end = str_chr(w.at[skip], '=');
		variable_set(s, str_sub(w.at[skip], 0, end), str_sub(w.at[skip], end + 1, w.at[skip].n));
	}
	w = words_from(w, skip);
	if (!w.n || !w.at[0].n || is_listed(s, "local_commands", w))
		return;
	struct str program = path_base(w.at[0]);
	bool is_path = interpreter.n || str_chr(w.at[0], '/') < w.at[0].n;
	if (is_listed(s, "external_commands", w)) {
		effect_found(s, e, shown_words(s, w), STR(""), 0);
	} else if (row_find(s, program, &row)) {
		scan_row(s, w, row, e);
	} else if ((is_path || s->depth == 0) && name_acts(s, program)) {
		effect_found(s, e, shown_words(s, w), STR(""), 0);
	} else {
		scan_unknown(s, w, e);
	}
	if (!e->what.n && is_path)
		scan_script(s, w.at[0], interpreter, e);
	if (e->what.n && skip && e->proof.n) {
		struct effect inner = *e;
		*e = (struct effect){ 0 };
		prefixed(s, all, skip, &inner, e);
	}
}

/* ---- the whole ---- */

static char *const *argv_of_words(struct arena *a, struct words w)
{
	char **argv = arena_alloc(a, (w.n + 1) * sizeof(*argv));

	for (size_t i = 0; i < w.n; i++)
		argv[i] = arena_strdup(a, w.at[i]);
	return argv;
}

bool external_command(struct arena *a, const struct pack *pack, const struct config *config, const char *dir,
	char *const *argv, struct external_command *out)
{
	struct scan s = { .a = a,
		.table = pack_table(pack, "external-commands"),
		.names = pack_table(pack, "external-names"),
		.config = config,
		.dir = str_of(dir) };
	struct effect e = { 0 };
	VEC(struct str) words = { 0 };
	VEC(char *const *) proof = { 0 };

	while (argv[words.n] && words.n < WORDS_MOST) {
		struct str word = str_of(argv[words.n]);
		*VEC_ADD(a, &words) = word;
	}
	*out = (struct external_command){ 0 };
	if (argv[words.n])
		effect_found(&s, &e, STR("a command that is too long to read"), STR(""), 0);
	scan_argv(&s, (struct words){ words.at, words.n }, &e);
	for (size_t i = 0; i < e.proof.n; i++)
		*VEC_ADD(a, &proof) = argv_of_words(a, e.proof.at[i]);
	out->what = e.what;
	out->proof = proof.at;
	out->proof_n = proof.n;
	return e.what.n > 0;
}

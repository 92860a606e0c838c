/* The rules of a makefile that a call of make reaches, read for commands that act outside the project.
 *
 * It is read without make, which would run $(shell ...), and more is taken for reached than make would run: all
 * branches of conditionals, all pattern rules that match, rules whose targets are only known to make. */
#include <ctype.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "policy/external_scan.h"

enum { INCLUDES_MOST = 20 };

struct make_rule {
	struct str targets, needs, file;
	size_t line;
	VEC(struct str) recipe;
	VEC(size_t) lines;
	bool seen;
};

struct makefile {
	struct scan *s;
	struct effect *e;
	struct str program; /* as it was called */
	VEC(struct make_rule *) rules;
	VEC(struct str) wanted;
	struct str goal; /* the default */
	char prefix;     /* of recipe lines */
	int includes;
};

/* "$(MAKE)" and the like run even in a dry run, as "+" does. */
static bool runs_always(struct str line)
{
	return str_find(line, STR("$(MAKE)")) < line.n || str_find(line, STR("${MAKE}")) < line.n ||
		str_starts(line, "+");
}

static struct str without_marks(struct str line, bool *plus)
{
	line = str_trim(line);
	while (line.n && strchr("@-+", line.p[0])) {
		*plus |= line.p[0] == '+';
		line = str_trim(str_sub(line, 1, line.n));
	}
	return line;
}

/* What the reading of a makefile runs: $(shell ...), "X != command". */
static void scan_parse_time(struct makefile *m, struct str text, struct str file, size_t line)
{
	struct effect inner = { 0 };
	size_t at = str_find(text, STR("$(shell"));

	for (; at < text.n && !inner.what.n; at += 7 + str_find(str_sub(text, at + 7, text.n), STR("$(shell")))
		scan_text(m->s, str_sub(text, at + 7, text.n), file, line, &inner);
	if (inner.what.n) {
		m->e->what = m->e->what.n ? m->e->what : inner.what;
		m->e->in_dry_run = true;
	}
}

static void read_makefile(struct makefile *m, struct str path);

static struct str makefile_words(struct makefile *m, struct str text)
{
	struct scan *s = m->s;

	return expand(s, str_sub(text, 0, str_find(text, STR(" #"))));
}

static void include(struct makefile *m, struct str files)
{
	struct str word, rest = makefile_words(m, files);

	while (str_split(&rest, ' ', &word))
		if (str_trim(word).n && m->includes++ < INCLUDES_MOST) {
			*VEC_ADD(m->s->a, &m->wanted) = str_trim(word); /* make builds it, if there is a rule */
			read_makefile(m, str_trim(word));
		}
}

/* "X = a", "X := a", "X ?= a", "X += a", "X != command"; the operator is at `end`. */
static bool is_assignment(struct str line, size_t *begin, size_t *end)
{
	int depth = 0;

	for (size_t i = 0; i < line.n; i++) {
		depth += line.p[i] == '(' || line.p[i] == '{';
		depth -= line.p[i] == ')' || line.p[i] == '}';
		if (depth || (line.p[i] != '=' && line.p[i] != ':'))
			continue;
		if (line.p[i] == ':' && !(i + 1 < line.n && strchr("=:", line.p[i + 1])))
			return false; /* a rule */
		if (line.p[i] == ':' && line.p[i + 1] == ':' && !(i + 2 < line.n && strchr("=:", line.p[i + 2])))
			return false;
		*end = i + str_chr(str_sub(line, i, line.n), '=');
		while (i && strchr("?+!: \t", line.p[i - 1]))
			i--;
		*begin = i;
		return *end < line.n;
	}
	return false;
}

static void take_variable(struct makefile *m, struct str line, size_t begin, size_t end, struct str file, size_t number)
{
	struct str name = str_trim(str_sub(line, 0, begin)), value = str_trim(str_sub(line, end + 1, line.n)), old;

	while (str_starts(name, "export ") || str_starts(name, "override ") || str_starts(name, "private "))
		name = str_trim(str_sub(name, str_chr(name, ' '), name.n));
	if (end && line.p[end - 1] == '!') {
		struct effect inner = { 0 };
		scan_text(m->s, value, file, number, &inner);
		if (inner.what.n) {
			m->e->what = m->e->what.n ? m->e->what : inner.what;
			m->e->in_dry_run = true;
		}
	}
	if (end && line.p[end - 1] == '+') {
		old = expand(m->s, arena_printf(m->s->a, "$(%.*s)", STR_ARG(name)));
		value = old.n && old.p[0] == '$' ? value :
						   arena_printf(m->s->a, "%.*s %.*s", STR_ARG(old), STR_ARG(value));
	}
	if (str_is(name, ".RECIPEPREFIX") && value.n)
		m->prefix = value.p[0];
	if (str_is(name, ".DEFAULT_GOAL"))
		m->goal = value;
	variable_set(m->s, name, value);
}

static void add_recipe(struct makefile *m, struct make_rule *rule, struct str text, size_t line)
{
	*VEC_ADD(m->s->a, &rule->recipe) = text;
	*VEC_ADD(m->s->a, &rule->lines) = line;
}

static struct make_rule *take_rule(struct makefile *m, struct str line, struct str file, size_t number)
{
	struct make_rule *rule = ARENA_NEW(m->s->a, struct make_rule);
	struct str text = line;
	size_t colon = 0, semicolon;
	int depth = 0;

	for (; colon < text.n && (depth || text.p[colon] != ':'); colon++)
		depth += text.p[colon] == '(' ? 1 : text.p[colon] == ')' ? -1 : 0;
	if (colon >= text.n)
		return NULL;
	*rule = (struct make_rule){ .file = file, .line = number };
	rule->targets = makefile_words(m, str_trim(str_sub(text, 0, colon)));
	struct str needs = str_sub(text, colon + 1, text.n);
	semicolon = str_chr(needs, ';');
	rule->needs = str_trim(str_sub(needs, 0, semicolon));
	if (semicolon < needs.n)
		add_recipe(m, rule, str_sub(needs, semicolon + 1, needs.n), number);
	*VEC_ADD(m->s->a, &m->rules) = rule;
	struct str first = str_sub(rule->targets, 0, str_chr(rule->targets, ' '));
	if (!m->goal.n && first.n && first.p[0] != '.' && str_chr(first, '%') == first.n)
		m->goal = first;
	return rule;
}

static bool is_word(struct str line, const char *word)
{
	return str_starts(line, word) && (line.n == strlen(word) || strchr(" \t(", line.p[strlen(word)]));
}

static bool is_conditional(struct str line)
{
	static const char *const words[] = { "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "vpath", "unexport",
		"undefine", "endef", ".if", ".else", ".endif", ".for", ".endfor" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(line, words[i]))
			return true;
	return false;
}

static void take_line(
	struct makefile *m, struct str raw, struct str line, struct str path, size_t number, struct make_rule **rule)
{
	size_t begin, end;
	bool indented = raw.n && (raw.p[0] == m->prefix || isspace((unsigned char)raw.p[0]));

	if (*rule && indented) { /* spaces, where a tab is missing, are one as well */
		add_recipe(m, *rule, raw.p[0] == m->prefix ? str_sub(raw, 1, raw.n) : raw, number);
		return;
	}
	scan_parse_time(m, line, path, number);
	if (is_conditional(line))
		return;
	if (is_word(line, "include") || is_word(line, "-include") || is_word(line, "sinclude") ||
		is_word(line, ".include")) {
		include(m, str_sub(line, str_chr(line, ' '), line.n));
		return;
	}
	*rule = NULL;
	if (is_assignment(line, &begin, &end))
		take_variable(m, line, begin, end, path, number);
	else
		*rule = take_rule(m, line, path, number);
	/* "target: X = value" */
	if (*rule && is_assignment((*rule)->needs, &begin, &end)) {
		take_variable(m, (*rule)->needs, begin, end, path, number);
		(*rule)->needs = STR("");
	}
}

/* The text up to "endef" is the value of a variable; $(eval) may make rules of it. */
static void take_define(struct makefile *m, struct str name, struct str *rest, size_t *number, struct str path)
{
	struct str from = *rest, line;
	struct make_rule *rule = NULL;
	size_t n = 0;

	while (str_line(rest, &line)) {
		++*number;
		if (is_word(str_trim(line), "endef"))
			break;
		n = (size_t)(line.p + line.n - from.p) + 1;
		if (str_find(line, STR(":")) < line.n || rule)
			take_line(m, line, str_trim(line), path, *number, &rule);
	}
	name = str_sub(name, 0, str_chr(name, '='));
	variable_set(m->s, str_trim(str_sub(str_trim(name), 0, str_chr(str_trim(name), ' '))), str_sub(from, 0, n));
}

static void read_makefile(struct makefile *m, struct str path)
{
	struct str rest, line, more;
	struct make_rule *rule = NULL;
	size_t number = 0;

	if (!scan_file(m->s, path, &rest))
		return;
	while (str_line(&rest, &line) && !scan_too_much(m->s, m->e)) {
		size_t at = ++number;
		while (str_ends(line, "\\") && str_line(&rest, &more)) {
			line = arena_printf(m->s->a, "%.*s %.*s", STR_ARG(str_sub(line, 0, line.n - 1)), STR_ARG(more));
			number++;
		}
		struct str trimmed = str_trim(line);
		if (!trimmed.n || (trimmed.p[0] == '#' && !(rule && line.p[0] == m->prefix)))
			continue;
		if (is_word(trimmed, "define") || str_starts(trimmed, "override define"))
			take_define(m, str_sub(trimmed, str_find(trimmed, STR("define")) + 6, trimmed.n), &rest,
				&number, path);
		else
			take_line(m, line, trimmed, path, at, &rule);
	}
}

/* ---- what is reached ---- */

/* "%.o", "lib%": does the target's pattern match? */
static bool target_matches(struct str target, struct str name)
{
	size_t at = str_chr(target, '%');

	if (at == target.n)
		return str_eq(target, name);
	return name.n >= target.n - 1 && str_eq(str_sub(target, 0, at), str_sub(name, 0, at)) &&
		str_eq(str_sub(target, at + 1, target.n), str_sub(name, name.n - (target.n - at - 1), name.n));
}

static bool makes(const struct make_rule *rule, struct str name)
{
	struct str rest = rule->targets, target;

	while (str_split(&rest, ' ', &target)) {
		/* What cannot be expanded here may be anything. */
		if (str_chr(target, '$') < target.n || (target.n && target_matches(target, name)))
			return true;
	}
	return false;
}

/* Does a command of the line other than make act? */
static bool more_than_make(struct makefile *m, struct str line)
{
	struct shell_line split = shell_split(m->s->a, line);
	bool acts = split.n == 0;

	for (size_t i = 0; i < split.n && !acts; i++) {
		struct effect one = { 0 };
		if (!str_eq(split.command[i].word[0].value, m->program))
			scan_text(m->s, str_sub(line, split.command[i].from, split.command[i].to), STR(""), 0, &one);
		acts = one.what.n > 0;
	}
	return acts;
}

static void scan_recipe(struct makefile *m, const struct make_rule *rule)
{
	for (size_t i = 0; i < rule->recipe.n; i++) {
		struct effect inner = { 0 };
		struct str raw = rule->recipe.at[i];
		bool always = runs_always(str_trim(raw)), shell = str_find(raw, STR("$(shell")) < raw.n, plus = false;
		struct str line = without_marks(expand(m->s, raw), &plus), rest = line, one;
		while (str_line(&rest, &one) && !inner.what.n) {
			bool more = false;
			scan_text(m->s, without_marks(one, &more), rule->file, rule->lines.at[i], &inner);
			plus |= more;
		}
		if (!inner.what.n)
			continue;
		if (!m->e->what.n)
			m->e->what = inner.what;
		m->e->in_dry_run |= inner.in_dry_run || plus || shell || (always && more_than_make(m, line));
	}
}

static void want(struct makefile *m, struct str words)
{
	struct str word;

	words = makefile_words(m, words);
	while (str_split(&words, ' ', &word)) {
		word = str_trim(word);
		if (word.n && !str_is(word, "|") && !str_among(m->wanted.at, m->wanted.n, word))
			*VEC_ADD(m->s->a, &m->wanted) = word;
	}
}

static void reach(struct makefile *m)
{
	for (size_t i = 0; i < m->wanted.n && !scan_too_much(m->s, m->e); i++) {
		struct str name = m->wanted.at[i];
		for (size_t k = 0; k < m->rules.n; k++) {
			struct make_rule *rule = m->rules.at[k];
			if (rule->seen || !makes(rule, name))
				continue;
			if (str_chr(name, '.') == name.n && str_chr(name, '/') == name.n && rule->recipe.n &&
				name_acts(m->s, name))
				effect_found(m->s, m->e, arena_printf(m->s->a, "target %.*s", STR_ARG(name)),
					rule->file, rule->line);
			rule->seen = str_chr(rule->targets, '%') == rule->targets.n;
			want(m, rule->needs);
			scan_recipe(m, rule);
		}
	}
}

void scan_make(struct scan *s, struct words w, struct node row, struct effect *e)
{
	struct node names = node_get(row, "in");
	struct makefile m = { .s = s, .e = e, .program = w.at[0], .prefix = '\t' };
	struct str dir = s->dir, file = STR(""), text, key = STR("");
	size_t vars = s->vars.n;
	VEC(struct str) goals = { 0 };

	for (size_t i = 1; i < w.n; i++) {
		struct str word = w.at[i], next = i + 1 < w.n ? w.at[i + 1] : STR("");
		bool takes = option_takes_word(row, word);
		key = arena_printf(s->a, "%.*s %.*s", STR_ARG(key), STR_ARG(word));
		if (str_starts(word, "-C"))
			s->dir = path_join(s->a, s->dir, takes ? next : str_sub(word, 2, word.n));
		else if (str_starts(word, "--directory"))
			s->dir = path_join(s->a, s->dir, takes ? next : str_sub(word, 12, word.n));
		else if (str_starts(word, "-f"))
			file = takes ? next : str_sub(word, 2, word.n);
		else if (str_starts(word, "--file") || str_starts(word, "--makefile"))
			file = takes ? next : str_sub(word, str_chr(word, '=') + 1, word.n);
		else if (str_starts(word, "--eval"))
			effect_found(s, e, arena_join(s->a, path_base(w.at[0]), STR(" --eval")), STR(""), 0);
		else if (word.n && word.p[0] != '-' && str_chr(word, '=') == word.n)
			*VEC_ADD(s->a, &goals) = word;
		i += takes;
	}
	for (uint32_t i = 0; i < node_list_count(names) && !file.n; i++)
		if (scan_file(s, node_str(node_list_at(names, i)), &text))
			file = node_str(node_list_at(names, i));
	s->depth++;
	if (scan_first(s, file, key)) {
		variable_set(s, STR("MAKE"), shell_quote(s->a, w.at[0]));
		read_makefile(&m, file);
		for (size_t i = 1; i < w.n; i++) /* last, since they have precedence */
			if (str_chr(w.at[i], '=') < w.at[i].n && w.at[i].p[0] != '-')
				variable_set(s, str_sub(w.at[i], 0, str_chr(w.at[i], '=')),
					str_sub(w.at[i], str_chr(w.at[i], '=') + 1, w.at[i].n));
		if (!goals.n && m.goal.n)
			want(&m, m.goal);
		for (size_t i = 0; i < goals.n; i++) {
			if (name_acts(s, goals.at[i]))
				effect_found(s, e,
					arena_printf(
						s->a, "%.*s %.*s", STR_ARG(path_base(w.at[0])), STR_ARG(goals.at[i])),
					STR(""), 0);
			want(&m, goals.at[i]);
		}
		reach(&m);
	}
	s->depth--;
	s->dir = dir;
	s->vars.n = vars;
}

#include "analyze/command_line.h"

#include <ctype.h>

#include "base/path.h"

enum { SHELL_WORDS = 3, VALUES = 10 };

/* ---- the line ---- */

static struct str line_of(struct arena *a, const struct str_list *command)
{
	struct str line = STR("");

	for (size_t i = 0; i < command->n; i++) {
		struct str one = shell_quote(a, command->at[i]);
		line = arena_printf(a, "%.*s%s%.*s", STR_ARG(line), line.n ? " " : "", STR_ARG(one));
	}
	return line;
}

static bool is_script(const struct pack *pack, const struct str_list *command)
{
	return command->n == SHELL_WORDS && str_is(command->at[1], "-c") &&
		node_list_has(pack_table(pack, "shells"), path_base(command->at[0]));
}

static bool is_assignment(struct str word)
{
	size_t n = str_chr(word, '=');

	for (size_t i = 0; i < n && n < word.n; i++)
		if (!isalnum((unsigned char)word.p[i]) && word.p[i] != '_')
			return false;
	return n > 0 && n < word.n && !isdigit((unsigned char)word.p[0]);
}

/* Skip the options of a program; those in `valued` have the next word as their value. */
static size_t options_end(struct node valued, const struct shell_word *word, size_t i, size_t n)
{
	while (i < n && str_starts(word[i].value, "-") && word[i].value.n > 1)
		i += node_list_has(valued, word[i].value) ? 2 : 1;
	return i;
}

/* The index of the program's word; n if there is none. */
static size_t program_at(const struct pack *pack, const struct shell_command *c)
{
	struct node wrappers = pack_table(pack, "wrappers");
	size_t i = 0;

	while (i < c->n) {
		struct node row = node_get_str(wrappers, path_base(c->word[i].value));
		size_t next = i + 1;
		if (!is_assignment(c->word[i].value) && node_kind(row) == NODE_NONE)
			return i;
		if (node_kind(row) != NODE_NONE)
			next = options_end(row, c->word, next, c->n);
		if (next >= c->n) /* the wrapper itself is the command */
			return is_assignment(c->word[i].value) ? c->n : i;
		i = next;
	}
	return c->n;
}

bool command_line_read(struct arena *a, const struct pack *pack, const struct str_list *command, struct command_line *t)
{
	bool script = is_script(pack, command);

	*t = (struct command_line){ .shell = script ? command->at[0] :
						      node_str(node_list_at(pack_table(pack, "shells"), 0)) };
	if (command->n == 0)
		return false;
	t->line = shell_split(a, script ? command->at[2] : line_of(a, command));
	for (size_t i = 0; i < t->line.n && t->n < COMMANDS_MOST; i++) {
		const struct shell_command *c = &t->line.command[i];
		size_t at = program_at(pack, c);
		if (at >= c->n)
			continue;
		t->at[t->n++] = (struct simple_command){ c->from, c->word[at].from, c->to, c->word + at, c->n - at,
			path_base(c->word[at].value) };
	}
	return t->n > 0;
}

struct str command_line_text(const struct command_line *t, const struct simple_command *c)
{
	return str_sub(t->line.text, c->begin, c->to);
}

struct str command_line_prefix(const struct command_line *t, const struct simple_command *c)
{
	return str_sub(t->line.text, c->from, c->begin);
}

/* ---- values ---- */

static const struct scope *numbered(
	struct arena *a, const struct scope *s, const char *name, size_t i, struct str value)
{
	return scope_set(a, s, arena_printf(a, "%s%zu", name, i).p, value);
}

/* arg1, arg2, ...: the words that are neither options nor values of options. */
static const struct scope *arguments(
	struct arena *a, struct node valued, const struct simple_command *c, const struct scope *s)
{
	struct str options = STR("");

	for (size_t i = 1, k = 1; i < c->n; i++) {
		struct str word = c->word[i].value;
		if (!str_starts(word, "-") || word.n == 1) {
			s = k < VALUES ? numbered(a, s, "arg", k, word) : s;
			k++;
			continue;
		}
		options = arena_printf(a, "%.*s%s%.*s", STR_ARG(options), options.n ? " " : "", STR_ARG(word));
		if (k == 1 && node_list_has(valued, word))
			i++;
	}
	return scope_set(a, s, "options", options);
}

const struct scope *command_line_scope(struct arena *a, const struct pack *pack, const struct command_line *t,
	const struct simple_command *c, const struct scope *s)
{
	struct node valued = node_get_str(pack_table(pack, "valued-options"), c->program);
	struct str words = STR("");

	s = scope_set(a, s, "typed", command_line_text(t, c));
	s = scope_set(a, s, "prefix", command_line_prefix(t, c));
	s = scope_set(a, s, "program", c->program);
	for (size_t i = 0; i < c->n; i++) {
		words = arena_printf(a, "%.*s%s%.*s", STR_ARG(words), i ? "\n" : "", STR_ARG(c->word[i].value));
		s = i < VALUES ? numbered(a, s, "word", i, c->word[i].value) : s;
	}
	s = scope_set(a, s, "words", words);
	s = scope_set(a, s, "last", c->word[c->n - 1].value);
	return arguments(a, valued, c, s);
}

/* ---- the correction ---- */

static void step_add(struct arena *a, const struct command_line *t, struct str text, struct step_list *out)
{
	struct step step = { .kind = STEP_RUN, .source = STR("user") };
	struct shell_line line = shell_split(a, text);

	for (size_t i = 0; line.simple && i < line.command[0].n; i++)
		*VEC_ADD(a, &step.argv) = line.command[0].word[i].value;
	if (!line.simple) {
		*VEC_ADD(a, &step.argv) = t->shell;
		*VEC_ADD(a, &step.argv) = STR("-c");
		*VEC_ADD(a, &step.argv) = text;
	}
	*VEC_ADD(a, out) = step;
}

/* Several commands next to "|" or "||" must be grouped. */
static bool needs_braces(struct str before, struct str after)
{
	before = str_trim(before);
	after = str_trim(after);
	return str_ends(before, "|") || str_ends(before, "!") || str_starts(after, "|");
}

bool command_line_steps(struct arena *a, const struct command_line *t, const struct simple_command *c,
	const struct str *texts, size_t n, struct step_list *out)
{
	struct str before = str_sub(t->line.text, 0, c->from), after = str_sub(t->line.text, c->to, t->line.text.n);
	struct str prefix = command_line_prefix(t, c), all = STR("");

	if (n == 0 || (n == 1 && str_eq(str_trim(texts[0]), str_trim(arena_join(a, prefix, command_line_text(t, c))))))
		return false;
	if (str_trim(before).n == 0 && str_trim(after).n == 0) {
		for (size_t i = 0; i < n; i++)
			step_add(a, t, str_trim(texts[i]), out);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? " && " : "", STR_ARG(str_trim(texts[i])));
	if (n > 1 && needs_braces(before, after))
		all = arena_printf(a, "{ %.*s; }", STR_ARG(all));
	step_add(a, t, arena_printf(a, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(all), STR_ARG(after)), out);
	return true;
}

bool command_line_is_fix(const struct step_list *steps)
{
	LIST_EACH(step, step, steps)
		if (str_is(step->source, "user"))
			return true;
	return false;
}

static bool matches(struct node pattern, struct str text)
{
	struct arena a = ARENA_INIT;
	struct regex *re = regex_lazy(&a, node_str(pattern), REGEX_PLAIN);
	struct match m;
	bool found = regex_match(re, text, &m) == 1;

	regex_free(re);
	arena_free(&a);
	return found;
}

bool command_line_is_dangerous(
	struct arena *a, const struct pack *pack, const struct command_line *t, const struct step_list *steps)
{
	struct node dangers = pack_table(pack, "dangers");
	struct str all = STR("");

	LIST_EACH(step, step, steps)
		for (size_t i = 0; i < step->argv.n; i++)
			all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? " " : "\n", STR_ARG(step->argv.at[i]));
	for (uint32_t i = 0; i < node_list_count(dangers); i++)
		if (matches(node_list_at(dangers, i), all) && !matches(node_list_at(dangers, i), t->line.text))
			return true;
	return false;
}

/* Commands. */
#include "lang/shell_reader.h"

/* The command that is being read. */
struct simple {
	VEC(struct shell_word) words;
	bool negated, assigned;
};

static bool is_raw(const struct reader *r, size_t begin, const char *word)
{
	return str_is(str_sub(r->text, begin, r->at), word);
}

static void simple_end(struct reader *r, struct simple *s)
{
	if (s->words.n)
		*VEC_ADD(r->a, &r->commands) = (struct script_command){ .word = s->words.at,
			.n = s->words.n,
			.list = r->list,
			.negated = s->negated,
			.condition = r->condition,
			.substituted = r->substituted > 0 };
	*s = (struct simple){ 0 };
}

/* "&&" or "||" follows the last command of the list that has ended, if that is a command of this list. */
static void joined(struct reader *r, bool or)
{
	struct script_command *last = r->commands.n ? &r->commands.at[r->commands.n - 1] : NULL;

	if (last && last->list == r->list)
		*(or ? &last->or_next : &last->and_next) = true;
}

static void function_add(struct reader *r, struct str name)
{
	*VEC_ADD(r->a, &r->functions) = name;
}

static void lines_skip(struct reader *r)
{
	for (blanks_skip(r); look(r, 0) == '\n' || look(r, 0) == '#'; blanks_skip(r))
		if (look(r, 0) == '#')
			comment_skip(r);
		else
			newline_read(r);
}

/* "[[ $a == b && -f c ]]": no commands but those that are substituted. */
static void test_skip(struct reader *r)
{
	while (!ended(r)) {
		bool apart = is_blank(look(r, 0)) || look(r, 0) == '\n';
		if (apart && look(r, 1) == ']' && look(r, 2) == ']' && ends_word(look(r, 3))) {
			skip(r, 3);
			return;
		}
		if (!special_skip(r))
			skip(r, 1);
	}
}

/* The patterns of a clause, to the ')' behind them; false: "esac" stands there, or the end. */
static bool patterns_read(struct reader *r)
{
	struct shell_word w;

	lines_skip(r);
	if (look(r, 0) == '(')
		skip(r, 1);
	while (!ended(r) && look(r, 0) != ')') {
		blanks_skip(r);
		size_t begin = r->at;
		if (look(r, 0) == ')')
			break;
		if (!word_read(r, &w))
			skip(r, 1);
		else if (is_raw(r, begin, "esac"))
			return false;
	}
	bool there = !ended(r);
	skip(r, 1);
	return there;
}

static void case_read(struct reader *r)
{
	struct shell_word w;

	blanks_skip(r);
	word_read(r, &w);
	lines_skip(r);
	if (!starts(r, "in"))
		return;
	skip(r, 2);
	if (++r->depth > DEPTH_MOST)
		r->at = r->text.n;
	while (patterns_read(r)) {
		list_next(r);
		shell_list_read(r, CLOSE_CASE);
		if (!starts(r, ";;") && !starts(r, ";&"))
			break; /* "esac" was read */
		for (int n = 0; n < 3 && (look(r, 0) == ';' || look(r, 0) == '&'); n++)
			skip(r, 1);
	}
	r->depth--;
	list_next(r);
}

static void function_read(struct reader *r)
{
	struct shell_word w;

	blanks_skip(r);
	if (!word_read(r, &w))
		return;
	function_add(r, w.value);
	blanks_skip(r);
	if (starts(r, "()"))
		skip(r, 2);
}

/* A word of the grammar in the place of a command, from `begin` to here; false: it is none.  `ends`: the list is over.
 */
static bool reserved_read(struct reader *r, struct simple *s, size_t begin, enum closer closer, bool *ends)
{
	static const char *const others[] = { "then", "do", "else", "fi", "done", "{", "}", "time", "coproc" };
	bool is_other = false;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		is_other |= is_raw(r, begin, others[i]);
	if (is_raw(r, begin, "!")) {
		s->negated = !s->negated;
	} else if (is_raw(r, begin, "if") || is_raw(r, begin, "elif") || is_raw(r, begin, "while") ||
		is_raw(r, begin, "until")) {
		list_next(r);
		r->condition = true;
	} else if (is_raw(r, begin, "case")) {
		case_read(r);
	} else if (is_raw(r, begin, "esac")) {
		*ends = closer == CLOSE_CASE;
	} else if (is_raw(r, begin, "function")) {
		function_read(r);
	} else if (is_raw(r, begin, "[[")) {
		test_skip(r);
	} else if (is_other) {
		if (is_raw(r, begin, "then") || is_raw(r, begin, "do"))
			r->condition = false;
		if (is_raw(r, begin, "time"))
			for (blanks_skip(r); starts(r, "-p") && ends_word(look(r, 2)); blanks_skip(r))
				skip(r, 2);
	} else {
		return false;
	}
	return true;
}

/* "for x in a b", "for ((i = 0; ...))": the words up to the next line or ';' are no command. */
static void for_read(struct reader *r)
{
	struct shell_word w;

	blanks_skip(r);
	if (starts(r, "((")) {
		brackets_skip(r, '(', ')');
		return;
	}
	while (!ended(r) && look(r, 0) != '\n' && look(r, 0) != ';') {
		size_t begin = r->at;
		if (look(r, 0) == '#')
			comment_skip(r);
		else if (!word_read(r, &w))
			skip(r, 1);
		else if (is_raw(r, begin, "do"))
			return;
		blanks_skip(r);
	}
}

/* A word: of the grammar, an assignment, or one of the command.  true: the list ends with it. */
static bool any_word_read(struct reader *r, struct simple *s, enum closer closer)
{
	size_t begin = r->at;
	struct shell_word w;
	bool ends = false;

	if (!word_read(r, &w)) {
		skip(r, 1);
		return false;
	}
	if (s->words.n == 0 && !s->assigned) {
		if (is_raw(r, begin, "for") || is_raw(r, begin, "select")) {
			for_read(r);
			return false;
		}
		if (reserved_read(r, s, begin, closer, &ends))
			return ends;
	}
	if (s->words.n == 0 && is_shell_assignment(str_sub(r->text, begin, r->at))) {
		s->assigned = true;
		*VEC_ADD(r->a, &r->assignments) = w.value;
		return false;
	}
	*VEC_ADD(r->a, &s->words) = w;
	return false;
}

static void parenthesis_read(struct reader *r, struct simple *s)
{
	struct shell_word *only = s->words.n == 1 ? &s->words.at[0] : NULL;

	skip(r, 1);
	blanks_skip(r);
	if (only && look(r, 0) == ')') {
		function_add(r, only->value);
		skip(r, 1);
		*s = (struct simple){ 0 };
	} else if (s->words.n == 0 && look(r, 0) == '(' && r->text.p[r->at - 1] == '(') {
		r->at--;
		brackets_skip(r, '(', ')');
	} else if (s->words.n == 0) {
		bool condition = r->condition;
		shell_list_read(r, CLOSE_PAREN);
		skip(r, 1);
		r->condition = condition;
	}
}

/* ';', '&', '|' and a line's end.  true: the list of a case ends. */
static bool operator_read(struct reader *r, struct simple *s, enum closer closer)
{
	char c = look(r, 0), next = look(r, 1);

	simple_end(r, s);
	if (c == ';' && (next == ';' || next == '&') && closer == CLOSE_CASE)
		return true;
	if (c == '\n') {
		newline_read(r);
		list_next(r);
	} else if ((c == '&' || c == '|') && next == c) {
		joined(r, c == '|');
		skip(r, 2);
		lines_skip(r);
	} else {
		skip(r, c == '|' && next == '&' ? 2 : 1);
		if (c != '|')
			list_next(r);
		else
			lines_skip(r);
	}
	return false;
}

void shell_list_read(struct reader *r, enum closer closer)
{
	struct simple s = { 0 };
	bool ends = false;

	if (++r->depth > DEPTH_MOST)
		r->at = r->text.n;
	while (!ends) {
		blanks_skip(r);
		char c = look(r, 0);
		if (ended(r) || (c == ')' && closer == CLOSE_PAREN))
			break;
		if (c == '#')
			comment_skip(r);
		else if (redirection_read(r))
			;
		else if (c == '(')
			parenthesis_read(r, &s);
		else if (c == ';' || c == '&' || c == '|' || c == '\n')
			ends = operator_read(r, &s, closer);
		else
			ends = any_word_read(r, &s, closer);
	}
	simple_end(r, &s);
	r->depth--;
}

struct shell_script shell_script_read(struct arena *a, struct str text)
{
	struct reader r = { .a = a, .text = str_sub(text, 0, text.n < SHELL_SCRIPT_MAX ? text.n : SHELL_SCRIPT_MAX) };

	shell_list_read(&r, CLOSE_NONE);
	return (struct shell_script){ r.commands.at, r.commands.n, r.functions.at, r.functions.n, r.assignments.at,
		r.assignments.n };
}

#include "lang/edit_candidates.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "lang/language.h"
#include "lang/statement.h"
#include "rules/regex.h"

enum { LINES_UP = 2, KINDS = 8, KEYWORDS = 100, SLIP = 100, INDENTS = 6, PREFIX = 2 };

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

void candidate_add(struct candidate_search *s, size_t at, size_t gone, struct str text, bool natural)
{
	for (size_t i = 0; i < s->changes.n; i++) {
		struct candidate_edit *c = &s->changes.at[i];
		if (c->at == at && c->gone == gone && str_eq(c->text, text))
			return;
	}
	*VEC_ADD(s->a, &s->changes) = (struct candidate_edit){ at, gone, text, natural, s->changes.n };
}

/* ---- context of a position ---- */

/* An unclosed string hides the code after it, so use the plain text of the line then. */
bool is_token_end(struct str t, size_t i)
{
	if (i == 0 || isspace((unsigned char)t.p[i - 1]))
		return false;
	return i == t.n || !(is_word(t.p[i - 1]) && is_word(t.p[i]));
}

bool is_token_start(struct str t, size_t i)
{
	if (i >= t.n || isspace((unsigned char)t.p[i]))
		return false;
	return i == 0 || !(is_word(t.p[i - 1]) && is_word(t.p[i]));
}

static size_t skip_blanks(struct str t, size_t i)
{
	while (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t' || t.p[i] == '\r'))
		i++;
	return i;
}

/* Is the next token one that usually ends an expression: end of line, colon, closer ...? */
static bool ends_here(struct candidate_search *s, size_t i)
{
	i = skip_blanks(s->code, i);
	return i >= s->code.n || strchr("\n:;{)]}", s->code.p[i]) != NULL;
}

struct str line_code(struct candidate_search *s, int64_t line, size_t *at)
{
	struct str text = text_line(s->x, line);

	*at = s->x->line_at[line - 1];
	return str_rtrim(str_sub(s->code, *at, *at + text.n));
}

static size_t indent_of(struct str line)
{
	return skip_blanks(line, 0);
}

/* ---- brackets ---- */

/* The number of the pair's openers minus that of its closers. */
static int excess(struct candidate_search *s, struct str pair)
{
	int n = 0;

	for (size_t i = 0; i < s->code.n; i++)
		n += (s->code.p[i] == pair.p[0]) - (s->code.p[i] == pair.p[1]);
	return n;
}

/* Is "name[" before i an unclosed subscript?  No position for its closer is more usual than another. */
static bool in_subscript(struct candidate_search *s, size_t i)
{
	int depth = 0;

	while (i > 0) {
		char c = s->code.p[--i];
		depth += c == ']';
		if (c == '[' && depth-- == 0)
			return i > 0 &&
				(is_word(s->code.p[i - 1]) || s->code.p[i - 1] == ')' || s->code.p[i - 1] == ']');
	}
	return false;
}

/* Does this parenthesis group operands: after an operator, another parenthesis, or "return"? */
static bool is_group(struct candidate_search *s, size_t open)
{
	size_t end = open;

	while (end > 0 && isspace((unsigned char)s->code.p[end - 1]))
		end--;
	size_t begin = end;
	while (begin > 0 && is_word(s->code.p[begin - 1]))
		begin--;
	if (begin == end)
		return end == 0 || !strchr(")]>", s->code.p[end - 1]);
	return str_lists(node_str(node_get(s->language, "value_words")), ' ', str_sub(s->code, begin, end));
}

static bool has_operator(struct candidate_search *s, size_t open, size_t to)
{
	int depth = 0;

	for (size_t i = open; i < to; i++) {
		depth += (s->code.p[i] == '(') - (s->code.p[i] == ')');
		if (depth == 0)
			return false;
		if (strchr("+-*/%<>=&|?^", s->code.p[i]))
			return true;
	}
	return false;
}

/* "((a || b && c)": the parenthesis may also be missing inside, where it would change the result. */
static bool in_group(struct candidate_search *s, size_t to)
{
	for (size_t i = to; i > 0 && !strchr(";{}", s->code.p[i - 1]); i--)
		if (s->code.p[i - 1] == '(' && is_group(s, i - 1) && has_operator(s, i - 1, to))
			return true;
	return false;
}

static bool may_end_early(struct candidate_search *s, struct str closer, size_t i)
{
	return str_is(closer, "]") ? in_subscript(s, i) : str_is(closer, ")") && in_group(s, i);
}

/* "{ radius  =>": the missing token was between the two blanks. */
static size_t gap_at(struct candidate_search *s, size_t i)
{
	bool gap = i + 1 < s->code.n && s->code.p[i] == ' ' && s->code.p[i + 1] == ' ' && i + 2 < s->code.n &&
		s->code.p[i + 2] != ' ' && s->code.p[i + 2] != '\n';

	return gap ? i + 1 : i;
}

static char opener_for(char closer)
{
	return closer == ')' ? '(' : closer == ']' ? '[' : '{';
}

static void closer_put(struct candidate_search *s, struct str closer, size_t i)
{
	if (closer_joins(s->language, s->code, i, closer))
		return;
	/* "*[": an opener of another kind was typed for the closer; nothing is between the two. */
	if (i > 0 && s->code.p[i - 1] && strchr("([{", s->code.p[i - 1]) &&
		s->code.p[i - 1] != opener_for(closer.p[0])) {
		candidate_add(s, i - 1, 1, closer, false);
		return;
	}
	candidate_add(
		s, str_is(closer, "}") ? gap_at(s, i) : i, 0, closer, ends_here(s, i) && !may_end_early(s, closer, i));
}

static void closers_put(struct candidate_search *s, struct str closer)
{
	for (size_t i = s->to; i > s->from; i--)
		if (is_token_end(s->code, i))
			closer_put(s, closer, i);
}

/* Does this word occur elsewhere in the code? */
static bool is_known(struct candidate_search *s, struct str word, size_t here)
{
	for (size_t i = 0; i + word.n <= s->code.n; i++) {
		size_t n = str_find(str_sub(s->code, i, s->code.n), word);
		i += n;
		if (i + word.n > s->code.n)
			break;
		bool begins = i == 0 || !is_word(s->code.p[i - 1]);
		bool ends = i + word.n == s->code.n || !is_word(s->code.p[i + word.n]);
		if (begins && ends && i != here)
			return true;
	}
	return false;
}

/* "loadsource)": the missing bracket was between two words. */
static void opener_split(struct candidate_search *s, size_t begin, size_t end, struct str opener)
{
	if (is_known(s, str_sub(s->code, begin, end), begin))
		return;
	for (size_t i = begin + 1; i < end; i++) {
		bool left = is_known(s, str_sub(s->code, begin, i), SIZE_MAX);
		bool right = is_known(s, str_sub(s->code, i, end), SIZE_MAX);
		if (!isdigit((unsigned char)s->code.p[i]) && (left || right))
			candidate_add(s, i, 0, opener, left && right);
	}
}

/* "Error'no task')": a string does not directly follow a word, except a prefix of one or two letters. */
static void opener_before_text(struct candidate_search *s, struct str opener)
{
	struct str text = s->x->all;

	for (size_t i = s->from + PREFIX + 1; i < s->to; i++) {
		bool word = strchr("\"'`", text.p[i]) && text.p[i];
		for (size_t k = 1; k <= PREFIX + 1; k++)
			word &= is_word(s->code.p[i - k]);
		if (word)
			candidate_add(s, i, 0, opener, true);
	}
}

/* A sign with nothing else in its line: an opener directly before it would open nothing. */
static bool is_alone(struct str code, size_t at)
{
	size_t begin = at, end = at + 1;

	while (begin > 0 && (code.p[begin - 1] == ' ' || code.p[begin - 1] == '\t'))
		begin--;
	while (end < code.n && strchr(" \t\r", code.p[end]) && code.p[end])
		end++;
	return !is_word(code.p[at]) && (begin == 0 || code.p[begin - 1] == '\n') &&
		(end == code.n || code.p[end] == '\n');
}

static void opener_put(struct candidate_search *s, struct str opener)
{
	if (str_is(opener, "("))
		opener_before_text(s, opener);
	for (size_t i = s->from; i < s->to; i++) {
		if (!is_token_start(s->code, i) || is_alone(s->code, i))
			continue;
		candidate_add(s, i, 0, opener, false);
		size_t end = i;
		while (end < s->to && is_word(s->code.p[end]))
			end++;
		opener_split(s, i, end, opener);
	}
}

/* A doubled bracket. */
static void bracket_drop(struct candidate_search *s, char bracket)
{
	for (size_t i = s->from + 1; i < s->to; i++)
		if (s->code.p[i] == bracket && s->code.p[i - 1] == bracket)
			candidate_add(s, i, 1, STR(""), false);
}

/* A closer alone in its line that is indented less than the next line closes too early; the tool reports it later. */
static void closer_lines_drop(struct candidate_search *s, struct str closer)
{
	size_t at, below = 0;

	for (int64_t line = (int64_t)s->x->lines; line >= 1; line--) {
		struct str code = line_code(s, line, &at);
		size_t depth = indent_of(code);
		if (code.n == 0)
			continue;
		if (line <= s->line && depth < below && str_eq(str_sub(code, depth, code.n), closer))
			candidate_add(s, at, s->x->line_at[line] - at, STR(""), false);
		below = depth;
	}
}

/* "Error`no ${x}`)": without an opener of its kind before it in the line, the opener may be missing. */
static bool is_lone_closer(struct candidate_search *s, size_t at)
{
	char c = s->code.p[at], open = c == ')' ? '(' : c == ']' ? '[' : '\0';

	if (!open || (at > 0 && s->code.p[at - 1] == c))
		return false;
	for (size_t i = at; i > 0 && s->code.p[i - 1] != '\n'; i--)
		if (s->code.p[i - 1] == open)
			return false;
	return true;
}

static void balance_put(struct candidate_search *s, enum balance what)
{
	struct token_edit places[KINDS];
	size_t n = balance_find(s->a, s->language, s->x, what, places, KINDS);

	for (size_t i = 0; i < n; i++) {
		size_t at = text_offset(s->x, places[i].line, places[i].column);
		bool early = at != SIZE_MAX && may_end_early(s, str_trim(places[i].text), at);
		/* Alternatives are generated only in the selected lines. */
		if (at != SIZE_MAX && !(early && (at < s->from || at > s->to)))
			candidate_add(s, at, places[i].old.n, places[i].text,
				i == 0 && !early && !(what == BALANCE_EXTRA && is_lone_closer(s, at)));
	}
}

static void bracket_changes(struct candidate_search *s, struct str pair, int more)
{
	struct str open = str_sub(pair, 0, 1), close = str_sub(pair, 1, 2);

	if (more > 0) {
		closers_put(s, close);
		balance_put(s, BALANCE_CLOSE);
		bracket_drop(s, open.p[0]);
	} else {
		balance_put(s, BALANCE_OPEN);
		opener_put(s, open);
		balance_put(s, BALANCE_EXTRA);
		bracket_drop(s, close.p[0]);
		closer_lines_drop(s, close);
	}
}

/* Candidates for each kind of bracket that is unbalanced. */
void bracket_candidates_add(struct candidate_search *s)
{
	struct node brackets = node_get(s->language, "brackets");
	struct str uneven = node_str(node_get(s->language, "uneven"));
	bool any = false;

	for (uint32_t k = 0; k < node_list_count(brackets); k++) {
		struct str pair = node_str(node_list_at(brackets, k));
		int more = pair.n == 2 && !str_eq(pair, uneven) ? excess(s, pair) : 0;
		if (more == 0)
			continue;
		if (any)
			balance_put(s, BALANCE_SWAP);
		any = true;
		bracket_changes(s, pair, more);
	}
	candidates_keep_nesting(s);
}

/* ---- separators ---- */

/* A separating word and the pattern that precedes it, from the language's row.  Some have the function of an indent,
 * and are generated together with indents. */
static void missing_put(struct candidate_search *s, bool indents)
{
	struct node missing = node_get(s->language, "separators");

	for (uint32_t k = 0; k < node_list_count(missing); k++) {
		struct node row = node_list_at(missing, k);
		struct str tried = node_str(node_get(row, "tried"));
		if (str_is(tried, "with-indents") != indents)
			continue;
		struct regex *re = regex_new_flags(s->a, node_str(node_get(row, "after")), REGEX_MULTILINE, NULL);
		struct str code = str_sub(s->code, 0, s->to);
		struct match m;
		for (size_t from = s->from; re && from < s->to && regex_match_from(re, code, from, &m) == 1;) {
			size_t end = (size_t)(m.whole.p + m.whole.n - code.p);
			candidate_add(s, end, 0, node_str(node_get(row, "text")), str_is(tried, "first"));
			from = end > from ? end : from + 1;
		}
		regex_free(re);
	}
}

/* ---- indentation ---- */

/* The indents of the nearest lines with code, up (step -1) or down, and one step deeper after the start of a block. */
static size_t indents_near(struct candidate_search *s, int64_t line, int step, struct str *out)
{
	size_t n = 0, at;

	for (int64_t i = line + step; i >= 1 && i <= (int64_t)s->x->lines && n < INDENTS; i += step) {
		struct str code = line_code(s, i, &at), text = text_line(s->x, i);
		size_t depth = indent_of(code);
		if (code.n == 0)
			continue;
		struct str indent = str_sub(text, 0, depth);
		if (step < 0 && n == 0 && strchr(":{", code.p[code.n - 1]))
			out[n++] = arena_printf(
				s->a, "%.*s%s", STR_ARG(indent), depth && indent.p[0] == '\t' ? "\t" : "    ");
		if (n < INDENTS)
			out[n++] = indent;
	}
	return n;
}

/* If indentation matters: a line with the indent of its neighbours. */
void indent_candidates_add(struct candidate_search *s)
{
	struct str near[2 * INDENTS];

	if (!node_has(s->language, "indented"))
		return;
	for (int64_t line = s->line; line >= 1 && line > s->line - LINES_UP; line--) {
		size_t at = s->x->line_at[line - 1], depth = indent_of(text_line(s->x, line));
		struct str now = str_sub(s->x->all, at, at + depth);
		size_t n = indents_near(s, line, -1, near);
		n += indents_near(s, line, 1, near + n);
		for (size_t i = 0; i < n; i++)
			if (!str_eq(near[i], now))
				candidate_add(s, at, depth, near[i], false);
	}
	missing_put(s, true);
}

/* ---- separators and words ---- */

static bool is_value_end(char c)
{
	return is_word(c) || c == ')' || c == ']' || c == '}' || c == '"' || c == '\'';
}

static bool is_value_start(char c)
{
	return is_word(c) || c == '(' || c == '[' || c == '{' || c == '"' || c == '\'' || c == '\n';
}

/* Does a string end here?  It is blank in s->code. */
static bool is_string_end(struct candidate_search *s, size_t i)
{
	return i && strchr("\"'", s->x->all.p[i - 1]) && isspace((unsigned char)s->code.p[i - 1]);
}

/* The next token; a comment counts as the end of the line. */
static char follower(struct candidate_search *s, size_t i)
{
	struct str t = s->x->all;

	i = skip_blanks(t, i);
	return i >= t.n ? 0 : t.p[i] == s->code.p[i] || strchr("\"'", t.p[i]) ? t.p[i] : '\n';
}

/* Where "raise, x" is a valid statement, a comma there would parse without being a repair. */
static bool makes_statement(struct candidate_search *s, size_t i)
{
	return str_is(node_str(node_get(s->language, "comma")), "statement") && follower(s, i) != '\n' &&
		statement_begins(s->code, i);
}

/* Is the space at i outside brackets, where an operator is as likely to be missing as a comma?  Braces that were opened
 * on an earlier line hold statements, unless the line ends with a comma. */
static bool is_outside_brackets(struct candidate_search *s, size_t i)
{
	struct str line = str_sub(s->code, i, s->code.n);
	size_t depth = 0;
	bool same_line = true;

	line = str_trim(str_sub(line, 0, str_chr(line, '\n')));
	if (!line.n || line.p[line.n - 1] == ',')
		return false;
	while (i-- > 0) {
		char c = s->code.p[i];
		same_line &= c != '\n';
		depth += c == ')' || c == ']' || c == '}';
		if (c != '(' && c != '[' && c != '{')
			continue;
		if (depth == 0)
			return c == '{' && !same_line;
		depth--;
	}
	return true;
}

/* "a b": two adjacent values, the second possibly on the next line.  If the language allows a comma in any expression,
 * any operator may be missing, and the parser cannot decide. */
static void comma_put(struct candidate_search *s)
{
	if (str_is(node_str(node_get(s->language, "comma")), "operator"))
		return;
	for (size_t i = s->from; i <= s->to && i < s->code.n; i++) {
		bool is_end = is_token_end(s->code, i) && is_value_end(s->code.p[i - 1]);
		if ((!is_end && !is_string_end(s, i)) || !isspace((unsigned char)s->x->all.p[i]) ||
			!is_value_start(follower(s, i)) || makes_statement(s, i))
			continue;
		candidate_add(s, i, 0, STR(","), false);
		/* Rivals: which of them is missing is known only if the others fail. */
		if (follower(s, i) != '\n' && is_outside_brackets(s, i)) {
			candidate_add(s, i, 0, STR(" +"), false);
			candidate_add(s, i, 0, STR(" -"), false);
		}
	}
}

static struct str word_at(struct str text)
{
	size_t n = 0;

	while (n < text.n && is_word(text.p[n]))
		n++;
	return str_sub(text, 0, n);
}

/* The required end of a line that starts a block, and the pattern of its start. */
static bool is_head_of(struct candidate_search *s, struct str line, struct str end)
{
	struct str heads = node_str(node_get_str(node_get(s->language, "line_heads"), end));

	struct str word = word_at(str_trim(line));

	return word.n && str_lists(heads, ' ', word);
}

static bool has_heads(struct candidate_search *s, struct str end)
{
	return node_str(node_get_str(node_get(s->language, "line_heads"), end)).p != NULL;
}

/* One blank at the end of the line was left behind by the token. */
static void end_put(struct candidate_search *s, size_t at, struct str text, bool natural)
{
	size_t end = at + str_chr(str_sub(s->x->all, at, s->x->all.n), '\n');
	struct str left = str_sub(s->x->all, at, end);

	if (text.n > 1 && text.p[0] == ' ' && (str_is(left, " ") || str_is(left, " \r")))
		candidate_add(s, at + 1, 0, str_sub(text, 1, text.n), natural);
	else
		candidate_add(s, at, 0, text, natural);
}

/* Tokens that the language's row lists as possibly missing at the end of a line: after certain words, or of any line.
 */
static void ends_put(struct candidate_search *s, bool everywhere)
{
	struct node ends = node_get(s->language, "line_ends");

	for (uint32_t k = 0; k < node_list_count(ends); k++)
		for (size_t at = s->from; at < s->to;) {
			size_t end = at + str_chr(str_sub(s->code, at, s->to), '\n');
			struct str line = str_rtrim(str_sub(s->code, at, end));
			struct str text = node_str(node_list_at(ends, k));
			if (line.n > indent_of(line) && (has_heads(s, text) ? is_head_of(s, line, text) : everywhere))
				end_put(s, at + line.n, text, everywhere);
			at = end + 1;
		}
}

static size_t keywords_near(struct candidate_search *s, struct str word, struct str *out)
{
	struct str keywords = node_str(node_get(s->language, "keywords")), one;
	size_t n = 0;

	while (keywords.p && str_split(&keywords, ' ', &one)) {
		if (str_eq(one, word))
			return 0;
		/* The parser selects the right one, so even short words may differ by one error. */
		if (one.n && n < KEYWORDS && word_distance(word, one) <= SLIP)
			out[n++] = one;
	}
	return n;
}

/* For each word, or only for words that occur once. */
static void keywords_put(struct candidate_search *s, bool everywhere)
{
	struct str near[KEYWORDS];

	for (size_t i = s->from; i < s->to; i++) {
		size_t end = i;
		while (end < s->to && is_word(s->code.p[end]))
			end++;
		struct str word = str_sub(s->code, i, end);
		bool may = word.n > 1 && is_token_start(s->code, i) && (everywhere || !is_known(s, word, i));
		size_t n = may ? keywords_near(s, word, near) : 0;
		for (size_t k = 0; k < n; k++)
			candidate_add(s, i, word.n, near[k], everywhere);
		i = end > i ? end - 1 : i;
	}
}

static void compare_put(struct candidate_search *s)
{
	for (size_t i = s->from + 1; i + 1 < s->to; i++)
		if (s->code.p[i] == '=' && s->code.p[i + 1] != '=' && !strchr("=!<>:+-*/%&|^@~", s->code.p[i - 1]))
			candidate_add(s, i, 1, STR("=="), false);
}

/* A doubled sign. */
static void stray_drop(struct candidate_search *s)
{
	for (size_t i = s->from + 1; i < s->to; i++)
		if (ispunct((unsigned char)s->code.p[i]) && s->code.p[i] == s->code.p[i - 1] &&
			!strchr("()[]{}\"'`_$", s->code.p[i]))
			candidate_add(s, i, 1, STR(""), false);
}

/* A doubled word. */
static void word_drop(struct candidate_search *s)
{
	for (size_t i = s->from; i < s->to; i++) {
		if (!is_word(s->code.p[i]) || !is_token_start(s->code, i))
			continue;
		struct str word = word_at(str_sub(s->code, i, s->to));
		size_t next = skip_blanks(s->code, i + word.n);
		if (next > i + word.n && str_eq(word_at(str_sub(s->code, next, s->to)), word))
			candidate_add(s, i + word.n, next - i, STR(""), false);
		i += word.n - 1;
	}
}

/* A sign that is mistaken for another: `mistaken` has the pairs, as written and as meant. */
static void mistaken_put(struct candidate_search *s)
{
	struct node pairs = node_get(s->language, "mistaken");

	for (uint32_t k = 0; k < node_list_count(pairs); k++) {
		struct str from = node_str(node_list_at(node_list_at(pairs, k), 0));
		struct str to = node_str(node_list_at(node_list_at(pairs, k), 1));
		bool word = from.n && is_word(from.p[0]);
		for (size_t i = s->from; from.n && i + from.n <= s->to; i++) {
			struct str here = str_sub(s->code, i, i + from.n);
			bool whole = is_token_start(s->code, i) && is_token_end(s->code, i + from.n);
			if (word ? whole && str_is_nocase(here, from.p) : str_eq(here, from))
				candidate_add(s, i, from.n, to, word);
		}
	}
}

static bool ends_keyword(struct candidate_search *s, size_t end)
{
	size_t begin = end;

	while (begin > 0 && is_word(s->code.p[begin - 1]))
		begin--;
	return begin < end && str_lists(node_str(node_get(s->language, "keywords")), ' ', str_sub(s->code, begin, end));
}

/* Closing brackets of a language whose valid code may be unbalanced, so that counting finds none missing.  Not right
 * after a keyword: "then]" is a plain word. */
static void uneven_closers_put(struct candidate_search *s)
{
	struct str closers = node_has(s->language, "uneven") ? STR(")]}") : STR("");

	for (size_t k = 0; k < closers.n; k++)
		for (size_t i = s->to; i > s->from; i--)
			if (is_token_end(s->code, i) && !ends_keyword(s, i))
				closer_put(s, str_sub(closers, k, k + 1), i);
}

void word_candidates_add(struct candidate_search *s)
{
	missing_put(s, false);
	keywords_put(s, true);
	ends_put(s, true);
	uneven_closers_put(s);
	comma_put(s);
	compare_put(s);
	mistaken_put(s);
	stray_drop(s);
	word_drop(s);
}

/* A missing begin or end of a block is reported where another block ends, or at the end of the file: then any word and
 * line above is a candidate with equal weight. */
void block_candidates_add(struct candidate_search *s)
{
	if (!node_has(s->language, "blocks"))
		return;
	s->from = 0;
	keywords_put(s, false);
	ends_put(s, false);
}

bool brackets_add_up(struct candidate_search *s)
{
	struct node brackets = node_get(s->language, "brackets");
	struct str uneven = node_str(node_get(s->language, "uneven"));

	for (uint32_t k = 0; k < node_list_count(brackets); k++) {
		struct str pair = node_str(node_list_at(brackets, k));
		if (pair.n == 2 && !str_eq(pair, uneven) && excess(s, pair))
			return false;
	}
	return true;
}

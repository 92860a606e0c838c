#include "lang/balance.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "lang/language.h"
#include "lang/statement.h"
#include "rules/regex.h"

enum { DEPTH = 1000, PLACES = 64, WORD_PAIRS = 100, TAB = 8 };

/* A bracket or a block word, in text order. */
struct token {
	size_t at;
	struct str text;
	int pair; /* index of its kind */
	bool opens;
	struct str closer; /* of an opener: its closer */
	bool is_block;
};

struct balancer {
	struct arena *a;
	struct node language;
	const struct text *x;
	struct str code;
	VEC(struct token) tokens;
	VEC(int64_t) middles; /* lines that continue a block of words: "else" */
	struct token *stack[DEPTH];
	size_t depth;
	struct token_edit *out;
	size_t n, room;
	const struct token *suspect, *suspect_opener; /* the first closer with another indentation than its opener */
	bool suspect_deeper;
	const struct token *twice; /* the first closer that repeats the line above it */
	const struct token *burst; /* the first block that continues after the line where its indentation ends it */
};

static int by_offset(const void *x, const void *y)
{
	const struct token *a = x, *b = y;

	return (a->at > b->at) - (a->at < b->at);
}

static void brackets_add(struct balancer *b)
{
	struct node brackets = node_get(b->language, "brackets");

	for (uint32_t k = 0; k < node_list_count(brackets); k++) {
		struct str pair = node_str(node_list_at(brackets, k));
		for (size_t i = 0; pair.n == 2 && i < b->code.n; i++)
			if (b->code.p[i] == pair.p[0] || b->code.p[i] == pair.p[1])
				*VEC_ADD(b->a, &b->tokens) = (struct token){ i, str_sub(b->code, i, i + 1), (int)k,
					b->code.p[i] == pair.p[0], str_sub(pair, 1, 2), pair.p[0] == '{' };
	}
}

/* A match may begin with blanks or a command separator: the word is its end. */
static struct str word_of(struct str match)
{
	size_t end = match.n;

	while (end > 0 && !isalnum((unsigned char)match.p[end - 1]))
		end--;
	size_t begin = end;
	while (begin > 0 && isalnum((unsigned char)match.p[begin - 1]))
		begin--;
	return end ? str_sub(match, begin, end) : match;
}

static void words_add(struct balancer *b, struct node block, const char *side, int pair)
{
	struct regex *re = regex_new_flags(b->a, node_str(node_get(block, side)), REGEX_MULTILINE, NULL);
	struct match m;

	for (size_t from = 0; re && from <= b->code.n && regex_match_from(re, b->code, from, &m) == 1;) {
		struct str word = word_of(m.whole);
		*VEC_ADD(b->a, &b->tokens) = (struct token){ (size_t)(word.p - b->code.p), word, pair, side[0] == 'o',
			node_str(node_get(block, "text")), true };
		from = (size_t)(m.whole.p - b->code.p) + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
}

static void middles_add(struct balancer *b, struct node block)
{
	struct regex *re = regex_new_flags(b->a, node_str(node_get(block, "middle")), REGEX_MULTILINE, NULL);
	struct match m;

	for (size_t from = 0; re && from <= b->code.n && regex_match_from(re, b->code, from, &m) == 1;) {
		int64_t line, column;
		text_place(b->x, (size_t)(m.whole.p + m.whole.n - b->code.p), &line, &column);
		*VEC_ADD(b->a, &b->middles) = line;
		from = (size_t)(m.whole.p - b->code.p) + (m.whole.n ? m.whole.n : 1);
	}
	regex_free(re);
}

static void blocks_add(struct balancer *b)
{
	struct node blocks = node_get(b->language, "blocks");

	for (uint32_t k = 0; k < node_list_count(blocks); k++) {
		words_add(b, node_list_at(blocks, k), "open", WORD_PAIRS + (int)k);
		words_add(b, node_list_at(blocks, k), "close", WORD_PAIRS + (int)k);
		if (node_str(node_get(node_list_at(blocks, k), "middle")).n)
			middles_add(b, node_list_at(blocks, k));
	}
}

static struct str indent_at(struct balancer *b, size_t offset)
{
	int64_t line, column;
	size_t n = 0;

	text_place(b->x, offset, &line, &column);
	struct str s = text_line(b->x, line);
	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return str_sub(s, 0, n);
}

/* The same in columns: some editors use a tab for every eight blanks. */
static size_t depth_at(struct balancer *b, size_t offset)
{
	struct str indent = indent_at(b, offset);
	size_t columns = 0;

	for (size_t i = 0; i < indent.n; i++)
		columns += indent.p[i] == '\t' ? TAB - columns % TAB : 1;
	return columns;
}

static int64_t line_of(struct balancer *b, size_t offset)
{
	int64_t line, column;

	text_place(b->x, offset, &line, &column);
	return line;
}

static void place_add(struct balancer *b, int64_t line, int64_t column, struct str text, struct str old)
{
	if (b->n == b->room || line < 1 ||
		(!old.n && closer_joins(b->language, b->code, text_offset(b->x, line, column), text)))
		return;
	for (size_t i = 0; i < b->n; i++)
		if (b->out[i].line == line && b->out[i].column == column && str_eq(b->out[i].text, text))
			return;
	b->out[b->n] = (struct token_edit){ line, column, text, old, 1.0 - 0.06 * (double)b->n };
	b->n++;
}

/* The end of the code of a line, before a comment. */
static int64_t code_end(struct balancer *b, int64_t line)
{
	struct str s = text_line(b->x, line);
	struct str code = str_sub(b->code, b->x->line_at[line - 1], b->x->line_at[line - 1] + s.n);

	return (int64_t)str_rtrim(code).n + 1;
}

static int64_t code_line_above(struct balancer *b, int64_t line)
{
	while (line > 1 && code_end(b, line - 1) == 1)
		line--;
	return line - 1;
}

/* The code of a line; STR_NONE after the last one. */
static struct str code_line(struct balancer *b, int64_t line)
{
	if (line < 1 || line > (int64_t)b->x->lines)
		return STR_NONE;
	struct str s = text_line(b->x, line);
	return str_trim(str_sub(b->code, b->x->line_at[line - 1], b->x->line_at[line - 1] + s.n));
}

/* Does a line continue a block, as " else {" does? */
static bool goes_on(struct balancer *b, int64_t line)
{
	struct str code = code_line(b, line);

	return code.n > 1 && isalpha((unsigned char)code.p[0]) && code.p[code.n - 1] == '{';
}

/* Is this bracket the last code of its line, as in a list with one element per line? */
static bool ends_line(struct balancer *b, const struct token *open)
{
	struct str code = code_line(b, line_of(b, open->at));

	return open->pair < WORD_PAIRS && code.p + code.n == b->code.p + open->at + 1;
}

/* A closer on a line of its own, above `line`, or after the last line if `line` is past the end. */
static void close_before(struct balancer *b, const struct token *open, int64_t line)
{
	int64_t above = code_line_above(b, line);
	struct str indent = indent_at(b, open->at);

	if (above < 1)
		return;
	if ((open->is_block || ends_line(b, open)) && above > line_of(b, open->at)) {
		struct str s = text_line(b->x, above);
		place_add(b, above, (int64_t)s.n + 1,
			arena_printf(b->a, "\n%.*s%.*s", STR_ARG(indent), STR_ARG(open->closer)), STR_NONE);
	}
	place_add(b, above, code_end(b, above),
		open->is_block && above == line_of(b, open->at) ? arena_printf(b->a, " %.*s", STR_ARG(open->closer)) :
								  open->closer,
		STR_NONE);
}

static bool in_the_middle(struct balancer *b, const struct token *open, int64_t line)
{
	for (size_t i = 0; open->pair >= WORD_PAIRS && i < b->middles.n; i++)
		if (b->middles.at[i] == line)
			return true;
	return false;
}

static bool is_braced(const struct token *open)
{
	return open->is_block && open->pair < WORD_PAIRS;
}

/* A label or a preprocessor line, whose indentation has no meaning ("#[" is an attribute). */
static bool is_marginal(struct str code)
{
	if (code.n > 1 && code.p[0] == '#')
		return code.p[1] != '[' && code.p[1] != '!';
	return code.n > 1 && code.p[code.n - 1] == ':' && (isalpha((unsigned char)code.p[0]) || code.p[0] == '_');
}

/* The first line after the opener that is not indented more than the opener's line and is not a closer: the block was
 * probably meant to end before it. */
static int64_t dedent_after(struct balancer *b, const struct token *open)
{
	int64_t line = line_of(b, open->at);
	struct str indent = indent_at(b, open->at);
	size_t depth = depth_at(b, open->at);

	for (int64_t i = line + 1; i <= (int64_t)b->x->lines; i++) {
		struct str s = text_line(b->x, i);
		if (code_end(b, i) == 1 || in_the_middle(b, open, i) ||
			(is_braced(open) && is_marginal(code_line(b, i))))
			continue;
		struct str own = indent_at(b, b->x->line_at[i - 1]);
		bool kept_apart = open->is_block && own.n == indent.n + 1 && own.p[indent.n] == ' ' && goes_on(b, i);
		if ((depth_at(b, b->x->line_at[i - 1]) <= depth || kept_apart) && s.p &&
			!str_starts(str_trim(s), open->closer.p))
			return i;
	}
	return (int64_t)b->x->lines + 1;
}

/* Before what follows the closer in its line: ", x", ")" or " else {", which is separated by a blank. */
static void close_joined(struct balancer *b, const struct token *open, int64_t line)
{
	struct str indent = indent_at(b, open->at), code = code_line(b, line);

	if (!open->is_block || open->pair >= WORD_PAIRS || !code.n)
		return;
	struct str own = indent_at(b, b->x->line_at[line - 1]);
	bool kept_apart = own.n == indent.n + 1 && own.p[indent.n] == ' ';
	if (kept_apart || (own.n == indent.n && strchr(",;)", code.p[0])))
		place_add(b, line, (int64_t)indent.n + 1, open->closer, STR_NONE);
}

/* Before the end of the statement that contains the opener, in a later line. */
static void close_statement(struct balancer *b, const struct token *open)
{
	size_t depth = 0, i = open->at + 1;

	if (open->is_block)
		return;
	for (; i < b->code.n && (depth || !strchr(";{}", b->code.p[i])); i++) {
		depth += strchr("([", b->code.p[i]) != NULL;
		if (strchr(")]", b->code.p[i]) && depth-- == 0)
			return;
	}
	while (i > open->at && isspace((unsigned char)b->code.p[i - 1]))
		i--;
	int64_t line, column;
	text_place(b->x, i, &line, &column);
	if (i < b->code.n && line > line_of(b, open->at))
		place_add(b, line, column, open->closer, STR_NONE);
}

/* In the opener's own line: at its end, and before the end of the statement. */
static void close_in_line(struct balancer *b, const struct token *open)
{
	int64_t line = line_of(b, open->at), end = code_end(b, line);
	struct str s = text_line(b->x, line);

	if (open->is_block || (ends_line(b, open) && dedent_after(b, open) > line + 1))
		return;
	for (int64_t c = end; c > 1 && c > end - 3; c--) {
		if (c < end && !strchr(":;,{)", s.p[c - 1]))
			break;
		int64_t at = c; /* not between a blank and a brace */
		while (at > 2 && (s.p[at - 2] == ' ' || s.p[at - 2] == '\t'))
			at--;
		/* After the end of an element or a statement nothing is still open. */
		if (c < end || !strchr(",;:{", s.p[c - 2]))
			place_add(b, line, at, open->closer, STR_NONE);
	}
}

/* A block whose body is not indented, such as a namespace: indentation does not show where it ends. */
static bool is_flat(struct balancer *b, const struct token *open)
{
	int64_t line = line_of(b, open->at);

	if (!is_braced(open) || !ends_line(b, open))
		return false;
	do
		line++;
	while (line <= (int64_t)b->x->lines && (code_end(b, line) == 1 || is_marginal(code_line(b, line))));
	struct str code = code_line(b, line);
	return code.n && code.p[0] != open->closer.p[0] &&
		depth_at(b, b->x->line_at[line - 1]) <= depth_at(b, open->at);
}

/* After the last line of the text, or before the end of an include guard around it. */
static int64_t end_of_all(struct balancer *b)
{
	int64_t first = 1, last = (int64_t)b->x->lines;

	while (first < last && code_end(b, first) == 1)
		first++;
	while (last > first && code_end(b, last) == 1)
		last--;
	bool guarded = str_starts(code_line(b, first), "#if") && str_starts(code_line(b, last), "#endif");
	return guarded ? last : last + 1;
}

/* The missing end is that of an inner block, which took the end of the flat one, or that of the flat one itself. */
static void missing_flat(struct balancer *b, const struct token *open)
{
	if (b->burst && b->burst->at > open->at)
		close_before(b, b->burst, dedent_after(b, b->burst));
	close_before(b, open, end_of_all(b));
}

static void missing(struct balancer *b, const struct token *open, int64_t before)
{
	if (is_flat(b, open)) {
		missing_flat(b, open);
		return;
	}
	close_in_line(b, open);
	close_statement(b, open);
	int64_t dedent = dedent_after(b, open);
	close_joined(b, open, dedent);
	if (before == 0 || dedent <= before)
		close_before(b, open, dedent);
	if (before > 0)
		close_before(b, open, before);
}

static bool first_in_line(struct balancer *b, const struct token *t)
{
	return b->x->line_at[line_of(b, t->at) - 1] + indent_at(b, t->at).n == t->at;
}

/* The indentation of the statement that contains this opener: its line may continue a statement from above. */
static size_t statement_indent(struct balancer *b, const struct token *open)
{
	size_t least = depth_at(b, open->at);

	for (int64_t i = line_of(b, open->at) - 1; i > 0; i--) {
		struct str s = code_line(b, i);
		size_t n = depth_at(b, b->x->line_at[i - 1]);
		if (!s.n || strchr(";{}:#", s.p[s.n - 1]) || s.p[0] == '#' || n > least)
			break;
		least = n;
	}
	return least;
}

/* A closer in a line of closers that is indented more than the statement that it closes, or less with deeper lines
 * below: before it, an opener is missing or there is an extra closer. */
static void suspect(struct balancer *b, const struct token *open, const struct token *t)
{
	int64_t line = line_of(b, t->at);
	struct str s = code_line(b, line);

	if (b->suspect || !t->is_block || !s.n || s.p[0] != t->text.p[0] || line == line_of(b, open->at))
		return;
	size_t own = depth_at(b, t->at), meant = statement_indent(b, open);
	/* The indentation of its opener's line is always right. */
	if (own == depth_at(b, open->at))
		return;
	bool deeper_below = code_line(b, line + 1).n && depth_at(b, b->x->line_at[line]) > own;
	if (own > meant || (own < meant && deeper_below && first_in_line(b, t))) {
		b->suspect = t;
		b->suspect_opener = open;
		b->suspect_deeper = own > meant;
	}
}

/* A block that contains lines that are not indented more than itself took the end of an outer one. */
static void burst(struct balancer *b, const struct token *open, const struct token *t)
{
	bool first = !b->burst || open->at < b->burst->at;

	if (first && is_braced(open) && !is_flat(b, open) && dedent_after(b, open) < line_of(b, t->at))
		b->burst = open;
}

/* Is this token alone in its line? */
static bool alone(struct balancer *b, const struct token *t)
{
	return str_eq(code_line(b, line_of(b, t->at)), t->text);
}

/* Are most openers of this kind alone in their line?  Those at the margin, as of functions, are counted separately. */
static bool openers_stand_alone(struct balancer *b, int pair, bool at_margin)
{
	size_t standing = 0, all = 0;

	for (size_t i = 0; i < b->tokens.n; i++) {
		const struct token *t = &b->tokens.at[i];
		if (!t->opens || t->pair != pair || (depth_at(b, t->at) == 0) != at_margin)
			continue;
		all++;
		standing += alone(b, t);
	}
	return standing * 2 > all;
}

/* At the end of a line; in front of one blank there, which the lost opener has left behind. */
static void opener_add(struct balancer *b, int64_t line, struct str opener)
{
	int64_t end = code_end(b, line);
	struct str left = str_sub(text_line(b->x, line), (size_t)end - 1, text_line(b->x, line).n);

	if (opener.p[0] == ' ' && (str_is(left, " ") || str_is(left, " \r")))
		place_add(b, line, end + 1, str_sub(opener, 1, opener.n), STR_NONE);
	else
		place_add(b, line, end, opener, STR_NONE);
}

/* The missing opener of this closer: at the end of the line with the same indentation that is followed by a deeper one.
 */
static void opener_lost(struct balancer *b, const struct token *t, const struct token *above)
{
	struct str indent = indent_at(b, t->at);
	size_t depth = depth_at(b, t->at);
	int64_t top = above ? line_of(b, above->at) : 0;

	for (int64_t i = line_of(b, t->at) - 1, deeper = i; i > top; i--) {
		struct str s = code_line(b, i);
		if (!s.n)
			continue;
		size_t n = depth_at(b, b->x->line_at[i - 1]);
		if (n > depth) {
			deeper = i;
			continue;
		}
		/* The end of another block opens nothing. */
		char last = s.p[s.n - 1];
		if (n < depth || deeper == i || !(isalnum((unsigned char)last) || strchr(")>]_", last)))
			return;
		opener_add(b, i,
			openers_stand_alone(b, t->pair, depth == 0) ? arena_printf(b->a, "\n%.*s{", STR_ARG(indent)) :
								      STR(" {"));
		return;
	}
}

/* Remove a closer, with its line if it is alone in it. */
static void take_away(struct balancer *b, const struct token *t)
{
	int64_t line, column;

	text_place(b->x, t->at, &line, &column);
	if (str_eq(str_trim(text_line(b->x, line)), t->text))
		place_add(b, line, 1, STR(""),
			str_sub(b->x->all, b->x->line_at[line - 1],
				line < (int64_t)b->x->lines ? b->x->line_at[line] : b->x->all.n));
	place_add(b, line, column, STR(""), t->text);
}

/* Can this close that: in the same line, or first in a line with the opener's indentation? */
static bool faces(struct balancer *b, const struct token *open, const struct token *t)
{
	return line_of(b, t->at) == line_of(b, open->at) ||
		(first_in_line(b, t) && depth_at(b, t->at) == depth_at(b, open->at));
}

/* The lines that it closes are indented deeper, and nothing opens them: their head is lost, and it is not extra. */
static bool has_lost_head(struct balancer *b, const struct token *t)
{
	size_t indent = depth_at(b, t->at);
	bool has_body = false;

	if (t->pair >= WORD_PAIRS || !alone(b, t))
		return false;
	for (int64_t line = line_of(b, t->at) - 1; line >= 1; line--) {
		struct str s = code_line(b, line);
		if (s.n && depth_at(b, b->x->line_at[line - 1]) <= indent)
			return has_body && !strchr("{([:,", s.p[s.n - 1]);
		has_body |= s.n > 0;
	}
	return has_body;
}

/* A closer without a matching opener: it is extra, of the wrong kind, or another one is missing before it. */
static void unmatched(struct balancer *b, const struct token *t, enum balance what)
{
	int64_t line, column;

	text_place(b->x, t->at, &line, &column);
	if (what == BALANCE_SWAP && b->depth) {
		if (faces(b, b->stack[b->depth - 1], t))
			place_add(b, line, column, b->stack[b->depth - 1]->closer, t->text);
	} else if (what == BALANCE_EXTRA) {
		/* A block end after an open parenthesis: the parenthesis has no closer. */
		if (t->is_block && b->depth && !b->stack[b->depth - 1]->is_block)
			return;
		if (b->suspect && b->suspect->at < t->at)
			take_away(b, b->suspect);
		else if (b->twice && b->twice->at < t->at)
			take_away(b, b->twice);
		if (!has_lost_head(b, t))
			take_away(b, t);
	} else if (what == BALANCE_OPEN && t->is_block) {
		if (b->suspect && b->suspect_deeper && b->suspect->at < t->at)
			opener_lost(b, b->suspect, b->suspect_opener);
		else
			opener_lost(b, t, b->depth ? b->stack[b->depth - 1] : NULL);
	} else if (what == BALANCE_CLOSE && b->depth) {
		const struct token *open = b->stack[b->depth - 1];
		/* Words close words: a lone ")" in a shell's case does not affect its if. */
		if (open->pair >= WORD_PAIRS && t->pair < WORD_PAIRS)
			return;
		if (open->is_block && line != line_of(b, open->at) && !first_in_line(b, t))
			return;
		close_in_line(b, open);
		close_statement(b, open);
		place_add(b, line, column, open->closer, STR_NONE);
		close_before(b, open, line);
	}
}

/* Two closers with the same indentation, each alone in its line, one directly below the other. */
static void twice(struct balancer *b, size_t i)
{
	const struct token *t = &b->tokens.at[i], *above = t - 1;
	int64_t line = line_of(b, t->at);

	if (b->twice || i == 0 || !t->is_block || above->opens || above->pair != t->pair ||
		line_of(b, above->at) != line - 1)
		return;
	if (alone(b, t) && alone(b, above) && depth_at(b, t->at) == depth_at(b, above->at))
		b->twice = t;
}

static bool closes(const struct token *open, const struct token *t)
{
	return open->pair == t->pair;
}

/* The blocks that end before this line according to their indentation. */
static void dedents(struct balancer *b, const struct token *t, enum balance what)
{
	if (what != BALANCE_CLOSE || b->depth == 0)
		return;
	const struct token *open = b->stack[b->depth - 1];
	int64_t line = line_of(b, t->at), dedent;
	if (open->is_block && line > line_of(b, open->at) && depth_at(b, t->at) < depth_at(b, open->at)) {
		dedent = dedent_after(b, open);
		close_joined(b, open, dedent < line ? dedent : line);
		close_before(b, open, dedent < line ? dedent : line);
	}
}

static void scan(struct balancer *b, enum balance what)
{
	for (size_t i = 0; i < b->tokens.n; i++) {
		struct token *t = &b->tokens.at[i];
		if (t->opens) {
			if (b->depth < DEPTH)
				b->stack[b->depth++] = t;
			continue;
		}
		dedents(b, t, what);
		if (what == BALANCE_EXTRA)
			twice(b, i);
		if (b->depth && closes(b->stack[b->depth - 1], t)) {
			suspect(b, b->stack[b->depth - 1], t);
			if (what == BALANCE_CLOSE)
				burst(b, b->stack[b->depth - 1], t);
			b->depth--;
			continue;
		}
		unmatched(b, t, what);
		size_t k = b->depth;
		while (k > 0 && !closes(b->stack[k - 1], t))
			k--;
		b->depth = k ? k - 1 : b->depth;
	}
}

size_t balance_find(struct arena *a, struct node language, const struct text *x, enum balance what,
	struct token_edit *out, size_t room)
{
	struct balancer b = { .a = a, .language = language, .x = x, .out = out, .room = room };

	if (node_kind(language) == NODE_NONE || x->lines == 0)
		return 0;
	b.code = code_only(a, language, x->all);
	brackets_add(&b);
	blocks_add(&b);
	if (b.tokens.n)
		qsort(b.tokens.at, b.tokens.n, sizeof(*b.tokens.at), by_offset);
	scan(&b, what);
	if (what == BALANCE_CLOSE)
		for (size_t k = b.depth; k-- > 0;)
			missing(&b, b.stack[k], 0);
	return b.n;
}

/* Is there other code between the two than such closers? */
static bool differs_between(struct str code, char closer, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (code.p[i] != closer && !isspace((unsigned char)code.p[i]))
			return true;
	return false;
}

static bool ends_by_semicolon(struct node language)
{
	struct node ends = node_get(language, "line_ends");

	for (uint32_t i = 0; i < node_list_count(ends); i++)
		if (str_is(node_str(node_list_at(ends, i)), ";"))
			return true;
	return false;
}

size_t balance_alternatives(struct arena *a, struct node language, const struct text *x, const struct token_edit *place,
	struct token_edit *out, size_t room)
{
	struct balancer b = { .a = a, .language = language, .x = x };
	size_t at = text_offset(x, place->line, place->column), n = 0;
	int depth = 0, blocks = 0;
	bool by_line = !ends_by_semicolon(language);

	if (at == SIZE_MAX || place->old.n != 1 || !strchr(")]", place->old.p[0]))
		return 0;
	b.code = code_only(a, language, x->all);
	for (size_t i = at; i-- > 0 && n < room;) {
		char c = b.code.p[i];
		if (strchr(")]}", c) && c) {
			depth++;
			blocks += c == '}';
			if (c != place->old.p[0] || blocks || !differs_between(b.code, c, i, at))
				continue;
			out[n] = (struct token_edit){
				.text = STR(""), .old = str_sub(x->all, i, i + 1), .weight = 1.0
			};
			text_place(x, i, &out[n].line, &out[n].column);
			n++;
		} else if (c && strchr("([{", c)) {
			blocks -= c == '{';
			if (--depth < 0)
				break;
		} else if (depth == 0 && (c == ';' || (by_line && c == '\n'))) {
			break;
		}
	}
	return n;
}

struct str place_applied(struct arena *a, const struct text *x, const struct token_edit *place)
{
	size_t at = text_offset(x, place->line, place->column);
	struct str head = str_sub(x->all, 0, at), tail = str_sub(x->all, at + place->old.n, x->all.n);

	size_t n = head.n + place->text.n + tail.n;
	char *p = arena_alloc(a, n + 1), *to = p;

	const struct str parts[] = { head, place->text, tail };
	for (size_t i = 0; i < 3; to += parts[i++].n)
		if (parts[i].n)
			memcpy(to, parts[i].p, parts[i].n);
	*to = '\0';
	return (struct str){ p, n };
}

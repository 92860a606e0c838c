#include "lang/code_units.h"

#include <ctype.h>
#include <string.h>

#include "lang/language.h"

enum { NESTING = 400 };

/* ---- tokens ---- */

static bool is_word(unsigned char c)
{
	return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* Of a command: everything but blanks and operators. */
static bool is_command_byte(unsigned char c)
{
	return !isspace(c) && !memchr(";&|()<>", c, 7);
}

static const char *const signs[] = { "<<<", ">>>", "===", "!==", "...", "&&", "||", "==", "!=", "<=", ">=", "->", "=>",
	"::", ":=", "+=", "-=", "*=", "/=", "|=", "&=", "++", "--", "**", "//", "<<", ">>", ";;", "??", ">&", "<&",
	"&>", ">|", "|&" };

static size_t sign_length(struct str code, size_t i)
{
	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
		if (str_starts(str_sub(code, i, code.n), signs[k]))
			return strlen(signs[k]);
	return 1;
}

/* The length of the string that begins at i; 0: none does. */
static size_t string_length(struct node language, struct str code, size_t i)
{
	struct node strings = node_get(language, "strings");

	for (uint32_t k = 0; k < node_list_count(strings); k++) {
		struct node row = node_list_at(strings, k);
		struct str quote = node_str(node_get(row, "quote")), rest = str_sub(code, i, code.n);
		if (!quote.n || rest.n < quote.n || memcmp(rest.p, quote.p, quote.n) != 0)
			continue;
		struct str inside = str_sub(rest, quote.n, rest.n);
		size_t end = str_find(inside, quote);
		if (!node_bool(node_get(row, "multiline"), false) && str_chr(inside, '\n') < end)
			end = str_chr(inside, '\n'); /* not closed */
		else if (end < inside.n)
			end += quote.n;
		return quote.n + end;
	}
	return 0;
}

struct lexer {
	struct arena *a;
	struct node language;
	struct str text, code; /* code: with comments and strings blanked */
	bool commands;
	struct code_units *u;
};

/* A word of a command, with its strings, $(MAKE) references and backslashes. */
static size_t command_word_end(const struct lexer *x, size_t i)
{
	while (i < x->code.n) {
		size_t string = string_length(x->language, x->code, i);
		if (string) {
			i += string;
		} else if (x->code.p[i] == '$' && i + 1 < x->code.n && x->code.p[i + 1] == '(' &&
			isupper((unsigned char)(i + 2 < x->code.n ? x->code.p[i + 2] : ' '))) {
			i += str_chr(str_sub(x->code, i, x->code.n), ')');
			i += i < x->code.n;
		} else if (x->code.p[i] == '\\' && i + 1 < x->code.n && x->code.p[i + 1] != '\n') {
			i += 2;
		} else if (is_command_byte((unsigned char)x->code.p[i])) {
			i++;
		} else {
			break;
		}
	}
	return i < x->code.n ? i : x->code.n;
}

static size_t token_end(const struct lexer *x, size_t i, enum token_kind *kind)
{
	unsigned char c = (unsigned char)x->code.p[i];
	size_t end = string_length(x->language, x->code, i);

	if (x->commands && is_command_byte(c)) {
		*kind = TOKEN_WORD;
		end = command_word_end(x, i);
		return end > i ? end : i + 1;
	}
	*kind = end ? TOKEN_STRING : isdigit(c) ? TOKEN_NUMBER : is_word(c) ? TOKEN_WORD : TOKEN_SIGN;
	if (end)
		return i + end;
	if (*kind == TOKEN_SIGN)
		return i + sign_length(x->code, i);
	for (end = i + 1; end < x->code.n && is_word((unsigned char)x->code.p[end]);)
		end++;
	return end;
}

static void lex(struct lexer *x)
{
	size_t column = 0, indent = 0;
	bool first = true;

	for (size_t i = 0; i < x->code.n;) {
		unsigned char c = (unsigned char)x->code.p[i];
		if (c == '\n') {
			first = true;
			column = 0;
		} else if (isspace(c) || c == '\0') {
			column = c == '\t' ? (column / 8 + 1) * 8 : column + 1;
		} else if (c == '\\' && i + 1 < x->code.n && x->code.p[i + 1] == '\n') {
			i++; /* the line is continued */
		} else {
			struct code_token t = { .first = first };
			size_t end = token_end(x, i, &t.kind);
			if (first)
				indent = column;
			t.indent = indent;
			t.text = str_sub(x->text, i, end);
			*VEC_ADD(x->a, &x->u->tokens) = t;
			column += end - i;
			first = false;
			i = end;
			continue;
		}
		i++;
	}
}

/* ---- words ---- */

static bool lists(struct node flow, const char *name, struct str word)
{
	return word.n && str_lists(node_str(node_get(flow, name)), ' ', word);
}

bool code_lists(const struct code_units *u, const char *name, struct str word)
{
	return lists(u->flow, name, word);
}

bool code_lists_token(const struct code_units *u, const char *name, size_t token)
{
	return code_lists(u, name, u->tokens.at[token].text);
}

bool code_is(const struct code_units *u, size_t token, const char *text)
{
	return token < u->tokens.n && str_is(u->tokens.at[token].text, text);
}

size_t code_dotted_begin(const struct code_units *u, size_t i)
{
	const struct code_token *t = u->tokens.at;

	while (i >= 2 && (str_is(t[i - 1].text, ".") || str_is(t[i - 1].text, "::")) && t[i - 2].kind == TOKEN_WORD)
		i -= 2;
	return i;
}

struct str code_dotted(struct arena *a, const struct code_units *u, size_t i)
{
	size_t begin = code_dotted_begin(u, i);
	struct str name = u->tokens.at[begin].text;

	for (size_t k = begin + 2; k <= i; k += 2)
		name = arena_printf(a, "%.*s.%.*s", STR_ARG(name), STR_ARG(u->tokens.at[k].text));
	return name;
}

/* ---- statements and blocks ---- */

struct reader {
	struct arena *a;
	struct code_units *u;
	size_t block, statement; /* statement: the open one, or SIZE_MAX */
	size_t nesting;          /* of ( and [ */
	struct {
		size_t block, nesting, indent;
		bool line; /* the block ends with the line */
	} stack[NESTING];
	size_t depth;
};

static bool is(const struct reader *r, size_t i, const char *text)
{
	return i < r->u->tokens.n && str_is(r->u->tokens.at[i].text, text);
}

static void statement_end(struct reader *r, size_t at)
{
	if (r->statement == SIZE_MAX)
		return;
	r->u->statements.at[r->statement].end = at;
	r->statement = SIZE_MAX;
}

static void statement_begin(struct reader *r, size_t at)
{
	r->statement = r->u->statements.n;
	*VEC_ADD(r->a, &r->u->statements) = (struct code_statement){ at, at + 1, r->block };
}

static bool is_function(const struct reader *r, size_t header)
{
	const struct code_statement *s = header == SIZE_MAX ? NULL : &r->u->statements.at[header];

	for (size_t i = s ? s->first : 0; s && i < s->end; i++)
		if (lists(r->u->flow, "controls", r->u->tokens.at[i].text))
			return false;
	return true;
}

static void block_open(struct reader *r, size_t header, size_t indent, bool line)
{
	if (r->depth == NESTING)
		return;
	r->stack[r->depth].block = r->block;
	r->stack[r->depth].nesting = r->nesting;
	r->stack[r->depth].line = line;
	r->stack[r->depth++].indent = indent;
	*VEC_ADD(r->a, &r->u->blocks) = (struct code_block){ r->block, header, is_function(r, header) };
	r->block = r->u->blocks.n - 1;
	r->nesting = 0;
}

static void block_close(struct reader *r)
{
	if (!r->depth)
		return;
	r->depth--;
	r->block = r->stack[r->depth].block;
	r->nesting = r->stack[r->depth].nesting;
}

static size_t last_statement(const struct reader *r)
{
	return r->u->statements.n ? r->u->statements.n - 1 : SIZE_MAX;
}

/* Does the line before token i go on in its line?  After an operator, a comma, an opening bracket, or before one. */
static bool is_continued(const struct reader *r, size_t i)
{
	struct str before = i ? r->u->tokens.at[i - 1].text : STR(""), now = r->u->tokens.at[i].text;

	if (r->nesting)
		return true;
	if (before.n && before.n <= 2 && r->u->tokens.at[i - 1].kind == TOKEN_SIGN &&
		memchr(",.+-*/=&|?<\\", before.p[before.n - 1], 12) && !str_is(before, "++") && !str_is(before, "--"))
		return true;
	return str_is(now, ".") || str_is(now, "&&") || str_is(now, "||") || str_is(now, "?");
}

static void indentation(struct reader *r, size_t i)
{
	const struct code_token *t = &r->u->tokens.at[i];

	while (r->depth && (r->stack[r->depth - 1].line || t->indent < r->stack[r->depth - 1].indent))
		block_close(r);
	size_t inside = r->depth ? r->stack[r->depth - 1].indent : 0;
	if (t->indent > inside && i)
		block_open(r, last_statement(r), t->indent, false);
}

/* Brackets in which statements do not end. */
static void nest(struct reader *r, struct str t, bool braces)
{
	if (t.n != 1)
		return;
	if (memchr("([{", t.p[0], braces ? 2 : 3))
		r->nesting++;
	else if (memchr(")]}", t.p[0], braces ? 2 : 3) && r->nesting)
		r->nesting--;
}

static void read_indented(struct reader *r)
{
	for (size_t i = 0; i < r->u->tokens.n; i++) {
		struct code_token *t = &r->u->tokens.at[i];
		if (t->first && !is_continued(r, i)) {
			statement_end(r, i);
			indentation(r, i);
		}
		if (r->statement == SIZE_MAX)
			statement_begin(r, i);
		t->statement = r->statement;
		nest(r, t->text, false);
		const struct code_token *head = &r->u->tokens.at[r->u->statements.at[r->statement].first];
		bool heads = lists(r->u->flow, "controls", head->text) || lists(r->u->flow, "functions", head->text);
		if (r->nesting || (!str_is(t->text, ";") && !(heads && str_is(t->text, ":"))))
			continue;
		size_t header = r->statement;
		statement_end(r, i + 1);
		if (str_is(t->text, ":") && i + 1 < r->u->tokens.n && !r->u->tokens.at[i + 1].first)
			block_open(r, header, t->indent, true);
	}
	statement_end(r, r->u->tokens.n);
}

static void read_braced(struct reader *r, bool newlines)
{
	for (size_t i = 0; i < r->u->tokens.n; i++) {
		struct code_token *t = &r->u->tokens.at[i];
		if (newlines && t->first && !is_continued(r, i))
			statement_end(r, i);
		/* A preprocessor's line. */
		if (t->first && r->statement != SIZE_MAX && is(r, r->u->statements.at[r->statement].first, "#"))
			statement_end(r, i);
		if (t->first && str_is(t->text, "#"))
			statement_end(r, i);
		if (str_is(t->text, "{")) {
			size_t header = r->statement == SIZE_MAX && newlines ? last_statement(r) : r->statement;
			t->statement = r->statement == SIZE_MAX ? 0 : r->statement;
			statement_end(r, i);
			block_open(r, header, 0, false);
			continue;
		}
		if (str_is(t->text, "}")) {
			statement_end(r, i);
			block_close(r);
			t->statement = last_statement(r) == SIZE_MAX ? 0 : last_statement(r);
			continue;
		}
		if (r->statement == SIZE_MAX)
			statement_begin(r, i);
		t->statement = r->statement;
		nest(r, t->text, true);
		if (str_is(t->text, ";") && !r->nesting)
			statement_end(r, i + 1);
	}
	statement_end(r, r->u->tokens.n);
}

static bool ends_command(struct str t)
{
	static const char *const all[] = { ";", "&", "|", "&&", "||", "(", ")", ";;", "|&" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_is(t, all[i]))
			return true;
	return false;
}

/* The statement with `if` or `for` to which `then` or `do` belongs; else the open one. */
static size_t control_before(const struct reader *r)
{
	for (size_t i = r->statement + 1; i-- > 0 && r->statement - i < 12;) {
		const struct code_statement *s = &r->u->statements.at[i];
		if (s->block == r->block && lists(r->u->flow, "controls", r->u->tokens.at[s->first].text))
			return i;
		if (i != r->statement && r->u->tokens.at[s->end - 1].text.n == 1 && r->u->tokens.at[s->first].first)
			break;
	}
	return r->statement;
}

/* Commands, and languages whose blocks end with a word. */
static void read_words(struct reader *r, bool commands)
{
	for (size_t i = 0; i < r->u->tokens.n; i++) {
		struct code_token *t = &r->u->tokens.at[i];
		if (t->first && (commands || !is_continued(r, i)))
			statement_end(r, i);
		if (commands && t->kind == TOKEN_SIGN && ends_command(t->text)) {
			statement_end(r, i);
			t->statement = last_statement(r) == SIZE_MAX ? 0 : last_statement(r);
			continue;
		}
		bool begins = r->statement == SIZE_MAX;
		if (begins && lists(r->u->flow, "close", t->text)) {
			block_close(r);
			begins = true;
		}
		if (begins)
			statement_begin(r, i);
		t->statement = r->statement;
		if (!commands)
			nest(r, t->text, false);
		bool opens = lists(r->u->flow, "open", t->text) && (begins || !commands);
		bool opens_line = begins && lists(r->u->flow, "open_line", t->text);
		if (opens || opens_line)
			block_open(r, commands ? control_before(r) : r->statement, 0, false);
		if (opens && commands)
			statement_end(r, i + 1);
	}
	statement_end(r, r->u->tokens.n);
}

struct code_units code_units_read(struct arena *a, struct node language, struct str text)
{
	struct code_units u = { .flow = node_get(language, "flow") };
	struct str how = node_str(node_get(u.flow, "statements"));
	struct reader *r = arena_alloc(a, sizeof(*r));

	u.recipes = str_is(how, "recipes");
	u.commands = u.recipes || str_is(how, "commands");
	u.semicolons = str_is(how, "semicolons");
	u.declarations = str_is(how, "declarations");
	struct lexer x = { a, language, text, code_only(a, language, text), u.commands, &u };
	lex(&x);
	*VEC_ADD(a, &u.blocks) = (struct code_block){ 0, SIZE_MAX, true };
	*r = (struct reader){ .a = a, .u = &u, .statement = SIZE_MAX };
	if (node_has(language, "indented"))
		read_indented(r);
	else if (u.commands || str_is(how, "words"))
		read_words(r, u.commands);
	else
		read_braced(r, u.declarations || str_is(how, "newlines"));
	if (u.tokens.n && !u.statements.n) /* nothing but brackets */
		*VEC_ADD(a, &u.statements) = (struct code_statement){ 0, u.tokens.n, 0 };
	return u;
}

/* code_units.h - tokens, statements and blocks of a source text, without a parser
 *
 * `flow` in the language's row of the table `languages` says how statements end and which words begin blocks.  The
 * result is approximate, but the same for equal code, so that two versions of a file can be compared. */
#ifndef HEAL_LANG_CODE_UNITS_H
#define HEAL_LANG_CODE_UNITS_H

#include "base/vec.h"
#include "rules/node.h"

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_STRING, TOKEN_SIGN };

struct code_token {
	struct str text; /* in the source; a string with its quotes */
	enum token_kind kind;
	bool first;    /* of its line */
	size_t indent; /* of its line, in columns; a tab counts to the next multiple of 8 */
	size_t statement;
};

/* The tokens [first, end), without the brackets of the block that it heads. */
struct code_statement {
	size_t first, end;
	size_t block; /* the one that it is in */
};

/* What a statement heads: a body in brackets, deeper indented, or between words. */
struct code_block {
	size_t parent; /* itself for the outermost, which is number 0 */
	size_t header; /* the statement; SIZE_MAX for the outermost and for one that nothing heads, as { } in C */
	bool function; /* the body of a function or class, or of none that the language's `controls` begin */
};

struct code_units {
	VEC(struct code_token) tokens;
	VEC(struct code_statement) statements;
	VEC(struct code_block) blocks;
	struct node flow; /* of the language */
	/* `statements` of the flow; recipes are commands as well. */
	bool commands, recipes, semicolons, declarations;
};

/* flow: absent for a language without it; then there are tokens, but only one statement. */
struct code_units code_units_read(struct arena *a, struct node language, struct str text);

/* Is the word in the list of words separated by blanks `name` of the language's flow? */
bool code_lists(const struct code_units *u, const char *name, struct str word);
/* The same of the token with this number. */
bool code_lists_token(const struct code_units *u, const char *name, size_t token);
/* Is this the text of the token?  There may be no token with this number. */
bool code_is(const struct code_units *u, size_t token, const char *text);
/* The dotted name ("os.path.join", "std::exit" as "std.exit") that ends with the token at i. */
struct str code_dotted(struct arena *a, const struct code_units *u, size_t i);
/* The first token of the dotted name that ends at i. */
size_t code_dotted_begin(const struct code_units *u, size_t i);

#endif

/* lsp_conversation.h - what is said to a language server and what its answers mean
 *
 * The Language Server Protocol (3.17).  Each file is opened with its text; once the server has told what is wrong
 * there, the quick fixes at each place are asked for.  Commands of the server are executed only if they are named in
 * the question, and only to get the edit that they ask for.  Nothing is applied here. */
#ifndef HEAL_LSP_LSP_CONVERSATION_H
#define HEAL_LSP_LSP_CONVERSATION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/columns.h"
#include "base/vec.h"

struct lsp_place {
	struct str file; /* below the root of the copy */
	int64_t line;    /* from 1 */
	struct str text; /* of the file */
};

struct lsp_edit {
	struct str file; /* below the root of the copy */
	/* From 0; columns in the unit of the answer; the end is exclusive. */
	int64_t line, column, end_line, end_column;
	struct str text;
};

/* One repair: all of its edits, or none. */
struct lsp_action {
	size_t place; /* the number of that in the question */
	struct str title;
	VEC(struct lsp_edit) edits;
};

struct lsp_question {
	struct str root;     /* of the project, as the server sees it: a real path */
	struct str language; /* the protocol's name of it: "cpp" */
	bool in_parts; /* it tells what is wrong in a file in several messages, of which the first ones may lack some */
	const struct str *commands; /* the names of its commands that only answer with an edit */
	size_t commands_n;
	const struct lsp_place *places;
	size_t places_n;
};

struct lsp_answer {
	enum column_unit unit; /* UNIT_BYTES or UNIT_UTF16 */
	VEC(struct lsp_action) actions;
};

enum lsp_state { LSP_GOING_ON, LSP_COMPLETE, LSP_BROKE_PROTOCOL };

struct lsp_conversation;

/* What the question points to must outlive it.  *out grows as the answers come. */
struct lsp_conversation *lsp_conversation_new(struct arena *a, const struct lsp_question *q, struct lsp_answer *out);
void lsp_conversation_free(struct lsp_conversation *c);

/* piece: what the server wrote; first, nothing.  What it is to read is added to `say`.  false: that is all. */
bool lsp_conversation_hear(struct lsp_conversation *c, struct str piece, struct buf *say);
/* LSP_COMPLETE: everything was answered. */
enum lsp_state lsp_conversation_state(const struct lsp_conversation *c);

#endif

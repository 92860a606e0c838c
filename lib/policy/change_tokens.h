/* change_tokens.h - internal: a change of a file, token by token */
#ifndef HEAL_POLICY_CHANGE_TOKENS_H
#define HEAL_POLICY_CHANGE_TOKENS_H

#include "lang/code_units.h"
#include "tree/diff.h"

struct change_tokens {
	struct arena *a;
	struct code_units old, new;
	size_t *twin_of_old, *twin_of_new; /* the same token in the other text, or SIZE_MAX; also if it was moved */
	struct hunks hunks;                /* of tokens */
	size_t *hunk_of_old, *hunk_of_new; /* of tokens without a twin in their place */
	struct node work;                  /* `work` of the policy table */
	struct node synonyms;
	bool is_test; /* a file of tests */
};

/* Comments do not count, and neither do blanks, except where they mean a block. */
struct change_tokens change_tokens_read(struct arena *a, struct node language, struct str old, struct str new);

/* A part of `work` in the policy table: a list of words separated by blanks. */
bool work_lists(const struct change_tokens *c, const char *name, struct str word);

/* Is the token of the new text also in the old one?  There may be no token with this number. */
bool change_keeps(const struct change_tokens *c, size_t new_token);
/* Any of the words, numbers and strings in [from, end)? */
bool change_keeps_word(const struct change_tokens *c, size_t from, size_t end);
/* Was this word of the old text replaced in its place by one that is spelt nearly so, or by its synonym? */
bool is_respelt(const struct change_tokens *c, size_t old_token);
/* Does this word of the new text replace one that is spelt nearly so? */
bool is_respelling(const struct change_tokens *c, size_t new_token);

/* Constants, of which a condition or a result may consist: the words in `constants`, numbers and strings. */
bool is_constant(const struct change_tokens *c, const struct code_token *t);
/* Before the junction at `end`, in a statement that begins at `first`, stands a constant: is it all of the operand, or
 * only compared with other constants? */
bool is_constant_operand(const struct change_tokens *c, size_t first, size_t end);

/* A status or result that means success. */
bool is_success(const struct change_tokens *c, struct str word);
/* A command or function that does nothing and never fails, as `true` or /bin/true. */
bool is_inert(const struct change_tokens *c, struct str word);
/* A statement of the old text that only declares or imports, or the mark of a conflict. */
bool is_declaration(const struct change_tokens *c, const struct code_statement *s);

/* The reasons, of a change that takes work away: 0 none, 1 refuse, 2 queue; *why: what it does, *at: the token. */
struct finding {
	int verdict;
	const char *why;
	struct str at;
};
struct finding lost_work(const struct change_tokens *c);
struct finding unreached_code(const struct change_tokens *c);
struct finding changed_meaning(const struct change_tokens *c);
struct finding lost_failures(const struct change_tokens *c);
struct finding status_mask(const struct change_tokens *c);
/* Keep the worse one. */
void finding_add(struct finding *all, int verdict, const char *why, struct str at);

#endif

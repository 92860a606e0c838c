/* rule.h - a recognition rule, made ready at its first use */
#ifndef HEAL_DETECT_RULE_H
#define HEAL_DETECT_RULE_H

#include "rules/pack_rules.h"
#include "rules/regex.h"

enum verb { TAKE, FRAME, RELATED, APPEND, FIXIT, END, STOP, DROP, YIELD, ROW };

struct clause {
	enum verb verb;
	struct regex *re, *under; /* under: what the line above must match, or NULL */
	bool override, once, weak;
	struct str join;
};

/* Lines above the match that explain it: a heading, "In function ...". */
struct look_back {
	struct regex *match, *skip;
	unsigned lines;
	bool related;
	/* The last walk up, so that the next need not go where nothing was: from which line of which text, and
	 * whether no line on its way matched. */
	unsigned long walked_from, walked_text;
	bool hit, barren;
};

struct rule {
	struct str id, pack, tool, environment;
	struct regex *match;
	struct regex * * not ;
	unsigned nots;
	struct look_back *before;
	unsigned befores;
	struct clause *then;
	unsigned thens;
	unsigned max, blank; /* lines of a block; blank lines in a row within it */
	struct str level;    /* where the text says none */
	struct node levels, need;
	struct str message, code, function, file; /* templates, or empty */
	struct str counts;                        /* what its columns count; empty: bytes */
	bool innermost_last, ignore, summary;
	int64_t first_line, first_column; /* what the tool calls the first of them */
	bool inclusive;                   /* an end is the last character, not the one behind it */
	bool has_rows;                    /* the first line is a heading; each row below it is an incident */
	bool conditional;                 /* a block that it takes may come to nothing in the end */
	/* The last such: where it ended, of which text; and whether it began within one itself. */
	size_t barren_to;
	unsigned long barren_text;
	bool barren_again;
	enum { DIR_NONE, DIR_ENTER, DIR_LEAVE } directory;
};

struct rule *rule_new(struct arena *a, const struct pack *pack, uint32_t number);
void rule_free(struct rule *r); /* what PCRE2 holds */

/* The line is the rule's: 1, 0, or -1 when a limit was hit. */
int rule_match(struct rule *r, struct str line, struct match *m);

/* A number that the tool told as this member, as the record has it: lines and columns count from 1, an end is the place
 * behind the last byte.  Any other text as it is.  Lives in the arena. */
struct str rule_number(const struct rule *r, bool inclusive, struct arena *a, struct str name, struct str text);

#endif

/* rule.h - a recognition rule, compiled at its first use */
#ifndef HEAL_DETECT_RULE_H
#define HEAL_DETECT_RULE_H

#include "base/columns.h"
#include "rules/pack_rules.h"
#include "rules/form.h"
#include "rules/regex.h"

enum verb { TAKE, FRAME, RELATED, APPEND, FIXIT, END, STOP, DROP, YIELD, ROW, MORE };

struct clause {
	enum verb verb;
	struct regex *re, *under; /* under: for the line above, or NULL */
	bool override, once, weak, weak_to_tools;
	struct str join;
};

/* Look-back: lines above the match that belong to it, such as "In function ...". */
struct look_back {
	struct regex *match, *skip;
	unsigned lines;
	bool related;
	/* The last search, so that the next can stop where it found nothing: its line and text, and whether no line
	 * matched. */
	unsigned long walked_from, walked_text;
	bool hit, barren;
};

struct rule {
	uint32_t number; /* in the pack */
	struct str id, pack, tool, environment;
	struct regex *match; /* or NULL */
	struct forms *forms; /* or NULL */
	struct regex * * not ;
	unsigned nots;
	struct look_back *before;
	unsigned befores;
	struct clause *then;
	unsigned thens;
	unsigned max, blank; /* lines of a block; blank lines in a row within it */
	struct str level;    /* the default */
	struct node levels, need;
	struct str summary_of;
	struct str message, code, function, file; /* templates, or empty */
	enum column_unit counts;                  /* of its columns */
	bool innermost_last, ignore, summary, unindented, last;
	int64_t first_line, first_column; /* the tool's number for the first */
	bool inclusive;                   /* an end is inclusive */
	bool has_rows;                    /* the first line is a heading; each row below it is an incident */
	bool conditional;                 /* its block may turn out not to be an incident */
	/* The last such block: its end and text, and whether it started within another. */
	size_t barren_to;
	unsigned long barren_text;
	bool barren_again;
	enum { DIR_NONE, DIR_ENTER, DIR_LEAVE } directory;
};

/* In the arena; the library is that of the pack. */
struct rule *rule_new(struct arena *a, const struct pack *pack, uint32_t number, struct form_library *forms);
void rule_free(struct rule *r); /* releases the memory of PCRE2 */

/* Does the first line's pattern or form match, whatever else the rule says?  1, 0, or -1 if a match limit was reached.
 */
int rule_first_line(const struct rule *r, struct str line, struct form_facts *facts, struct match *m);
/* Does the rule match the line?  As above. */
int rule_match(struct rule *r, struct str line, struct form_facts *facts, struct match *m);

/* Convert a number of the tool for this member to that of the record: lines and columns count from 1, an end is
 * exclusive.  Other text is returned unchanged.  In the arena. */
struct str rule_number(const struct rule *r, bool inclusive, struct arena *a, struct str name, struct str text);

#endif

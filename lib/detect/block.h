/* block.h - an incident under construction: the matching line and the lines that belong to it */
#ifndef HEAL_DETECT_BLOCK_H
#define HEAL_DETECT_BLOCK_H

#include "base/vec.h"
#include "detect/rule.h"
#include "record/record.h"

enum { RAW_MAX = 16 * 1024, PREFIX_DEPTH = 3 };

/* A named capture. */
struct value {
	struct str name, text;
};

struct block {
	struct rule *rule; /* NULL: no block is open */
	struct arena a;    /* memory of this incident */
	VEC(struct value) values;
	struct frame_list frames;
	struct related_list related;
	struct fixit_list fixits;
	struct buf raw;
	struct regex *prefix[PREFIX_DEPTH]; /* of the matching line; the other lines may have it */
	size_t indent[PREFIX_DEPTH];        /* its number of blanks if it is only blanks, else 0 */
	unsigned prefixes_n;
	struct str headline;       /* the first line without its prefixes, if it has any */
	unsigned long first, last; /* lines of the text */
	unsigned lines, blanks;
	uint64_t done;         /* clauses marked `once` that have matched */
	struct value *heading; /* values of the heading, after the first row */
	size_t heading_n;
	bool in_row; /* below a heading: a row is being read */
	bool notes;  /* a note was read: the following edits belong to it */
};

/* The relation of a line to an open block. */
enum belongs { BELONGS, BELONGS_LAST, BELONGS_NOT, BELONGS_DROPPED, BELONGS_YIELDED };

void block_init(struct block *b);
void block_release(struct block *b);
void block_open(struct block *b, struct rule *rule, const struct match *m, struct str line, unsigned long number);
/* Open an empty block, for an element of a document. */
void block_begin(struct block *b, struct rule *rule, unsigned long first, unsigned long last);
void block_value_set(struct block *b, struct str name, struct str text); /* does not replace a value */
void block_value_replace(struct block *b, struct str name, struct str text);
void block_raw(struct block *b, struct str text);
/* A frame, note or edit being built: set a member; then add it, unless it is incomplete. */
struct block_place {
	enum verb verb;
	bool set;      /* something is */
	uint64_t seen; /* members of a fixit that are, by their rows */
	struct frame frame;
	struct related related;
	struct fixit fixit;
};
void block_place_set(struct block *b, struct block_place *place, struct str name, struct str text);
void block_place_add(struct block *b, struct block_place *place);
/* Offer a line above the first, the nearest first; true while look-back i needs more. */
bool block_look_back(struct block *b, unsigned i, struct str line);
/* Callbacks of a block: would a rule start here, perhaps only one that is not general (weak clauses then do not match);
 * would a rule start here that looks back at the first line of this block (the block then yields); report the completed
 * row. */
struct block_asks {
	bool (*starts)(void *ctx, struct str line, bool of_tool);
	bool (*claims)(void *ctx, struct str line);
	void (*row)(void *ctx);
	void *ctx;
};
struct line_memo;
/* Offer the next line.  memo: what lines were offered in vain (line_memo.h), with the rule in place of literals; or
 * NULL. */
enum belongs block_offer(
	struct block *b, struct line_memo *memo, struct str line, unsigned long number, const struct block_asks *asks);
/* Is the block an incident?  A heading without rows is not. */
bool block_has_incident(const struct block *b);
struct str block_value(const struct block *b, struct str name);

/* incident.c: build the record, in the block's arena; false if a required member is missing. */
struct incident_place {
	struct str name, cwd, directory; /* of the text; of the command; entered by make */
	char *const *command;
	struct node levels;  /* table: levels of tools -> levels of heal */
	struct node foreign; /* table: path components of third-party code */
	/* Forms of messages that name a place, or NULL; few records ask. */
	const struct forms *(*in_message)(void *ctx);
	void *ctx;
};
bool block_record(struct block *b, const struct incident_place *place, struct record *r);

#endif

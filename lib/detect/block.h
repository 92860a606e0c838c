/* block.h - the incident at hand: the line that matched and the lines that belong to it */
#ifndef HEAL_DETECT_BLOCK_H
#define HEAL_DETECT_BLOCK_H

#include "base/vec.h"
#include "detect/rule.h"
#include "record/record.h"

enum { RAW_MAX = 16 * 1024, PREFIX_DEPTH = 3 };

/* A captured text by name. */
struct value {
	struct str name, text;
};

struct block {
	struct rule *rule; /* NULL: no block is open */
	struct arena a;    /* everything of this incident */
	VEC(struct value) values;
	struct frame_list frames;
	struct related_list related;
	struct fixit_list fixits;
	struct buf raw;
	struct regex *prefix[PREFIX_DEPTH]; /* what stood before the matched line, and may before the others */
	size_t indent[PREFIX_DEPTH];        /* how many blanks that was where it was nothing else; 0: it was not */
	unsigned prefixes_n;
	struct str headline;       /* the first line behind its prefixes, where it has any */
	unsigned long first, last; /* lines of the text */
	unsigned lines, blanks;
	uint64_t done;         /* clauses marked once that have matched */
	struct value *heading; /* what the heading said, once a row was seen */
	size_t heading_n;
	bool in_row; /* under a heading: a row is at hand */
	bool notes;  /* a note was taken: the edits that follow are its own */
};

/* What a line is to an open block. */
enum belongs { BELONGS, BELONGS_LAST, BELONGS_NOT, BELONGS_DROPPED, BELONGS_YIELDED };

void block_init(struct block *b);
void block_release(struct block *b);
void block_open(struct block *b, struct rule *rule, const struct match *m, struct str line, unsigned long number);
/* For elements of documents, which have no line that matched: the block begins empty, and is filled. */
void block_begin(struct block *b, struct rule *rule, unsigned long first, unsigned long last);
void block_value_set(struct block *b, struct str name, struct str text); /* unless it has one */
void block_value_replace(struct block *b, struct str name, struct str text);
void block_raw(struct block *b, struct str text);
/* A frame, note or edit in the making: set a member that it has; then add it, unless it says too little. */
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
/* A line above the first, from near to far; true while more are wanted by look-back i. */
bool block_look_back(struct block *b, unsigned i, struct str line);
/* What a block asks of the detector: would some rule start here (weak clauses give way), would one that looks back at
 * the line that this block began with (it yields), and: the row at hand is complete, report it. */
struct block_asks {
	bool (*starts)(void *ctx, struct str line);
	bool (*claims)(void *ctx, struct str line);
	void (*row)(void *ctx);
	void *ctx;
};
/* Offer the next line. */
enum belongs block_offer(struct block *b, struct str line, unsigned long number, const struct block_asks *asks);
/* The block amounts to an incident: not so a heading without rows. */
bool block_has_incident(const struct block *b);
struct str block_value(const struct block *b, struct str name);

/* incident.c: what the block amounts to; false when a needed member is missing.  The record lives
 * in the block's arena. */
struct incident_place {
	struct str name, cwd, directory; /* of the text; of the command; entered by make */
	char *const *command;
	struct node levels;  /* table: what tools call their levels -> ours */
	struct node foreign; /* table: what in a path marks somebody else's code */
};
bool block_record(struct block *b, const struct incident_place *place, struct record *r);

#endif

/* detector.h - find incidents in the text that tools print
 *
 * Bytes go in as they come, in pieces of any size; each incident comes out as
 * a record as soon as its block is complete.  How the bytes were cut into
 * pieces never changes what comes out.
 *
 * Inside: a gate (gate.h) picks the lines that hold some literal of some rule;
 * only those meet regular expressions.  A rule that matched opens a block
 * (block.h) to which the following lines are offered one by one.  A line with a
 * literal of a rule for documents is looked at for being in one: JSON from a
 * line on that begins with a bracket, XML from the one with its root.  The
 * document (document.h) takes lines until it ends, and what fits it (mapping.h)
 * makes its elements incidents.  One that nothing fits, or that is broken, gives
 * its lines back to the rules for text. */
#ifndef HEAL_DETECT_DETECTOR_H
#define HEAL_DETECT_DETECTOR_H

#include "record/record.h"
#include "rules/pack.h"

struct detector;

struct detector_options {
	const struct pack *pack;
	bool naive;   /* every rule on every line: the oracle of the tests */
	bool threads; /* a second one may look ahead in long texts; not in a program that forks meanwhile */
	bool unknown; /* at the end of a text, what looks like a failure and no rule knows (unknown.h) */
	/* Called for each incident; the record is gone when it returns. */
	void (*found)(void *ctx, struct record *r);
	void (*seen)(void *ctx, struct str bytes); /* called with all that is fed, or NULL */
	void *ctx;
	struct str cwd;       /* file names below it become relative; empty: stay as they are */
	char *const *command; /* source.command, or NULL */
};

struct detector *detector_new(const struct detector_options *options);
void detector_free(struct detector *d);

/* A text begins: its name is "source.name", its lines count from 1. */
void detector_begin(struct detector *d, struct str name);
void detector_feed(struct detector *d, struct str bytes);
/* It ends: an open block is complete, a line without newline counts. */
void detector_end(struct detector *d);

/* Nothing has come for a while: a block whose last line is complete is taken for complete. */
void detector_idle(struct detector *d);

/* The rules' ids that hit their limits so often that they were left out, one call each. */
void detector_struck_out(const struct detector *d, void (*tell)(void *ctx, struct str rule), void *ctx);

/* How many documents were too long to be read as such, so that only text rules saw them; the line of the first. */
unsigned long detector_documents_lost(const struct detector *d, unsigned long *line);

/* How a rule fares with a text, for people: one line of explanation a step. */
void detector_explain(const struct pack *pack, struct str rule_id, struct str text, FILE *out);

#endif

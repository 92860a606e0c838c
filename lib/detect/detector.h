/* detector.h - find incidents in the output of tools
 *
 * Input is fed in pieces of any size; each incident is reported as a record when its block is complete.  The result
 * does not depend on how the input is split.
 *
 * A gate (gate.h) selects the lines that contain a literal of a rule; patterns are matched against these only.  A rule
 * that matches opens a block (block.h), to which the following lines are offered.  A line with a literal of a rule for
 * documents may be part of one: JSON starts at a line with a bracket, XML at the line with its root.  The document
 * (document.h) collects lines until it ends, and a matching rule (mapping.h) makes incidents from its elements.  If no
 * rule matches, or the document is malformed, its lines are processed by the rules for text. */
#ifndef HEAL_DETECT_DETECTOR_H
#define HEAL_DETECT_DETECTOR_H

#include "record/record.h"
#include "rules/pack.h"

struct detector;

struct detector_options {
	const struct pack *pack;
	bool naive;    /* try every rule on every line; reference for tests */
	bool anew;     /* try each line anew, whatever came of lines like it; the same */
	bool threads;  /* a second thread may search ahead in long texts; not if the program forks meanwhile */
	int64_t since; /* milliseconds since 1970: read only what is later (log_since.h); 0: all */
	bool unknown;  /* at the end of a text report lines without a rule that look like failures (unknown.h) */
	/* Called for each incident; the record is valid during the call. */
	void (*found)(void *ctx, struct record *r);
	void (*seen)(void *ctx, struct str bytes); /* called with all input; may be NULL */
	/* Called when make enters a directory, which is normal and in cwd or absolute; may be NULL. */
	void (*entered)(void *ctx, struct str dir);
	void *ctx;
	struct str cwd;       /* file names below it are made relative; empty: unchanged */
	char *const *command; /* source.command, or NULL */
};

struct detector *detector_new(const struct detector_options *options);
void detector_free(struct detector *d);

/* Start a text; name: "source.name".  Its lines count from 1. */
void detector_begin(struct detector *d, struct str name);
void detector_feed(struct detector *d, struct str bytes);
/* End the text: an open block and a last line without newline are complete. */
void detector_end(struct detector *d);

/* No input for a while: treat an open block as complete if its last line is. */
void detector_idle(struct detector *d);

/* Call with the id of each rule that was disabled because it reached its match limit too often. */
void detector_struck_out(const struct detector *d, void (*tell)(void *ctx, struct str rule), void *ctx);

/* The number of texts that were skipped because `since` is set and none of their lines has a time. */
unsigned long detector_untimed(const struct detector *d);

/* The number of documents that were read as text because they are too long, and the line of the first. */
unsigned long detector_documents_lost(const struct detector *d, unsigned long *line);

/* Explain line by line why a rule matches a text or not. */
void detector_explain(const struct pack *pack, struct str rule_id, struct str text, FILE *out);

#endif

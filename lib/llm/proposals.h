/* proposals.h - what a model answered, as members of a record
 *
 * The answer fits the schema of its operation.  Its texts are untrusted: a path must be that of a file that was sent,
 * or new and below the root; the text that an edit replaces must occur exactly once in the file; what is done with the
 * steps is for the policy and the proof to decide. */
#ifndef HEAL_LLM_PROPOSALS_H
#define HEAL_LLM_PROPOSALS_H

#include "config/config.h"
#include "llm/mask.h"
#include "llm/prompt.h"

/* The confidence of a model's causes and solutions is at most this. */
#define MODEL_CONFIDENCE_MOST 0.6

void analysis_take(struct record *r, const struct json *answer);
void causes_take(struct record *r, struct mask *m, const struct json *answer);

struct candidate_context {
	const struct config *config;
	struct mask *mask;
	struct source_tree *view;
	const struct sent_files *sent;
	struct str model; /* for the reasoning */
};

/* Add the solutions, behind those that are there.  Returns how many may be tried; *refused: how many are not valid, and
 * *why: why the first of these is not. */
size_t candidates_take(struct record *r, const struct candidate_context *c, const struct json *answer, size_t *refused,
	struct err *why);
/* Add a plan for a person. */
void plan_take(struct record *r, struct mask *m, const struct json *answer);

/* What a record says if nothing is known and no model answered. */
void fallback_take(struct record *r);

#endif

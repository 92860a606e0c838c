/* asker.h - ask a language model about incidents
 *
 * An incident for which the rules have nothing that can be tried gets what a model says: its kind, its causes,
 * candidate solutions, a plan for a person.  Each answer is checked against its schema.  A model has no tools and
 * starts nothing.
 *
 * What a run may use is limited (llm.max_requests, llm.max_tokens, llm.max_seconds, llm.max_cost), each request is an
 * entry of the ledger (ledger.h), and after failures in a row a circuit breaker of the provider prevents further
 * requests for a while.  If no answer can be had, the incident keeps what it had. */
#ifndef HEAL_LLM_ASKER_H
#define HEAL_LLM_ASKER_H

#include <stdio.h>

#include "config/config.h"
#include "record/record.h"
#include "rules/pack.h"
#include "store/store.h"
#include "tree/source_tree.h"

enum model_operation { ASK_ANALYSIS = 1, ASK_CAUSES = 2, ASK_CANDIDATES = 4, ASK_PLAN = 8, ASK_SCAN = 16 };
/* The operations of a list such as "causes,candidates"; 0: err. */
unsigned model_operations_parse(struct str list, struct err *err);

struct asker_options {
	const struct pack *pack;
	const struct config *config;
	struct source_tree *view; /* the project, which hides its secret files */
	struct store *store;      /* for the ledger and the breaker; may be NULL */
	unsigned operations;      /* of incidents; 0: causes and candidates, and analysis where the kind is not known */
	bool all;                 /* ask about each incident, not only about those that the rules leave open */
	bool no_cache;
	FILE *show; /* print the bodies of the requests there, a line each, and send nothing */
	/* What the user should know, one line; done: while an answer arrives, its bytes so far, 0 at its end. */
	void (*tell)(void *ctx, const char *line);
	void (*progress)(void *ctx, struct str what, size_t bytes);
	void *ctx;
};

struct asker;

/* NULL: err; a setting is missing or wrong. */
struct asker *asker_new(const struct asker_options *o, struct err *err);
void asker_free(struct asker *k);

/* Is it left open by the rules? */
bool asker_wants(const struct asker *k, const struct record *r);
/* Add answers to an incident.  false: a model did not answer; the user was told. */
bool asker_record(struct asker *k, struct record *r);
/* Review a file of the project: an incident for each finding.  false: a model did not answer, or the file cannot be
 * sent. */
bool asker_scan(struct asker *k, struct str path, void (*found)(void *ctx, struct record *r), void *ctx);

#endif

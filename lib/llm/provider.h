/* provider.h - how a language model is asked, and how its answer is read
 *
 * What differs between the interfaces of models is in the table `llm-providers` (share/tables/llm-providers.yaml): the
 * URL, the headers, the body of a request, and where in an answer the text and the other parts stand. */
#ifndef HEAL_LLM_PROVIDER_H
#define HEAL_LLM_PROVIDER_H

#include "config/config.h"
#include "record/json.h"
#include "rules/pack.h"

struct provider {
	struct str name;
	struct str url;        /* of requests */
	struct node row, like; /* like: what `row` lacks */
};

/* The provider that is set, and the URL of its requests, in the arena.  false: err; status HEAL_WRONG: none is set, or
 * the settings are incomplete. */
bool provider_find(
	struct arena *a, const struct pack *pack, const struct config *c, struct provider *out, struct err *err);

struct question {
	struct str name; /* of the operation and its schema */
	struct str model;
	struct str instructions, prompt;
	struct str schema;  /* JSON */
	int64_t tokens;     /* the most that may be answered */
	double temperature; /* below 0: not sent */
};

/* The body of the request.  p == NULL: err, the table or the schema is not valid. */
struct str provider_request(struct arena *a, const struct provider *p, const struct question *q, struct err *err);
/* The header lines, each with a line end.  key: may be empty. */
struct str provider_headers(struct arena *a, const struct provider *p, struct str key);

/* The parts of an answer; texts in the arena. */
struct answer {
	struct buf text;
	struct str stop, error;
	int64_t input, output; /* tokens */
	bool ended;            /* the last event was seen */
};

/* Add an event of a stream, or with whole the complete answer. */
void provider_read(struct arena *a, const struct provider *p, const struct json *v, bool whole, struct answer *answer);
/* Is the answer complete, as its `stop` says? */
bool provider_is_done(const struct provider *p, const struct answer *answer);

#endif

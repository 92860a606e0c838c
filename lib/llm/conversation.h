/* conversation.h - send a question to a model and get its answer
 *
 * The request is sent by heal-open(1), a process with few rights; the key is in no argument and no message.  What the
 * server answers is untrusted: it is limited in size and time, and only its text is used.
 *
 * An answer with the status 408, 429, 500, 502, 503, 504 or 529 is asked for again, after the time that the server asks
 * for (Retry-After) or after 1 s, 2 s, ..., within the time limit. */
#ifndef HEAL_LLM_CONVERSATION_H
#define HEAL_LLM_CONVERSATION_H

#include "llm/provider.h"

struct conversation {
	const struct provider *provider;
	struct str key;
	double seconds; /* time limit for the request and its repetitions */
	/* Called as the answer arrives, with its length in bytes so far; NULL: not called. */
	void (*progress)(void *ctx, size_t bytes);
	void *ctx;
};

struct reply {
	struct str text;       /* of the model */
	int64_t input, output; /* tokens, as the server says; 0: not known */
	size_t requests;       /* that were sent */
	double seconds;
};

/* false: err; reply has the tokens and the requests all the same. */
bool converse(struct arena *a, const struct conversation *c, struct str body, struct reply *reply, struct err *err);

/* ---- for tests ---- */

/* Read an answer: `type` is its content type.  false: err. */
bool answer_parse(struct arena *a, const struct provider *p, struct str type, struct str body, struct reply *reply,
	struct err *err);

#endif

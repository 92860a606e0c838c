/* answer_cache.h - answers of models, by the hash of the request
 *
 * A file for each, in a folder of the cache directory that only this user can have written to. */
#ifndef HEAL_LLM_ANSWER_CACHE_H
#define HEAL_LLM_ANSWER_CACHE_H

#include "base/arena.h"

/* The answer to an equal request of at most so many days ago; p == NULL: none. */
struct str answer_cache_get(struct arena *a, struct str url, struct str body, double days);
/* Failure to keep an answer is no error. */
void answer_cache_put(struct arena *a, struct str url, struct str body, struct str answer);

#endif

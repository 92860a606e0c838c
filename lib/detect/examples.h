/* examples.h - run the examples in rule packs as tests */
#ifndef HEAL_DETECT_EXAMPLES_H
#define HEAL_DETECT_EXAMPLES_H

#include "base/arena.h"
#include "rules/pack.h"

struct example_result {
	struct str rule;
	uint32_t number; /* of the example within the rule, from 1 */
	uint32_t line;   /* in its pack */
	bool passed;
	struct str why; /* the difference */
};

/* Run the examples of all rules whose id matches the glob, and call `tell` with each result. */
void examples_run(const struct pack *pack, struct str id_glob, bool naive,
	void (*tell)(void *ctx, const struct example_result *), void *ctx);

/* The number of examples of a rule. */
struct example_count {
	struct str rule;
	unsigned good;   /* that expect a record of it, also those of other rules */
	unsigned silent; /* of its own that do not */
	bool reports;    /* it makes records, unlike a rule that ignores text or follows directories */
};

/* For each rule whose id matches the glob (empty: all), in order. */
void examples_count(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_count *), void *ctx);

#endif

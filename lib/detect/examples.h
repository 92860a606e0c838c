/* examples.h - the examples in rule packs, run as tests */
#ifndef HEAL_DETECT_EXAMPLES_H
#define HEAL_DETECT_EXAMPLES_H

#include "base/arena.h"
#include "rules/pack.h"

struct example_result {
	struct str rule;
	uint32_t number; /* of the example within the rule, from 1 */
	uint32_t line;   /* in its pack */
	bool passed;
	struct str why; /* what differs */
};

/* Run every example of every rule whose id matches the glob; `tell` hears of each. */
void examples_run(const struct pack *pack, struct str id_glob, bool naive,
	void (*tell)(void *ctx, const struct example_result *), void *ctx);

/* How many examples a rule has. */
struct example_count {
	struct str rule;
	unsigned good;   /* that expect a record of it; those of other rules count too */
	unsigned silent; /* of its own that do not */
	bool reports;    /* it makes records at all: it neither ignores text nor follows directories */
};

/* Of each rule whose id matches the glob (empty: of all), in their order. */
void examples_count(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_count *), void *ctx);

#endif

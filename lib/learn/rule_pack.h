/* rule_pack.h - the pack file of one learned rule
 *
 * The file is an ordinary pack of the user (heal-rules(5)): one cause with `learned`, one solution, an example of
 * invented words.  Until it is reviewed, it is rewritten; after that only its counts, status and confidence are
 * updated. */
#ifndef HEAL_LEARN_RULE_PACK_H
#define HEAL_LEARN_RULE_PACK_H

#include "learn/generalise.h"

struct standing {
	const char *status; /* draft, proposed, universal, deprecated */
	bool reviewed;
	int64_t repairs, projects, failures, contradictions;
	struct str last_used; /* a date */
	double confidence;    /* the lower bound of its success rate */
};

/* The text in canonical form; p == NULL: err. */
struct str rule_pack_text(struct arena *a, struct str id, const struct repair_group *g, const struct draft *d,
	const struct standing *s, struct err *err);

/* What an existing file says; false: it is not the pack of this rule (err). */
bool rule_pack_read(struct arena *a, const char *path, struct str text, struct standing *out, struct err *err);
/* The text with the members of `learned` and the confidence of the solution replaced.  p == NULL: err. */
struct str rule_pack_update(
	struct arena *a, const char *path, struct str text, const struct standing *s, struct err *err);

#endif

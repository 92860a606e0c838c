/* repairs.h - accepted repairs, from which rules are learned (learn/learn.h)
 *
 * The table `repairs` keeps, for each incident that a change removed, the changed part of the file before and after.
 * Texts with secrets are not kept. */
#ifndef HEAL_STORE_REPAIRS_H
#define HEAL_STORE_REPAIRS_H

#include "store/store.h"

struct store_repair {
	struct str id;      /* of the incident, or of the commit and the incident: each is kept once */
	struct str project; /* a hash of its directory */
	struct str rule, code, message, file, time;
	struct str solution;      /* that heal applied; empty: a person's change */
	struct str before, after; /* a part of the file with the change, which parses alone if it can */
	int64_t line, column;     /* of the error in `before`; 0: none */
};

/* *added: it was not known. */
bool store_repair_add(struct store *s, const struct store_repair *r, bool *added, struct err *err);
typedef bool store_repair_fn(void *ctx, const struct store_repair *r);
/* All, oldest first. */
bool store_repairs(struct store *s, store_repair_fn *each, void *ctx, struct err *err);

/* Outcomes of a solution: all failures, and those since its last success. */
struct store_failures {
	int64_t all, lately;
};
bool store_failures(struct store *s, struct str solution, struct store_failures *out, struct err *err);

/* Is there an incident with this fingerprint after that time? */
bool store_seen_after(struct store *s, struct str fingerprint, struct str time, bool *seen, struct err *err);
/* Did this command pass in a session after that time? */
bool store_passed_after(
	struct store *s, const struct str_list *command, struct str time, bool *passed, struct err *err);

#endif

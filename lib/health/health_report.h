/* health_report.h - make a health report of a project */
#ifndef HEAL_HEALTH_HEALTH_REPORT_H
#define HEAL_HEALTH_HEALTH_REPORT_H

#include "analyze/analyzer.h"
#include "config/config.h"
#include "record/record.h"
#include "rules/pack.h"
#include "store/store.h"

struct health_options {
	const struct pack *pack;
	const struct config *config;
	const char *root; /* of the project: absolute, real */
	struct solution_history history;
	const struct health *before; /* the project's previous report, or NULL */
	struct store *store;         /* of the earlier reports, or NULL */
	bool quality;                /* also rate the project's quality (quality.h) */
	/* Called before each check; may be NULL. */
	void (*progress)(void *ctx, struct str check, size_t number, size_t of);
	void *ctx;
};

enum { HEALTH_ISSUES_MOST = 200 };

/* Run the project's checks and make a record of kind health.  It always succeeds: if no check ran to its end, the
 * status is failing, the score 0, and an issue of severity 9 has the reason. */
struct record health_report(struct arena *a, const struct health_options *o);

#endif

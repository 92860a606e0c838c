/* deployment.h - which errors became more frequent after a deployment
 *
 * For each deployment and each fingerprint, the number of sessions with that error (heal run, or one record without a
 * session) in a window before is compared with that after it, by an exact test (rate_rise_p), corrected by Holm's
 * method for the number of fingerprints looked at for this deployment.  The windows end at the first stored incident,
 * and now.
 *
 * Where several deployments are near, a rise is ascribed to the one at whose time a change of the rate explains the
 * times of the error best.  All whose support (log likelihood ratio) is at most 2 lower are suspects: A. W. F. Edwards,
 * "Likelihood", 1972, uses this interval. */
#ifndef HEAL_STORE_DEPLOYMENT_H
#define HEAL_STORE_DEPLOYMENT_H

#include "base/vec.h"
#include "store/store.h"

#define DEPLOYMENT_ALPHA 0.05
#define DEPLOYMENT_SUPPORT 2.0

struct suspect {
	const struct deployment_report *deployment;
	double support;
};
struct risen {
	struct str fingerprint, rule, message; /* of its newest incident */
	int64_t before, after;                 /* sessions */
	double p, adjusted;
	VEC(struct suspect) suspects; /* best first, which is the deployment itself */
};
struct deployment_report {
	struct str id, time, revision, environment, status;
	int64_t at;                                /* milliseconds since 1970 */
	double before_s, after_s;                  /* lengths of the windows, in seconds */
	int64_t incidents_before, incidents_after; /* sessions with an error, of any fingerprint */
	double health_before, health_after;        /* mean score; -1: unknown */
	size_t looked_at;                          /* fingerprints */
	VEC(struct risen) risen;                   /* lowest p first */
	const struct deployment_report *previous;  /* what a rollback goes back to: the last one of its environment that
						      succeeded, with another revision; or NULL */
};
struct deployment_reports {
	struct deployment_report *at;
	size_t n, room;
};

/* All deployments, oldest first, in the arena.  window: seconds. */
bool deployments_read(struct store *s, struct arena *a, double window, struct deployment_reports *out, struct err *err);

/* The command of the setting deploy.rollback, with {version} and {previous} filled in and its words quoted for a shell;
 * empty: none is set, or there is no previous version.  HEAL_WRONG: the setting is invalid. */
bool rollback_command(
	struct arena *a, struct str setting, const struct deployment_report *d, struct str *out, struct err *err);

#endif

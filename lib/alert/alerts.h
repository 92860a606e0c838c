/* alerts.h - the alerts of a project: what a report changes, and the messages to send */
#ifndef HEAL_ALERT_ALERTS_H
#define HEAL_ALERT_ALERTS_H

#include "alert/alert_state.h"
#include "base/vec.h"
#include "config/config.h"
#include "store/store.h"

enum alert_channel { CHANNEL_WEBHOOK, CHANNEL_MAIL, CHANNEL_DESKTOP, CHANNELS };

struct alert_message {
	struct str id;
	bool resolved;
	struct str project;
	int64_t time;
	VEC(const struct alert *) alerts;
};

struct alert_settings {
	struct alert_rule rule;
	int64_t severity; /* from which an issue is one */
	double score;     /* below which the score is one */
	bool fresh;       /* an issue that the report before did not have is one */
	unsigned channels;
};
/* The channels that are set. */
struct alert_settings alert_settings_of(const struct config *config);

/* false: it did not arrive; why (in the arena) is for the user. */
typedef bool alert_send_fn(
	void *ctx, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why);

/* Take a report, and send what is due.  has_before: there was a report before.  What could not be sent is tried again
 * at a later report.  false: err; the store could not be read or written, and nothing is sent that it does not have. */
bool alerts_report(struct store *s, struct arena *a, const struct record *report, bool has_before,
	const struct alert_settings *set, int64_t now, alert_send_fn *send, void *ctx, struct err *err);

#endif

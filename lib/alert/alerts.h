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
	int64_t severity; /* the lowest severity that causes an alert */
	double score;     /* a lower score causes an alert */
	bool fresh;       /* an issue that the previous report did not have causes an alert */
	unsigned channels;
};
struct alert_settings alert_settings_of(const struct config *config);

/* false: it could not be sent; *why, in the arena, is a message for the user. */
typedef bool alert_send_fn(
	void *ctx, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why);

/* Update the alerts from a report, and send those that are due.  has_before: there is a previous report.  What could
 * not be sent is retried at a later report.  false: err; the store could not be read or written.  No message is sent
 * that is not stored. */
bool alerts_report(struct store *s, struct arena *a, const struct record *report, bool has_before,
	const struct alert_settings *set, int64_t now, alert_send_fn *send, void *ctx, struct err *err);

#endif

/* channels.h - send a message of alerts: a webhook, mail, the desktop
 *
 *   webhook   POST of a JSON object to the setting alert.webhook, by heal-open, in a process without other rights: only
 *             https, or http to the loopback; no redirect is followed.  X-Heal-Delivery is the id of the message; with
 *             alert.webhook_key, X-Heal-Signature is "sha256=" and the HMAC-SHA-256 of the body.  URL and key are in no
 *             argument and no variable
 *   mail      to the setting alert.mail, by sendmail(8)
 *   desktop   by notify-send(1)
 *
 * Texts of issues are foreign.  Secrets in them are replaced, and they come into no header of a mail. */
#ifndef HEAL_ALERT_CHANNELS_H
#define HEAL_ALERT_CHANNELS_H

#include "alert/alerts.h"

/* An alert_send_fn; ctx: the struct config. */
bool channel_send(
	void *config, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why);

/* The body of the webhook. */
struct str message_json(struct arena *a, const struct alert_message *m);
/* The mail; false: the setting is not one address. */
bool message_mail(struct arena *a, struct str to, const struct alert_message *m, struct str *out);

#endif

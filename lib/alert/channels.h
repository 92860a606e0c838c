/* channels.h - send a message with alerts by webhook, by mail or to the desktop
 *
 *   webhook   POST of a JSON object to the URL of alert.webhook, by heal-open, which drops its privileges.  Only https,
 *             or http to 127.0.0.1 or [::1]; no redirect is followed.  X-Heal-Delivery is the id of the message; with
 *             alert.webhook_key, X-Heal-Signature is "sha256=" and the HMAC-SHA-256 of the body.  The URL and the key
 *             are in no argument and no environment variable
 *   mail      to the setting alert.mail, by sendmail(8)
 *   desktop   by notify-send(1)
 *
 * The texts of issues are untrusted.  Secrets in them are redacted, and they are not used in mail headers. */
#ifndef HEAL_ALERT_CHANNELS_H
#define HEAL_ALERT_CHANNELS_H

#include "alert/alerts.h"

/* An alert_send_fn; ctx: the struct config. */
bool channel_send(
	void *config, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why);

/* The body of the webhook. */
struct str message_json(struct arena *a, const struct alert_message *m);
/* The mail with its headers; false: `to` is not a single address. */
bool message_mail(struct arena *a, struct str to, const struct alert_message *m, struct str *out);

#endif

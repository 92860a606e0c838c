/* Send the alerts of a report, and write its gauges for Prometheus. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "alert/channels.h"
#include "base/io.h"
#include "base/path.h"
#include "base/sha256.h"
#include "health/health_metrics.h"
#include "monitor.h"
#include "redact/redact.h"

enum { OUT_MAX = 1 << 20, MODE = 0644 };

static const char *const channels[CHANNELS] = {
	[CHANNEL_WEBHOOK] = "alert.webhook", [CHANNEL_MAIL] = "alert.mail", [CHANNEL_DESKTOP] = "alert.desktop"
};

static bool send_and_say(
	void *ctx, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why)
{
	bool sent = channel_send(ctx, a, channel, m, why);

	if (!sent)
		say("an alert was not sent (%s): %.*s", channels[channel], STR_ARG(*why));
	return sent;
}

void monitor_alert(const struct acting *x, const struct record *report, bool has_before)
{
	const struct alert_settings set = alert_settings_of(x->config);
	struct arena a = ARENA_INIT;
	struct monitor_files f;
	struct err err;

	if (!set.channels)
		return;
	/* Concurrent monitors of a project must not send the same alert. */
	int lock = monitor_files(&a, x->root, &f, &err) ?
		open(f.alerts.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) :
		-1;
	if (lock < 0 || flock(lock, LOCK_EX) < 0) {
		complain(HEAL_REFUSED, "no alert is sent: cannot lock '%s': %s", lock < 0 ? "monitors" : f.alerts.p,
			strerror(errno));
		arena_free(&a);
		return;
	}
	struct store *s = store_open_all(x->store, &err);
	if (!s ||
		!alerts_report(s, &a, report, has_before, &set, (int64_t)time(NULL), send_and_say,
			(void *)(uintptr_t)x->config, &err))
		complain(err.status, "alerts are not sent: %s", err.text);
	store_close(s);
	close(lock);
	arena_free(&a);
}

void monitor_metrics(const struct acting *x, const struct record *report)
{
	struct str set = config_str(x->config, "health.metrics");
	struct arena a = ARENA_INIT;
	char hex[SHA256_HEX];
	struct buf out;
	struct err err;

	if (!set.n)
		return;
	sha256_of(x->root, hex);
	size_t mark = str_find(set, STR("%h"));
	struct str path = mark < set.n ? arena_printf(&a, "%.*s%.8s%.*s", STR_ARG(str_sub(set, 0, mark)), hex,
						 STR_ARG(str_sub(set, mark + 2, set.n))) :
					 set;
	buf_init(&out, OUT_MAX);
	health_metrics_write(&out, redact_text(&a, x->root, REDACT_PLAIN), report);
	if (!path_is_absolute(path))
		complain(HEAL_WRONG, "health.metrics must be an absolute name");
	else if (!file_replace(arena_strdup(&a, path), buf_str(&out), MODE, &err))
		complain(err.status, "health.metrics is not written: %s", err.text);
	buf_release(&out);
	arena_free(&a);
}

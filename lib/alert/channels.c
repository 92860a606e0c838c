#include "alert/channels.h"

#include <stdlib.h>
#include <string.h>

#include "base/hmac.h"
#include "base/key_file.h"
#include "base/own_program.h"
#include "base/path.h"
#include "base/proc.h"
#include "redact/redact.h"

enum { SECONDS = 15, SHOWN = 300 };

/* ---- running a program ---- */

static bool run(struct arena *a, struct proc *p, struct str *why)
{
	struct proc_result result;
	struct err err;
	char shown[SHOWN];

	p->helper = true;
	p->timeout = SECONDS;
	if (!proc_run(a, p, &result, &err)) {
		*why = arena_str(a, str_of(err.text));
		return false;
	}
	if (result.timed_out)
		*why = STR("it took too long");
	else if (result.status != 0)
		*why = arena_printf(a, "status %d: %s", result.status,
			visible(str_trim(redact_text(a, result.output, REDACT_PLAIN)), shown, sizeof(shown)));
	return !result.timed_out && result.status == 0;
}

/* ---- webhook ---- */

/* The request for heal-open: the URL, headers, an empty line, the body. */
static bool webhook(const struct config *c, struct arena *a, const struct alert_message *m, struct str *why)
{
	struct str body = message_json(a, m), url = config_str(c, "alert.webhook"), key = STR(""), request;
	struct str set = config_str(c, "alert.webhook_key");
	char hex[SHA256_HEX];
	struct err err;

	if (str_has_control(url)) {
		*why = STR("alert.webhook has control characters");
		return false;
	}
	if (set.n && !key_file_read(a, set, "alert.webhook_key", &key, &err)) {
		*why = arena_str(a, str_of(err.text));
		return false;
	}
	request = arena_printf(
		a, "%.*s\nContent-Type: application/json\nX-Heal-Delivery: %.*s\n", STR_ARG(url), STR_ARG(m->id));
	if (key.n) {
		hmac_sha256(key, body, hex);
		request = arena_printf(a, "%.*sX-Heal-Signature: sha256=%s\n", STR_ARG(request), hex);
	}
	request = arena_printf(a, "%.*s\n%.*s", STR_ARG(request), STR_ARG(body));
	char *argv[] = { arena_strdup(a, own_program(a, "heal-open")), arena_strdup(a, STR("--post")),
		arena_strdup(a, STR("-")), NULL };
	struct proc p = { .argv = argv, .input = request };
	return run(a, &p, why);
}

/* ---- mail ---- */

static struct str sendmail_find(struct arena *a)
{
	static const char *const names[] = { "sendmail", "/usr/sbin/sendmail", "/usr/lib/sendmail" };
	struct str found = STR_NONE;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found.p; i++)
		found = proc_find_helper(a, names[i]);
	return found;
}

static bool mail(const struct config *c, struct arena *a, const struct alert_message *m, struct str *why)
{
	struct str to = config_str(c, "alert.mail"), program = sendmail_find(a), text;

	if (!program.p) {
		*why = STR("sendmail is not installed");
		return false;
	}
	if (!message_mail(a, to, m, &text)) {
		*why = STR("alert.mail must be one address, such as me@example.org");
		return false;
	}
	char *argv[] = { arena_strdup(a, program), arena_strdup(a, STR("-i")), arena_strdup(a, STR("--")),
		arena_strdup(a, to), NULL };
	struct proc p = { .argv = argv, .input = text };
	return run(a, &p, why);
}

/* ---- desktop ---- */

/* Servers of notifications may read the body as markup. */
static struct str without_markup(struct arena *a, struct str text)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '&')
			buf_add(&b, STR("&amp;"));
		else if (text.p[i] == '<')
			buf_add(&b, STR("&lt;"));
		else
			buf_addc(&b, text.p[i]);
	struct str out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static bool desktop(struct arena *a, const struct alert_message *m, struct str *why)
{
	static const char *const names[] = { "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY",
		"WAYLAND_DISPLAY" };
	struct str program = proc_find_helper(a, "notify-send");
	const struct alert *first = m->alerts.at[0];
	char *also[sizeof(names) / sizeof(names[0]) + 1] = { NULL }, title[SHOWN], text[SHOWN], more[40] = "";
	size_t n = 0;

	if (!program.p) {
		*why = STR("notify-send is not installed");
		return false;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]))
			also[n++] = arena_strdup(a, arena_printf(a, "%s=%s", names[i], getenv(names[i])));
	visible(path_base(redact_text(a, m->project, REDACT_PLAIN)), title, sizeof(title));
	visible(redact_text(a, first->description, REDACT_PLAIN), text, sizeof(text));
	if (m->alerts.n > 1)
		snprintf(more, sizeof(more), " and %zu more", m->alerts.n - 1);
	char *argv[] = { arena_strdup(a, program), arena_strdup(a, STR("--app-name=heal")), arena_strdup(a, STR("--")),
		arena_strdup(a, arena_printf(a, "%s: %s", m->resolved ? "resolved" : "alert", title)),
		arena_strdup(a, without_markup(a, arena_printf(a, "%s%s", text, more))), NULL };
	struct proc p = { .argv = argv, .also = also };
	return run(a, &p, why);
}

bool channel_send(
	void *config, struct arena *a, enum alert_channel channel, const struct alert_message *m, struct str *why)
{
	const struct config *c = config;

	switch (channel) {
	case CHANNEL_WEBHOOK:
		return webhook(c, a, m, why);
	case CHANNEL_MAIL:
		return mail(c, a, m, why);
	case CHANNEL_DESKTOP:
		return desktop(a, m, why);
	case CHANNELS:
		break;
	}
	return false;
}

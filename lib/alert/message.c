/* message.c - a message of alerts as JSON and as mail */
#include <stdio.h>
#include <time.h>

#include "alert/channels.h"
#include "base/path.h"
#include "record/json.h"
#include "redact/redact.h"

enum { MESSAGE_MAX = 1 << 20, WIDTH = 800, ADDRESS_MAX = 254 };

static struct str moment(struct arena *a, int64_t at)
{
	char text[40] = "";
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_str(a, str_of(text));
}

struct str message_json(struct arena *a, const struct alert_message *m)
{
	struct json *o = json_new(a, JSON_OBJECT);

	json_set_int(a, o, "heal", 1);
	json_set_str(a, o, "alert", m->resolved ? STR("resolved") : STR("firing"));
	json_set_str(a, o, "id", m->id);
	json_set_str(a, o, "time", moment(a, m->time));
	json_set_str(a, o, "project", m->project);
	struct json *issues = json_array_in(a, o, "issues");
	for (size_t i = 0; i < m->alerts.n; i++) {
		const struct alert *alert = m->alerts.at[i];
		struct json *one = json_add(issues, json_new(a, JSON_OBJECT));
		json_set_str(a, one, "id", alert->key);
		json_set_int(a, one, "severity", alert->severity);
		json_set_str(a, one, "check", alert->check);
		json_set_str(a, one, "since", moment(a, alert->since));
		json_set_str(a, one, "description", alert->description);
	}
	redact_json(a, o, REDACT_PLAIN);
	return json_text(a, o);
}

/* One address of characters that need no quoting, so that nothing else gets into a header or an option. */
static bool is_address(struct str to)
{
	size_t at = str_chr(to, '@');

	if (!to.n || to.n > ADDRESS_MAX || to.p[0] == '-' || at == 0)
		return false;
	for (size_t i = 0; i < to.n; i++) {
		char c = to.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
			c == '_' || c == '+' || c == '-' || (c == '@' && i == at);
		if (!plain)
			return false;
	}
	return true;
}

/* For a header: printable ASCII without what has a meaning there. */
static struct str header_word(struct arena *a, struct str text)
{
	char *copy = arena_strdup(a, str_sub(text, 0, 60));

	for (char *c = copy; *c; c++)
		if (*c <= ' ' || *c > '~')
			*c = '?';
	return str_of(copy);
}

bool message_mail(struct arena *a, struct str to, const struct alert_message *m, struct str *out)
{
	struct buf b;
	char shown[WIDTH];
	size_t n = m->alerts.n;

	if (!is_address(to))
		return false;
	buf_init(&b, MESSAGE_MAX);
	buf_printf(&b, "To: %.*s\nSubject: heal: %s in %.*s\nMessage-ID: <%.*s@heal.invalid>\n", STR_ARG(to),
		m->resolved ? "resolved" : "alert", STR_ARG(header_word(a, path_base(m->project))), STR_ARG(m->id));
	buf_printf(
		&b, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nAuto-Submitted: auto-generated\n\n");
	buf_printf(&b, "%s in %s\n\n",
		m->resolved    ? "Resolved" :
			n == 1 ? "An issue" :
				 "Issues",
		visible(redact_text(a, m->project, REDACT_PLAIN), shown, sizeof(shown)));
	for (size_t i = 0; i < n; i++) {
		const struct alert *x = m->alerts.at[i];
		buf_printf(&b, "severity %lld, since %.*s\n", (long long)x->severity, STR_ARG(moment(a, x->since)));
		buf_printf(&b, "  %s\n", visible(redact_text(a, x->description, REDACT_PLAIN), shown, sizeof(shown)));
	}
	*out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return true;
}

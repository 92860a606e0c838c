#include "llm/conversation.h"

#include <stdlib.h>
#include <time.h>

#include "base/own_program.h"
#include "base/proc.h"
#include "redact/redact.h"

enum { ANSWER_MAX = 8 << 20, TEXT_OF_ANSWER_MAX = 1 << 20, ATTEMPTS = 4, SHOWN = 200 };

/* ---- reading an answer ---- */

/* Text of the server or the model in a message: it may repeat a key. */
static const char *quoted(struct arena *a, struct str text, char shown[SHOWN])
{
	return visible(str_trim(redact_text(a, str_sub(text, 0, SHOWN), REDACT_PLAIN)), shown, SHOWN);
}

/* The data of the next event (text/event-stream); false at the end.  An event without an empty line behind it is not
 * complete. */
static bool next_event(struct arena *a, struct str *rest, struct str *data)
{
	struct str all = *rest, line;

	*data = STR("");
	while (str_line(&all, &line)) {
		if (!line.n && data->n) {
			*rest = all;
			return true;
		}
		if (str_starts(line, "data:")) {
			struct str value = str_sub(line, 5, line.n);
			value = str_sub(value, str_starts(value, " "), value.n);
			*data = data->n ? arena_printf(a, "%.*s\n%.*s", STR_ARG(*data), STR_ARG(value)) : value;
		}
	}
	return false;
}

static bool stream_read(
	struct arena *a, const struct provider *p, struct str body, struct answer *answer, struct err *err)
{
	struct str data;
	size_t last = str_rchr(body, '\n');

	body = str_sub(body, 0, last < body.n ? last + 1 : 0);
	while (!answer->error.n && next_event(a, &body, &data)) {
		if (str_is(data, "[DONE]")) {
			answer->ended = true;
			break;
		}
		struct json *v = json_parse(a, data, JSON_BYTES, err);
		if (!v)
			return err_set(err, HEAL_REFUSED, "an event of the answer is no JSON");
		provider_read(a, p, v, false, answer);
	}
	return true;
}

static bool whole_read(
	struct arena *a, const struct provider *p, struct str body, struct answer *answer, struct err *err)
{
	struct json *v = json_parse(a, body, JSON_BYTES, NULL);

	if (!v)
		return err_set(err, HEAL_REFUSED, "the answer is no JSON");
	provider_read(a, p, v, true, answer);
	return true;
}

static bool answer_check(struct arena *a, const struct provider *p, const struct answer *answer, struct err *err)
{
	char shown[SHOWN];

	if (answer->error.n)
		return err_set(err, HEAL_REFUSED, "the server reports an error: %s", quoted(a, answer->error, shown));
	if (!answer->ended && !provider_is_done(p, answer))
		return err_set(err, HEAL_REFUSED, "the answer ended too early");
	if (!provider_is_done(p, answer))
		return err_set(err, HEAL_REFUSED, "the answer is not complete (%s)",
			answer->stop.n ? quoted(a, answer->stop, shown) : "without a reason");
	if (answer->text.truncated)
		return err_set(err, HEAL_REFUSED, "the answer is too long");
	return answer->text.n || err_set(err, HEAL_REFUSED, "the answer is empty");
}

bool answer_parse(struct arena *a, const struct provider *p, struct str type, struct str body, struct reply *reply,
	struct err *err)
{
	struct answer answer = { .stop = STR("") };

	buf_init(&answer.text, TEXT_OF_ANSWER_MAX);
	bool ok = str_starts(type, "text/event-stream") ? stream_read(a, p, body, &answer, err) :
							  whole_read(a, p, body, &answer, err);
	ok = ok && answer_check(a, p, &answer, err);
	reply->text = arena_str(a, buf_str(&answer.text));
	reply->input += answer.input > 0 ? answer.input : 0;
	reply->output += answer.output > 0 ? answer.output : 0;
	buf_release(&answer.text);
	return ok;
}

/* ---- sending ---- */

struct arriving {
	const struct conversation *c;
	size_t n;
};

static void arrived(void *ctx, struct str piece)
{
	struct arriving *at = ctx;

	at->n += piece.n;
	if (at->c->progress)
		at->c->progress(at->c->ctx, at->n);
}

/* How the network is reached is a matter of this machine. */
static char *const *proxies(struct arena *a)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
		"NO_PROXY" };
	char **all = arena_alloc(a, (sizeof(names) / sizeof(names[0]) + 1) * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]))
			all[n++] = arena_strdup(a, arena_printf(a, "%s=%s", names[i], getenv(names[i])));
	return all;
}

/* The message of heal-open without its name. */
static struct str without_name(struct str message)
{
	size_t at = str_find(message, STR(": "));

	return str_sub(message, at < message.n ? at + 2 : 0, message.n);
}

struct response {
	int64_t status, wait; /* wait: seconds that the server asks for */
	struct str type, body;
};

/* One request.  false: err. */
static bool exchange(struct arena *a, const struct conversation *c, struct str body, double seconds,
	struct response *out, struct err *err)
{
	char *argv[] = { arena_strdup(a, own_program(a, "heal-open")), arena_strdup(a, STR("--exchange")),
		arena_strdup(a, STR("--max-mb")), arena_strdup(a, arena_printf(a, "%d", ANSWER_MAX >> 20)),
		arena_strdup(a, STR("--timeout")), arena_strdup(a, arena_printf(a, "%d", (int)seconds + 1)),
		arena_strdup(a, STR("-")), NULL };
	struct arriving arriving = { c, 0 };
	struct proc p = { .argv = argv,
		.helper = true,
		.also = proxies(a),
		.input = arena_printf(a, "%.*s\n%.*s\n", STR_ARG(c->provider->url),
			STR_ARG(provider_headers(a, c->provider, c->key))),
		.timeout = seconds,
		.max = ANSWER_MAX + (1 << 16),
		.split = true,
		.got = arrived,
		.got_ctx = &arriving };
	struct proc_result r;
	struct str rest, line, word;
	char shown[SHOWN];

	p.input = arena_join(a, p.input, body);
	if (!proc_run(a, &p, &r, err))
		return false;
	if (r.timed_out)
		return err_set(err, HEAL_REFUSED, "no complete answer within %g s", c->seconds);
	if (r.status != 0)
		return err_set(err, HEAL_REFUSED, "%s", quoted(a, without_name(r.err_output), shown));
	rest = r.output;
	if (!str_line(&rest, &line) || !str_split(&line, ' ', &word) || !str_number(word, &out->status) ||
		!str_split(&line, ' ', &word) || !str_number(word, &out->wait))
		return err_set(err, HEAL_REFUSED, "heal-open gave no answer");
	out->type = line;
	out->body = rest;
	return true;
}

static bool is_temporary(int64_t status)
{
	static const int64_t all[] = { 408, 429, 500, 502, 503, 504, 529 };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (status == all[i])
			return true;
	return false;
}

/* What the server says of the failure, if it says it in its own form. */
static bool refused(struct arena *a, const struct provider *p, const struct response *r, struct err *err)
{
	struct answer answer = { .stop = STR("") };
	struct json *v = json_parse(a, r->body, JSON_BYTES, NULL);
	char shown[SHOWN];

	buf_init(&answer.text, SHOWN);
	if (v)
		provider_read(a, p, v, true, &answer);
	buf_release(&answer.text);
	return err_set(err, HEAL_REFUSED, "the server answered with status %lld%s%s", (long long)r->status,
		answer.error.n ? ": " : "", answer.error.n ? quoted(a, answer.error, shown) : "");
}

static void wait_seconds(double seconds)
{
	struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	nanosleep(&t, NULL);
}

bool converse(struct arena *a, const struct conversation *c, struct str body, struct reply *reply, struct err *err)
{
	double begin = seconds_now(), pause = 1;
	bool ok = false;

	*reply = (struct reply){ .text = STR("") };
	for (int i = 0; i < ATTEMPTS; i++) {
		struct response r = { 0 };
		double left = c->seconds - (seconds_now() - begin);
		reply->requests++;
		if (!exchange(a, c, body, left, &r, err))
			break;
		if (r.status >= 200 && r.status < 300) {
			ok = answer_parse(a, c->provider, r.type, r.body, reply, err);
			break;
		}
		refused(a, c->provider, &r, err);
		double wait = r.wait > 0 ? (double)r.wait : pause;
		if (!is_temporary(r.status) || wait > c->seconds - (seconds_now() - begin) - 1)
			break;
		wait_seconds(wait);
		pause *= 2;
	}
	reply->seconds = seconds_now() - begin;
	return ok;
}

/* Questions to the client's user: the program that wants a confirmation waits, with its plan, for the answer.
 *
 * In the eras with a handshake a question is a request to the client.  In that of 2026-07-28 it is the result of the
 * call, which the client makes again with the answer and with the token that was given out; the program waits for that,
 * so what is applied is the plan that was shown. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/proc.h"
#include "server.h"

enum { DIFF_SHOWN = 6000, ASKS_MAX = 8 };

static void answer_write(struct call *c, bool yes, struct str by)
{
	struct arena a = ARENA_INIT;
	struct json *answer = json_new(&a, JSON_OBJECT);

	json_set_bool(&a, answer, "approve", yes);
	json_set_str(&a, answer, "by", by);
	struct str line = arena_printf(&a, "%s\n", json_text(&a, answer).p);
	if (c->children.ask >= 0 && write(c->children.ask, line.p, line.n) != (ssize_t)line.n)
		close(c->children.ask), c->children.ask = -1; /* means no */
	c->state = CALL_RUNS;
	c->question = STR_NONE;
	c->token[0] = '\0';
	arena_free(&a);
}

void elicit_deny(struct call *c)
{
	answer_write(c, false, STR("mcp"));
}

/* ---- the form ---- */

static struct str message_of(struct arena *a, const struct json *q)
{
	struct str diff = text_for_agent(a, json_str(json_get(q, "diff"))), proof = json_str(json_get(q, "proof"));
	bool cut = json_bool(json_get(q, "cut"), false) || diff.n > DIFF_SHOWN;

	return arena_printf(a,
		"heal asks for confirmation: apply this change in %.*s?\n\nsolution %.*s, risk %.*s, confidence "
		"%.2f%s%.*s%s\n"
		"plan %.16s%s\n\n%.*s",
		STR_ARG(text_for_agent(a, json_str(json_get(q, "root")))),
		STR_ARG(text_for_agent(a, json_str(json_get(q, "solution")))), STR_ARG(json_str(json_get(q, "risk"))),
		json_double(json_get(q, "confidence"), 0), proof.n ? "; in a copy " : "",
		STR_ARG(text_for_agent(a, proof)), proof.n ? " passes with it" : "", json_str(json_get(q, "plan")).p,
		cut ? "; only the beginning of the change is shown" : "", (int)(cut ? DIFF_SHOWN : diff.n), diff.p);
}

static struct json *form_of(struct arena *a, const struct json *q, enum era era)
{
	struct json *params = json_new(a, JSON_OBJECT), *schema, *approve;

	if (era >= ERA_2025_11)
		json_set_str(a, params, "mode", STR("form"));
	json_set_str(a, params, "message", message_of(a, q));
	schema = json_object_in(a, params, "requestedSchema");
	json_set_str(a, schema, "type", STR("object"));
	approve = json_object_in(a, json_object_in(a, schema, "properties"), "approve");
	json_set_str(a, approve, "type", STR("boolean"));
	json_set_str(a, approve, "title", STR("Apply this change"));
	json_set_str(
		a, approve, "description", STR("Only this plan is applied; it is checked, and heal undo undoes it."));
	json_add(json_array_in(a, schema, "required"), json_new_str(a, STR("approve")));
	return params;
}

/* ---- asking ---- */

static void token_make(struct call *c)
{
	unsigned char random[32];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		die(HEAL_BROKEN, "no random numbers");
	hex_put(c->token, random, sizeof(random));
	c->token[64] = '\0';
}

static void ask_modern(struct server *s, struct call *c, struct json *params)
{
	struct json *result = json_new(&c->a, JSON_OBJECT);
	struct json *ask = json_object_in(&c->a, json_object_in(&c->a, result, "inputRequests"), "confirm");

	token_make(c);
	json_set_str(&c->a, ask, "method", STR("elicitation/create"));
	json_set(&c->a, ask, "params", params);
	json_set_str(&c->a, result, "resultType", STR("input_required"));
	json_set_str(&c->a, result, "requestState", str_of(c->token));
	answer_result(s, c, result, false);
}

static void ask_legacy(struct server *s, struct call *c, struct json *params)
{
	struct json *m = json_new(&c->a, JSON_OBJECT);

	c->question = arena_printf(&c->a, "heal-ask-%llu", (unsigned long long)++s->requests);
	json_set_str(&c->a, m, "jsonrpc", STR("2.0"));
	json_set_str(&c->a, m, "id", c->question);
	json_set_str(&c->a, m, "method", STR("elicitation/create"));
	json_set(&c->a, m, "params", params);
	transport_send(s, json_text(&c->a, m));
}

void elicit_begin(struct server *s, struct call *c)
{
	struct str line = buf_str(&c->children.question);
	size_t end = str_chr(line, '\n');
	const struct json *q = json_parse(&c->a, arena_str(&c->a, str_sub(line, 0, end)), JSON_PLAIN, NULL);

	buf_drop(&c->children.question, end + 1);
	if (!q || !c->may_ask || c->cancelled || s->ended || calls_in(s, CALL_ASKS) >= ASKS_MAX) {
		elicit_deny(c);
		return;
	}
	c->ask_until = seconds_now() + ASK_SECONDS;
	if (c->era == ERA_MODERN)
		ask_modern(s, c, form_of(&c->a, q, c->era));
	else
		ask_legacy(s, c, form_of(&c->a, q, c->era));
	c->state = CALL_ASKS;
}

/* ---- the answer ---- */

static bool is_yes(const struct json *result)
{
	return str_is(json_str(json_get(result, "action")), "accept") &&
		json_bool(json_path(result, "content.approve"), false);
}

bool elicit_answered(struct server *s, const struct json *message)
{
	struct str id = json_str(json_get(message, "id"));

	for (struct call *c = s->calls; c; c = c->next)
		if (c->state == CALL_ASKS && c->question.p && str_eq(c->question, id)) {
			answer_write(c, is_yes(json_get(message, "result")), s->client);
			return true;
		}
	return false;
}

/* Is it the same call, but for the answer? */
static bool is_same(const struct call *c, const struct json *params)
{
	struct arena a = ARENA_INIT;
	const struct json *now = json_get(params, "arguments");
	struct str then_text = json_text(&a, c->arguments), now_text = now ? json_text(&a, now) : STR("{}");
	bool same = str_eq(json_str(json_get(params, "name")), json_str(json_get(c->spec, "name"))) &&
		str_eq(then_text, now_text);

	arena_free(&a);
	return same;
}

bool elicit_resumed(struct server *s, struct call *again)
{
	const struct json *params = json_get(again->message, "params");
	struct str token = json_str(json_get(params, "requestState"));

	for (struct call *c = s->calls; c; c = c->next) {
		if (c == again || c->state != CALL_ASKS || !c->token[0] || !str_is(token, c->token))
			continue;
		if (!is_same(c, params))
			return false;
		c->id = arena_str(&c->a, again->id);
		c->progress = again->progress.p ? arena_str(&c->a, again->progress) : STR_NONE;
		c->log_level = again->log_level;
		answer_write(c, is_yes(json_path(params, "inputResponses.confirm")), s->client);
		again->id = STR_NONE;
		again->state = CALL_ENDED;
		return true;
	}
	return false;
}

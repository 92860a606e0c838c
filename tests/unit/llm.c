/* Answers of language models: each dialect whole and streamed, cut at every byte, and what is masked. */
#include <stdio.h>
#include <stdlib.h>

#include "llm/conversation.h"
#include "llm/mask.h"
#include "tap.h"

static const struct sample {
	const char *provider, *stream, *whole;
} samples[] = {
	{ "anthropic",
		"event: message_start\r\ndata: "
		"{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7}}}\r\n\r\n"
		"event: ping\ndata: {\"type\": \"ping\"}\n\n: a comment\n\n"
		"data: "
		"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n"
		"data: "
		"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"{\\\"a\\\"\"}}\n\n"
		"data: {\"type\":\"content_block_delta\",\n"
		"data: \"delta\":{\"type\":\"text_delta\",\"text\":\":1}\"}}\n\n"
		"data:{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_"
		"tokens\":3}}\n\n"
		"data: {\"type\":\"message_stop\"}\n\n",
		"{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"{\\\"a\\\":1}"
		"\"}],"
		"\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}" },
	{ "openai",
		"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}\n\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\"\"},\"finish_reason\":null}]}\n\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\":1}\"},\"finish_reason\":null}]}\n\n"
		"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
		"\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
		"{\"choices\":[{\"message\":{\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"stop\"}],"
		"\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}" },
	{ "openai-responses",
		"event: response.created\ndata: "
		"{\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\"}}\n\n"
		"data: {\"type\":\"response.output_text.delta\",\"delta\":\"{\\\"a\\\"\"}\n\n"
		"data: {\"type\":\"response.output_text.delta\",\"delta\":\":1}\"}\n\n"
		"data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\","
		"\"usage\":{\"input_tokens\":7,\"output_tokens\":3}}}\n\n",
		"{\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\"},{\"type\":\"message\",\"content\":"
		"[{\"type\":\"output_text\",\"text\":\"{\\\"a\\\":1}\"}]}],\"usage\":{\"input_tokens\":7,\"output_"
		"tokens\":3}}" },
};

static struct provider provider_of(const struct pack *pack, const char *name)
{
	struct node rows = pack_table(pack, "llm-providers");
	struct provider p = { .name = str_of(name), .row = node_get(rows, name) };

	p.like = node_get_str(rows, node_str(node_get(p.row, "like")));
	return p;
}

static bool parses(const struct provider *p, const char *type, struct str body, struct reply *reply, struct arena *a)
{
	struct err err;

	*reply = (struct reply){ .text = STR("") };
	return answer_parse(a, p, str_of(type), body, reply, &err);
}

static bool is_the_answer(const struct reply *r)
{
	return str_is(r->text, "{\"a\":1}") && r->input == 7 && r->output == 3;
}

static void dialects(const struct pack *pack)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct arena a = ARENA_INIT;
		const struct sample *s = &samples[i];
		struct provider p = provider_of(pack, s->provider);
		struct reply r;
		struct str stream = str_of(s->stream), whole = str_of(s->whole);
		size_t accepted = 0, wrong = 0;

		ok(parses(&p, "text/event-stream; charset=utf-8", stream, &r, &a) && is_the_answer(&r),
			arena_printf(&a, "%s, streamed", s->provider).p);
		ok(parses(&p, "application/json", whole, &r, &a) && is_the_answer(&r),
			arena_printf(&a, "%s, whole", s->provider).p);
		for (size_t n = 0; n < stream.n; n++) {
			bool took = parses(&p, "text/event-stream", str_sub(stream, 0, n), &r, &a);
			accepted += took;
			wrong += took && !str_is(r.text, "{\"a\":1}");
		}
		ok(!wrong,
			arena_printf(&a, "%s: no stream that was cut gives another text (%zu have all of it)",
				s->provider, accepted)
				.p);
		wrong = 0;
		for (size_t n = 0; n < whole.n; n++)
			wrong += parses(&p, "application/json", str_sub(whole, 0, n), &r, &a);
		ok(!wrong, arena_printf(&a, "%s: no object that was cut is accepted", s->provider).p);
		arena_free(&a);
	}
}

static void masks(const struct pack *pack)
{
	static const struct {
		const char *text;
		bool stays;
	} texts[] = { { "write to ann.example@example.org or 10.20.30.40", false },
		{ "listen on 127.0.0.1:80 and 0.0.0.0", true }, { "version 1.2.3 of x@2", true },
		{ "git@example.org:a/b.git", true }, { "2001:0db8:0000:0000:0000:ff00:0042:8329 is down", false },
		{ "300.1.2.3.4 is no address", true } };
	struct arena a = ARENA_INIT;
	struct mask *m = mask_new(&a, pack);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct str text = str_of(texts[i].text), masked = mask_text(m, text);
		ok(str_eq(masked, text) == texts[i].stays, arena_printf(&a, "masked: %.*s", STR_ARG(masked)).p);
		ok(str_eq(mask_undo(m, masked), text), "and back");
	}
	ok(str_eq(mask_text(m, STR("a@example.org b@example.org a@example.org")),
		   mask_text(m, STR("a@example.org b@example.org a@example.org"))),
		"the same text has the same placeholder");
	mask_free(m);
	arena_free(&a);
}

int main(void)
{
	struct arena a = ARENA_INIT;
	struct err err;
	struct pack *pack = pack_load(arena_printf(&a, "%s/share/heal.pack", getenv("HEAL_BUILD")).p, &err);

	if (!pack)
		return 1;

	dialects(pack);
	masks(pack);
	pack_free(pack);
	arena_free(&a);
	return tap_end();
}

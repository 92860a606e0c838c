#include "llm/asker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/key_file.h"
#include "base/proc.h"
#include "health/breaker.h"
#include "jsonschema/json_schema.h"
#include "llm/answer_cache.h"
#include "llm/proposals.h"
#include "llm/conversation.h"
#include "store/ledger.h"
#include "store/monitor_state.h"

enum { KEY_SECONDS = 30, MILLION = 1000000, BYTES_OF_A_TOKEN = 4 };

static const struct operation {
	enum model_operation bit;
	const char *name;
} operations[] = { { ASK_ANALYSIS, "analysis" }, { ASK_CAUSES, "causes" }, { ASK_CANDIDATES, "candidates" },
	{ ASK_PLAN, "plan" }, { ASK_SCAN, "scan" } };
enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

/* Three failures within ten minutes, and then none for five. */
static const struct breaker_rule breaker_rule = { 3, 600, 300 };

struct asker {
	struct asker_options o;
	struct arena a;
	struct provider provider;
	struct str key;
	struct node table; /* the operations' rows */
	struct mask *mask;
	struct json_schema *schemas[OPERATIONS];
	struct breaker breaker;
	double begin, cost;
	int64_t requests, tokens;
	bool stopped; /* no further request in this run */
};

unsigned model_operations_parse(struct str list, struct err *err)
{
	unsigned all = 0;
	struct str name;

	while (str_split(&list, ',', &name)) {
		size_t i = 0;
		while (i < OPERATIONS && !str_is(name, operations[i].name))
			i++;
		if (i == OPERATIONS || operations[i].bit == ASK_SCAN) {
			err_set(err, HEAL_WRONG, "unknown operation '%.*s': analysis, causes, candidates or plan",
				STR_ARG(name));
			return 0;
		}
		all |= operations[i].bit;
	}
	if (!all)
		err_set(err, HEAL_WRONG, "no operation: analysis, causes, candidates or plan");
	return all;
}

/* ---- settings ---- */

static bool key_from_command(struct asker *k, struct str command, struct err *err)
{
	VEC(char *) argv = { 0 };
	struct str word, line, rest = command;
	struct proc_result r;

	while (str_split(&rest, ' ', &word))
		if (word.n)
			*VEC_ADD(&k->a, &argv) = arena_strdup(&k->a, word);
	*VEC_ADD(&k->a, &argv) = NULL;
	struct proc p = { .argv = argv.at, .helper = true, .timeout = KEY_SECONDS, .split = true };
	if (!argv.at[0] || !proc_run(&k->a, &p, &r, err))
		return argv.at[0] ? false : err_set(err, HEAL_WRONG, "llm.key_command is empty");
	rest = r.output;
	if (r.status != 0 || !str_line(&rest, &line) || !str_trim(line).n)
		return err_set(err, HEAL_REFUSED, "llm.key_command '%s' printed no key (status %d)", argv.at[0],
			r.timed_out ? 124 : r.status);
	k->key = str_trim(line);
	return true;
}

/* From HEAL_LLM_KEY, which no other process needs, the file or the command. */
static bool key_find(struct asker *k, struct err *err)
{
	struct str file = config_str(k->o.config, "llm.key_file"), command = config_str(k->o.config, "llm.key_command");
	const char *given = getenv("HEAL_LLM_KEY");
	bool ok = true;

	k->key = STR("");
	if (k->o.show)
		return true;
	if (given && *given)
		k->key = arena_str(&k->a, str_of(given));
	else if (file.n)
		ok = key_file_read(&k->a, file, "llm.key_file", &k->key, err);
	else if (command.n)
		ok = key_from_command(k, command, err);
	unsetenv("HEAL_LLM_KEY");
	return ok && (!str_has_control(k->key) || err_set(err, HEAL_WRONG, "the key has control characters"));
}

static struct str setting(const char *operation, const char *what, char room[64])
{
	snprintf(room, 64, "llm.%s.%s", operation, what);
	return str_of(room);
}

static struct str model_of(const struct asker *k, const char *operation)
{
	char room[64];
	struct str own = config_str(k->o.config, setting(operation, "model", room).p);

	return own.n ? own : config_str(k->o.config, "llm.model");
}

static bool schemas_read(struct asker *k, struct err *err)
{
	for (size_t i = 0; i < OPERATIONS; i++) {
		struct str text = node_str(node_get(node_get(k->table, operations[i].name), "schema"));
		struct json *schema = json_parse(&k->a, text, JSON_PLAIN, err);
		k->schemas[i] = schema ? json_schema_new(&k->a, schema, err) : NULL;
		if (!k->schemas[i])
			return err_set(err, HEAL_WRONG, "table llm-operations: the schema of '%s' is not valid",
				operations[i].name);
	}
	return true;
}

static void breaker_read(struct asker *k)
{
	struct str state = k->o.store ?
		monitor_state_get(k->o.store, &k->a, MONITOR_BREAKER, k->provider.name, STR("llm")) :
		STR_NONE;

	k->breaker = breaker_parse(state);
}

struct asker *asker_new(const struct asker_options *o, struct err *err)
{
	struct asker *k = calloc(1, sizeof(*k));

	if (!k)
		out_of_memory();
	k->o = *o;
	k->table = pack_table(o->pack, "llm-operations");
	k->begin = seconds_now();
	bool ok = provider_find(&k->a, o->pack, o->config, &k->provider, err) &&
		(config_str(o->config, "llm.model").n || err_set(err, HEAL_WRONG, "llm.model is not set")) &&
		schemas_read(k, err) && key_find(k, err);
	if (!ok) {
		asker_free(k);
		return NULL;
	}
	k->mask = mask_new(&k->a, o->pack);
	breaker_read(k);
	return k;
}

void asker_free(struct asker *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < OPERATIONS; i++)
		json_schema_free(k->schemas[i]);
	if (k->mask)
		mask_free(k->mask);
	arena_free(&k->a);
	free(k);
}

/* ---- limits ---- */

__attribute__((format(printf, 2, 3))) static void tell(struct asker *k, const char *format, ...)
{
	char line[800];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	k->o.tell(k->o.ctx, line);
}

static double cost_of(const struct asker *k, int64_t input, int64_t output)
{
	return ((double)input * config_double(k->o.config, "llm.price_input") +
		       (double)output * config_double(k->o.config, "llm.price_output")) /
		MILLION;
}

/* The setting whose limit is reached, or that this request could exceed; NULL: none. */
static const char *limit_reached(const struct asker *k, struct str body, int64_t tokens)
{
	const struct config *c = k->o.config;
	int64_t input = (int64_t)(body.n / BYTES_OF_A_TOKEN);

	if (k->requests >= config_int(c, "llm.max_requests"))
		return "llm.max_requests";
	if (k->tokens + input + tokens > config_int(c, "llm.max_tokens"))
		return "llm.max_tokens";
	if (seconds_now() - k->begin >= config_double(c, "llm.max_seconds"))
		return "llm.max_seconds";
	if (k->cost + cost_of(k, input, tokens) > config_double(c, "llm.max_cost"))
		return "llm.max_cost";
	return NULL;
}

static void breaker_write(struct asker *k, struct arena *a, bool success)
{
	struct breaker before = k->breaker;
	struct str text;
	struct err err;

	breaker_result(&k->breaker, &breaker_rule, success, (int64_t)time(NULL));
	text = breaker_text(a, &k->breaker);
	if (!k->o.store || str_eq(text, breaker_text(a, &before)))
		return;
	struct monitor_change c = { .kind = MONITOR_BREAKER,
		.name = k->provider.name,
		.project = STR("llm"),
		.value = text,
		.event = "model_paused",
		.detail = STR("") };
	if (!monitor_state_set(k->o.store, a, &c, NULL, &err))
		tell(k, "cannot store the state of the provider: %s", err.text);
}

static void account(
	struct asker *k, struct arena *a, const struct question *q, const struct reply *reply, const char *result)
{
	/* A server that does not say what it used is taken to have used what is likely. */
	struct ledger_entry e = { .provider = k->provider.name,
		.model = q->model,
		.operation = q->name,
		.result = str_of(result),
		.requests = (int64_t)reply->requests,
		.input = reply->input,
		.output = reply->output,
		.seconds = reply->seconds };
	struct err err;

	if (reply->requests && !e.input)
		e.input = (int64_t)((q->prompt.n + q->instructions.n) / BYTES_OF_A_TOKEN);
	if (reply->requests && !e.output)
		e.output = (int64_t)(reply->text.n / BYTES_OF_A_TOKEN);
	e.cost = cost_of(k, e.input, e.output);
	k->requests += e.requests;
	k->tokens += e.input + e.output;
	k->cost += e.cost;
	if (k->o.store && !ledger_add(k->o.store, a, &e, &err))
		tell(k, "cannot store what the request used: %s", err.text);
}

/* ---- a question ---- */

struct waiting {
	struct asker *k;
	struct str what;
};

static void arrived(void *ctx, size_t bytes)
{
	struct waiting *w = ctx;

	if (w->k->o.progress)
		w->k->o.progress(w->k->o.ctx, w->what, bytes);
}

/* The answer as JSON that fits the schema; NULL: err. */
static struct json *answer_check(struct arena *a, const struct json_schema *schema, struct str text, struct err *err)
{
	struct json *v = json_parse(a, text, JSON_PLAIN, NULL);
	struct err why;

	if (!v) {
		err_set(err, HEAL_WRONG, "the answer is no JSON");
		return NULL;
	}
	if (json_schema_fits(schema, v, "", &why))
		return v;
	err_set(err, HEAL_WRONG, "the answer does not have the form that was asked for: %s", why.text);
	return NULL;
}

static bool may_ask(struct asker *k, struct str body, int64_t tokens, struct err *err)
{
	const char *limit = limit_reached(k, body, tokens);

	if (k->stopped)
		return err_set(err, HEAL_REFUSED, "not asked again in this run");
	if (limit) {
		k->stopped = true;
		return err_set(err, HEAL_REFUSED, "the limit of a run is reached: %s (%s)", limit,
			config_origin(k->o.config, limit));
	}
	return breaker_permits(&k->breaker, &breaker_rule, (int64_t)time(NULL)) ||
		err_set(err, HEAL_REFUSED, "%.*s failed %d times in a row; no request for up to %d minutes",
			STR_ARG(k->provider.name), (int)breaker_rule.failures, (int)breaker_rule.pause / 60);
}

static struct json *send(struct asker *k, struct arena *a, const struct json_schema *schema, const struct question *q,
	struct str body, struct err *err)
{
	struct waiting w = { k, arena_printf(a, "%.*s: %.*s", STR_ARG(q->model), STR_ARG(q->name)) };
	struct conversation c = { .provider = &k->provider,
		.key = k->key,
		.seconds = config_double(k->o.config, "llm.seconds"),
		.progress = arrived,
		.ctx = &w };
	struct reply reply;
	struct json *v = NULL;

	if (!may_ask(k, body, q->tokens, err))
		return NULL;
	arrived(&w, 1);
	bool came = converse(a, &c, body, &reply, err);
	if (came)
		v = answer_check(a, schema, reply.text, err);
	arrived(&w, 0);
	account(k, a, q, &reply, v ? "ok" : came ? "invalid" : "failed");
	breaker_write(k, a, came);
	if (v && !k->o.no_cache)
		answer_cache_put(a, k->provider.url, body, reply.text);
	return v;
}

/* NULL: no answer, err; or nothing was to be sent, *shown. */
static struct json *ask(
	struct asker *k, struct arena *a, size_t operation, struct str prompt, bool *shown, struct err *err)
{
	const char *name = operations[operation].name;
	struct node row = node_get(k->table, name);
	char room[64];
	struct question q = { .name = str_of(name),
		.model = model_of(k, name),
		.instructions = arena_printf(a, "%.*s\n%.*s",
			STR_ARG(str_trim(node_str(node_get(node_get(k->table, "common"), "instructions")))),
			STR_ARG(str_trim(node_str(node_get(row, "instructions"))))),
		.prompt = prompt,
		.schema = node_str(node_get(row, "schema")),
		.tokens = config_int(k->o.config, setting(name, "tokens", room).p),
		.temperature = config_bool(k->o.config, "llm.send_temperature") ?
			config_double(k->o.config, setting(name, "temperature", room).p) :
			-1 };
	struct str body = provider_request(a, &k->provider, &q, err), kept = STR_NONE;
	double days = config_double(k->o.config, "llm.cache_days");
	struct reply nothing = { 0 };

	*shown = false;
	if (!body.p)
		return NULL;
	if (k->o.show) {
		*shown = true;
		fprintf(k->o.show, "%.*s\n", STR_ARG(body));
		return NULL;
	}
	if (!k->o.no_cache && days > 0)
		kept = answer_cache_get(a, k->provider.url, body, days);
	struct json *v = kept.p ? answer_check(a, k->schemas[operation], kept, err) : NULL;
	if (v)
		account(k, a, &q, &nothing, "cache");
	return v ? v : send(k, a, k->schemas[operation], &q, body, err);
}

/* ---- incidents ---- */

static bool has_triable(const struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		if (solution_is_plausible(s) && !s->rests_until.n)
			return true;
	return false;
}

bool asker_wants(const struct asker *k, const struct record *r)
{
	if (r->kind != KIND_INCIDENT || !r->error.message.n || r->error.summary)
		return false;
	return k->o.all || (r->analysis.root && !has_triable(r)) || (!r->analysis.by.n && !has_triable(r));
}

static unsigned wanted(const struct asker *k, const struct record *r)
{
	bool known = r->analysis.type.n && !str_is(r->analysis.by, "none");

	if (k->o.operations)
		return k->o.operations;
	return (known ? 0 : ASK_ANALYSIS) | (r->analysis.root_causes.n ? 0 : ASK_CAUSES) | ASK_CANDIDATES;
}

static void candidates_add(struct asker *k, struct record *r, const struct sent_files *sent, const struct json *answer)
{
	struct candidate_context c = { k->o.config, k->mask, k->o.view, sent, model_of(k, "candidates") };
	size_t refused;
	struct err why;

	candidates_take(r, &c, answer, &refused, &why);
	if (refused)
		tell(k, "%zu of the proposals cannot be used: %s", refused, why.text);
}

/* Ask for one operation.  HEAL_OK: an answer; HEAL_WRONG: it is not usable; HEAL_REFUSED: none came. */
static enum heal_status answer_add(struct asker *k, struct record *r, size_t operation)
{
	struct sent_files sent;
	struct err err;
	bool shown;
	struct str prompt = prompt_make(
		k->mask, k->o.pack, k->o.view, str_of(operations[operation].name), r, &sent, r->a);
	struct json *answer = ask(k, r->a, operation, prompt, &shown, &err);

	if (!answer && !shown)
		tell(k, "no answer (%s): %s", operations[operation].name, err.text);
	if (!answer)
		return shown ? HEAL_OK : err.status;
	switch (operations[operation].bit) {
	case ASK_ANALYSIS:
		analysis_take(r, answer);
		break;
	case ASK_CAUSES:
		causes_take(r, k->mask, answer);
		break;
	case ASK_CANDIDATES:
		candidates_add(k, r, &sent, answer);
		break;
	case ASK_PLAN:
		plan_take(r, k->mask, answer);
		break;
	case ASK_SCAN:
		break;
	}
	return HEAL_OK;
}

bool asker_record(struct asker *k, struct record *r)
{
	enum heal_status worst = HEAL_OK, status;

	if (!asker_wants(k, r))
		return true;
	unsigned all = wanted(k, r);
	/* Where no answer came, another question would not help. */
	for (size_t i = 0; i < OPERATIONS && worst != HEAL_REFUSED; i++)
		if ((all & operations[i].bit) && !(operations[i].bit == ASK_PLAN && has_triable(r))) {
			status = answer_add(k, r, i);
			worst = status > worst ? status : worst;
		}
	if (worst != HEAL_OK)
		fallback_take(r);
	return worst == HEAL_OK;
}

/* ---- files ---- */

static struct record finding_record(struct asker *k, struct arena *a, struct str path, const struct json *one)
{
	struct record r = record_new(a, KIND_INCIDENT);
	int64_t severity = json_int(json_get(one, "severity"), 5);

	r.error = (struct error){ .tool = STR("heal-llm"),
		.rule = STR("llm.scan"),
		.level = severity >= 8 ? LEVEL_ERROR : LEVEL_WARNING,
		.message = arena_str(a, mask_undo(k->mask, json_str(json_get(one, "description")))),
		.file = path,
		.line = json_int(json_get(one, "line"), 1) };
	r.fingerprint = fingerprint_of(a, &r);
	r.source.name = path;
	r.analysis = (struct analysis){ .type = arena_str(a, json_str(json_get(one, "type"))),
		.category = STR("bug"),
		.severity = severity,
		.confidence = MODEL_CONFIDENCE_MOST,
		.by = STR("llm"),
		.in_codebase = true,
		.root = true,
		.time = time_text(a) };
	*VEC_ADD(a, &r.analysis.root_causes) = (struct cause){ .cause = r.error.message,
		.confidence = MODEL_CONFIDENCE_MOST };
	struct str fix = arena_str(a, mask_undo(k->mask, json_str(json_get(one, "suggested_fix"))));
	if (fix.n) {
		struct solution s = { .id = STR("llm.scan"),
			.type = STR("manual_review"),
			.applicability = APPLICABILITY_ADVICE,
			.description = fix,
			.confidence = 0.3 };
		*VEC_ADD(a, &s.steps) = (struct step){ .kind = STEP_ADVISE, .text = fix };
		*VEC_ADD(a, &r.solutions) = s;
	}
	return r;
}

bool asker_scan(struct asker *k, struct str path, void (*found)(void *ctx, struct record *r), void *ctx)
{
	struct arena a = ARENA_INIT;
	struct err err;
	bool shown = false;
	struct str prompt = prompt_of_file(k->mask, k->o.view, path, &a);
	struct json *answer = prompt.p ? ask(k, &a, OPERATIONS - 1, prompt, &shown, &err) : NULL;

	if (!prompt.p)
		tell(k, "'%.*s' is not sent: it holds secrets, is no text, or cannot be read", STR_ARG(path));
	else if (!answer && !shown)
		tell(k, "'%.*s': no answer: %s", STR_ARG(path), err.text);
	JSON_EACH(one, json_get(answer, "findings")) {
		struct record r = finding_record(k, &a, path, one);
		found(ctx, &r);
	}
	arena_free(&a);
	return answer || shown;
}

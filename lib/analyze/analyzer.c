#include "analyze/analyzer.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/byte_columns.h"
#include "analyze/fixit.h"
#include "analyze/lookup.h"
#include "analyze/recent_changes.h"
#include "analyze/scope.h"
#include "analyze/steps.h"
#include "base/caret.h"
#include "base/path.h"
#include "base/vec.h"

enum { BUDGET = 8, TYPED_SHOWN = 3 };

static const double TYPED_LEAST = 0.35; /* a correction less sure than this is only noise */
static const double DANGER = 0.6;       /* what a dangerous correction keeps of its confidence: others go first */

/* What came before, for "caused by". */
struct earlier {
	struct str id, file, tool;
	bool syntax;
	struct earlier *next;
};

struct analyzer {
	struct analyzer_options o;
	struct arena session;
	struct earlier *seen; /* roots, latest first */
	bool acts;            /* something acts on an incident of this session */
	bool held_back;       /* something costly was not looked for */
};

/* One solution with what ranks it. */
struct option {
	struct json *json;
	double confidence;
};

/* One cause that holds. */
struct reason {
	struct json *json;
	struct node cause;
	double surest; /* of the solutions that act on it; 0: none does */
	size_t order;
};

/* The record at hand. */
struct analysis {
	struct analyzer *n;
	struct record *r;
	struct arena *a;
	struct enquiry q;
	struct node cause;         /* the one being tried */
	unsigned held;             /* how often it held */
	struct command_line typed; /* the command line that failed */
	bool is_typed;
	VEC(struct option) options;
	VEC(struct reason) causes;
	struct node chosen; /* the first of them, by rank */
	struct node solution;
};

struct analyzer *analyzer_new(const struct analyzer_options *o)
{
	struct analyzer *n = calloc(1, sizeof(*n));

	if (!n)
		out_of_memory();
	n->o = *o;
	return n;
}

void analyzer_free(struct analyzer *n)
{
	if (!n)
		return;
	arena_free(&n->session);
	free(n);
}

void analyzer_restart(struct analyzer *n)
{
	arena_reset(&n->session);
	n->seen = NULL;
	n->acts = n->held_back = false;
}

bool analyzer_held_back(const struct analyzer *n)
{
	return n->held_back;
}

/* ---- the scope that every cause begins with ---- */

static const struct scope *member_set(struct arena *a, const struct scope *s, const char *name, const struct json *v)
{
	if (!v)
		return s;
	if (v->type == JSON_STRING)
		return scope_set(a, s, name, v->text);
	return v->type == JSON_NUMBER ? scope_set(a, s, name, v->text) : s;
}

/* What the tool marked below the quoted line: its columns and the text itself. */
static const struct scope *caret_scope(struct analysis *an, const struct scope *s, struct str line)
{
	struct marks m;

	if (!caret_find(record_str(an->r, F_ERROR_RAW), line, &m))
		return s;
	s = scope_set_int(an->a, s, "caret", m.column);
	s = scope_set_int(an->a, s, "caret_end", m.end);
	return scope_set(an->a, s, "marked", str_sub(line, (size_t)m.column - 1, (size_t)m.end - 1));
}

static const struct scope *record_scope(struct analysis *an)
{
	static const char *const members[] = { "tool", "environment", "rule", "level", "code", "message", "file",
		"line", "column", "end_line", "end_column", "function", "raw" };
	byte_columns_set(an->r, an->n->o.view);
	struct json *error = record_get(an->r, F_ERROR);
	const struct scope *s = scope_set(an->a, NULL, "cwd", source_cwd(an->n->o.view));

	JSON_EACH(field, json_get(error, "fields"))
		s = member_set(an->a, s, arena_strdup(an->a, field->key), field);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		s = member_set(an->a, s, members[i], json_get(error, members[i]));
	s = member_set(an->a, s, "exit_code", record_get(an->r, F_SOURCE_EXIT_CODE));
	struct str command = STR("");
	JSON_EACH(word, record_get(an->r, F_SOURCE_COMMAND))
		command = arena_printf(
			an->a, "%.*s%s%.*s", STR_ARG(command), command.n ? " " : "", STR_ARG(json_str(word)));
	s = scope_set(an->a, s, "command", command);
	s = member_set(an->a, s, "output", record_get(an->r, F_SOURCE_OUTPUT));
	JSON_EACH(note, json_get(error, "related"))
		s = scope_set(an->a, s, "note",
			arena_printf(an->a, "%.*s%s%.*s", STR_ARG(scope_get(s, STR("note"))),
				scope_get(s, STR("note")).n ? "\n" : "", STR_ARG(json_str(json_get(note, "message")))));
	JSON_EACH(fixit, json_get(error, "fixits"))
		s = scope_set(an->a, s, fixit_proposal(fixit) ? "proposals" : "fixits", STR("yes"));
	/* The line at fault itself, as far as there is one. */
	struct str path = source_resolve(an->n->o.view, record_str(an->r, F_ERROR_FILE));
	const struct text *x = path.p ? source_read(an->n->o.view, path) : NULL;
	if (x) {
		struct str line = text_line(x, record_int(an->r, F_ERROR_LINE, 0));
		struct str cwd = source_cwd(an->n->o.view), here = str_is(cwd, ".") ? path : path_below(path, cwd);
		s = scope_set(an->a, s, "path", path);
		if (here.p) /* as a command that runs where this one ran would name it */
			s = scope_set(an->a, s, "here", here);
		if (line.p)
			s = caret_scope(an, scope_set(an->a, s, "source", line), line);
	}
	return s;
}

/* ---- solutions ---- */

static const char *type_of_steps(const struct json *steps)
{
	static const struct {
		const char *step, *type;
	} types[] = { { "edit", "code_fix" }, { "create", "code_fix" }, { "mode", "configuration_change" },
		{ "delegate", "code_fix" }, { "run", "dependency_update" }, { "retry", "retry" },
		{ "advise", "manual_review" } };
	struct str first = json_str(json_path(steps, "0.do"));

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(first, types[i].step))
			return types[i].type;
	return "manual_review";
}

static bool has_step(const struct json *steps, const char *what)
{
	JSON_EACH(step, steps)
		if (str_is(json_str(json_get(step, "do")), what))
			return true;
	return false;
}

/* How each step is taken back, last step first. */
static struct json *rollback_of(struct arena *a, const struct json *steps)
{
	struct json *out = json_new(a, JSON_ARRAY);

	for (size_t i = json_count(steps); i-- > 0;) {
		struct json *step = json_at(steps, i), *o = json_new(a, JSON_OBJECT), *undo = json_get(step, "undo");
		struct str what = json_str(json_get(step, "do")), file = json_str(json_get(step, "file"));
		if (str_is(what, "advise") || str_is(what, "retry"))
			continue;
		bool run = str_is(what, "run");
		json_set_str(a, o, "do",
			run                            ? undo ? STR("run") : STR("none") :
				str_is(what, "create") ? STR("remove") :
							 STR("restore"));
		if (file.n)
			json_set_str(a, o, "file", file);
		if (run && undo)
			json_set(a, o, "argv", json_copy(a, undo));
		json_add(out, o);
	}
	return out;
}

static struct json *verify_of(struct arena *a, struct node given, const struct json *steps)
{
	static const char *const edits[] = { "syntax", "safety", "rerun", "new-incidents" };
	struct json *out = json_new(a, JSON_ARRAY);
	bool changes = has_step(steps, "edit") || has_step(steps, "create") || has_step(steps, "delegate");

	for (uint32_t i = 0; i < node_list_count(given); i++)
		json_set_str(a, json_add(out, json_new(a, JSON_OBJECT)), "check", node_str(node_list_at(given, i)));
	for (size_t i = changes ? 0 : 2; node_list_count(given) == 0 && i < 4; i++)
		json_set_str(a, json_add(out, json_new(a, JSON_OBJECT)), "check", str_of(edits[i]));
	return out;
}

static struct json *risk_of(struct arena *a, struct node solution, const struct json *steps, const struct json *files)
{
	struct json *risk = json_new(a, JSON_OBJECT);
	struct str given = node_str(node_get(solution, "risk"));
	bool run = has_step(steps, "run") && !command_line_is_fix(steps), several = json_count(files) > 1;

	json_set_str(a, risk, "level", given.p ? given : run || several ? STR("amber") : STR("green"));
	struct json *notes = json_array_in(a, risk, "notes");
	if (run)
		json_add(notes,
			json_new_str(a, STR("runs a command; what it changes outside the project is not taken back")));
	if (several)
		json_add(notes, json_new_str(a, STR("changes several files")));
	return risk;
}

static void text_set(struct analysis *an, struct json *o, const char *name, struct node from, const struct scope *s)
{
	struct str text = node_str(from);

	if (text.p)
		json_set_str(an->a, o, name, str_trim(scope_fill_lenient(an->a, s, text)));
}

static double confidence_of(struct analysis *an, const struct scope *s, struct str id, bool advice)
{
	double prior = node_double(node_get(an->solution, "confidence"), 0.8) * scope_weight(s);

	if (an->n->o.confidence && !advice)
		prior = an->n->o.confidence(an->n->o.ctx, id, record_str(an->r, F_ERROR_RULE), prior);
	return prior < 0 ? 0 : prior > 1 ? 1 : prior;
}

static void solution_members(
	struct analysis *an, struct json *o, const struct scope *s, struct json *steps, struct json *files)
{
	struct node n = an->solution;
	struct str type = node_str(node_get(n, "type")), strategy = node_str(node_get(n, "strategy"));
	struct str applicability = node_str(node_get(n, "applicability"));
	struct str first = json_str(json_path(steps, "0.do"));

	bool typed = command_line_is_fix(steps);

	json_set_str(an->a, o, "type", type.p ? type : typed ? STR("manual_review") : str_of(type_of_steps(steps)));
	json_set_str(an->a, o, "strategy", strategy.p ? strategy : typed ? STR("retype") : first);
	json_set_str(an->a, o, "applicability",
		applicability.p                 ? applicability :
			typed                   ? STR("maybe") :
			str_is(first, "advise") ? STR("advice") :
						  STR("machine"));
	if (node_bool(node_get(n, "alone"), false))
		json_set(an->a, o, "alone", json_new_bool(an->a, true));
	text_set(an, o, "description", node_get(n, "description"), s);
	text_set(an, o, "reasoning", node_get(n, "because"), s);
	json_set_int(an->a, o, "complexity", node_int(node_get(n, "complexity"), 1));
	json_set_double(an->a, o, "minutes", node_double(node_get(n, "minutes"), 1));
	json_set(an->a, o, "risk", risk_of(an->a, n, steps, files));
	json_set(an->a, o, "files", files);
	json_set(an->a, o, "rollback", rollback_of(an->a, steps));
	json_set(an->a, o, "verify", verify_of(an->a, node_get(n, "verify"), steps));
	json_set(an->a, o, "steps", steps);
}

/* The option that takes these very steps, or NULL. */
static struct option *known_option(struct analysis *an, struct json *steps)
{
	struct str text = json_text(an->a, steps);

	for (size_t i = 0; i < an->options.n; i++)
		if (str_eq(json_text(an->a, json_get(an->options.at[i].json, "steps")), text))
			return &an->options.at[i];
	return NULL;
}

static void solution_made(void *ctx, const struct scope *s)
{
	struct analysis *an = ctx;
	struct json *steps, *files, *o = json_new(an->a, JSON_OBJECT);

	if (!steps_make(&an->q, node_get(an->solution, "steps"), s, record_get(an->r, F_ERROR), &steps, &files))
		return;
	bool advice = str_is(json_str(json_path(steps, "0.do")), "advise");
	struct option *known = known_option(an, steps);
	struct str id = scope_fill_lenient(an->a, s, node_str(node_get(an->solution, "id")));
	double confidence = confidence_of(an, s, id, advice);
	struct reason *reason = &an->causes.at[an->causes.n - 1];
	json_set_str(an->a, o, "id", id);
	solution_members(an, o, s, steps, files);
	if (an->q.at && command_line_is_dangerous(an->a, an->n->o.pack, &an->typed, steps)) {
		json_set_str(an->a, json_get(o, "risk"), "level", STR("red"));
		json_add(json_array_in(an->a, json_get(o, "risk"), "notes"),
			json_new_str(an->a,
				STR("throws work away, skips a check or takes more rights than what was typed")));
		confidence *= DANGER;
	}
	json_set_double(an->a, o, "confidence", confidence);
	if (an->q.at && confidence < TYPED_LEAST)
		return;
	if (!advice && confidence > reason->surest)
		reason->surest = confidence;
	/* Two corrections may come to the same: the surer one speaks for both. */
	if (!known)
		*VEC_ADD(an->a, &an->options) = (struct option){ o, confidence };
	else if (command_line_is_fix(steps) && confidence > known->confidence)
		*known = (struct option){ o, confidence };
}

static void solutions_try(struct analysis *an, const struct scope *s)
{
	struct node list = node_get(an->cause, "solutions");

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		an->solution = node_list_at(list, i);
		const struct scope *inner = conditions_hold(&an->q, node_get(an->solution, "when"), s);
		if (!inner || conditions_forbid(&an->q, node_get(an->solution, "unless"), inner))
			continue;
		an->q.budget = BUDGET;
		lookups_run(&an->q, node_get(an->solution, "let"), inner, solution_made, an);
	}
}

/* A cause that only says what a person should do. */
static void advice_add(struct analysis *an, const struct scope *s)
{
	struct str advice = node_str(node_get(an->cause, "advice"));
	struct json *steps = json_new(an->a, JSON_ARRAY), *step = json_new(an->a, JSON_OBJECT), *o;

	if (!advice.p)
		return;
	json_set_str(an->a, step, "do", STR("advise"));
	json_set_str(an->a, step, "text", str_trim(scope_fill_lenient(an->a, s, advice)));
	json_add(steps, step);
	o = json_new(an->a, JSON_OBJECT);
	json_set_str(an->a, o, "id", arena_printf(an->a, "%.*s.advice", STR_ARG(node_str(node_get(an->cause, "id")))));
	an->solution = (struct node){ NULL, 0 };
	solution_members(an, o, s, steps, json_new(an->a, JSON_ARRAY));
	json_set_str(an->a, o, "description", json_str(json_get(step, "text")));
	json_set_double(an->a, o, "confidence", 0.5);
	*VEC_ADD(an->a, &an->options) = (struct option){ o, 0.0 }; /* behind whatever acts */
}

/* ---- causes ---- */

static bool rule_wanted(struct node list, struct str rule)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (glob_match(node_str(node_list_at(list, i)), rule))
			return true;
	return node_list_count(list) == 0;
}

static void explain(struct analysis *an, const char *what)
{
	if (an->n->o.explain)
		fprintf(an->n->o.explain, "%.*s: %s\n", STR_ARG(node_str(node_get(an->cause, "id"))), what);
}

static void cause_note(struct analysis *an, const struct scope *s)
{
	struct json *o = json_new(an->a, JSON_OBJECT);

	text_set(an, o, "cause", node_get(an->cause, "cause"), s);
	json_set_double(an->a, o, "confidence", node_double(node_get(an->cause, "confidence"), 0.8));
	text_set(an, o, "evidence", node_get(an->cause, "evidence"), s);
	text_set(an, o, "verification", node_get(an->cause, "verify"), s);
	if (!json_get(o, "evidence"))
		json_set_str(an->a, o, "evidence", record_str(an->r, F_ERROR_MESSAGE));
	*VEC_ADD(an->a, &an->causes) = (struct reason){ o, an->cause, 0, an->causes.n };
}

static void cause_holds(void *ctx, const struct scope *s)
{
	struct analysis *an = ctx;
	unsigned budget = an->q.budget;

	if (an->held++ == 0) {
		explain(an, "holds");
		cause_note(an, s);
	}
	solutions_try(an, s);
	if (an->held == 1)
		advice_add(an, s);
	an->q.budget = budget;
}

static void cause_try_with(struct analysis *an, const struct scope *base)
{
	const struct scope *s = conditions_hold(&an->q, node_get(an->cause, "when"), base);
	if (!s || conditions_forbid(&an->q, node_get(an->cause, "unless"), s)) {
		explain(an, "its conditions do not hold");
		return;
	}
	an->held = 0;
	an->q.budget = BUDGET;
	lookups_run(&an->q, node_get(an->cause, "let"), s, cause_holds, an);
	if (an->held == 0)
		explain(an, "a look-up found nothing");
}

static int surer(const void *x, const void *y)
{
	const struct option *a = x, *b = y;

	return (a->confidence < b->confidence) - (a->confidence > b->confidence);
}

/* What follows from something else last; then what can be mended first, and what most surely; else the surer, or
 * as the packs have it. */
static int likelier(const void *x, const void *y)
{
	const struct reason *a = x, *b = y;
	bool follows = node_bool(node_get(a->cause, "consequence"), false);

	if (follows != node_bool(node_get(b->cause, "consequence"), false))
		return follows ? 1 : -1;
	if (a->surest != b->surest)
		return a->surest < b->surest ? 1 : -1;
	double p = node_double(node_get(a->cause, "confidence"), 0.8),
	       q = node_double(node_get(b->cause, "confidence"), 0.8);
	if (p != q)
		return p < q ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

/* In the order of their rank, without those that were only supposed and that nothing mends. */
static void causes_rank(struct analysis *an)
{
	size_t n = 0;

	for (size_t i = 0; i < an->causes.n; i++)
		if (an->causes.at[i].surest > 0 || !node_bool(node_get(an->causes.at[i].cause, "supposed"), false))
			an->causes.at[n++] = an->causes.at[i];
	an->causes.n = n;
	if (n == 0)
		return;
	qsort(an->causes.at, n, sizeof(*an->causes.at), likelier);
	an->chosen = an->causes.at[0].cause;
}

/* With `command` a cause is about the command line: it is tried on each of its commands that is meant. */
static void cause_try(struct analysis *an, const struct scope *base)
{
	struct node commands = node_get(an->cause, "command");

	if (!rule_wanted(node_get(an->cause, "rule"), record_str(an->r, F_ERROR_RULE)))
		return;
	if (node_kind(commands) == NODE_NONE) {
		cause_try_with(an, base);
		return;
	}
	an->q.typed = &an->typed;
	for (size_t i = 0; an->is_typed && i < an->typed.n; i++) {
		an->q.at = &an->typed.at[i];
		if (rule_wanted(commands, an->q.at->program))
			cause_try_with(an, command_line_scope(an->a, an->n->o.pack, &an->typed, an->q.at, base));
	}
	an->q.typed = NULL;
	an->q.at = NULL;
}

static bool acts(const struct analysis *an)
{
	for (size_t i = 0; i < an->causes.n; i++)
		if (an->causes.at[i].surest > 0)
			return true;
	return false;
}

/* What is costly to find is looked for where nothing else acts, on this incident or on one before it: this one may
 * follow from that. */
static void causes_try(struct analysis *an, struct node causes, const struct scope *base)
{
	VEC(uint32_t) later = { 0 };

	an->q.wide = an->n->o.wide;
	for (uint32_t i = 0; i < node_count(causes); i++) {
		an->cause = node_at(causes, i);
		an->q.held_back = false;
		cause_try(an, base);
		if (an->q.held_back)
			*VEC_ADD(an->a, &later) = i;
	}
	an->n->acts |= acts(an);
	an->n->held_back |= later.n && an->n->acts;
	if (later.n == 0 || an->n->acts)
		return;
	an->q.wide = true;
	for (size_t i = 0; i < later.n; i++) {
		an->cause = node_at(causes, later.at[i]);
		cause_try(an, base);
	}
}

/* ---- the record's members ---- */

static int severity_of(struct analysis *an)
{
	static const struct {
		const char *level;
		int severity;
	} by_level[] = { { "fatal", 9 }, { "error", 7 }, { "warning", 4 }, { "note", 2 }, { "info", 1 } };
	int64_t given = node_int(node_get(an->chosen, "severity"), 0);

	for (size_t i = 0; i < 5 && given == 0; i++)
		if (str_is(record_str(an->r, F_ERROR_LEVEL), by_level[i].level))
			given = by_level[i].severity;
	return given < 1 ? 1 : given > 10 ? 10 : (int)given;
}

static bool in_codebase(struct analysis *an)
{
	struct node marks = pack_table(an->n->o.pack, "foreign");
	struct str file = record_str(an->r, F_ERROR_FILE), path = source_resolve(an->n->o.view, file);

	for (uint32_t i = 0; path.p && i < node_list_count(marks); i++)
		if (str_find(path, node_str(node_list_at(marks, i))) < path.n)
			return false;
	return path.p != NULL;
}

static void changed_set(struct analysis *an)
{
	struct str path = source_resolve(an->n->o.view, record_str(an->r, F_ERROR_FILE)), since;

	if (!an->n->o.changes || !path.p)
		return;
	since = changes_of_line(an->n->o.pack, an->n->o.view, path, record_int(an->r, F_ERROR_LINE, 0));
	if (since.p)
		record_set_str(an->r, F_ANALYSIS_CHANGED, since);
}

static void remember(struct analysis *an, bool syntax)
{
	struct arena *a = &an->n->session;
	struct earlier *e = ARENA_NEW(a, struct earlier);

	*e = (struct earlier){ arena_str(a, record_str(an->r, F_ID)), arena_str(a, record_str(an->r, F_ERROR_FILE)),
		arena_str(a, record_str(an->r, F_ERROR_TOOL)), syntax, an->n->seen };
	an->n->seen = e;
}

/* What this one follows from: for a tally the latest root, for an error behind a syntax error of the
 * same tool in the same file that one. */
static struct str caused_by(struct analysis *an, bool consequence)
{
	struct str file = record_str(an->r, F_ERROR_FILE), tool = record_str(an->r, F_ERROR_TOOL);

	if (consequence)
		return an->n->seen ? an->n->seen->id : STR_NONE;
	for (struct earlier *e = an->n->seen; e; e = e->next)
		if (e->syntax && file.n && str_eq(e->file, file) && str_eq(e->tool, tool))
			return e->id;
	return STR_NONE;
}

static void causality_set(struct analysis *an)
{
	struct str level = record_str(an->r, F_ERROR_LEVEL);
	bool consequence = record_bool(an->r, F_ERROR_SUMMARY, false) ||
		node_bool(node_get(an->chosen, "consequence"), false);
	bool serious = str_is(level, "error") || str_is(level, "fatal");
	bool syntax = str_is(node_str(node_get(an->chosen, "type")), "syntax_error");
	struct str by = caused_by(an, consequence);

	record_set_bool(an->r, F_ANALYSIS_ROOT, !consequence && !by.p);
	if (by.p)
		record_set_str(an->r, F_ANALYSIS_CAUSED_BY, by);
	else
		record_set(an->r, F_ANALYSIS_CAUSED_BY, json_new(an->a, JSON_NULL));
	if (!consequence && serious && !by.p)
		remember(an, syntax);
}

static void analysis_set(struct analysis *an)
{
	struct node c = an->chosen;
	struct str type = node_str(node_get(c, "type")), category = node_str(node_get(c, "category"));
	bool known = node_kind(c) != NODE_NONE, transient = node_bool(node_get(c, "transient"), false);
	struct str level = record_str(an->r, F_ERROR_LEVEL), scope = node_str(node_get(c, "scope"));

	if (type.p)
		record_set_str(an->r, F_ANALYSIS_TYPE, type);
	if (known)
		record_set_str(an->r, F_ANALYSIS_CATEGORY, category.p ? category : STR("bug"));
	record_set_int(an->r, F_ANALYSIS_SEVERITY, severity_of(an));
	record_set_double(an->r, F_ANALYSIS_CONFIDENCE, known ? node_double(node_get(c, "confidence"), 0.8) : 0);
	record_set_str(an->r, F_ANALYSIS_BY, known ? STR("rule") : STR("none"));
	record_set_bool(an->r, F_ANALYSIS_IN_CODEBASE, in_codebase(an));
	changed_set(an);
	record_set_bool(an->r, F_ANALYSIS_TRANSIENT, transient);
	causality_set(an);
	struct json *list = json_new(an->a, JSON_ARRAY);
	for (size_t i = 0; i < an->causes.n && i < CAUSES_MOST; i++)
		json_add(list, an->causes.at[i].json);
	record_set(an->r, F_ANALYSIS_ROOT_CAUSES, list);
	if (scope.p)
		record_set_str(an->r, F_ANALYSIS_IMPACT_SCOPE, scope);
	record_set_bool(an->r, F_ANALYSIS_IMPACT_BLOCKING, str_is(level, "error") || str_is(level, "fatal"));
	record_set_int(an->r, F_ANALYSIS_IMPACT_FILES, record_str(an->r, F_ERROR_FILE).n ? 1 : 0);
}

static void solutions_set(struct analysis *an)
{
	struct json *list = json_new(an->a, JSON_ARRAY);
	unsigned typed = 0; /* corrections of the command line; they leave room for what mends the project */

	if (an->options.n)
		qsort(an->options.at, an->options.n, sizeof(*an->options.at), surer);
	for (size_t i = 0; i < an->options.n && json_count(list) < SOLUTIONS_MOST; i++) {
		bool is_typed = command_line_is_fix(json_get(an->options.at[i].json, "steps"));
		if (!is_typed || typed++ < TYPED_SHOWN)
			json_add(list, an->options.at[i].json);
	}
	record_set(an->r, F_SOLUTIONS, list);
}

void analyzer_record(struct analyzer *n, struct record *r)
{
	struct node causes = pack_causes(n->o.pack);
	struct analysis an = { .n = n, .r = r, .a = r->a };

	if (!record_is(r, "incident") || !record_get(r, F_ERROR))
		return;
	an.q = (struct enquiry){ .a = r->a,
		.pack = n->o.pack,
		.view = n->o.view,
		.fixits = record_get(r, F_ERROR_FIXITS),
		.output = n->o.output.n ? n->o.output : record_str(r, F_SOURCE_OUTPUT) };
	const struct scope *base = record_scope(&an);
	/* Of the incidents of one command, one carries what the command printed: it is corrected there, once. */
	an.is_typed = record_get(r, F_SOURCE_OUTPUT) &&
		command_line_read(an.a, n->o.pack, record_get(r, F_SOURCE_COMMAND), &an.typed);
	causes_try(&an, causes, base);
	causes_rank(&an);
	analysis_set(&an);
	solutions_set(&an);
}

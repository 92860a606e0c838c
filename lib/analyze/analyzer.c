#include "analyze/analyzer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/classify.h"
#include "analyze/experiment.h"
#include "analyze/hidden_files.h"
#include "analyze/lookup.h"
#include "analyze/recent_changes.h"
#include "analyze/record_scope.h"
#include "analyze/scope.h"
#include "analyze/solution_members.h"
#include "analyze/steps.h"
#include "base/sha256.h"
#include "base/proc.h"
#include "base/vec.h"

enum { BUDGET = 8, TYPED_SHOWN = 3 };

static const double TYPED_LEAST = 0.35; /* corrections with less confidence are not shown */
static const double EQUAL = 0.001;      /* confidences that differ by less are the same */
static const double TIED = 0.8;         /* factor for the confidence of one of several alternatives that are as good */
static const double DANGER = 0.6; /* factor for the confidence of a dangerous correction, so that others come first */

/* An earlier incident, for "caused by". */
struct earlier {
	struct str id, file, tool;
	struct failure_class class;
	bool syntax;
	struct earlier *next;
};

struct analyzer {
	struct analyzer_options o;
	struct arena session;
	struct classifier *classes;
	struct earlier *seen; /* roots, latest first */
	bool acts;            /* there is a solution for an incident of this session */
	bool held_back;       /* expensive look-ups were skipped */
};

/* A solution and its rank. */
struct option {
	struct solution solution;
	double rank; /* its confidence; 0 for advice, which is ranked last */
	struct participation part;
	uint32_t form; /* of the rule: several with the same form differ by what look-ups found */
};

/* A cause that applies. */
struct reason {
	struct cause text;
	struct node cause;
	double surest; /* of its solutions other than advice; 0: none */
	size_t order;
};

/* The present record. */
struct record_analysis {
	struct analyzer *n;
	struct record *r;
	struct arena *a;
	struct enquiry q;
	struct cause_head cause;                       /* the present one */
	unsigned held;                                 /* how often it applied */
	struct command_line typed;                     /* the command line that failed */
	const struct scope *of_command[COMMANDS_MOST]; /* its commands' values, as far as a cause asked for them */
	bool is_typed;
	VEC(struct option) options;
	VEC(struct reason) causes;
	struct node chosen; /* the best of them, by rank */
	struct node solution;
};

struct analyzer *analyzer_new(const struct analyzer_options *o)
{
	struct analyzer *n = calloc(1, sizeof(*n));

	if (!n)
		out_of_memory();
	n->o = *o;
	n->classes = classifier_new(o->pack);
	if (o->view)
		hide_secret_files(o->view, o->pack);
	return n;
}

void analyzer_free(struct analyzer *n)
{
	if (!n)
		return;
	classifier_free(n->classes);
	arena_free(&n->session);
	free(n);
}

bool analyzer_held_back(const struct analyzer *n)
{
	return n->held_back;
}

/* ---- solutions ---- */

/* The member's text with its slots filled; p == NULL: no such member. */
static struct str text_from(struct record_analysis *an, struct node from, const struct scope *s)
{
	struct str text = node_str(from);

	return text.p ? str_trim(scope_fill_lenient(an->a, s, text)) : STR_NONE;
}

static double confidence_of(struct record_analysis *an, const struct scope *s, struct str id, bool advice)
{
	double prior = node_double(node_get(an->solution, "confidence"), 0.8) * scope_weight(s);

	const struct solution_history *h = &an->n->o.history;
	double bound = node_has(an->cause.node, "learned") ? prior : 1;
	if (h->confidence && !advice)
		prior = h->confidence(h->ctx, id, prior);
	/* Of a learned cause the pack says the lower bound, which already counts the successes. */
	if (prior > bound)
		prior = bound;
	return prior < 0 ? 0 : prior > 1 ? 1 : prior;
}

/* ---- learned causes (heal-log(1)) ---- */

/* May it act?  A person signed it off, or it was right in several projects.  One that contradicts as many repairs as it
 * made is a guess, whoever signed it off. */
static bool learned_acts(struct node learned)
{
	if (node_int(node_get(learned, "contradictions"), 0) >= node_int(node_get(learned, "repairs"), 1))
		return false;
	return node_bool(node_get(learned, "reviewed"), false) ||
		str_is(node_str(node_get(learned, "status")), "universal");
}

static bool learned_is_over(struct node learned)
{
	return str_is(node_str(node_get(learned, "status")), "deprecated");
}

/* All members but id and confidence; steps and files are set. */
static void solution_members(struct record_analysis *an, struct solution *o, const struct scope *s)
{
	struct node n = an->solution;
	struct node learned = an->cause.learned;

	solution_members_set(an->a, n, o);
	if (node_kind(learned) == NODE_MAP && !learned_acts(learned) && solution_is_plausible(o))
		o->applicability = APPLICABILITY_PLACEHOLDER;
	o->alone = node_bool(node_get(n, "alone"), false);
	o->description = text_from(an, node_get(n, "description"), s);
	o->reasoning = text_from(an, node_get(n, "because"), s);
}

/* The steps without their origin. */
static struct str text_without_origin(struct record_analysis *an, const struct solution *o)
{
	struct solution copy = { 0 };

	LIST_EACH(step, step, &o->steps) {
		struct step *kept = VEC_ADD(an->a, &copy.steps);
		*kept = *step;
		kept->origin = STR_NONE;
	}
	return steps_text(an->a, &copy);
}

static struct str rests_until(struct record_analysis *an, const struct solution *o)
{
	const struct solution_history *h = &an->n->o.history;

	return h->rests_until ? h->rests_until(h->ctx, an->a, an->r->fingerprint, o->id, o->basis) : STR_NONE;
}

/* A hash of the rule, of the steps with the contents that they apply to, and of the file of the error: when one of them
 * changes, an earlier failure says nothing any more. */
static struct str basis_of(struct record_analysis *an, const struct solution *o)
{
	struct str path = source_resolve(an->n->o.view, an->r->error.file);
	const struct text *x = path.p ? source_read(an->n->o.view, path) : NULL;
	struct sha256 s;
	char hex[SHA256_HEX];

	sha256_begin(&s);
	node_hash(&s, an->cause.node);
	node_hash(&s, an->solution);
	sha256_add(&s, text_without_origin(an, o));
	sha256_add(&s, x ? x->all : STR(""));
	sha256_end(&s, hex);
	return arena_str(an->a, (struct str){ hex, 32 });
}

static bool is_from_output(const struct solution *o)
{
	LIST_EACH(step, step, &o->steps)
		if (step->origin.n)
			return true;
	return false;
}

/* The solution with the same steps, or NULL. */
static struct option *known_option(struct record_analysis *an, const struct solution *o)
{
	struct str text = text_without_origin(an, o);

	for (size_t i = 0; i < an->options.n; i++)
		if (str_eq(text_without_origin(an, &an->options.at[i].solution), text))
			return &an->options.at[i];
	return NULL;
}

/* Of equal corrections of a command line, keep the one with the higher confidence; of equal edits the one of a rule
 * that knows more: one that may be made instead of one that somebody has to look at, unless it is learned. */
static bool is_kept_for(const struct record_analysis *an, const struct solution *o, const struct option *known)
{
	if (command_line_is_fix(&o->steps))
		return o->confidence > known->rank;
	return !node_has(an->cause.node, "learned") && known->solution.applicability == APPLICABILITY_PLACEHOLDER &&
		o->applicability == APPLICABILITY_MACHINE;
}

static void solution_made(void *ctx, const struct scope *s)
{
	struct record_analysis *an = ctx;
	struct solution o = { 0 };

	if (!steps_make(&an->q, node_get(an->solution, "steps"), s, &an->r->error, &o.steps, &o.files))
		return;
	bool advice = steps_first_kind(&o.steps) == STEP_ADVISE;
	struct participation part = { 0 };
	struct option *known = known_option(an, &o);
	struct reason *reason = &an->causes.at[an->causes.n - 1];
	o.id = scope_fill_lenient(an->a, s, node_str(node_get(an->solution, "id")));
	o.confidence = confidence_of(an, s, o.id, advice);
	o.basis = basis_of(an, &o);
	o.rests_until = rests_until(an, &o);
	solution_members(an, &o, s);
	if (!advice)
		part = experiment_part(an->a, an->n->o.pack, an->cause.node, an->solution, o.id, &o.variant);
	if (an->q.at && command_line_is_dangerous(an->a, an->n->o.pack, &an->typed, &o.steps)) {
		o.risk.level = RISK_RED;
		*VEC_ADD(an->a, &o.risk.notes) = STR(
			"discards work, skips a check or needs more privileges than the typed command");
		o.confidence *= DANGER;
	}
	if (an->q.at && o.confidence < TYPED_LEAST)
		return;
	if (!advice && o.confidence > reason->surest)
		reason->surest = o.confidence;
	/* What a look-up finds as well does not rest on the output alone. */
	if (known && is_from_output(&known->solution) && !is_from_output(&o))
		known->solution.steps = o.steps;
	else if (known && is_from_output(&o) && !is_from_output(&known->solution))
		o.steps = known->solution.steps;
	if (!known)
		*VEC_ADD(an->a, &an->options) = (struct option){ o, o.confidence, part, an->solution.at };
	else if (is_kept_for(an, &o, known))
		*known = (struct option){ o, o.confidence, part, an->solution.at };
}

static void solutions_try(struct record_analysis *an, const struct scope *s)
{
	struct node list = node_get(an->cause.node, "solutions");

	for (uint32_t i = 0; i < node_list_count(list); i++) {
		an->solution = node_list_at(list, i);
		const struct scope *inner = conditions_hold(&an->q, node_get(an->solution, "when"), s);
		if (!inner || conditions_forbid(&an->q, node_get(an->solution, "unless"), inner))
			continue;
		an->q.budget = BUDGET;
		lookups_run(&an->q, node_get(an->solution, "let"), inner, solution_made, an);
	}
}

/* A cause that has only advice. */
static void advice_add(struct record_analysis *an, const struct scope *s)
{
	struct str advice = node_str(node_get(an->cause.node, "advice"));
	struct solution o = { .confidence = 0.5 };

	if (!advice.p)
		return;
	o.id = arena_printf(an->a, "%.*s.advice", STR_ARG(node_str(node_get(an->cause.node, "id"))));
	*VEC_ADD(an->a, &o.steps) = (struct step){ .kind = STEP_ADVISE,
		.text = str_trim(scope_fill_lenient(an->a, s, advice)) };
	an->solution = (struct node){ NULL, 0 };
	solution_members(an, &o, s);
	if (node_has(an->cause.node, "advice_type"))
		o.type = node_str(node_get(an->cause.node, "advice_type"));
	o.description = o.steps.at[0].text;
	*VEC_ADD(an->a, &an->options) = (struct option){ .solution = o };
}

/* ---- causes ---- */

static bool rule_wanted(struct node list, struct str rule)
{
	return node_list_count(list) == 0 || node_list_globs(list, rule);
}

static void explain(struct record_analysis *an, const char *what)
{
	if (an->n->o.explain)
		fprintf(an->n->o.explain, "%.*s: %s\n", STR_ARG(node_str(node_get(an->cause.node, "id"))), what);
}

static void cause_note(struct record_analysis *an, const struct scope *s)
{
	struct cause c = { .cause = text_from(an, node_get(an->cause.node, "cause"), s),
		.confidence = node_double(node_get(an->cause.node, "confidence"), 0.8),
		.evidence = text_from(an, node_get(an->cause.node, "evidence"), s),
		.verification = text_from(an, node_get(an->cause.node, "verify"), s) };
	struct node needs = node_get(an->cause.node, "needs");

	for (uint32_t i = 0; i < node_list_count(needs); i++)
		*VEC_ADD(an->a, &c.prerequisites) = text_from(an, node_list_at(needs, i), s);
	if (!c.evidence.p)
		c.evidence = an->r->error.message;
	*VEC_ADD(an->a, &an->causes) = (struct reason){ c, an->cause.node, 0, an->causes.n };
}

static void cause_holds(void *ctx, const struct scope *s)
{
	struct record_analysis *an = ctx;
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

static void cause_try_with(struct record_analysis *an, const struct scope *base)
{
	const struct scope *s = conditions_hold(&an->q, an->cause.when, base);
	if (!s || conditions_forbid(&an->q, an->cause.unless, s)) {
		explain(an, "its conditions are not met");
		return;
	}
	an->held = 0;
	an->q.budget = BUDGET;
	lookups_run(&an->q, an->cause.let, s, cause_holds, an);
	if (an->held == 0)
		explain(an, "a look-up found nothing");
}

static int surer(const void *x, const void *y)
{
	const struct option *a = x, *b = y;

	return (a->rank < b->rank) - (a->rank > b->rank);
}

/* Causes with solutions first, by the confidence of the solution; then by the confidence of the cause; then in the
 * order of the packs. */
static int likelier(const void *x, const void *y)
{
	const struct reason *a = x, *b = y;

	if (a->surest != b->surest)
		return a->surest < b->surest ? 1 : -1;
	double p = node_double(node_get(a->cause, "confidence"), 0.8),
	       q = node_double(node_get(b->cause, "confidence"), 0.8);
	if (p != q)
		return p < q ? 1 : -1;
	return (a->order > b->order) - (a->order < b->order);
}

/* In the order of their rank, without supposed causes that have no solution. */
static void causes_rank(struct record_analysis *an)
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

/* A cause with `command` is tried for each matching command of the command line. */
static void cause_try(struct record_analysis *an, const struct scope *base)
{
	struct node commands = an->cause.command;

	if (an->n->o.only.p && !str_eq(node_str(node_get(an->cause.node, "id")), an->n->o.only))
		return;
	if (learned_is_over(an->cause.learned)) {
		explain(an, "it is deprecated");
		return;
	}
	if (node_kind(commands) == NODE_NONE) {
		cause_try_with(an, base);
		return;
	}
	an->q.typed = &an->typed;
	for (size_t i = 0; an->is_typed && i < an->typed.n; i++) {
		an->q.at = &an->typed.at[i];
		if (!rule_wanted(commands, an->q.at->program))
			continue;
		if (!an->of_command[i])
			an->of_command[i] = command_line_scope(an->a, an->n->o.pack, &an->typed, an->q.at, base);
		cause_try_with(an, an->of_command[i]);
	}
	an->q.typed = NULL;
	an->q.at = NULL;
}

static bool acts(const struct record_analysis *an)
{
	for (size_t i = 0; i < an->causes.n; i++)
		if (an->causes.at[i].surest > 0)
			return true;
	return false;
}

/* Do expensive look-ups only if this incident and earlier ones, which may have caused it, have no other solution. */
static void causes_try(struct record_analysis *an, const struct scope *base)
{
	VEC(uint32_t) later = { 0 };
	uint32_t n;
	bool exact;
	const uint32_t *numbers = pack_causes_of(an->n->o.pack, an->r->error.rule, &n, &exact);

	an->q.wide = an->n->o.wide;
	for (uint32_t i = 0; i < n; i++) {
		an->cause = pack_cause(an->n->o.pack, numbers[i]);
		if (!exact && !rule_wanted(node_get(an->cause.node, "rule"), an->r->error.rule))
			continue;
		an->q.held_back = false;
		cause_try(an, base);
		if (an->q.held_back)
			*VEC_ADD(an->a, &later) = numbers[i];
	}
	an->n->acts |= acts(an);
	an->n->held_back |= later.n && an->n->acts;
	if (later.n == 0 || an->n->acts)
		return;
	an->q.wide = true;
	for (size_t i = 0; i < later.n; i++) {
		an->cause = pack_cause(an->n->o.pack, later.at[i]);
		cause_try(an, base);
	}
}

/* ---- the record's members ---- */

static bool in_codebase(struct record_analysis *an)
{
	struct node marks = pack_table(an->n->o.pack, "foreign");
	struct str file = an->r->error.file, path = source_resolve(an->n->o.view, file);

	for (uint32_t i = 0; path.p && i < node_list_count(marks); i++)
		if (str_find(path, node_str(node_list_at(marks, i))) < path.n)
			return false;
	return path.p != NULL;
}

static void changed_set(struct record_analysis *an)
{
	struct str path = source_resolve(an->n->o.view, an->r->error.file), since;

	if (!an->n->o.changes || !path.p)
		return;
	since = changes_of_line(an->n->o.pack, an->n->o.view, path, an->r->error.line);
	if (since.p)
		an->r->analysis.changed = since;
}

static bool is_serious(const struct record *r)
{
	return r->error.level == LEVEL_ERROR || r->error.level == LEVEL_FATAL;
}

/* An error that nothing else caused may cause others. */
static void remember(struct record_analysis *an)
{
	struct arena *a = &an->n->session;
	const struct record *r = an->r;

	if (r->error.summary || !is_serious(r) || !r->analysis.root)
		return;
	struct earlier *e = ARENA_NEW(a, struct earlier);
	*e = (struct earlier){ arena_str(a, r->id), arena_str(a, r->error.file), arena_str(a, r->error.tool),
		class_of(a, r), str_is(node_str(node_get(an->chosen, "type")), "syntax_error"), an->n->seen };
	an->n->seen = e;
}

/* The incident that caused this one: for a summary the latest root; for an error after a syntax error of the same tool
 * in the same file, that error. */
static const struct earlier *caused_by(struct record_analysis *an, bool consequence)
{
	struct str file = an->r->error.file, tool = an->r->error.tool;

	if (consequence)
		return an->n->seen;
	for (struct earlier *e = an->n->seen; e; e = e->next)
		if (e->syntax && file.n && str_eq(e->file, file) && str_eq(e->tool, tool))
			return e;
	return NULL;
}

static const struct earlier *causality_set(struct record_analysis *an)
{
	bool consequence = an->r->error.summary;
	const struct earlier *by = caused_by(an, consequence);

	an->r->analysis.root = !consequence && !by;
	an->r->analysis.caused_by = by ? by->id : STR_NONE;
	return by;
}

static void analysis_set(struct record_analysis *an)
{
	struct node c = an->chosen;
	bool known = node_kind(c) != NODE_NONE;
	struct analysis *to = &an->r->analysis;
	const struct earlier *by;

	*to = (struct analysis){ .id = uuid7(an->a), .time = time_text(an->a), .other = to->other };
	to->confidence = known ? node_double(node_get(c, "confidence"), 0.8) : 0;
	to->by = !known ? STR("none") : node_has(c, "learned") ? STR("learned") : STR("rule");
	to->in_codebase = in_codebase(an);
	changed_set(an);
	to->transient = node_bool(node_get(c, "transient"), false);
	by = causality_set(an);
	classify(an->n->classes, an->a, c, an->r->error.summary && by ? &by->class : NULL, an->r);
	remember(an);
	for (size_t i = 0; i < an->causes.n && i < CAUSES_MOST; i++)
		*VEC_ADD(an->a, &to->root_causes) = an->causes.at[i].text;
	to->impact.scope = node_str(node_get(c, "stops"));
	to->impact.blocking = an->r->error.level == LEVEL_ERROR || an->r->error.level == LEVEL_FATAL;
	to->impact.files = an->r->error.file.n ? 1 : 0;
}

/* Which variants of experiments come first? */
static void variants_order(struct record_analysis *an)
{
	struct option *old = arena_alloc(an->a, (an->options.n + 1) * sizeof(*old));
	struct ranked *ranked = arena_alloc(an->a, (an->options.n + 1) * sizeof(*ranked));

	for (size_t i = 0; i < an->options.n; i++) {
		old[i] = an->options.at[i];
		ranked[i] = (struct ranked){ &old[i].solution, old[i].part };
	}
	experiments_assign(&an->n->o.history, an->r, ranked, an->options.n);
	for (size_t i = 0; i < an->options.n; i++)
		an->options.at[i].solution = *ranked[i].solution;
}

/* A change that mends a vulnerability or a waste of time is named after that, if a rule or the tool says so. */
static struct str type_of_change(struct str type, const struct analysis *x)
{
	bool edits = str_is(type, "code_fix") || str_is(type, "configuration_change");

	if (!str_is(x->classified_by, "rule") && !str_is(x->classified_by, "tool"))
		return type;
	if (str_is(x->type, "security_vulnerability") && (edits || str_is(type, "dependency_update")))
		return STR("security_patch");
	return str_is(x->type, "performance_issue") && edits ? STR("performance_optimization") : type;
}

/* Look-ups found several values for one form, and nothing says which is meant: two files of the name, two packages that
 * have the class.  That one of them works says nothing if another one does as well, so without a proof none is made. */
static void equals_mark(struct record_analysis *an)
{
	for (size_t i = 0; i < an->options.n; i++)
		for (size_t j = 0; j < an->options.n; j++) {
			struct option *x = &an->options.at[i];
			const struct option *y = &an->options.at[j];
			if (i == j || !x->form || x->form != y->form || x->rank <= 0 ||
				fabs(x->rank - y->rank) >= EQUAL)
				continue;
			x->solution.alone = true;
			x->solution.confidence = x->rank * TIED;
		}
}

static void solutions_set(struct record_analysis *an)
{
	struct solution_list *to = &an->r->solutions;
	unsigned typed = 0; /* corrections of the command line, limited to leave room for other solutions */

	*to = (struct solution_list){ .at = arena_alloc(an->a, SOLUTIONS_MOST * sizeof(*to->at)),
		.room = SOLUTIONS_MOST };
	if (an->options.n)
		qsort(an->options.at, an->options.n, sizeof(*an->options.at), surer);
	equals_mark(an);
	variants_order(an);
	for (size_t i = 0; i < an->options.n && to->n < SOLUTIONS_MOST; i++) {
		bool is_typed = command_line_is_fix(&an->options.at[i].solution.steps);
		if (!is_typed || typed++ < TYPED_SHOWN)
			*VEC_ADD(an->a, to) = an->options.at[i].solution;
	}
	LIST_EACH(solution, o, to)
		o->type = type_of_change(o->type, &an->r->analysis);
}

void analyzer_record(struct analyzer *n, struct record *r)
{
	struct record_analysis an = { .n = n, .r = r, .a = r->a };
	double begun = seconds_now();

	if (r->kind != KIND_INCIDENT)
		return;
	an.q = (struct enquiry){ .a = r->a,
		.pack = n->o.pack,
		.view = n->o.view,
		.fixits = &r->error.fixits,
		.output = n->o.output.n ? n->o.output : r->source.output };
	if (!r->source.project.n)
		r->source.project = arena_str(an.a, source_root(n->o.view));
	const struct scope *base = record_scope(an.a, an.n->o.view, an.r);
	/* Of a command's incidents, one has its output or was made from its exit status: the command line is
	 * corrected only there. */
	an.is_typed = (r->source.output.n || !r->error.raw.n) &&
		command_line_read(an.a, n->o.pack, &r->source.command, &an.typed);
	causes_try(&an, base);
	causes_rank(&an);
	analysis_set(&an);
	solutions_set(&an);
	r->analysis.seconds = seconds_now() - begun;
	/* Some texts are those of files, which may be read again, or of earlier records. */
	members_copy(an.a, &analysis_type, &r->analysis);
	LIST_EACH(solution, solution, &r->solutions)
		members_copy(an.a, &solution_type, solution);
}

bool analyze_incidents(const struct analyzer_options *o, struct collection *incidents)
{
	struct analyzer *n = analyzer_new(o);

	for (struct collected *c = incidents->first; c; c = c->next)
		analyzer_record(n, &c->r);
	bool more = analyzer_held_back(n);
	analyzer_free(n);
	return more;
}

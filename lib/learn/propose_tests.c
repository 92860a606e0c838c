#include "learn/propose_tests.h"

#include "base/path.h"
#include "fix/fix.h"
#include "learn/test_proof.h"
#include "policy/external_command.h"
#include "store/repairs.h"
#include "validate/project_tests.h"

enum { ID_CHARS = 8 };

struct repaired {
	struct str incident; /* its id */
	struct str before, after;
	struct record *r;
	struct str project; /* as in the store */
};

struct proposing {
	struct arena a;
	struct store *store;
	const struct propose_options *o;
	struct tree tree;
	VEC(struct repaired) all; /* newest last */
	struct repaired *found;
	struct fixer *fixer;
	test_proposal_fn *each;
	void *ctx;
	struct err *err;
};

/* ---- what was repaired ---- */

static bool repair_note(void *ctx, const struct store_repair *r)
{
	struct proposing *p = ctx;
	size_t colon = str_chr(r->id, ':'); /* after the commit, if there is one */
	struct str id = colon < r->id.n ? str_sub(r->id, colon + 1, r->id.n) : r->id;

	*VEC_ADD(&p->a, &p->all) = (struct repaired){ .incident = arena_str(&p->a, id),
		.before = arena_str(&p->a, r->before),
		.after = arena_str(&p->a, r->after) };
	return true;
}

static bool incident_note(void *ctx, const struct store_incident *i)
{
	struct proposing *p = ctx;
	struct record *r = ARENA_NEW(&p->a, struct record);

	if (record_parse(&p->a, arena_str(&p->a, i->json), r, NULL)) {
		p->found->r = r;
		p->found->project = arena_str(&p->a, i->project);
	}
	return true;
}

/* false: err.  Incidents of other projects, and those that gc removed, have no record afterwards. */
static bool incident_find(struct proposing *p, struct repaired *x)
{
	struct err err;

	p->found = x;
	if (!store_incident(p->store, x->incident, incident_note, p, &err) && err.status != HEAL_WRONG)
		return err_set(p->err, err.status, "%s", err.text);
	if (x->r && !path_below(x->r->source.cwd, p->tree.path).p)
		x->r = NULL;
	return true;
}

static bool is_newest(const struct proposing *p, size_t i)
{
	for (size_t k = i + 1; k < p->all.n; k++)
		if (p->all.at[k].r && str_eq(p->all.at[k].r->fingerprint, p->all.at[i].r->fingerprint))
			return false;
	return true;
}

/* ---- the file with and without the fix ---- */

/* The text with the repair reverted; p == NULL: *why. */
static struct str reverted(struct arena *a, const struct repaired *x, struct str text, struct str *why)
{
	size_t at = x->after.n ? str_find(text, x->after) : text.n;

	if (at >= text.n || str_find(str_sub(text, at + 1, text.n), x->after) < text.n - at - 1) {
		*why = STR("the file is not as the fix left it");
		return STR_NONE;
	}
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(text, 0, at)), STR_ARG(x->before),
		STR_ARG(str_sub(text, at + x->after.n, text.n)));
}

static bool bench_make(struct proposing *p, const struct repaired *x, struct test_bench *b, struct str *why)
{
	const struct record *r = x->r;
	struct stat st;

	*b = (struct test_bench){ .pack = p->o->pack,
		.config = p->o->config,
		.tree = &p->tree,
		.incident = r,
		.seconds = config_double(p->o->config, "validation.further_seconds") };
	*why = STR("the file of the error cannot be read");
	if (!r->error.file.n ||
		!tree_name(&p->a, &p->tree, path_normal(&p->a, path_join(&p->a, r->source.cwd, r->error.file)),
			&b->file, NULL) ||
		!tree_read(&p->a, &p->tree, b->file, &b->fixed, &st, NULL))
		return false;
	b->mode = st.st_mode & 07777;
	b->broken = reverted(&p->a, x, b->fixed, why);
	return b->broken.p;
}

/* ---- the command ---- */

/* Why no test may run the command of the incident; empty: one may. */
static struct str objection(struct proposing *p, const struct record *r)
{
	const struct str_list *words = &r->source.command;
	char **argv = arena_alloc(&p->a, (words->n + 1) * sizeof(*argv));
	struct node table = pack_table(p->o->pack, "project-tests");
	struct external_command x;

	for (size_t i = 0; i < words->n; i++)
		argv[i] = arena_strdup(&p->a, words->at[i]);
	argv[words->n] = NULL;
	if (!words->n)
		return STR("");
	for (uint32_t i = 0; i < node_list_count(table); i++)
		if (project_tests_row_is(node_list_at(table, i), argv))
			return STR("a test of the project shows it");
	if (external_command(&p->a, p->o->pack, p->o->config, arena_strdup(&p->a, r->source.cwd), argv, &x))
		return arena_printf(&p->a, "its command acts outside the project: %.*s", STR_ARG(x.what));
	return STR("");
}

static bool is_permitted(const struct proposing *p, const struct str_list *command)
{
	size_t n = 0;

	while (n < command->n && p->o->command[n] && str_is(command->at[n], p->o->command[n]))
		n++;
	return n == command->n && !p->o->command[n];
}

/* ---- the review queue ---- */

/* After the last byte of the text. */
static struct text_edit edit_at_end(struct str text, struct str added)
{
	struct text_edit e = { .line = 1, .column = 1, .text = added };

	for (size_t i = 0; i < text.n; i++) {
		e.line += text.p[i] == '\n';
		e.column = text.p[i] == '\n' ? 1 : e.column + 1;
	}
	e.end_line = e.line;
	e.end_column = e.column;
	return e;
}

static void step_add(struct arena *a, struct solution *s, const struct test_file *f)
{
	struct step *step = VEC_ADD(a, &s->steps);

	*VEC_ADD(a, &s->files) = f->path;
	*step = (struct step){ .kind = f->added.p ? STEP_EDIT : STEP_CREATE, .file = f->path };
	if (f->added.p)
		*VEC_ADD(a, &step->edits) = edit_at_end(str_sub(f->text, 0, f->text.n - f->added.n), f->added);
	else
		step->text = f->text;
}

/* An incident of its own, so that what is decided about the test says nothing about the fix, with a solution that
 * always waits for approval, however high its confidence. */
static struct record proposal_record(struct proposing *p, const struct record *of, const struct store_test *t,
	const struct test_draft *d, const struct store_test_score *score)
{
	struct arena *a = &p->a;
	struct record r = record_new(a, KIND_INCIDENT);
	struct solution s = { .id = t->id,
		.type = STR("code_fix"),
		.applicability = APPLICABILITY_PLACEHOLDER,
		.description = arena_printf(a, "Add a regression test for '%.*s'.", STR_ARG(of->error.message)),
		.reasoning = arena_printf(a,
			"In a copy it failed without the fix and passed with it, in %lld of %lld runs.",
			(long long)score->expected, (long long)score->runs),
		.confidence = score->confidence };

	r.id = t->id;
	r.source.cwd = of->source.cwd;
	r.source.project = of->source.project;
	r.error = of->error;
	r.error.rule = STR("generated-test");
	r.fingerprint = t->id;
	for (size_t i = 0; i < d->files.n; i++)
		if (!d->there || d->files.at[i].added.p)
			step_add(a, &s, &d->files.at[i]);
	*VEC_ADD(a, &r.solutions) = s;
	return r;
}

static bool fixer_ready(struct proposing *p)
{
	struct fixer_options o = {
		.root = p->o->root, .pack = p->o->pack, .config = p->o->config, .consent = CONSENT_NONE
	};

	if (!p->fixer)
		p->fixer = fixer_new(&o, p->err);
	return p->fixer != NULL;
}

/* ---- one incident ---- */

/* The first draft that is proven; if none is, *why is that of the last one. */
static bool choose(struct proposing *p, const struct test_bench *b, const struct test_drafts *drafts,
	const struct test_draft **chosen, struct test_proof *proof, struct str *why)
{
	*chosen = NULL;
	for (size_t i = 0; i < drafts->all.n; i++) {
		const struct test_draft *d = &drafts->all.at[i];
		if (!test_prove(&p->a, b, d, proof, p->err))
			return false;
		if (proof->proven || proof->n > 2 || d->there)
			*chosen = d;
		if (proof->proven || proof->n > 2)
			return true;
		*why = proof->why;
	}
	return true;
}

static struct str test_id(struct proposing *p, const struct repaired *x)
{
	char hex[SHA256_HEX];

	sha256_of(arena_printf(&p->a, "%.*s\n%.*s", STR_ARG(x->project), STR_ARG(x->r->fingerprint)), hex);
	return arena_str(&p->a, (struct str){ hex, ID_CHARS });
}

static bool queue(struct proposing *p, const struct repaired *x, struct store_test *t, const struct test_draft *d,
	struct test_proposal *out)
{
	struct store_test_score none;
	struct record r = proposal_record(p, x->r, t, d, &out->score);

	if (!fixer_ready(p))
		return false;
	fixer_record(p->fixer, &r);
	if (r.fix.status == FIX_QUEUED) {
		out->plan = queue_id(r.fix.plan);
		return true;
	}
	/* By the policy, or by a person. */
	t->status = out->status = STR("refused");
	out->why = r.fix.reason;
	return store_test_keep(p->store, t, NULL, 0, &none, p->err);
}

static bool keep(struct proposing *p, const struct repaired *x, const struct test_draft *d,
	const struct test_proof *proof, struct str id, struct test_proposal *out)
{
	char hex[SHA256_HEX];

	sha256_of(d->files.at[0].text, hex);
	struct store_test t = { .id = arena_printf(&p->a, "test-%.*s", STR_ARG(id)),
		.incident = x->r->id,
		.project = x->project,
		.fingerprint = x->r->fingerprint,
		.framework = d->framework,
		.path = d->files.at[0].path,
		.text = str_of(hex),
		.status = d->there    ? STR("added") :
			proof->proven ? STR("proposed") :
					STR("flaky") };
	out->framework = t.framework;
	out->path = t.path;
	out->status = t.status;
	out->why = proof->why;
	return store_test_keep(p->store, &t, proof->runs, proof->n, &out->score, p->err) &&
		(!str_is(t.status, "proposed") || queue(p, x, &t, d, out));
}

/* Sets *out; false: err. */
static bool test_find(struct proposing *p, const struct repaired *x, struct test_proposal *out)
{
	const struct test_draft *chosen;
	struct test_drafts drafts = { 0 };
	struct test_proof proof;
	struct test_bench b;
	struct str id = test_id(p, x), cwd = path_below(x->r->source.cwd, p->tree.path);
	static const struct str_list none = { 0 };
	bool permitted = is_permitted(p, &x->r->source.command);

	out->why = objection(p, x->r);
	if (out->why.n || !bench_make(p, x, &b, &out->why))
		return true;
	struct test_subject s = { p->o->pack, &p->tree, id, x->r->error.message, b.file, b.fixed, cwd,
		permitted ? &x->r->source.command : &none };
	test_drafts_make(&p->a, &s, &drafts, &out->why);
	if (!drafts.all.n && s.command->n < x->r->source.command.n)
		out->why = STR("its command may be run in a test only if it is given after 'learn --tests --'");
	if (!choose(p, &b, &drafts, &chosen, &proof, &out->why))
		return false;
	return !chosen || keep(p, x, chosen, &proof, id, out);
}

static bool incident_look(struct proposing *p, size_t i)
{
	const struct repaired *x = &p->all.at[i];
	struct test_proposal out = { .status = STR("") };

	if (!x->r || !is_newest(p, i))
		return true;
	if (!store_recurrences(p->store, x->r->fingerprint, x->project, &out.occurrences, p->err))
		return false;
	if (out.occurrences < TEST_AFTER)
		return true;
	out.message = x->r->error.message;
	if (!test_find(p, x, &out))
		return false;
	p->each(p->ctx, &out);
	return true;
}

bool propose_tests(struct store *s, const struct propose_options *o, test_proposal_fn *each, void *ctx, struct err *err)
{
	struct proposing p = {
		.a = ARENA_INIT, .store = s, .o = o, .tree.fd = -1, .each = each, .ctx = ctx, .err = err
	};
	bool ok = tree_open(&p.a, &p.tree, o->root, err) && store_repairs(s, repair_note, &p, err);

	for (size_t i = 0; ok && i < p.all.n; i++)
		ok = incident_find(&p, &p.all.at[i]);
	for (size_t i = 0; ok && i < p.all.n; i++)
		ok = incident_look(&p, i);
	fixer_free(p.fixer);
	tree_close(&p.tree);
	arena_free(&p.a);
	return ok;
}

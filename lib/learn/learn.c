#include "learn/learn.h"

#include <stdlib.h>
#include <time.h>

#include "analyze/cause_examples.h"
#include "base/io.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "rules/compile.h"
#include "rules/regex.h"
#include "store/beta.h"
#include "store/repairs.h"

enum { PACK_MOST = 1 << 20, IMAGE_MOST = 64 << 20 };

/* A repair that is read, with its place among those of its shape. */
struct candidate {
	struct repair repair;
	struct line_change change;
	struct message message;
	struct str key, token_key;
	const char *why; /* not NULL: it is not read */
	bool done;       /* a rule with `candidates` makes it */
	struct cause_tree tree;
};

struct learning {
	struct arena a;
	struct store *store;
	const struct pack *pack;
	const char *folder;
	VEC(struct candidate) all;
	size_t trees; /* of candidates */
	learned_fn *each;
	void *ctx;
	struct err *err;
};

struct str learn_folder(struct arena *a)
{
	struct str config = dir_config(a);

	return config.p ? arena_printf(a, "%.*s/patterns", STR_ARG(config)) : STR_NONE;
}

/* The ids of solutions of heal-llm, and of what is made of several. */
static bool is_of_model(struct str solution)
{
	return str_starts(solution, "llm.") || str_find(solution, STR("+llm.")) < solution.n;
}

static bool repair_note(void *ctx, const struct store_repair *r)
{
	struct learning *l = ctx;
	struct arena *a = &l->a;
	struct candidate *c = VEC_ADD(a, &l->all);

	c->repair = (struct repair){ arena_str(a, r->id), arena_str(a, r->project), arena_str(a, r->rule),
		arena_str(a, r->code), arena_str(a, r->message), arena_str(a, r->file), arena_str(a, r->time),
		arena_str(a, r->before), arena_str(a, r->after), r->line, r->column, is_of_model(r->solution) };
	c->tree = CAUSE_TREE_NONE;
	return true;
}

/* ---- a pack with one cause ---- */

static struct pack *pack_of_text(struct learning *l, struct arena *a, struct str text)
{
	struct compilation c;
	struct source_file file = { "learned.yaml", text };
	struct pack *p = NULL;

	compilation_init(&c, a);
	compilation_base(&c, l->pack);
	c.causes.n = 0;
	c.rules.n = 0; /* the tables are enough */
	c.quick = true;
	if (!compilation_add(&c, &file))
		return err_set(l->err, HEAL_BROKEN, "a learned rule is not valid: %.*s",
			       STR_ARG(c.faults.n ? c.faults.at[0].text : STR(""))),
		       NULL;
	struct str image = compilation_image(&c, l->err);
	struct temporary_folder folder = TEMPORARY_FOLDER_NONE;
	if (image.p && temporary_folder_make(a, &folder, "learn", l->err)) {
		if (temporary_folder_put(&folder, STR("image"), image))
			p = pack_load(path_join(a, folder.path, STR("image")).p, l->err);
		else
			err_set(l->err, HEAL_REFUSED, "cannot write a compiled rule to a temporary folder");
	}
	temporary_folder_remove(&folder);
	return p;
}

/* As many trees are kept as a process may well have files open. */
enum { TREES = 400 };

static struct cause_trial trial_of(const struct repair *r)
{
	return (struct cause_trial){ r->rule, r->code, r->message, r->file, r->line, r->column, r->before };
}

static int trial_result(struct str after, const struct repair *r)
{
	return !after.p ? 0 : str_eq(after, r->after) ? 1 : 2;
}

/* What the rule makes of a repair's text: -1 err, 0 nothing, 1 what was made then, 2 something else. */
static int rule_try(struct learning *l, struct arena *a, const struct pack *p, struct str id, const struct repair *r)
{
	struct cause_trial t = trial_of(r);
	struct str after;

	return cause_try_on(a, p, id, &t, &after, l->err) ? trial_result(after, r) : -1;
}

/* The same for a repair of the store, with which many rules are tried: where its text parses is looked for once. */
static int rule_try_kept(struct learning *l, struct arena *a, const struct pack *p, struct str id, struct candidate *c)
{
	struct cause_trial t = trial_of(&c->repair);
	struct str after;

	if (!c->tree.view && l->trees == TREES)
		return rule_try(l, a, p, id, &c->repair);
	if (!c->tree.view) {
		l->trees++;
		if (!cause_tree_make(&l->a, &t, &c->tree, l->err))
			return -1;
	}
	cause_try_in(a, p, id, &t, &c->tree, &after);
	return trial_result(after, &c->repair);
}

static bool example_holds(struct learning *l, struct arena *a, const struct pack *p, struct str id, struct str rule,
	const struct draft *d)
{
	struct repair r = { .rule = rule,
		.code = d->sample_code,
		.message = d->sample_message,
		.file = d->sample_file,
		.before = d->sample_before,
		.after = d->sample_after,
		.line = d->sample_line,
		.column = d->sample_column };

	return !d->sample_before.p || rule_try(l, a, p, id, &r) == 1;
}

/* What a rule does with the repairs of the store. */
struct evidence {
	const struct line_change **at; /* those of the group that it makes */
	size_t n;
	int64_t contradictions; /* repairs of which it would have made something else */
};

static bool is_among(const struct evidence *e, const struct line_change *c)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->at[i] == c)
			return true;
	return false;
}

static bool in_group(const struct repair_group *g, const struct candidate *c)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->at[i] == &c->change)
			return true;
	return false;
}

/* Try the rule on the repairs of the group, or on the others of the same tool.  It makes nothing of an error with
 * another message, which need not be analysed to see that.  NULL, or the error. */
static const char *repairs_try(struct learning *l, struct arena *a, const struct pack *p, struct str id,
	const struct repair_group *g, struct regex *message, bool own, struct evidence *out)
{
	struct match m;

	for (size_t i = 0; i < l->all.n; i++) {
		struct candidate *c = &l->all.at[i];
		if (in_group(g, c) != own || !str_eq(rule_family(c->repair.rule), rule_family(g->at[0]->of->rule)))
			continue;
		if (message && regex_match(message, c->repair.message, &m) == 0)
			continue;
		int got = rule_try_kept(l, a, p, id, c);
		if (got < 0)
			return l->err->text;
		out->contradictions += got == 2;
		if (got == 1 && own)
			out->at[out->n++] = &c->change;
	}
	return NULL;
}

/* Why the rule is not one; NULL: it makes a repair of the group. */
static const char *rule_prove(struct learning *l, struct str text, struct str id, const struct repair_group *g,
	const struct draft *d, struct evidence *out)
{
	struct arena a = ARENA_INIT;
	struct pack *p = pack_of_text(l, &a, text);
	struct regex *message = regex_new(&a, d->message, NULL);
	const char *why = p ? NULL : l->err->text;

	*out = (struct evidence){ .at = arena_alloc(&l->a, g->n * sizeof(*out->at)) };
	if (!why)
		why = repairs_try(l, &a, p, id, g, message, true, out);
	if (!why && !out->n)
		why = out->contradictions ? "the rule makes another change than a repair of the same error did" :
					    "the rule does not make the change of its repairs";
	if (!why)
		why = repairs_try(l, &a, p, id, g, message, false, out);
	if (!why && !example_holds(l, &a, p, id, g->at[0]->of->rule, d))
		why = "the rule does not fit an example of invented words";
	regex_free(message);
	pack_free(p);
	arena_free(&a);
	return why;
}

/* ---- standing ---- */

static const char *status_of(const struct standing *s, const struct store_failures *f, int64_t confirmed)
{
	char limit[40];
	time_t then = time(NULL) - (time_t)LEARN_DAYS * 24 * 3600;
	struct tm tm;

	if (gmtime_r(&then, &tm) && strftime(limit, sizeof(limit), "%Y-%m-%d", &tm) &&
		str_cmp(s->last_used, str_of(limit)) < 0)
		return "deprecated";
	if (f->lately >= LEARN_FAILURES)
		return "deprecated";
	return confirmed >= LEARN_PROJECTS && !s->contradictions ? "universal" : confirmed ? "proposed" : "draft";
}

/* A commit is one decision, however many errors it ended; its repairs are "COMMIT:INCIDENT". */
static struct str decision_of(const struct line_change *c)
{
	return str_sub(c->of->id, 0, str_chr(c->of->id, ':'));
}

static bool is_first_of_decision(const struct line_change **at, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(decision_of(at[k]), decision_of(at[i])))
			return false;
	return true;
}

static int64_t repairs_in(const struct evidence *e, struct str project)
{
	int64_t n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += str_eq(e->at[i]->of->project, project) && is_first_of_decision(e->at, i);
	return n;
}

/* The first repair of its project. */
static bool is_first_of_project(const struct line_change **at, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(at[k]->of->project, at[i]->of->project))
			return false;
	return true;
}

/* A guess that passed confirms no rule, however often it was repeated. */
static struct evidence without_guesses(struct arena *a, const struct evidence *e)
{
	struct evidence out = { .at = arena_alloc(a, (e->n + 1) * sizeof(*out.at)),
		.contradictions = e->contradictions };

	for (size_t i = 0; i < e->n; i++)
		if (!e->at[i]->of->guessed)
			out.at[out.n++] = e->at[i];
	return out;
}

static bool standing_of(struct learning *l, const struct evidence *all, struct str id, struct standing *out)
{
	struct evidence sure = without_guesses(&l->a, all), *e = &sure;
	struct store_failures failures;
	int64_t confirmed = 0;

	*out = (struct standing){ .contradictions = e->contradictions, .last_used = STR("") };
	if (!store_failures(l->store, id, &failures, l->err))
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct str time = all->at[i]->of->time;
		if (str_cmp(time, out->last_used) > 0)
			out->last_used = str_sub(time, 0, 10);
	}
	for (size_t i = 0; i < e->n; i++) {
		out->repairs += is_first_of_decision(e->at, i);
		if (is_first_of_project(e->at, i)) {
			out->projects++;
			confirmed += repairs_in(e, e->at[i]->of->project) >= LEARN_REPAIRS;
		}
	}
	out->failures = failures.all;
	out->status = status_of(out, &failures, confirmed);
	out->confidence = beta_quantile(
		BETA_QUANTILE, 1 + (double)out->repairs, 1 + (double)out->failures + (double)out->contradictions);
	/* Two digits are written; never more than the bound. */
	out->confidence = (double)(int)(out->confidence * 100) / 100;
	return true;
}

/* ---- files ---- */

static struct str path_of(struct arena *a, const char *folder, struct str id)
{
	return arena_printf(a, "%s/%.*s.yaml", folder, STR_ARG(id));
}

static bool pack_write(struct learning *l, struct str text, struct learned *out)
{
	struct str old = STR_NONE;
	struct standing was;

	if (file_exists(out->path.p)) {
		if (!file_read(&l->a, out->path.p, PACK_MOST, &old, l->err) ||
			!rule_pack_read(&l->a, out->path.p, old, &was, l->err))
			return false;
		out->standing.reviewed = was.reviewed;
		if (was.reviewed)
			text = rule_pack_update(&l->a, out->path.p, old, &out->standing, l->err);
		if (!text.p)
			return false;
	}
	out->changed = !str_eq(text, old);
	return !out->changed || (dir_make(l->folder, l->err) && file_replace(out->path.p, text, 0600, l->err));
}

/* ---- groups ---- */

static struct str rule_id(struct arena *a, struct str rule, struct str key)
{
	char hex[SHA256_HEX];

	sha256_of(key, hex);
	return arena_printf(a, "learned.%.*s-%.8s", STR_ARG(rule_family(rule)), hex);
}

/* A rule that is proven, in its best form so far. */
struct proven {
	struct draft draft;
	struct evidence evidence;
	bool any;
};

static int64_t margin_of(const struct evidence *e)
{
	return (int64_t)e->n - e->contradictions;
}

/* Try one form of the rule.  *why: not NULL if it is none; false: err. */
static bool form_try(
	struct learning *l, const struct repair_group *g, struct str id, struct proven *best, const char **why)
{
	const struct standing fresh = { "draft", false, 0, 0, 0, 0, STR(""), 0 };
	struct evidence e;
	struct draft d;

	*why = NULL;
	if (!generalise(&l->a, g, &d, why))
		return true;
	struct str text = rule_pack_text(&l->a, id, g, &d, &fresh, l->err);
	if (!text.p)
		return false;
	*why = rule_prove(l, text, id, g, &d, &e);
	if (*why)
		*why = arena_strdup(&l->a, str_of(*why));
	else if (!best->any || margin_of(&e) > margin_of(&best->evidence))
		*best = (struct proven){ d, e, true };
	return true;
}

static bool has_columns(const struct repair_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->at[i]->of->column < 1 || g->at[i]->kind != LINE_EDITED || g->at[i]->place != PLACE_SAME)
			return false;
	return true;
}

static bool is_certain(const struct proven *best)
{
	return best->any && !best->evidence.contradictions;
}

/* Rules that leave it to the parser where the change belongs.  The last one is for changes of which the same repairs
 * contradict each other where they are one of several that parse.  false: err. */
static bool parser_forms_try(
	struct learning *l, struct repair_group *g, struct str id, struct proven *best, const char **why)
{
	static const struct {
		const char *candidates;
		bool natural;
	} kinds[] = { { "token", false }, { "close", false }, { "extra", false }, { "swap", false }, { "open", false },
		{ "token", true } };

	for (size_t form = 0; form < 2 * sizeof(kinds) / sizeof(kinds[0]) && !is_certain(best); form++) {
		g->candidates = kinds[form / 2].candidates;
		g->natural = kinds[form / 2].natural;
		g->any_word = form % 2 == 0;
		if (!form_try(l, g, id, best, why))
			return false;
	}
	g->candidates = NULL;
	g->natural = false;
	return true;
}

/* The tokens left and right of the change that a rule looks at. */
static const size_t forms[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 2, 2 } };
enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static bool line_forms_try(
	struct learning *l, struct repair_group *g, struct str id, struct proven *best, const char **why)
{
	/* The most general form that is proven, since few repairs say little of what is around them. */
	for (size_t form = 0; form < 2 * FORMS && !is_certain(best); form++) {
		g->left = forms[form / 2][0];
		g->right = forms[form / 2][1];
		g->by_column = form % 2 == 0;
		if (g->by_column && !has_columns(g))
			continue;
		if (!form_try(l, g, id, best, why))
			return false;
	}
	return true;
}

typedef bool forms_try(
	struct learning *l, struct repair_group *g, struct str id, struct proven *best, const char **why);

/* true: a rule came of it, or *why says why not; false: err. */
static bool group_learn(struct learning *l, struct repair_group g, struct str key, forms_try *try, const char **why)
{
	struct learned out = { .rule = g.at[0]->of->rule, .of = g.at[0]->of->message };
	struct proven best = { .any = false };

	*why = NULL;
	out.id = rule_id(&l->a, out.rule, key);
	out.path = path_of(&l->a, l->folder, out.id);
	if (!try(l, &g, out.id, &best, why))
		return false;
	if (!best.any)
		return true;
	*why = NULL;
	if (!standing_of(l, &best.evidence, out.id, &out.standing))
		return false;
	struct str text = rule_pack_text(&l->a, out.id, &g, &best.draft, &out.standing, l->err);
	if (!text.p || !pack_write(l, text, &out))
		return false;
	for (size_t i = 0; i < l->all.n; i++)
		l->all.at[i].done |= try == parser_forms_try && is_among(&best.evidence, &l->all.at[i].change);
	l->each(l->ctx, &out);
	return true;
}

static size_t projects_in(const struct repair_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += is_first_of_project(g->at, i);
	return n;
}

/* The new text of all changes of a repair. */
static struct str new_texts(struct arena *a, const struct line_change *c)
{
	struct str out = c->kind == LINE_EDITED ? STR("") : str_trim(c->new);

	for (size_t k = 0; k < c->n; k++)
		out = arena_printf(a, "%.*s\x02%.*s", STR_ARG(out),
			STR_ARG(parts_text(&c->new_parts, c->changes[k].new_from, c->changes[k].new_to)));
	return out;
}

/* The candidates with this key, which may be a token_key, and with `text` only those with the same new text. */
static struct repair_group group_of(struct learning *l, struct str key, struct str text)
{
	struct repair_group g = { .at = arena_alloc(&l->a, l->all.n * sizeof(*g.at)) };
	struct message *messages = arena_alloc(&l->a, l->all.n * sizeof(*messages));

	for (size_t i = 0; i < l->all.n; i++) {
		const struct candidate *c = &l->all.at[i];
		if (c->why || c->done || !(str_eq(c->key, key) || str_eq(c->token_key, key)) ||
			(text.p && !str_eq(new_texts(&l->a, &c->change), text)))
			continue;
		messages[g.n] = c->message;
		g.at[g.n++] = &c->change;
	}
	g.messages = messages;
	g.projects = projects_in(&g);
	return g;
}

static void refused(struct learning *l, const struct repair *r, const char *why)
{
	struct learned out = { .rule = r->rule, .of = r->message, .why = why };

	l->each(l->ctx, &out);
}

/* All of one shape; if they have no rule in common, those with the same new text. */
static bool shape_learn(struct learning *l, struct str key)
{
	struct repair_group g = group_of(l, key, STR_NONE);
	const char *why;

	if (!group_learn(l, g, key, line_forms_try, &why))
		return false;
	for (size_t i = 0; why && i < g.n; i++) {
		struct str text = new_texts(&l->a, g.at[i]);
		struct repair_group part = group_of(l, key, text);
		const char *part_why = why;
		if (part.at[0] != g.at[i])
			continue; /* it was tried with an earlier one */
		if (part.n < g.n && !group_learn(l, part, arena_join(&l->a, key, text), line_forms_try, &part_why))
			return false;
		if (part_why)
			refused(l, part.at[0]->of, part_why);
	}
	return true;
}

static bool is_first_of_key(const struct learning *l, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!l->all.at[k].why && !l->all.at[k].done && str_eq(l->all.at[k].key, l->all.at[i].key))
			return false;
	return true;
}

/* A rule with `candidates` for the repairs with the key of the i-th, unless it is not their first. */
static bool tokens_learn(struct learning *l, size_t i)
{
	const struct candidate *c = &l->all.at[i];
	const char *why;

	for (size_t k = 0; k < i; k++)
		if (!l->all.at[k].why && str_eq(l->all.at[k].token_key, c->token_key))
			return true;
	return c->why || !c->token_key.p ||
		group_learn(l, group_of(l, c->token_key, STR_NONE), c->token_key, parser_forms_try, &why);
}

bool learn_rules(
	struct store *s, const struct pack *pack, const char *folder, learned_fn *each, void *ctx, struct err *err)
{
	struct learning l = {
		.a = ARENA_INIT, .store = s, .pack = pack, .folder = folder, .each = each, .ctx = ctx, .err = err
	};
	bool ok = store_repairs(s, repair_note, &l, err);

	for (size_t i = 0; ok && i < l.all.n; i++) {
		struct candidate *c = &l.all.at[i];
		if (!line_change_read(&l.a, pack, &c->repair, &c->change, &c->why)) {
			refused(&l, &c->repair, c->why);
			continue;
		}
		c->message = message_of(&l.a, &c->change);
		c->key = change_key(&l.a, &c->change, &c->message);
		c->token_key = token_key(&l.a, &c->change, &c->message);
	}
	/* The parser knows best where a change belongs. */
	for (size_t i = 0; ok && i < l.all.n; i++)
		ok = tokens_learn(&l, i);
	for (size_t i = 0; ok && i < l.all.n; i++)
		if (!l.all.at[i].why && !l.all.at[i].done && is_first_of_key(&l, i))
			ok = shape_learn(&l, l.all.at[i].key);
	for (size_t i = 0; i < l.all.n; i++)
		cause_tree_free(&l.all.at[i].tree);
	arena_free(&l.a);
	return ok;
}

bool learn_accept(const char *folder, struct str id, struct str *path, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct standing s;
	struct str text, name = path_of(&a, folder, id);
	bool ok = str_starts(id, "learned.") && str_chr(id, '/') == id.n && file_exists(name.p);

	if (!ok)
		err_set(err, HEAL_WRONG, "no learned rule '%.*s'; they are %s/learned.*.yaml", STR_ARG(id), folder);
	ok = ok && file_read(&a, name.p, PACK_MOST, &text, err) && rule_pack_read(&a, name.p, text, &s, err);
	if (ok) {
		s.reviewed = true;
		text = rule_pack_update(&a, name.p, text, &s, err);
		ok = text.p && file_replace(name.p, text, 0600, err);
	}
	if (ok)
		*path = name;
	arena_free(&a);
	return ok;
}

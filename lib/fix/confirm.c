#include "fix/confirm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/analyzer.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "base/vec.h"
#include "detect/detector.h"
#include "fix/rebase_edits.h"
#include "lang/build_flags.h"
#include "lang/language.h"
#include "rules/confinement_profile.h"
#include "rules/regex.h"
#include "rules/template.h"
#include "tree/edit.h"

enum { SECONDS = 20, OUTPUT_READ = 8 << 20 };

/* What a command proposes for a file: a text that it would have, and how sure that is. */
struct proposal {
	struct str text;
	double confidence;
	enum applicability applicability;
};

struct answer {
	struct str question;
	VEC(struct proposal) proposals;
};

struct confirmer {
	struct arena a;
	const struct pack *pack;
	const struct tree *tree;
	struct source_tree *view;
	struct str output;
	VEC(struct answer *) answers;
};

struct confirmer *confirmer_new(
	const struct pack *pack, const struct tree *tree, struct source_tree *view, struct str output)
{
	struct confirmer *c = calloc(1, sizeof(*c));

	if (!c)
		out_of_memory();
	c->pack = pack;
	c->tree = tree;
	c->view = view;
	c->output = output;
	return c;
}

void confirmer_free(struct confirmer *c)
{
	if (!c)
		return;
	arena_free(&c->a);
	free(c);
}

/* ---- the text that a solution makes ---- */

static bool edits_of(struct arena *a, const struct step *step, struct edit **out, size_t *n)
{
	struct edit *edits = arena_alloc(a, (step->edits.n + 1) * sizeof(*edits));
	bool given = str_is(step->line_ends, "given");

	*n = 0;
	LIST_EACH(text_edit, e, &step->edits) {
		if (e->line < 1 || e->column < 1 || e->end_line < 1 || e->end_column < 1)
			return false;
		edits[(*n)++] = (struct edit){ (size_t)e->line, (size_t)e->column, (size_t)e->end_line,
			(size_t)e->end_column, e->text, given };
	}
	*out = edits;
	return *n > 0;
}

/* The file with the edits of the step, which may be for an older content of it. */
static bool text_with(struct confirmer *c, const struct step *step, struct str *out)
{
	struct str present, base;
	struct edit *edits;
	struct stat st;
	struct err err;
	char sha[SHA256_HEX];
	size_t n;

	if (!tree_read(&c->a, c->tree, step->file, &present, &st, &err) || !edits_of(&c->a, step, &edits, &n))
		return false;
	sha256_of(present, sha);
	if (step->expect.n && !str_is(step->expect, sha) &&
		(!older_content(&c->a, c->tree, step->file, step->expect, str_of(sha), &base) ||
			!edits_rebase(&c->a, base, present, edits, &n, &err)))
		return false;
	return edits_apply(&c->a, present, edits, n, out, &err);
}

/* ---- asking ---- */

struct question {
	struct confirmer *c;
	struct node row; /* of the command */
	const struct text *x;
	struct str file, out; /* its absolute name, a directory for output */
	struct str code;
	const struct flags *flags;
};

static struct str question_value(void *ctx, struct str name)
{
	const struct question *q = ctx;

	return str_is(name, "file")  ? q->file :
		str_is(name, "dir")  ? path_dir(q->file) :
		str_is(name, "root") ? q->c->tree->path :
		str_is(name, "out")  ? q->out :
				       STR_NONE;
}

static bool question_list(void *ctx, struct str name, const struct str **words, size_t *n)
{
	const struct question *q = ctx;

	if (str_is(name, "flags")) {
		*words = q->flags->words;
		*n = q->flags->n;
	} else if (str_is(name, "code")) {
		*words = &q->code;
		*n = q->code.n > 0;
	} else {
		return false;
	}
	return true;
}

static bool fits(struct confirmer *c, struct node pattern, struct str text)
{
	struct regex *re = regex_lazy(&c->a, node_str(pattern), REGEX_PLAIN);
	bool ok = node_str(pattern).p && regex_match(re, text, NULL) == 1;

	regex_free(re);
	return ok;
}

static void incident_found(void *ctx, struct record *r)
{
	collection_add(ctx, r);
}

static void output_read(struct confirmer *c, struct str output, struct collection *incidents)
{
	struct detector_options o = {
		.pack = c->pack, .found = incident_found, .ctx = incidents, .cwd = c->tree->path
	};
	struct detector *d = detector_new(&o);

	detector_begin(d, STR("-"));
	detector_feed(d, output);
	detector_end(d);
	detector_free(d);
	collection_finish(incidents);
}

/* Some tools name files relative to their working directory. */
static void file_from_root(struct question *q, struct error *e)
{
	struct str full = path_is_absolute(e->file) ? STR_NONE : path_join(&q->c->a, q->out, e->file),
		   below = full.p ? path_below(path_normal(&q->c->a, full), q->c->tree->path) : STR_NONE;

	if (below.p)
		e->file = below;
}

static void answer_fill(struct question *q, struct str output, struct answer *answer)
{
	struct collection incidents;
	struct analyzer_options o = { .pack = q->c->pack, .view = q->c->view, .output = output };
	struct str text;

	collection_init(&incidents);
	output_read(q->c, output, &incidents);
	struct analyzer *n = analyzer_new(&o);
	for (struct collected *found = incidents.first; found; found = found->next) {
		file_from_root(q, &found->r.error);
		struct str path = source_resolve(q->c->view, found->r.error.file);
		if (!path.p || !str_eq(path, q->x->path))
			continue;
		analyzer_record(n, &found->r);
		LIST_EACH(solution, s, &found->r.solutions)
			LIST_EACH(step, step, &s->steps)
				if (step->kind == STEP_EDIT && str_eq(step->file, q->x->path) &&
					text_with(q->c, step, &text))
					*VEC_ADD(&q->c->a, &answer->proposals) = (struct proposal){ text, s->confidence,
						s->applicability };
	}
	analyzer_free(n);
	collection_release(&incidents);
}

static bool question_ask(struct question *q, struct answer *answer)
{
	struct template_values v = { .get = question_value, .list = question_list, .ctx = q };
	char language[] = "LC_ALL=C.UTF-8", *locale[] = { language, NULL };
	struct proc p = { .argv = template_argv(&q->c->a, node_get(q->row, "argv"), &v),
		.dir = q->out.p,
		.helper = true,
		.also = locale,
		.timeout = SECONDS,
		.max = OUTPUT_READ,
		.confinement = confinement_profile(&q->c->a, q->row, "checker"),
		.write = q->out.p };
	struct proc_result r;
	struct err err;

	if (!p.argv || !proc_run(&q->c->a, &p, &r, &err) || r.timed_out || r.truncated)
		return false;
	answer_fill(q, r.output, answer);
	return true;
}

/* What the command of the row proposes for the file; asked once. */
static const struct answer *answer_of(struct confirmer *c, struct node row, const struct text *x, struct str code)
{
	struct question q = { .c = c, .row = row, .x = x };
	struct err err;

	q.file = path_join(&c->a, c->tree->path, x->path);
	q.code = fits(c, node_get(row, "code"), code) ? code : STR("");
	struct str question = arena_printf(&c->a, "%u %.*s %.*s", node_line(row), STR_ARG(q.code), STR_ARG(x->path));
	for (size_t i = 0; i < c->answers.n; i++)
		if (str_eq(c->answers.at[i]->question, question))
			return c->answers.at[i];
	struct answer *answer = ARENA_NEW(&c->a, struct answer);
	*answer = (struct answer){ .question = question };
	*VEC_ADD(&c->a, &c->answers) = answer;
	q.flags = flags_find(c->view, language_of(c->pack, x->path, x->all), x, c->output);
	struct temporary_folder out = TEMPORARY_FOLDER_NONE;
	if (temporary_folder_make_small(&c->a, &out, "confirm", &err)) {
		q.out = out.path;
		question_ask(&q, answer);
	}
	temporary_folder_remove(&out);
	return answer;
}

/* ---- confirming ---- */

static const struct proposal *surest(const struct answer *answer, struct str text)
{
	const struct proposal *best = NULL;

	for (size_t i = 0; i < answer->proposals.n; i++) {
		const struct proposal *p = &answer->proposals.at[i];
		if (str_eq(p->text, text) && (!best || p->confidence > best->confidence))
			best = p;
	}
	return best;
}

static bool is_for(struct node row, struct str tool)
{
	return node_list_has(node_get(row, "tools"), tool);
}

/* The tool's own proposal of this text, or NULL. */
static const struct proposal *proposal_find(
	struct confirmer *c, const struct record *r, const struct text *x, struct str text)
{
	struct node commands = pack_table(c->pack, "ask-again");
	const struct proposal *found = NULL;

	for (uint32_t i = 0; !found && i < node_list_count(commands); i++) {
		struct node row = node_list_at(commands, i);
		if (is_for(row, r->error.tool) && fits(c, node_get(row, "files"), x->path))
			found = surest(answer_of(c, row, x, r->error.code), text);
	}
	return found;
}

/* Only an edit of the file that the error is about can be confirmed. */
static const struct proposal *proposal_of_step(struct confirmer *c, const struct record *r, const struct step *step)
{
	struct str path = source_resolve(c->view, r->error.file), name, text;
	const struct text *x = path.p ? source_read(c->view, path) : NULL;

	if (!x || step->kind != STEP_EDIT || !tree_name(&c->a, c->tree, step->file, &name, NULL) ||
		!str_eq(name, path) || !text_with(c, step, &text))
		return NULL;
	return proposal_find(c, r, x, text);
}

/* The text of a log may also have made it look more certain than it is. */
static void confirm_step(struct confirmer *c, const struct record *r, struct solution *s, struct step *step)
{
	const struct proposal *own = proposal_of_step(c, r, step);

	if (!own) {
		if (s->applicability != APPLICABILITY_ADVICE)
			s->applicability = APPLICABILITY_PLACEHOLDER;
		return;
	}
	step->origin = STR_NONE;
	if (own->confidence < s->confidence)
		s->confidence = own->confidence;
	if (own->applicability > s->applicability)
		s->applicability = own->applicability;
}

void confirm_record(struct confirmer *c, struct record *r)
{
	LIST_EACH(solution, s, &r->solutions)
		LIST_EACH(step, step, &s->steps)
			if (str_is(step->origin, "output"))
				confirm_step(c, r, s, step);
}

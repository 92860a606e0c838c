#include "analyze/cause_examples.h"

#include "analyze/analyzer.h"
#include "base/path.h"
#include "base/vec.h"
#include "tree/edit.h"

/* The text with the edits of the solution; p == NULL: it does something else. */
static struct str text_edited(struct arena *a, const struct solution *s, struct str text)
{
	const struct step *step = s->steps.n == 1 ? &s->steps.at[0] : NULL;
	VEC(struct edit) edits = { 0 };
	struct str out;
	struct err err;

	if (!step || step->kind != STEP_EDIT)
		return STR_NONE;
	LIST_EACH(text_edit, e, &step->edits)
		*VEC_ADD(a, &edits) = (struct edit){ (size_t)e->line, (size_t)e->column, (size_t)e->end_line,
			(size_t)e->end_column, e->text, str_is(step->line_ends, "given") };
	return edits_apply(a, text, edits.at, edits.n, &out, &err) ? out : STR_NONE;
}

static struct record record_of(struct arena *a, const struct cause_trial *t)
{
	struct record r = record_new(a, KIND_INCIDENT);

	r.error = (struct error){ .rule = t->rule,
		.code = t->code,
		.level = LEVEL_ERROR,
		.message = t->message,
		.file = path_base(t->file),
		.line = t->line,
		.column = t->column };
	return r;
}

bool cause_tree_make(struct arena *a, const struct cause_trial *t, struct cause_tree *tree, struct err *err)
{
	if (!temporary_folder_make(a, &tree->folder, "example", err))
		return false;
	if (!temporary_folder_put(&tree->folder, path_base(t->file), t->text))
		return err_set(
			err, HEAL_REFUSED, "cannot write '%.*s' to a temporary folder", STR_ARG(path_base(t->file)));
	tree->view = source_new(arena_strdup(a, tree->folder.path), NULL, err);
	return tree->view != NULL;
}

void cause_tree_free(struct cause_tree *tree)
{
	source_free(tree->view);
	temporary_folder_remove(&tree->folder);
	*tree = CAUSE_TREE_NONE;
}

void cause_try_in(struct arena *a, const struct pack *pack, struct str cause, const struct cause_trial *t,
	const struct cause_tree *tree, struct str *after)
{
	struct record r = record_of(a, t);
	/* Of one cause alone, also what takes long is looked for. */
	struct analyzer_options o = { .pack = pack, .view = tree->view, .only = cause, .wide = true };
	struct analyzer *n = analyzer_new(&o);

	analyzer_record(n, &r);
	*after = r.solutions.n ? text_edited(a, &r.solutions.at[0], t->text) : STR_NONE;
	analyzer_free(n);
}

bool cause_try_on(struct arena *a, const struct pack *pack, struct str cause, const struct cause_trial *t,
	struct str *after, struct err *err)
{
	struct cause_tree tree = CAUSE_TREE_NONE;
	bool ok = cause_tree_make(a, t, &tree, err);

	*after = STR_NONE;
	if (ok)
		cause_try_in(a, pack, cause, t, &tree, after);
	cause_tree_free(&tree);
	return ok;
}

/* ---- examples ---- */

static struct str first_of(struct node list)
{
	return node_str(node_list_at(list, 0));
}

static void example_run(
	struct arena *a, const struct pack *pack, struct node cause, struct node example, struct example_result *r)
{
	struct str rule = node_str(node_get(example, "rule"));
	struct cause_trial t = { .rule = rule.p ? rule : first_of(node_get(cause, "rule")),
		.code = node_str(node_get(example, "code")),
		.message = node_str(node_get(example, "message")),
		.file = node_str(node_get(example, "file")),
		.line = node_int(node_get(example, "line"), 1),
		.column = node_int(node_get(example, "column"), 0),
		.text = node_str(node_get(example, "before")) };
	struct str after, want = node_str(node_get(example, "after"));
	struct err err;

	if (!cause_try_on(a, pack, r->rule, &t, &after, &err))
		r->why = arena_str(a, str_of(err.text));
	else if (!after.p)
		r->why = STR("the cause gives no edit of the file");
	else if (!str_eq(after, want))
		r->why = arena_printf(a, "got \"%.*s\", want \"%.*s\"", STR_ARG(after), STR_ARG(want));
	else
		r->passed = true;
}

void cause_examples_run(
	const struct pack *pack, struct str id_glob, void (*tell)(void *ctx, const struct example_result *), void *ctx)
{
	struct node causes = pack_causes(pack);

	for (uint32_t i = 0; i < node_count(causes); i++) {
		struct node cause = node_at(causes, i), examples = node_get(cause, "examples");
		struct str id = node_str(node_get(cause, "id"));
		if (id_glob.n && !glob_match(id_glob, id))
			continue;
		for (uint32_t k = 0; k < node_list_count(examples); k++) {
			struct arena a = ARENA_INIT;
			struct node example = node_list_at(examples, k);
			struct example_result r = { .rule = id, .number = k + 1, .line = node_line(example) };
			example_run(&a, pack, cause, example, &r);
			tell(ctx, &r);
			arena_free(&a);
		}
	}
}

#include "loop/combine.h"

#include <sys/stat.h>

#include "base/sha256.h"

/* The differing part in whole lines, so that no CR LF and no character is split. */
bool edit_to(struct arena *a, const struct text *old, struct str new, struct step *step)
{
	struct text_edit edit = { 0 };
	char hex[SHA256_HEX];
	size_t head = 0, tail = 0, least = old->all.n < new.n ? old->all.n : new.n;

	if (str_eq(old->all, new))
		return false;
	while (head < least && old->all.p[head] == new.p[head])
		head++;
	while (head > 0 && old->all.p[head - 1] != '\n')
		head--;
	while (tail < least - head && old->all.p[old->all.n - 1 - tail] == new.p[new.n - 1 - tail])
		tail++;
	while (tail > 0 && old->all.p[old->all.n - tail - 1] != '\n')
		tail--;
	text_place(old, head, &edit.line, &edit.column);
	text_place(old, old->all.n - tail, &edit.end_line, &edit.end_column);
	edit.text = arena_str(a, str_sub(new, head, new.n - tail));
	sha256_of(old->all, hex);
	*step = (struct step){ .kind = STEP_EDIT,
		.file = arena_str(a, old->path),
		.expect = arena_str(a, str_of(hex)),
		.line_ends = STR("given") };
	*VEC_ADD(a, &step->edits) = edit;
	return true;
}

static bool mode_step(struct arena *a, const struct combined *c, struct str path, struct step *step)
{
	struct stat old, new;
	struct str real = arena_printf(a, "%s/%.*s", c->root, STR_ARG(path));
	struct str copy = arena_printf(a, "%.*s/%.*s", STR_ARG(source_root(c->copy)), STR_ARG(path));

	if (stat(real.p, &old) < 0 || stat(copy.p, &new) < 0 || (old.st_mode & 07777) == (new.st_mode & 07777))
		return false;
	*step = (struct step){ .kind = STEP_MODE, .file = path, .mode = arena_printf(a, "%04o", new.st_mode & 07777) };
	return true;
}

static bool file_step(
	struct arena *a, const struct combined *c, struct source_tree *project, struct str path, struct step *step)
{
	const struct text *new = source_read(c->copy, path);
	const struct text *old = source_exists(project, path) ? source_read(project, path) : NULL;

	if (!new || (!old && source_exists(project, path)))
		return false;
	if (old)
		return edit_to(a, old, new->all, step);
	*step = (struct step){ .kind = STEP_CREATE, .file = path, .text = arena_str(a, new->all) };
	return true;
}

void combine(struct arena *a, const struct combined *c, struct solution *to)
{
	struct err err;
	struct source_tree *project = source_new(c->root, c->cwd, &err);
	struct step step;

	*to = (struct solution){ .type = c->edited_n ? STR("code_fix") : STR("dependency_update"),
		.applicability = APPLICABILITY_MACHINE,
		.reasoning = STR("Tested in a copy of the project: the command fails without it and passes with it.") };
	for (size_t i = 0; project && i < c->edited_n; i++) {
		struct str path = c->edited[i];
		bool text = file_step(a, c, project, path, &step);
		if (text)
			*VEC_ADD(a, &to->steps) = step;
		bool mode = source_exists(project, path) && mode_step(a, c, path, &step);
		if (mode)
			*VEC_ADD(a, &to->steps) = step;
		if (text || mode)
			*VEC_ADD(a, &to->files) = path;
	}
	LIST_EACH(step, command, &c->commands)
		*VEC_ADD(a, &to->steps) = *command;
	source_free(project);
}

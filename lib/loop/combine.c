#include "loop/combine.h"

#include <sys/stat.h>

#include "base/sha256.h"

/* What lies between the common beginning and the common end, in whole lines: no place inside a CR LF or a character. */
struct json *whole_edit(struct arena *a, const struct text *old, struct str new)
{
	struct json *step = json_new(a, JSON_OBJECT), *edit = json_new(a, JSON_OBJECT);
	int64_t line, column, end_line, end_column;
	char hex[SHA256_HEX];
	size_t head = 0, tail = 0;

	if (str_eq(old->all, new))
		return NULL;
	size_t least = old->all.n < new.n ? old->all.n : new.n;
	while (head < least && old->all.p[head] == new.p[head])
		head++;
	while (head > 0 && old->all.p[head - 1] != '\n')
		head--;
	while (tail < least - head && old->all.p[old->all.n - 1 - tail] == new.p[new.n - 1 - tail])
		tail++;
	while (tail > 0 && old->all.p[old->all.n - tail - 1] != '\n')
		tail--;
	text_place(old, head, &line, &column);
	text_place(old, old->all.n - tail, &end_line, &end_column);
	sha256_of(old->all, hex);
	json_set_str(a, step, "do", STR("edit"));
	json_set_str(a, step, "file", old->path);
	json_set_str(a, step, "expect", str_of(hex));
	json_set_str(a, step, "line_ends", STR("given"));
	json_set_int(a, edit, "line", line);
	json_set_int(a, edit, "column", column);
	json_set_int(a, edit, "end_line", end_line);
	json_set_int(a, edit, "end_column", end_column);
	json_set_str(a, edit, "text", str_sub(new, head, new.n - tail));
	json_add(json_array_in(a, step, "edits"), edit);
	return step;
}

static struct json *file_edit(struct arena *a, const struct whole *w, struct source_tree *project, struct str path)
{
	const struct text *old = source_read(project, path), *new = source_read(w->copy, path);

	return old && new ? whole_edit(a, old, new->all) : NULL;
}

static struct json *mode_step(struct arena *a, const struct whole *w, struct str path)
{
	struct stat old, new;
	struct str real = arena_printf(a, "%s/%.*s", w->root, STR_ARG(path));
	struct str copy = arena_printf(a, "%.*s/%.*s", STR_ARG(source_root(w->copy)), STR_ARG(path));

	if (stat(real.p, &old) < 0 || stat(copy.p, &new) < 0 || (old.st_mode & 07777) == (new.st_mode & 07777))
		return NULL;
	struct json *step = json_new(a, JSON_OBJECT);
	json_set_str(a, step, "do", STR("mode"));
	json_set_str(a, step, "file", path);
	json_set_str(a, step, "mode", arena_printf(a, "%04o", new.st_mode & 07777));
	return step;
}

struct json *whole_create(struct arena *a, struct str path, struct str text)
{
	struct json *step = json_new(a, JSON_OBJECT);

	json_set_str(a, step, "do", STR("create"));
	json_set_str(a, step, "file", path);
	json_set_str(a, step, "text", text);
	return step;
}

static struct json *create_step(struct arena *a, const struct whole *w, struct str path)
{
	const struct text *new = source_read(w->copy, path);

	return new ? whole_create(a, path, new->all) : NULL;
}

struct json *whole_solution(struct arena *a, const struct whole *w)
{
	struct json *o = json_new(a, JSON_OBJECT), *steps = json_array_in(a, o, "steps");
	struct json *files = json_array_in(a, o, "files");
	struct err err;
	struct source_tree *project = source_new(w->root, w->cwd, &err);

	json_set_str(a, o, "id", str_sub(w->id, 0, 200));
	json_set_str(a, o, "type", w->edited_n ? STR("code_fix") : STR("dependency_update"));
	json_set_str(a, o, "applicability", STR("machine"));
	json_set_str(a, o, "description", w->description);
	json_set_str(a, o, "reasoning",
		STR("Tried in a copy of the project: the command failed without it and passes with it."));
	json_set_double(a, o, "confidence", w->confidence);
	if (w->risk.n)
		json_set_str(a, json_object_in(a, o, "risk"), "level", w->risk);
	source_forget(w->copy);
	for (size_t i = 0; project && i < w->edited_n; i++) {
		struct str path = w->edited[i];
		bool there = source_exists(project, path);
		struct json *edit = there ? file_edit(a, w, project, path) : create_step(a, w, path);
		struct json *mode = there ? mode_step(a, w, path) : NULL;
		if (edit)
			json_add(steps, edit);
		if (mode)
			json_add(steps, mode);
		if (edit || mode)
			json_add(files, json_new_str(a, path));
	}
	for (size_t i = 0; i < w->commands_n; i++)
		json_add(steps, w->commands[i]);
	source_free(project);
	return o;
}

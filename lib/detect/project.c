#include "detect/project.h"

#include "base/path.h"

bool file_is_foreign(struct node marks, struct str file)
{
	for (uint32_t i = 0; i < node_list_count(marks); i++)
		if (str_find(file, node_str(node_list_at(marks, i))) < file.n)
			return true;
	return file.n == 0 || file.p[0] == '<';
}

/* Only the part below root is compared, because root itself may match a mark. */
static bool is_ours(const struct record *r, struct node marks, struct str root, struct str file)
{
	struct str cwd = record_str(r, F_SOURCE_CWD);
	struct str whole = path_join(r->a, path_is_absolute(cwd) ? cwd : root, file);
	struct str below = file.n ? path_below(path_normal(r->a, whole), root) : STR_NONE;

	return below.p && !file_is_foreign(marks, below);
}

bool incident_in_project(const struct record *r, struct node marks, struct str root)
{
	struct str file = record_str(r, F_ERROR_FILE);
	struct json *frames = record_get(r, F_ERROR_FRAMES);

	if (is_ours(r, marks, root, file))
		return true;
	JSON_EACH(f, frames)
		if (is_ours(r, marks, root, json_str(json_get(f, "file"))))
			return true;
	return file.n == 0 && json_count(frames) == 0;
}

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
	struct str cwd = r->source.cwd;
	struct str whole = path_join(r->a, path_is_absolute(cwd) ? cwd : root, file);
	struct str below = file.n ? path_below(path_normal(r->a, whole), root) : STR_NONE;

	return below.p && !file_is_foreign(marks, below);
}

bool incident_in_project(const struct record *r, struct node marks, struct str root)
{
	struct str file = r->error.file;

	if (is_ours(r, marks, root, file))
		return true;
	LIST_EACH(frame, f, &r->error.frames)
		if (is_ours(r, marks, root, f->file))
			return true;
	return file.n == 0 && r->error.frames.n == 0;
}

/* Names that were changed in one place and not in the other: of a function, where it is used; of a parameter. */
#include "analyze/rewriting.h"
#include "base/affix.h"
#include "base/nearest.h"
#include "base/vec.h"

enum { FILES_MOST = 200, NAMES_MOST = 4 };

/* ---- a use of a function ---- */

static bool is_known(const struct str *names, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

/* The functions of the project whose name is the word with something more or less before or behind it. */
static size_t functions_affixed(struct rewriting *w, struct str word, struct str *out)
{
	const struct text *files[FILES_MOST];
	size_t n = 0, files_n = files_of(w->a, w->view, w->row, files, FILES_MOST);

	for (size_t i = 0; i < files_n; i++) {
		struct function_list all = { 0 };
		functions_in(w->a, w->pack, w->view, w->row, files[i], STR_NONE, &all);
		for (size_t k = 0; k < all.n && n < NAMES_MOST; k++)
			if (word_affix(all.at[k].name, word) && !is_known(out, n, all.at[k].name))
				out[n++] = all.at[k].name;
	}
	return n;
}

void rewrite_use(struct rewriting *w)
{
	struct str names[NAMES_MOST];
	size_t n = w->name.n ? functions_affixed(w, w->name, names) : 0;

	for (size_t at = w->begin; n && (at = word_find(w->code, w->name, at, w->end)) != SIZE_MAX; at += w->name.n)
		for (size_t i = 0; i < n; i++)
			rewrite_add(w, n == 1 ? 1 : 2, w->x, (struct span){ at, at + w->name.n },
				arena_str(w->a, names[i]),
				arena_printf(w->a, "Write %.*s instead of %.*s in %.*s.", STR_ARG(names[i]),
					STR_ARG(w->name), STR_ARG(w->x->path)));
}

/* ---- a parameter ---- */

static bool is_near(struct str a, struct str b)
{
	return word_affix(a, b) > 0 || (word_distance(a, b) <= word_tolerance(a) && !word_sibling(a, b));
}

static void parameters_rename(struct rewriting *w, const struct function *f)
{
	for (size_t i = 0; i < f->in.n; i++) {
		const struct parameter *p = &f->parameters[i];
		bool is_used = p->name.n && word_find(f->code, p->name, f->body.begin, f->body.end) != SIZE_MAX;
		size_t at = p->name.n && !is_used && is_near(p->name, w->name) ?
			word_find(f->code, p->name, p->all.begin, p->all.end) :
			SIZE_MAX;
		if (at != SIZE_MAX)
			rewrite_add(w, 1, f->x, (struct span){ at, at + p->name.n }, arena_str(w->a, w->name),
				arena_printf(w->a,
					"Call the parameter %.*s of %.*s %.*s, as its function does, in %.*s.",
					STR_ARG(p->name), STR_ARG(f->name), STR_ARG(w->name), STR_ARG(f->x->path)));
	}
}

void rewrite_rename(struct rewriting *w)
{
	for (size_t i = 0; w->name.n && i < w->all.n; i++)
		if (w->all.at[i].body.begin <= w->at && w->at < w->all.at[i].body.end)
			parameters_rename(w, &w->all.at[i]);
}

/* ---- a member that is defined outside of its class ---- */

/* The classes of which the file defines other members: Box of "Box::area(". */
static size_t classes_defined(struct rewriting *w, struct str joint, struct str *out)
{
	size_t n = 0;

	for (size_t i = 0; i < w->all.n && n < NAMES_MOST; i++) {
		const struct function *f = &w->all.at[i];
		size_t name = word_find(f->code, f->name, f->at, f->in.open + 1);
		if (name == SIZE_MAX || name < joint.n || !str_eq(str_sub(f->code, name - joint.n, name), joint))
			continue;
		struct str class = word_before(f->code, name - joint.n);
		if (class.n && !is_known(out, n, class))
			out[n++] = class;
	}
	return n;
}

void rewrite_member_of(struct rewriting *w)
{
	struct str joint = node_str(node_get(w->row, "joint")), classes[NAMES_MOST];
	const struct function *f = w->around;

	for (size_t i = 0; !f && i < w->all.n; i++)
		if (w->all.at[i].at >= w->begin && w->all.at[i].at < w->end)
			f = &w->all.at[i];
	size_t at = f && joint.n ? word_find(f->code, f->name, f->at, f->in.open + 1) : SIZE_MAX;
	if (at == SIZE_MAX || at < joint.n || str_eq(str_sub(f->code, at - joint.n, at), joint))
		return;
	size_t n = classes_defined(w, joint, classes);
	for (size_t i = 0; i < n; i++)
		rewrite_add(w, 1, w->x, (struct span){ at, at },
			arena_printf(w->a, "%.*s%.*s", STR_ARG(classes[i]), STR_ARG(joint)),
			arena_printf(w->a, "Define %.*s as a member of %.*s in %.*s.", STR_ARG(f->name),
				STR_ARG(classes[i]), STR_ARG(w->x->path)));
}

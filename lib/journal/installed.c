/* Which version of a package is installed, as the policy's table says where to look. */
#include "base/path.h"
#include "base/proc.h"
#include "journal/journal_entry.h"
#include "policy/confined.h"
#include "policy/policy_table.h"
#include "rules/regex.h"

enum { ASK_SECONDS = 60, VERSION_MAX = 100 };

/* 1: text; 0: nothing is installed; -1: not known. */
static int read_file(struct arena *a, const struct tree *t, const struct command *c, struct str *text)
{
	struct str name;
	struct stat st;

	if (!tree_name(a, t, path_join(a, c->dir, c->installed_file), &name, NULL))
		return -1;
	int there = tree_stat(a, t, name, &st, NULL);
	return there == 1 && !tree_read(a, t, name, text, &st, NULL) ? -1 : there;
}

/* Outside the project, unless the package is installed in it: the project must not have a say in the answer. */
static int ask(
	struct arena *a, const struct policy *policy, const struct tree *t, const struct command *c, struct str *text)
{
	struct proc p = { .argv = c->installed_argv,
		.helper = !c->runs_project,
		.timeout = ASK_SECONDS,
		.dir = c->beyond ? "/" : arena_strdup(a, path_join(a, t->path, c->dir)),
		.split = true,
		.confinement = question_profile(a, policy->pack, c),
		.read = c->beyond ? NULL : t->path.p };
	struct proc_result r;

	if (!p.confinement || !proc_run(a, &p, &r, NULL) || r.timed_out || r.status > 1)
		return -1;
	*text = r.output;
	return r.status == 0;
}

bool installed_version(struct arena *a, const struct policy *policy, const struct tree *t, const struct command *c,
	struct str *version)
{
	struct str text = STR("");
	struct match m;
	int got = c->installed_file.n ? read_file(a, t, c, &text) :
		c->installed_argv     ? ask(a, policy, t, c, &text) :
					-1;

	*version = STR("");
	if (got != 1)
		return got == 0;
	struct regex *re = regex_new(a, c->installed_match, NULL);
	int found = re ? regex_match(re, text, &m) : -1;
	if (found == 1)
		*version = arena_str(a, str_sub(match_get(&m, "version"), 0, VERSION_MAX));
	regex_free(re);
	return found >= 0;
}

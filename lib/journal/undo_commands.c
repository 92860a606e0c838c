/* Undo what commands installed.
 *
 * The entry says which command was run and which version it replaced.  The command that undoes this is made from the
 * policy's table, as for a new fix: nothing that is written in an entry is executed. */
#include <stdio.h>

#include "base/path.h"
#include "base/proc.h"
#include "journal/journal_entry.h"
#include "policy/confined.h"
#include "policy/policy_table.h"

enum { COMMAND_SECONDS = 300 };

bool command_again(struct journal *j, const struct json *row, struct command *c, struct err *err)
{
	const struct json *list = json_get(row, "argv");
	char **argv = arena_alloc(&j->a, (json_count(list) + 1) * sizeof(*argv));
	struct str dir = json_str(json_get(row, "dir")), name = STR("");
	size_t n = 0;

	JSON_EACH(word, list) {
		struct str text = json_str(word);
		if (!text.p || str_chr(text, '\0') < text.n)
			return err_set(err, HEAL_WRONG, "the backup '%s' is damaged", j->name.p);
		argv[n++] = arena_strdup(&j->a, text);
	}
	return (!dir.n || tree_name(&j->a, &j->tree, dir, &name, err)) &&
		policy_command(&j->a, j->policy, &j->tree, argv, name, RUN_AGAIN, c, err);
}

/* What is to be done about one command: its undo; NULL: nothing. */
static bool find_one(struct journal *j, const struct json *row, unsigned how, char *const **argv, struct command *of,
	struct err *err)
{
	const struct json *known = json_get(row, "before"), *left = json_get(row, "after");
	struct str before = json_str(known), after = json_str(left), now;
	struct command c;
	struct err why;

	*argv = NULL;
	if (!command_again(j, row, &c, &why)) {
		undo_note(j, "the effects of a command are not undone: %s", why.text);
		return true;
	}
	*of = c;
	const char *shown = argv_show(&j->a, c.argv).p;
	bool asks = c.installed_file.n || c.installed_argv;
	char *const *back = policy_undo(&j->a, j->policy, &c, before);
	if (how & UNDO_FILES_ONLY) {
		if (back && (!asks || known))
			undo_note(j, "the effects of '%s' are not undone; '%s' would undo them", shown,
				argv_show(&j->a, back).p);
		return true;
	}
	if (asks && !known) {
		undo_note(j, "it is not known what '%s' replaced: not undone", shown);
		return true;
	}
	if (asks && installed_version(&j->a, j->policy, &j->tree, &c, &now)) {
		if (str_eq(now, before))
			return true;
		if (left && !str_eq(now, after) && !(how & UNDO_FORCE))
			return err_set(err, HEAL_PERSON,
				"'%.*s' was changed since the fix (%.*s instead of %.*s); use --force to undo it "
				"anyway",
				STR_ARG(c.package), STR_ARG(now.n ? now : STR("none")),
				STR_ARG(after.n ? after : STR("none")));
	}
	if (!back && asks && before.n)
		undo_note(j, "no command installs '%.*s' %.*s again: not undone", STR_ARG(c.package), STR_ARG(before));
	*argv = back;
	return true;
}

bool undo_commands_find(struct journal *j, unsigned how, struct undo_command **first, struct err *err)
{
	*first = NULL;
	JSON_EACH(row, json_get(j->manifest, "commands")) {
		char *const *argv;
		struct command of = { 0 };
		if (!find_one(j, row, how, &argv, &of, err))
			return false;
		if (!argv)
			continue;
		struct undo_command *u = ARENA_NEW(&j->a, struct undo_command);
		*u = (struct undo_command){ argv, of, row, *first };
		*first = u; /* last first */
	}
	if (j->notes)
		j->notes->asks = *first && !(how & UNDO_COMMANDS);
	if (*first && !(how & UNDO_COMMANDS))
		return err_set(err, HEAL_PERSON,
			"this runs '%.300s': confirm with --yes, or restore only the files with --files",
			argv_show(&j->a, (*first)->argv).p);
	return true;
}

static struct str words_of(struct journal *j, const struct str_list *list)
{
	struct str text = STR("");

	for (size_t i = 0; i < list->n; i++)
		text = arena_printf(&j->a, "%.*s%s%.*s", STR_ARG(text), i ? ", " : "", STR_ARG(list->at[i]));
	return text;
}

static void note_confined(
	struct journal *j, const struct undo_command *u, const struct confinement *profile, unsigned enforced)
{
	struct str_list in, not ;

	confined_list(&j->a, profile, enforced, &in, &not );
	row_confined(j, json_set(&j->a, u->row, "undone", json_new(&j->a, JSON_OBJECT)), &in, &not );
	if (not .n)
		undo_note(j, "'%s' ran without confinement by %s", argv_show(&j->a, u->argv).p, words_of(j, &not ).p);
}

static bool run(struct journal *j, const struct undo_command *u, struct err *err)
{
	const struct confinement *profile = command_profile(&j->a, j->policy->pack, j->policy->config, &u->of, err);
	struct proc p = { .argv = u->argv,
		.dir = arena_strdup(&j->a, path_join(&j->a, j->tree.path, u->of.dir)),
		.helper = !u->of.runs_project,
		.timeout = COMMAND_SECONDS };
	struct proc_result r;

	if (!profile)
		return false;
	confined_in_project(&p, profile, j->tree.path);
	if (!proc_run(&j->a, &p, &r, err))
		return false;
	note_confined(j, u, profile, r.enforced);
	return r.status == 0 ||
		err_set(err, HEAL_BROKEN, "'%.300s' failed with status %d", argv_show(&j->a, u->argv).p, r.status);
}

bool undo_commands_run(struct journal *j, const struct undo_command *first, struct err *err)
{
	bool ok = true;

	for (const struct undo_command *u = first; u; u = u->next) {
		ok = run(j, u, err) && ok;
		j->changed = true;
	}
	return ok;
}

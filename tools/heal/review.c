/* heal review - plans that need approval */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "commands.h"
#include "policy/review_queue.h"

static const struct tool review_tool = { "heal review", "[list | show id | approve id | reject id]",
	"list, show, approve or reject plans that need approval", no_opts,
	"An approval is valid once, for the same contents of the same files and the same commands.\n" };

static void queue_print(const struct queued *q, bool whole)
{
	char reason[300];

	printf("%.*s  %.*s  %.*s  %.*s\n    %s\n", STR_ARG(q->id), STR_ARG(q->time), STR_ARG(q->status),
		STR_ARG(q->solution), visible(q->reason, reason, sizeof(reason)));
	if (whole) {
		struct str rest = q->diff, line;
		char shown[2000];
		while (str_line(&rest, &line))
			printf("%s\n", visible(line, shown, sizeof(shown)));
	}
}

static void queue_print_all(struct arena *a)
{
	struct queued *at;
	struct err err;
	size_t n;

	if (!queue_list(a, &at, &n, &err))
		die(err.status, "%s", err.text);
	for (size_t i = 0; i < n; i++)
		queue_print(&at[i], false);
}

int command_review(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct queued q;
	struct err err;

	command_begin(&review_tool, &argc, argv, false);
	const char *what = argc > 1 ? argv[1] : "list", *id = argc > 2 ? argv[2] : NULL;
	bool known = strcmp(what, "show") == 0 || strcmp(what, "approve") == 0 || strcmp(what, "reject") == 0;
	if (strcmp(what, "list") == 0) {
		queue_print_all(&a);
		return tool_end(HEAL_OK);
	}
	if (!known)
		die(HEAL_WRONG, "unknown command 'review %s'; valid: list, show, approve, reject", what);
	if (!id)
		die(HEAL_WRONG, "'review %s' requires the id of a plan; 'heal review' lists them", what);
	bool ok = strcmp(what, "show") == 0  ? queue_show(&a, id, &q, &err) :
		strcmp(what, "approve") == 0 ? queue_approve(id, &err) :
					       queue_reject(id, &err);
	if (!ok)
		die(err.status, "%s", err.text);
	if (strcmp(what, "show") == 0)
		queue_print(&q, true);
	arena_free(&a);
	return tool_end(HEAL_OK);
}

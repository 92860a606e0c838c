/* journal.c - fuzz target: the manifest of an entry of the undo journal; ROOT in it is the project
 *
 * Held: no crash; listing and undoing the entry, without its commands, changes no file outside the project and no
 * protected file in it. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "journal/journal.h"
#include "policy_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME "01234567-89ab-7def-8123-456789abcdef"

static char box[] = "/tmp/heal-fuzz-XXXXXX";
static struct built_policy built;

static void must(bool good)
{
	if (!good)
		abort();
}

static char *at(struct arena *a, const char *name)
{
	return arena_strdup(a, arena_printf(a, "%s/%s", box, name));
}

static void put(struct arena *a, const char *name, struct str text)
{
	int fd = open(at(a, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && fd_write(fd, text) && close(fd) == 0);
}

static void end(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf '%s'", box);
	(void)!system(command);
	policy_built_free(&built);
}

static void begin(void)
{
	static const char *const folders[] = { "state", "state/heal", "state/heal/undo", "state/heal/undo/" NAME,
		"project", "project/.git", "project/d", "outside" };
	struct arena a = ARENA_INIT;

	if (built.policy)
		return;
	must(mkdtemp(box) != NULL);
	setenv("HOME", box, 1);
	unsetenv("XDG_CONFIG_HOME");
	built = policy_built();
	setenv("XDG_STATE_HOME", at(&a, "state"), 1);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		must(mkdir(at(&a, folders[i]), 0700) == 0);
	atexit(end);
	arena_free(&a);
}

static struct str filled(struct arena *a, struct str text)
{
	struct str out = STR("");
	size_t i;

	while ((i = str_find(text, STR("ROOT"))) < text.n) {
		out = arena_printf(a, "%.*s%.*s%s/project", STR_ARG(out), STR_ARG(str_sub(text, 0, i)), box);
		text = str_sub(text, i + 4, text.n);
	}
	return arena_join(a, out, text);
}

static void same(struct arena *a, const char *name)
{
	struct str text;
	struct err err;
	struct stat st;

	must(file_read(a, at(a, name), 1000, &text, &err) && str_is(text, "mine\n"));
	must(stat(at(a, name), &st) == 0 && (st.st_mode & 07777) == 0600);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kept[] = { "outside/f", "project/.git/config", "project/.env" };
	struct arena a = ARENA_INIT;
	struct undo_notes notes = { .a = &a };
	struct journal_entry *all;
	struct str old;
	struct err err;
	size_t n;

	begin();
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		put(&a, kept[i], STR("mine\n"));
	put(&a, "project/a.c", STR("new\n"));
	put(&a, "state/heal/undo/" NAME "/0.old", STR("old\n"));
	put(&a, "state/heal/undo/" NAME "/lock", STR(""));
	put(&a, "state/heal/undo/" NAME "/manifest.json", filled(&a, (struct str){ (const char *)data, size }));
	if (journal_list(&a, STR_NONE, &all, &n, &err))
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < all[i].n; k++)
				journal_old(&a, &all[i], k, &old, &err);
	journal_undo(built.policy, NAME, UNDO_FORCE | UNDO_FILES_ONLY, &notes, &err);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		same(&a, kept[i]);
	arena_free(&a);
	return 0;
}

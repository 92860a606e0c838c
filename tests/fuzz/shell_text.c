/* shell_text.c - fuzz target: text of the shell, split, and searched for commands that act outside the project
 *
 * Held: no crash; words and commands lie in the text and in order; a word that is quoted is split into itself; a
 * command that acts is found whatever follows it. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/shell.h"
#include "policy/external_command.h"
#include "policy_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/heal-fuzz-XXXXXX";

static void must(bool good)
{
	if (!good)
		abort();
}

/* An empty folder, which leak checkers may find by the static names. */
static struct built_policy *known(void)
{
	static struct built_policy b;

	if (!b.policy) {
		b = policy_built();
		must(mkdtemp(folder) != NULL);
		rmdir(folder); /* with it, nothing is there to be read */
	}
	return &b;
}

static void quoted(struct arena *a, struct str word)
{
	struct shell_line again = shell_split(a, shell_quote(a, word));

	if (str_chr(word, '\0') < word.n || word.n > SHELL_LINE_MAX / 8)
		return;
	must(again.n == 1 && again.command[0].n == 1 && str_eq(again.command[0].word[0].value, word));
}

static void extents(struct arena *a, const struct shell_line *line)
{
	size_t at = 0;

	for (size_t i = 0; i < line->n; i++) {
		const struct shell_command *c = &line->command[i];
		must(c->from <= c->to && c->to <= line->text.n && at <= c->from);
		at = c->from;
		for (size_t k = 0; k < c->n; k++) {
			const struct shell_word *w = &c->word[k];
			must(w->from <= w->to && w->to <= c->to && at <= w->from);
			at = w->to;
			quoted(a, w->value);
		}
	}
}

static bool acts(struct arena *a, struct str text)
{
	const struct built_policy *b = known();
	char *argv[] = { (char *)"sh", (char *)"-c", arena_strdup(a, text), NULL };
	struct external_command x;

	return external_command(a, b->pack, b->config, folder, argv, &x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = arena_str(&a, (struct str){ (const char *)data, size });
	struct shell_line line = shell_split(&a, text);

	extents(&a, &line);
	if (str_chr(text, '\0') == text.n) {
		acts(&a, text);
		must(acts(&a, arena_printf(&a, "git push origin main\n%.*s", STR_ARG(text))));
	}
	arena_free(&a);
	return 0;
}

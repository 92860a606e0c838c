/* shell_script.c - fuzz target: a script of a shell, and the commands that it needs
 *
 * Held: no crash; words lie in the text; each need is a name or an absolute path, stands in the text where it is said
 * to, and is told once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lang/script_needs.h"
#include "lang/shell_script.h"
#include "policy_of.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static const struct pack *known(void)
{
	static struct built_policy b;

	if (!b.policy)
		b = policy_built();
	return b.pack;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct str text = { (const char *)data, size };
	struct shell_script s = shell_script_read(&a, text);

	for (size_t i = 0; i < s.n; i++)
		for (size_t k = 0; k < s.command[i].n; k++) {
			must(s.command[i].word[k].from <= s.command[i].word[k].to);
			must(s.command[i].word[k].to <= size);
		}
	struct script_needs needs = script_needs_of(&a, known(), STR("/nonexistent/x.sh"), text);
	for (size_t i = 0; i < needs.n; i++) {
		must(needs.at[i].name.n > 0 && needs.at[i].line >= 1 && needs.at[i].column >= 1);
		must(str_chr(needs.at[i].name, '/') == needs.at[i].name.n || needs.at[i].name.p[0] == '/');
		for (size_t k = 0; k < i; k++)
			must(!str_eq(needs.at[k].name, needs.at[i].name));
	}
	arena_free(&a);
	return 0;
}

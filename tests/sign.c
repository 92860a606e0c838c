/* sign - sign the solutions of the records on standard input, as heal-analyze signs those that it makes
 *
 * So that a test can write a record by hand and have its solution judged as heal's own.  Other lines are passed on. */
#include <stdlib.h>

#include "base/diag.h"
#include "config/config.h"
#include "record/signature.h"
#include "tree/rooted_path.h"

int main(void)
{
	struct arena a = ARENA_INIT, one = ARENA_INIT;
	struct record_reader rr;
	struct record r;
	struct tree t;
	struct err err;
	int got;

	if (!tree_open(&a, &t, project_root(&a, ".").p, &err))
		die(err.status, "%s", err.text);
	if (!getenv("HEAL_DRY_RUN")) /* as in heal-analyze */
		signature_key_make();
	record_reader_init(&rr, stdin, "standard input");
	while ((got = record_read(&rr, &one, &r, &err)) != 0) {
		if (got < 0) {
			fwrite(rr.line, 1, rr.n, stdout);
			putchar('\n');
			continue;
		}
		if (!r.source.project.n)
			r.source.project = t.path;
		solutions_sign(&r);
		record_write(stdout, &r);
		arena_reset(&one);
	}
	record_reader_release(&rr);
	tree_close(&t);
	arena_free(&one);
	arena_free(&a);
	return 0;
}

/* replay.c - feed the kept inputs of a fuzz target to it once, in every ordinary test run
 *
 * Linked in place of libFuzzer's main.  The operand is a directory of inputs; each is a
 * TAP line.  A crash or a sanitizer's report ends the program before its "ok". */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int visible_names(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void feed(struct str input)
{
	/* A block of exactly this size, so that the sanitizer sees one byte too far. */
	uint8_t *copy = malloc(input.n ? input.n : 1);

	if (!copy)
		out_of_memory();
	for (size_t i = 0; i < input.n; i++)
		copy[i] = (uint8_t)input.p[i];
	LLVMFuzzerTestOneInput(copy, input.n);
	free(copy);
}

int main(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	struct dirent **names;
	struct err err;
	struct str input;
	int n, bad = 0;

	stdio_begin("replay");
	if (argc != 2 || (n = scandir(argv[1], &names, visible_names, alphasort)) < 0)
		die(HEAL_WRONG, "usage: replay DIRECTORY");
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		char *path = arena_strdup(&a, path_join(&a, str_of(argv[1]), str_of(names[i]->d_name)));
		bool got = file_read(&a, path, 64 << 20, &input, &err);
		if (got)
			feed(input);
		printf("%sok %d - %s\n", got ? "" : "not ", i + 1, names[i]->d_name);
		fflush(stdout);
		bad += !got;
		free(names[i]);
		arena_reset(&a);
	}
	free(names);
	arena_free(&a);
	return bad != 0;
}

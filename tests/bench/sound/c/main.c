#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

static int report(const char *expression)
{
	double result;

	if (!evaluate(expression, &result)) {
		fprintf(stderr, "cannot evaluate '%s'\n", expression);
		return 1;
	}
	printf("%s = %.6g\n", expression, result);
	return 0;
}

int main(int argc, char *argv[])
{
	int failures = 0;
	size_t longest = 0;

	for (int i = 1; i < argc; i++) {
		if (strlen(argv[i]) > longest)
			longest = strlen(argv[i]);
		failures += report(argv[i]);
	}
	printf("%d expressions, the longest has %zu characters\n", argc - 1, longest);
	return failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

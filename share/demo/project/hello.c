#include <stdio.h>

#include "words.h"

int main(void)
{
	const char *text = "a program that was broken in three places";

	pritnf("%s\n", text);
	printf("has %u words\n", count_words(text));
	return 0;
}

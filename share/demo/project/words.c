#include "words.h"

unsigned count_words(const char *text)
{
	unsigned n = 0;

	for (unsigned i = 0; i < strlen(text); i++)
		if (text[i] != ' ' && (i == 0 || text[i - 1] == ' '))
			n++
	return n;
}

#include <stdio.h>
#include <string.h>

static size_t width(const char *text)
{
	return strlen(text);
}

int main(void)
{
	char first = 'h';

	printf("%zu\n", width(first));
	return 0;
}

#include <stdio.h>

static void greet(int n)
{
	while (n > 0) {
		puts("hello");
		n--;
	puts("bye");
}

int main(void)
{
	greet(2);
	return 0;
}

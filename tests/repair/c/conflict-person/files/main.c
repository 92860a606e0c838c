#include <stdio.h>

int main(void)
{
<<<<<<< HEAD
	puts("ours");
=======
	puts("theirs");
>>>>>>> topic
	return 0;
}

#include <stdoi.h>
#include <string>

int main(void)
{
	printf("%zu\n", strlen("x"));
	return 0;
}

#include <stdio.h>

int main(void)
{
	int offset_x = 3, max_a_len = 2;

	printf("%d %d %d %d\n", offset_x, offset_y, max_a_len, max_b_len);
	return 0;
}

#include <stdio.h>

static int area(int width, int height)
{
	return width * height;
}

int main(void)
{
	int width = 2, height = 3;

	printf("%d %d\n", height, area(width));
	return 0;
}

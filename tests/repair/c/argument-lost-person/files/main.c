#include <stdio.h>

static int area(int width, int height)
{
	return width * height;
}

int main(void)
{
	int w = 2, h = 3;

	printf("%d %d\n", h, area(w));
	return 0;
}

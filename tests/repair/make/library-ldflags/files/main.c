#include <math.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	(void)argv;
	printf("%f\n", pow(argc, 0.3));
	return 0;
}

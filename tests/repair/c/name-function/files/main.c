#include <stdio.h>

int main(void)
{
	pritnf("one\n");
	ptus("two");
	return 0;
}

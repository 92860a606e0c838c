#include <frobnicate/engine.h>

int main(void)
{
	return 0;
}

#include "side.h"

int other(void);

int main(void)
{
	return side(0) + other();
}

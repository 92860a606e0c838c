#include "colour.h"

int main(void)
{
	return RED;
}

#include "a.h"

int main(void)
{
	struct row row = { 2 };
	return row_twice(&row) - 4;
}

#include <stddef.h>

int row_twice(const struct row *row)
{
	return row == NULL ? 0 : step(row->n);
}

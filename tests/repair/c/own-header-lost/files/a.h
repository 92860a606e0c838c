#ifndef A_H
#define A_H
#include "b.h"
struct row {
	int n;
};
int row_twice(const struct row *row);
#endif

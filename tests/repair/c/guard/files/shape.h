#include "point.h"

struct shape {
	struct point at;
};

#include "shapes/box.h"

int side = SIDE;

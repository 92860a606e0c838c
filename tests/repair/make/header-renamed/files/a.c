#include "text.h"
int a(void) { return 0; }

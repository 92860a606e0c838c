#include "stack.h"

#define STACK_STEP 1

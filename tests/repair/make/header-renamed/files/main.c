#include "text.h"
int main(void) { return a(); }

#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>

bool evaluate(const char *text, double *result);

#endif

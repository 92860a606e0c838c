#ifndef CHECK_H
#define CHECK_H

#include <cstdio>

#define CHECK_CASE(name) static void name(); static bool name##_done = (name(), true); static void name()

#endif

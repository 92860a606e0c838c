#ifndef OTHER_H
#define OTHER_H

#include <cstdio>

#define CHECK_CASE(name) static void name(); static bool name##_done = true; static void name()

#endif

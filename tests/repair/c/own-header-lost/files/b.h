#ifndef B_H
#define B_H
#define STEP 2
static inline int step(int n) { return n * STEP; }
#endif

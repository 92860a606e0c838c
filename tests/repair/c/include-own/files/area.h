#ifndef AREA_H
#define AREA_H
int area_of(int side);
#endif

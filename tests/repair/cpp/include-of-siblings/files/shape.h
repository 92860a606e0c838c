#ifndef SHAPE_H
#define SHAPE_H
class Shape {
public:
	int area() const;
	static const char *const names[2];
};
#endif

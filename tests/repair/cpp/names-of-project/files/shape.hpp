#pragma once
#include "geo/area.hpp"

class Shape {
public:
	Shape(int width, int height) : width_(width), height_(height) {}
	Area area() const;
	int circumference() const;

private:
	int width_, height_;
};

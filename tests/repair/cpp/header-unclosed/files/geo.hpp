#pragma once

namespace geo {

inline int area(int width, int height)
{
	return width * height;
}

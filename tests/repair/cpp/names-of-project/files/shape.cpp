
Area Shape::area() const
{
	return Area(width_ * height_);
}

int Shape::circumfrence() const
{
	return 2 * (width_ + height_);
}

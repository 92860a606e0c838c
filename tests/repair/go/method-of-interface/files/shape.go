package shape

// Shape has an area.
type Shape interface {
	Area() int
}

// Square is a shape.
type Square int

// Area is that of the square.
func (s Square) Area(verbose bool) int {
	return int(s) * int(s)
}

// Sum is the area of all shapes.
func Sum(shapes ...Shape) int {
	sum := 0
	for _, s := range shapes {
		sum += s.Area()
	}
	return sum
}

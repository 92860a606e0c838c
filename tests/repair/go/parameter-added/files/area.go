package area

func area(width, height int, verbose bool) int {
	return width * height
}

func Square(side int) int {
	return area(side, side)
}

func Sheet(width, height int) int {
	return 2 * area(width, height)
}

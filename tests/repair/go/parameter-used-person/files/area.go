package area

import "fmt"

func area(width, height int, verbose bool) int {
	if verbose {
		fmt.Println(width, height)
	}
	return width * height
}

func Square(side int) int {
	return area(side, side)
}

func Sheet(width, height int) int {
	return 2 * area(width, height)
}

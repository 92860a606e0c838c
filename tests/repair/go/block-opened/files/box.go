package box

func area(width, height int) int {
	if width < 0
		width = -width
	}
	if height < 0 {
		height = -height
	}
	return width * height
}

func half(width int) int {
	return width / 2
}

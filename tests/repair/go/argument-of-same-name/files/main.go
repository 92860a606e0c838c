package main

func area(width, height int) int { return width * height }

func scale(width, height, factor int) int { return area(width) * factor }

func main() { println(scale(2, 3, 4)) }

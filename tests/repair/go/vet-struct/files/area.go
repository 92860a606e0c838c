package main

// Box is a rectangle.
type Box struct {
	Name string
	W, H int
}

// Area is its size.
func Area(b Box) int {
	return b.W * b.H
}

package main

import "fmt"

func main() {
	b := Box{"door", 2, 3}
	fmt.Printf("%d is the area of %d\n", Area(b), b)
}

package main

import "fmt"

func main() {
	name, n := "Ada", 3
	fmt.Printf("%d has\n", name)
	fmt.Println("count\n")
	fmt.Println("n %d", n)
	fmt.Printf(name)
}

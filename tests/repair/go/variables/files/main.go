package main

import (
	"fmt"
	"os"
	"strings"
)

func two() (int, string) { return 1, "a" }

func main() {
	spare := 7
	n, s := two()
	for i, v := range []int{1, 2} {
		fmt.Println("x")
	}
	fmt.Println(n)
	n := 4
	_ = n
}

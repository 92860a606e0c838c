package main

import "fmt"

func main() {
	fmt.Println(Total([]int{1, 2}), Total(nil))
}

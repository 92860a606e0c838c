package main

import "fmt"

func total(xs []int) (sum int) {
	for _, x := range xs {
		sum += x
	}
	return
}

func main() {
	limit = 3
	fmt.Println(totl([]int{limit}))
}

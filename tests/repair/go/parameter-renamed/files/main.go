package main

import "fmt"

func rate(parcelGrams int, factor int) int {
	if grams < 0 {
		return 0
	}
	return grams * factor
}

func main() {
	fmt.Println(rate(10, 3))
}

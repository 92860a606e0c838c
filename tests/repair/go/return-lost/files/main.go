package main

import (
	"errors"
	"fmt"
)

func half(n int) (int, error) {
	if n%2 == 1 {
		0, errors.New("odd")
	}
	return n / 2, nil
}

func main() {
	fmt.Println(half(4))
}

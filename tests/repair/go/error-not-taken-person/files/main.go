package main

import (
	"fmt"
	"os"
	"strconv"
)

func double(text string) (int, error) {
	n := strconv.Atoi(text)
	return 2 * n, nil
}

func main() {
	n, err := double(os.Args[1])
	fmt.Println(n, err)
}

package main

import (
	"errors"
	"fmt"
)

var errEmpty = erors.New("empty")

func main() {
	names := Make(map[string]int)
	if len(names) == 0 {
		fmt.Println(errEmpty)
	}
}

package main

import (
	"fmt"
	"math/bigs"
)

func main() {
	fmt.Println(big.NewInt(7))
}

package main

import (
	"fmt"
	"sort_util"
)

func main() {
	items := []int{2, 1}
	sort.Ints(items)
	fmt.Println(items)
}

package main

import "fmt"

type Basket struct{ Total int }

func (b Basket) Weigh() int { return b.Total }

func main() {
	basket := Basket{Totl: 3}
	fmt.Printl(basket.weigh())
	fmt.Println(baskte.Total)
}

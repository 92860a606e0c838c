package main

import "fmt"

func main() {
	primes := []int{
		2,
		3
	}
	# print them
	fmt.Println(“primes”, primes)
	fmt.Println('done')
}

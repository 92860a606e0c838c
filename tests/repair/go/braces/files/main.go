package main

import "fmt"

func double(n int) int
{
	return 2 * n
}

func main() {
	for i := 0; i < 3; i++
	{
		if i > 1 {
			fmt.Println(double(i))
		}
		else {
			fmt.Println("low")
		}
	}
}

package main

import "fmt"

func main() {
<<<<<<< HEAD
	fmt.Println("one side")
=======
	fmt.Println("the other", side)
>>>>>>> feature
}

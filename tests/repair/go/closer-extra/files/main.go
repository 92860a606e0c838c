package main

import "fmt"

func names() []string {
	return nil
}

func main() {
	all := names()
	all = append(all, "anna"))
	fmt.Println(all)
}

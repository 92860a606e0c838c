package main

import "fmt"

func parseHeader(s string) string { return s[:1] }

func main() {
	fmt.Println(parseHeader("ab"), parseHeader("cd"))
	fmt.Println(parseHeaderValue("ef"))
}

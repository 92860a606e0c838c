package main

import "os"

func main() {
	f, err := os.Open("x")
	f.Close()
}

package main

import "example.com/tool/box"

func main() {
	println(box.Two())
}

package main

import (
	"fmtt"
	"oss"
)

func main() {
	fmt.Println(os.Args, strings.ToUpper("a"), rand.Intn(3))
}

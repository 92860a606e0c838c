package main

import (
	"fmt"
	"io/ioutil"
)

// ioutil.ReadAll is a word here
func main() {
	data, err := ioutil.ReadFile("ioutil.ReadFile")
	if err != nil {
		fmt.Fprintln(ioutil.Discard, err)
	}
	fmt.Println(string(data))
}

package main

func main() {
	println(limits.Rate)
}

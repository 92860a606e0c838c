package main

func walk(stop, step int) int {
	n := 0
	for n < stop {
		n += stp
	}
	return n
}

func main() { println(walk(10, 2)) }

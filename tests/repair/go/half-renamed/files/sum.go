package main

func GetTotal(list []int) int {
	n := 0
	for _, v := range list {
		n += v
	}
	return n
}

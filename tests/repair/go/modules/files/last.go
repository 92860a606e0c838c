package main

import lib2 "example.com/lib"

// example.com/lib is only named here
func last[T any](of []T) T {
	println(lib2.Hi())
	return of[len(of)-1]
}

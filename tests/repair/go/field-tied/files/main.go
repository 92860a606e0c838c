package main

type S struct{ LoadA, LoadB int }

func main() { s := S{1, 2}; println(s.LoadC) }

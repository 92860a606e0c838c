package main

type store struct{ n int }

func open(n int) (*store, error) {
	if n < 0 {
		return nil
	}
	return &store{n}, nil
}

func main() {
	s, err := open(1)
	if err != nil {
		panic(err)
	}
	println(s.n)
}

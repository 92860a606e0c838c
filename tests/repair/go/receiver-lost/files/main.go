package main

type box struct {
	n []int
}

func (b *box) put(n int) {
	b.n = append(b.n, n)
}

func size() int {
	return len(b.n)
}

func main() {
	x := &box{}
	x.put(1)
	println(x.size())
}

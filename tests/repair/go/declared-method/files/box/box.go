package box

// Box holds numbers.
type Box struct {
	numbers []int
}

// Put adds one.
func (b *Box) Put(n int) {
	b.numbers = append(b.numbers, n)
}

// Amount adds all.
func (b *Box) Amount() int {
	all := 0
	for _, n := range b.numbers {
		all += n
	}
	return all
}

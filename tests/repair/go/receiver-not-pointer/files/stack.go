package stack

type stack []int

func (s stack) pop() int {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

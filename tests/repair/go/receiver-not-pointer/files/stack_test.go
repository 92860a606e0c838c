package stack

import "testing"

func TestPop(t *testing.T) {
	s := stack{1, 2}
	if s.pop() != 2 || len(s) != 1 {
		t.Fatal("wrong pop")
	}
}

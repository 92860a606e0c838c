package sums

import "testing"

func TestMean(t *testing.T) {
	if got := Mean([]int{1, 2, 6}); got != 3 {
		t.Errorf("got %d", got)
	}
}

func TestShare(t *testing.T) {
	if got := Share([]int{1, 3}); got != 25 {
		t.Errorf("got %d", got)
	}
}

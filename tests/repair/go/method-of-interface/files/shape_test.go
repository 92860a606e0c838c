package shape

import "testing"

func TestSum(t *testing.T) {
	if got := Sum(Square(2), Square(3)); got != 13 {
		t.Errorf("got %d", got)
	}
}

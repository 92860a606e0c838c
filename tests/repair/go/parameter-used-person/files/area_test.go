package area

import "testing"

func TestArea(t *testing.T) {
	if Square(3) != 9 || Sheet(2, 3) != 12 {
		t.Fatal("wrong area")
	}
}

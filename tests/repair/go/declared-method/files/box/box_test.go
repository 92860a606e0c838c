package box

import "testing"

func TestTotal(t *testing.T) {
	b := &Box{}
	b.Put(2)
	b.Put(3)
	if b.Total() != 5 {
		t.Errorf("got %d", b.Total())
	}
}

package pay

import "testing"

func TestBill(t *testing.T) {
	if Bill(3, 2, 2) != 6 {
		t.Fatal("wrong bill")
	}
}

package greet

import "testing"

func TestGreet(t *testing.T) {
	if got := Greet("you"); got != "hello, you" {
		t.Fatal(got)
	}
}

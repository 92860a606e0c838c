package words

import "testing"

func TestAdd(t *testing.T) {
	if got := Add([]string{"a"}, "b"); len(got) != 2 || got[1] != "b" {
		t.Fatal(got)
	}
}

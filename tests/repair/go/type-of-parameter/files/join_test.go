package join

import "testing"

func TestPath(t *testing.T) {
	if got := Path([]string{"a", "b"}); got != "a/b" {
		t.Fatal(got)
	}
}

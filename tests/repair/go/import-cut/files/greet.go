package greet

import (
	"fm"
)

// Greet says hello.
func Greet(name string) string {
	return fmt.Sprintf("hello, %s", name)
}

import "strings"

// Loud says it loudly.
func Loud(s string) string {
	return strings.ToUpper(s)
}

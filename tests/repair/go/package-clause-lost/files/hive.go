package hive

// Count says how many there are.
func Count(bees []string) int {
	return len(bees)
}

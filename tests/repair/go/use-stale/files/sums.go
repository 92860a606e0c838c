package sums

func total(items []int) int {
	sum := 0
	for _, item := range items {
		sum += item
	}
	return sum
}

// Mean is the mean of the items, rounded down.
func Mean(items []int) int {
	if len(items) == 0 {
		return 0
	}
	return totalValue(items) / len(items)
}

// Share is the part of the total that the first item has, in percent.
func Share(items []int) int {
	return items[0] * 100 / total(items)
}

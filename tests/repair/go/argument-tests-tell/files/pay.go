package pay

func total(price, n int) int {
	return price * n
}

func Bill(price, adults, children int) int {
	return total(price)
}

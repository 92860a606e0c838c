package join

func join(words []string, sep bool) string {
	all := ""
	for i, word := range words {
		if i > 0 {
			all += sep
		}
		all += word
	}
	return all
}

func Path(words []string) string {
	return join(words, "/")
}

package words

func Add(all []string, word string) []string {
	return append(word, all)
}

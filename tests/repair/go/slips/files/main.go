package main

type scanner struct {
	text  []byte
	place int
}

func newScanner(text []byte) *scanner {
	return &scanner{text: text}
}

// advance goes on by n bytes and says whether there were so many.
func (s *scanner) advanec(n int) bool {
	if s.place+n > len(s.text) {
		return false
	}
	s.place += n
	return true
}

func (s *scanner) word() []byte {
	begin := s.place
	for s.advance(1) {
		if s.text[s.place-1] == ' ' {
			return s.text[begin : s.place-1]
		}
	}
	if s.advance(0) && begin == s.place {
		return NULL
	}
	return s.text[begin:s.place]
}

func kind(word []byte) int {
	switch {
	case word == nil
		return 0
	case len(word) = 1:
		return 1
	}
	retrun 2
}

func main() {
	s := newScanner([]byte("a word"))
	if kind(s.word()) != 1 || kind(s.word()) != 2 {
		panic("kinds")
	}
}

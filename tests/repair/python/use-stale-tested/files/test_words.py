from words import longest, shortest, span


def test_longest():
    assert longest(["a", "bcd", "ef"]) == "bcd"


def test_shortest():
    assert shortest(["a", "bcd", "ef"]) == "a"


def test_span():
    assert span(["a", "bcd", "ef"]) == 2

from shop import longest
from shop.words import count


def test_count():
    assert count("a b a") == {"a": 2, "b": 1}


def test_longest():
    assert longest("a bcd ef") == "bcd"

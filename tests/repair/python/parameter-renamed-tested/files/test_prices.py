from prices import raised


def test_raised():
    assert raised([100, 200], 10) == [110, 220]


def test_none():
    assert raised([], 10) == []

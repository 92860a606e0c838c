from shop.paths import expand


def test_expand():
    assert expand("b") == "b"

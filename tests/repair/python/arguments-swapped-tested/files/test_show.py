from show import show


def test_show():
    assert show("a") == "a"
    assert show(1) == "1"

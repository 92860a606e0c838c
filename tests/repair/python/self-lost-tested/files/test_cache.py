from cache import Lazy


def test_get():
    calls = []
    cache = Lazy(lambda: calls.append(1) or 7)
    assert cache.get() == 7
    assert cache.get() == 7
    assert len(calls) == 1

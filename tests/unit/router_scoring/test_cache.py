from hypothesis import given
from hypothesis import strategies as st

from router.scoring.cache import BoundedCache


def test_holds_what_was_used_last() -> None:
    cache: BoundedCache[str, int] = BoundedCache(limit_bytes=20)
    cache.put("a", 1, size_bytes=10)
    cache.put("b", 2, size_bytes=10)
    assert cache.get("a") == 1

    cache.put("c", 3, size_bytes=10)

    assert cache.get("a") == 1
    assert cache.get("b") is None
    assert cache.get("c") == 3


def test_does_not_hold_what_is_larger_than_the_limit() -> None:
    cache: BoundedCache[str, int] = BoundedCache(limit_bytes=5)

    cache.put("a", 1, size_bytes=6)

    assert cache.get("a") is None
    assert cache.held_bytes == 0


@given(st.lists(st.integers(0, 30)))
def test_never_holds_more_than_the_limit(sizes: list[int]) -> None:
    cache: BoundedCache[int, int] = BoundedCache(limit_bytes=25)

    for key, size_bytes in enumerate(sizes):
        cache.put(key, key, size_bytes=size_bytes)
        assert cache.held_bytes <= 25

    held = [key for key in range(len(sizes)) if cache.get(key) is not None]
    assert len(cache) == len(held)
    assert cache.held_bytes == sum(sizes[key] for key in held)

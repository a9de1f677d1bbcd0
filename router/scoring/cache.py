"""A cache of bounded size."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Cache of the most recently used values, up to `limit_bytes` by the sizes stated when they were put in."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held_bytes = 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def held_bytes(self) -> int:
        """Sum of the stated sizes of the values."""
        return self._held_bytes

    def get(self, key: Key) -> Value | None:
        """Return the value and mark it as used, or None if it is not cached."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Key, value: Value, *, size_bytes: int) -> None:
        """Cache a value under a new key; evict the least recently used ones.

        A value larger than the limit is not cached at all.
        """
        self._entries[key] = (value, size_bytes)
        self._held_bytes += size_bytes
        while self._held_bytes > self._limit_bytes:
            _, (_, freed_bytes) = self._entries.popitem(last=False)
            self._held_bytes -= freed_bytes

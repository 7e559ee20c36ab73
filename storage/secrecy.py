"""Texts, addresses and attachment references at rest: encrypted, and bound to their column.

Envelope encryption: a stored value names the data key that opens it, and the data keys stand in
the database, wrapped by a master key of the environment. So data keys change while the program
runs, and masters change without touching a value.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.keyring import (
    STALE_AFTER,
    Keyring,
    NoDataKey,
    Unreadable,
    bytes_text,
    header_of,
    key_of,
    text_bytes,
)
from storage.masters import KeysMissing, SecrecyError, WrongKeys, generate_master, parse_masters

__all__ = [
    "STALE_AFTER",
    "Keyring",
    "KeysMissing",
    "NoDataKey",
    "SecrecyError",
    "SecretJson",
    "SecretText",
    "Unreadable",
    "WrongKeys",
    "generate_master",
    "header_of",
    "key_of",
    "parse_masters",
    "ring",
    "use",
]

_ring: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Name the ring that every encrypted column of this process reads and writes with."""
    global _ring
    _ring = keyring


def ring() -> Keyring:
    """The ring named last."""
    if _ring is None:
        raise RuntimeError("no keyring: call secrecy.use first")
    return _ring


class _NeverWithValues(TypeDecorator.Comparator[Any]):
    """Refuses to compare with a value: the same text encrypts differently each time."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        if any(isinstance(each, str | bytes | int | float | Sequence | Mapping) for each in other):
            raise TypeError("an encrypted column cannot be searched: keep a lookup beside it")
        return super().operate(op, *other, **kwargs)


class _Secret(TypeDecorator[Any]):
    """A column whose value only this process can read; the database sees bytes."""

    impl = LargeBinary
    cache_ok = True

    comparator_factory = _NeverWithValues

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


class SecretText(_Secret):
    """A text, encrypted for its `table.column`; None stays None."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else ring().encrypt(text_bytes(value), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else bytes_text(ring().decrypt(value, self.place))


class SecretJson(_Secret):
    """A JSON value, encrypted for its `table.column`; None stays None.

    To change one, assign a new value: a change inside the old one goes unnoticed.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return ring().encrypt(text_bytes(text), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(bytes_text(ring().decrypt(value, self.place)))

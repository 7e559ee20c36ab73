"""Texts, addresses and attachment references at rest: encrypted, and bound to their column.

Envelope encryption: a stored value names the data key that opens it, and the data keys stand in
the database, wrapped by a master key of the environment. So data keys change while the program
runs, and masters change without touching a value.

Values are AES-256-GCM with a random nonce; header and place are the associated data, so a value
that is moved to another column does not open there. (One moved to another *row* of the same
column does: whoever can write the database can do that.)
"""

import hashlib
import hmac
import json
import os
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.masters import (
    NONCE_BYTES,
    KeysMissing,
    SecrecyError,
    WrappedKey,
    WrongKeys,
    generate_master,
    parse_masters,
    unwrap,
)

__all__ = [
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

HEADER = struct.Struct(">BI")
"""The form of what follows, and the number of the data key."""
FORM = 1

STALE_AFTER = 300.0
"""Seconds after which a ring looks for newer data keys before it writes again. Retired keys are
kept far longer than this, so no process can write with a key that is gone."""


class NoDataKey(SecrecyError):
    """The database holds no data key: it was never set up, or its table of keys was lost."""


class Unreadable(SecrecyError):
    """A stored value does not open: it was damaged or moved, or its data key is gone."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a ring knows at one moment; replaced as a whole, so readers need no lock."""

    ciphers: Mapping[int, AESGCM] = field(default_factory=dict)
    current: int = 0
    lookup: bytes = b""
    read_at: float = float("-inf")


class Keyring:
    """Encrypts and decrypts values, and hashes what must be found again; safe among threads.

    `load` reads the data keys from the database on a connection of its own. It is called by
    `refresh`, when a value names a key not yet known, and before writing with keys that were read
    more than five minutes ago.
    """

    def __init__(
        self,
        masters: Sequence[bytes],
        load: Callable[[], Iterable[WrappedKey]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._masters = tuple(masters)
        self._load = load
        self._monotonic = monotonic
        self._reading = threading.Lock()
        self._keys = _Keys()
        self.refresh()

    @property
    def current(self) -> int:
        """The number of the data key that new values are written with."""
        return self._keys.current

    @property
    def master(self) -> bytes:
        """The current master, which new data keys are wrapped by."""
        return self._masters[0]

    def refresh(self) -> None:
        """Read the data keys anew; raises WrongKeys where no master opens them."""
        with self._reading:
            self._read()

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Encrypt for one `table.column`."""
        keys = self._keys
        if self._monotonic() - keys.read_at > STALE_AFTER:
            keys = self._newer_than(keys)
        header = header_of(keys.current)
        nonce = os.urandom(NONCE_BYTES)
        sealed = keys.ciphers[keys.current].encrypt(nonce, plain, header + place.encode())
        return header + nonce + sealed

    def decrypt(self, sealed: bytes, place: str) -> bytes:
        """Open what `encrypt` made for the same place; raises Unreadable."""
        number, keys = key_of(sealed), self._keys
        if number not in keys.ciphers:
            keys = self._newer_than(keys)
        header, rest = sealed[: HEADER.size], sealed[HEADER.size :]
        try:
            cipher = keys.ciphers[number]
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], header + place.encode())
        except (KeyError, InvalidTag, ValueError):
            raise Unreadable from None

    def lookup(self, place: str, text: str) -> str:
        """A keyed hash by which `text` is found again in `place`, and nowhere else."""
        name = place.encode()
        message = struct.pack(">I", len(name)) + name + _bytes(text)
        return hmac.new(self._keys.lookup, message, hashlib.sha256).hexdigest()

    def _newer_than(self, known: _Keys) -> _Keys:
        with self._reading:
            if self._keys is known:  # nobody else read them while we waited
                self._read()
            return self._keys

    def _read(self) -> None:
        read_at = self._monotonic()
        keys = [(key, unwrap(self._masters, key)) for key in self._load()]
        data = {key.id: AESGCM(plain) for key, plain in keys if key.purpose == "data"}
        live = [key.id for key, _ in keys if key.purpose == "data" and key.retired_at is None]
        lookup = [plain for key, plain in keys if key.purpose == "lookup"]
        if not live or not lookup:
            raise NoDataKey
        self._keys = _Keys(data, max(live), lookup[-1], read_at)


def header_of(number: int) -> bytes:
    """How every value begins that was written with this data key."""
    return HEADER.pack(FORM, number)


def key_of(sealed: bytes) -> int:
    """Which data key a stored value names; raises Unreadable for what is none of ours."""
    if len(sealed) < HEADER.size + NONCE_BYTES or sealed[0] != FORM:
        raise Unreadable
    number: int = HEADER.unpack_from(sealed)[1]
    return number


def _bytes(text: str) -> bytes:
    # half a surrogate pair can arrive in somebody's message, and must not lose it
    return text.encode("utf-8", "surrogatepass")


def _text(plain: bytes) -> str:
    return plain.decode("utf-8", "surrogatepass")


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
        return None if value is None else ring().encrypt(_bytes(value), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _text(ring().decrypt(value, self.place))


class SecretJson(_Secret):
    """A JSON value, encrypted for its `table.column`; None stays None.

    To change one, assign a new value: a change inside the old one goes unnoticed.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return ring().encrypt(_bytes(text), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_text(ring().decrypt(value, self.place)))

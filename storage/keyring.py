"""The keys of this process: they encrypt, decrypt, and hash what must be found again.

Values are AES-256-GCM with a random nonce; header and place are the associated data, so a value
that is moved to another column does not open there. (One moved to another *row* of the same
column does: whoever can write the database can do that.)
"""

import hashlib
import hmac
import os
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.masters import NONCE_BYTES, SecrecyError, WrappedKey, unwrap

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
        message = struct.pack(">I", len(name)) + name + text_bytes(text)
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


def text_bytes(text: str) -> bytes:
    """A text as it is encrypted or hashed."""
    # half a surrogate pair can arrive in somebody's message, and must not lose it
    return text.encode("utf-8", "surrogatepass")


def bytes_text(plain: bytes) -> str:
    """The text that `text_bytes` was given."""
    return plain.decode("utf-8", "surrogatepass")

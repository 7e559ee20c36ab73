"""Master keys: they stand in the environment and wrap the data keys that stand in the database."""

import base64
import binascii
import inspect
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Purpose = Literal["data", "lookup"]

KEY_BYTES = 32
NONCE_BYTES = 12


class SecrecyError(Exception):
    """Encrypted data cannot be used."""

    def __init__(self) -> None:
        super().__init__(" ".join(inspect.cleandoc(self.__doc__ or "").split()))


class KeysMissing(SecrecyError):
    """The database holds encrypted data, but COUNCIL_KEYS is empty. Put back the keys it was
    written with; new ones cannot open it."""


class WrongKeys(SecrecyError):
    """The keys in COUNCIL_KEYS do not open this database. Put back the keys it was written with."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it stands in the database."""

    id: int
    purpose: Purpose
    wrapped: bytes
    retired_at: datetime | None = None


def generate_master() -> str:
    """A fresh master key in the form that COUNCIL_KEYS holds."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def parse_masters(text: str) -> tuple[bytes, ...]:
    """Read COUNCIL_KEYS; raises ValueError naming the position of a bad key and never the key."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(_parse(part, position) for position, part in enumerate(parts, start=1))


def _parse(part: str, position: int) -> bytes:
    bare = part.rstrip("=")
    try:
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {position} is not 32 bytes in base64url") from None
    return key


def wrap(master: bytes, number: int, purpose: Purpose, key: bytes) -> bytes:
    """Encrypt a data key with a master, bound to its number and purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, key, _place(number, purpose))


def unwrap(masters: Iterable[bytes], key: WrappedKey) -> bytes:
    """Open a data key with whichever master fits; raises WrongKeys."""
    nonce, sealed = key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:]
    for master in masters:
        try:
            return AESGCM(master).decrypt(nonce, sealed, _place(key.id, key.purpose))
        except (InvalidTag, ValueError):
            continue
    raise WrongKeys


def _place(number: int, purpose: Purpose) -> bytes:
    return f"data_key:{number}:{purpose}".encode()

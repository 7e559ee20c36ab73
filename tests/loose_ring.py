"""A ring of keys without a database, for tests that only seal and open."""

from storage.masters import WrappedKey, generate_master, parse_masters, wrap
from storage.secrecy import Keyring

MASTERS = parse_masters(generate_master())


def wrapped(number: int, purpose: str) -> WrappedKey:
    """A key as the database would hold it."""
    plain = bytes([number]) * 32
    return WrappedKey(number, purpose, wrap(MASTERS[0], number, purpose, plain))  # type: ignore[arg-type]


DATA, LOOKUP = wrapped(1, "data"), wrapped(2, "lookup")
RING = Keyring(MASTERS, lambda: (DATA, LOOKUP))

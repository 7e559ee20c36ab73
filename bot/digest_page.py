"""Stand-in."""

from handlers.language import Tongue
from handlers.staff.digest import Digest


def html(digest: Digest, tongue: Tongue, *, chart: str = "") -> str:
    """Stand-in."""
    raise NotImplementedError


def as_data(picture: bytes) -> str:
    """Stand-in."""
    raise NotImplementedError

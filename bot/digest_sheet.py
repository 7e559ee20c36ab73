"""Stand-in."""

from handlers.language import Tongue
from handlers.staff.digest import Digest


def xlsx(digest: Digest, tongue: Tongue) -> bytes:
    """Stand-in."""
    raise NotImplementedError

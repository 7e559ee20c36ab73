"""What a line of the digest may hold: the council's own words, and nothing that points at anybody."""

import re
from collections.abc import Collection
from typing import Literal

from handlers.rules.personal import leads_to_somebody

LONGEST = 600
Fault = Literal["empty", "long", "personal"]

_HANDLE = re.compile(r"(?<![\w@])@\w{3,}|\b(?:t\.me|telegram\.me|wa\.me)/\S", re.IGNORECASE)


def fault(line: str, prefix: str, public: Collection[str]) -> Fault | None:
    """Why this line cannot be taken; `prefix` and `public` are those of `masking.mask`."""
    if not any(sign.isalnum() for sign in line):
        return "empty"
    if len(line) > LONGEST:
        return "long"
    if leads_to_somebody(line, prefix, public) or _HANDLE.search(line):
        return "personal"
    return None

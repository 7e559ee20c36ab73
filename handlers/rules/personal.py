"""Words that everybody may read hold nothing that leads to one person."""

import re
import unicodedata
from collections.abc import Collection
from typing import Literal

from handlers.rules.digits import INVISIBLE
from handlers.rules.masking import mask
from handlers.rules.references import found_in

Fault = Literal["empty", "long", "personal"]

_UNSEEN = re.compile(f"[{INVISIBLE}]")
_HANDLE = re.compile(r"(?<!\w)@\w{3,}|\b(?:t|telegram|wa)\.me/|\btg://", re.IGNORECASE)


def leads_to_somebody(text: str, prefix: str, public: Collection[str] = ()) -> bool:
    """Whether it holds a number of a person, a reference, an e-mail address or a @name.

    `public` are telephone numbers (digits alone) that may stand there. Names are not found.
    """
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return (
        mask(text, prefix, public) != text
        or mask(seen, prefix, public) != seen
        or bool(found_in(seen, prefix))
        or _HANDLE.search(seen) is not None
    )


def fault(said: str, most: int, prefix: str, public: Collection[str] = ()) -> Fault | None:
    """Why these words cannot go outside; `most` is in letters."""
    if not any(sign.isalnum() for sign in said):
        return "empty"
    if len(said) > most:
        return "long"
    return "personal" if leads_to_somebody(said, prefix, public) else None

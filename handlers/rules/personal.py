"""Words that everybody may read hold nothing that leads to one person."""

import re
import unicodedata
from collections.abc import Collection

from handlers.rules.digits import INVISIBLE
from handlers.rules.masking import mask
from handlers.rules.references import found_in

_UNSEEN = re.compile(f"[{INVISIBLE}]")
_HANDLE = re.compile(r"(?<![\w.])@[a-z]\w{2,}|\b(?:t|wa)\.me/|\btg://", re.IGNORECASE)


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

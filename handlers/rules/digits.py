"""Digits as people type them: Arabic, Persian, Devanagari, Bengali, keycaps, circled …"""

import re
import unicodedata

INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff"
"""Marks that steer direction or looks and are never seen; the inside of a character class."""

_UNSEEN = re.compile(f"[{INVISIBLE}\u20e3]")
_ENCLOSED_TEN = {"\U0001f51f": "10"}
_ONE_NUMBER = re.compile(r"(?:№|#|\(|\[|\*)? ?([0-9]{1,2}) ?[.)\]*:,!。.،۔।、]?", re.ASCII)


class _ToWestern(dict[int, int]):
    """A translation table that learns each letter when it is first met."""

    def __missing__(self, letter: int) -> int:
        value = unicodedata.digit(chr(letter), None)
        self[letter] = letter if value is None else ord("0") + value
        return self[letter]


_TO_WESTERN = _ToWestern()


def western(text: str) -> str:
    """The same text, letter for letter, with the digits of every script written 0–9."""
    return text if text.isascii() else text.translate(_TO_WESTERN)


def typed_number(text: str) -> int | None:
    """The number, if the message is nothing but one number of at most two digits."""
    if len(text) > 40:
        return None
    seen = _UNSEEN.sub("", text).strip()
    seen = _ENCLOSED_TEN.get(seen, seen)
    if found := _ONE_NUMBER.fullmatch(western(seen)):
        return int(found[1])
    return _one_sign(seen)


def _one_sign(seen: str) -> int | None:
    """The value of a single sign that is a whole number without being a digit: 二, Ⅲ, ⑩."""
    if len(seen) != 1:
        return None
    value = unicodedata.numeric(seen, None)
    return int(value) if value is not None and value == int(value) and 0 <= value < 100 else None

"""Words as tired people write them, brought to one form: no diacritics, no case, no marks.

People leave out diacritics, type Russian in Latin letters, and Persian with or without the
half-space. `fold` meets all of that except the Latin letters; `sounds` meets those too.
"""

import re
import unicodedata
from collections.abc import Callable

from handlers.rules.digits import western

_SPECIAL = {
    "ə": "e",
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "ß": "ss",
    "œ": "oe",
    "æ": "ae",
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ة": "ه",
    "ہ": "ه",
    "ۃ": "ه",
    "ھ": "ه",
    "ە": "ه",
}
_LEFT_OUT = frozenset("'’‘ʼ`´ʻ\u0640\u200c\u200d\u00ad")
"""Apostrophes, the Arabic stretch and the half-space stand inside words and are left out."""


class _Learned(dict[int, str]):
    """A translation table that asks for each letter once, when it is first met."""

    def __init__(self, translated: Callable[[str], str]) -> None:
        super().__init__()
        self._translated = translated

    def __missing__(self, letter: int) -> str:
        self[letter] = translated = self._translated(chr(letter))
        return translated


def _fold_letter(letter: str) -> str:
    if letter in _LEFT_OUT:
        return ""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", letter) if _stays(sign))
    small = "".join(_SPECIAL.get(sign, sign) for sign in western(plain).lower() if _stays(sign))
    return "".join(sign if _is_part_of_word(sign) else " " for sign in small)


def _stays(sign: str) -> bool:
    return not unicodedata.combining(sign)


def _is_part_of_word(sign: str) -> bool:
    """Letters, digits, and the vowel signs of Indic scripts."""
    return sign.isalnum() or unicodedata.category(sign) in {"Mc", "Mn"}


_FOLDED = _Learned(_fold_letter)
_STRETCHED = re.compile(r"([^ 0-9])\1\1+")
_PERSIAN = re.compile("[اهی]")
_PREFIX_APART = re.compile(r"\b(ن?می) (?=\w)")
_SUFFIX_APART = re.compile(r"(?<=\w) (ها|های|هایم|هایی|ام|ات|اش|ایم|اید|اند|تر|ترین|مان|شان)\b")


def fold(text: str) -> str:
    """The text's words in their plain form, parted by single spaces."""
    plain = _STRETCHED.sub(r"\1", " ".join(text.translate(_FOLDED).split()))
    if plain.isascii() or not _PERSIAN.search(plain):
        return plain
    return _SUFFIX_APART.sub(r"\1", _PREFIX_APART.sub(r"\1", plain))


_CYRILLIC = dict(
    zip("абвгдезийклмнопрстуфхцыэіїєґ", "abvgdeziiklmnoprstufhcieiieg", strict=True)
) | {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ь": "", "ъ": ""}
_LATIN = _Learned(lambda letter: _CYRILLIC.get(letter, letter))
_SPELLINGS = (
    ("shch", "sh"),
    ("sch", "sh"),
    ("kh", "h"),
    ("ts", "c"),
    ("tz", "c"),
    ("ya", "ia"),
    ("ja", "ia"),
    ("yu", "iu"),
    ("ju", "iu"),
    ("ye", "e"),
    ("je", "e"),
    ("yo", "e"),
    ("jo", "e"),
    ("j", "i"),
    ("y", "i"),
    ("w", "v"),
    ("x", "h"),
    ("iie", "ie"),
    ("ii", "i"),
)
"""Ways to type one Russian sound in Latin letters; the first is turned into the second."""


_SPELLED = re.compile("[a-zа-яіїєґ]")


def sounds(folded: str) -> str:
    """Folded Russian, in Cyrillic or in anybody's Latin letters, in one spelling."""
    if not _SPELLED.search(folded):
        return folded
    latin = folded if folded.isascii() else folded.translate(_LATIN)
    for typed, sound in _SPELLINGS:
        latin = latin.replace(typed, sound)
    return latin

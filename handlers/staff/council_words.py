"""The council's own words in a digest: safe among ours, cut where they are long, never mixed up."""

import re
import unicodedata
from datetime import date

from handlers.language import Rich, Tongue
from handlers.staff.digest import Asked, Digest, Line, Outcome

_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """Somebody's words without what would turn or hide the words around them."""
    return _CONTROLS.sub("", _DIRECTIONS.sub("", text)).strip()


def in_one_line(text: str) -> str:
    """Somebody's words in one line."""
    return " ".join(plain(text).split())


def cut(text: str, limit: int) -> str:
    """At most so many characters of it: to the end of a word, else of a whole character."""
    if len(text) <= limit:
        return text
    at = text.rfind(" ", limit // 2, limit)
    if at < 0:
        at = limit
        while at > 1 and (unicodedata.combining(text[at]) or text[at] == "\u200d"):
            at -= 1
    return text[:at].rstrip()


def written(t: Tongue, text: str, limit: int | None = None) -> Rich:
    """Somebody's words, safe in a sentence of ours; what is cut off says so."""
    whole = in_one_line(text)
    kept = whole if limit is None else cut(whole, limit)
    safe = isolated(t, kept)
    if kept == whole:
        return safe
    return t.fill("{kept}… <i>({where})</i>", kept=safe, where=t("all of it is on the page"))


def isolated(t: Tongue, text: str) -> Rich:
    """Safe, and kept apart where any of it runs from right to left."""
    turns = any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)
    safe = t.written(text)
    return Rich(f"\u2068{safe}\u2069") if turns and not safe.startswith("\u2068") else safe


def foreign(digest: Digest, one: Line | Asked | Outcome) -> str:
    """The language it stands in, where that is not the reader's."""
    return one.language if one.language != digest.language else ""


def marked(t: Tongue, text: Rich, language: str) -> Rich:
    """With the name of its language, where it is in another."""
    return (
        t.fill("{text} <i>({language})</i>", text=text, language=t.language(language))
        if language
        else text
    )


def lines(digest: Digest, section: str) -> list[Line]:
    """The council's lines of one section; dates in their order."""
    found = [line for line in digest.lines if line.section == section]
    return sorted(found, key=lambda line: line.on or date.max) if section == "date" else found


def asked(digest: Digest) -> list[Asked]:
    """What is asked: the new first, then what is wished soonest."""
    return sorted(
        digest.asked, key=lambda one: (not one.is_new, one.wished_on or date.max, one.number)
    )

"""What requests are about: the topics, and which topic and kind a text suggests.

A suggestion only: the person or the member decides, and the two are compared to measure this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from handlers.rules.folding import fold, sounds
from handlers.rules.lists import BY_SOUND, plain_of, read
from handlers.rules.phrases import Phrases

__all__ = ["OTHER", "TOPICS", "Topic", "fold", "suggest", "suggest_kind"]

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of requests.

    `label` is the English source text. `gcm` are objectives of the Global Compact for Migration,
    for reports. `dated`: a date on a paper decides something here, so it is asked for.
    """

    icon: str
    label: str
    gcm: tuple[int, ...] = ()
    dated: bool = False


TOPICS: Mapping[str, Topic] = {
    "registration": Topic("📍", "Registration", (4, 15), dated=True),
    "residence": Topic("🪪", "Residence permit", (5, 7), dated=True),
    "work_permit": Topic("🛠️", "Work permit", (5, 6), dated=True),
    "labour": Topic("👷", "Problems at work", (6,), dated=True),
    "citizenship": Topic("🏛️", "Citizenship", (4,)),
    "asylum": Topic("🕊️", "Asylum, refugees", (7,), dated=True),
    "visa_entry": Topic("🛂", "Visa, entry, exit", (5, 11), dated=True),
    "fines": Topic("⚖️", "Fines, expulsion", (7, 13), dated=True),
    "documents": Topic("📄", "Passport, ID, FIN", (4,)),
    "health": Topic("🩺", "Health, insurance", (15,)),
    "education": Topic("🎓", "School, language", (15, 18)),
    "family": Topic("👪", "Marriage, children", (7, 15)),
    "housing": Topic("🏠", "Housing", (15,), dated=True),
    "discrimination": Topic("🤝", "Discrimination", (17,)),
    "service": Topic("🗣️", "Service, staff, bribes", (3, 12)),
    OTHER: Topic("✳️", "Something else"),
}

KINDS = ("complaint", "question", "help", "suggestion", "rumour", "thanks")
"""What people write, the more pressing first."""

ANOTHER_LANGUAGE = 0.5
"""What a word counts that belongs to another language's list than the person's own."""

QUESTION_MARKS = frozenset("?؟？¿")


@dataclass(frozen=True, slots=True)
class _Sign:
    """One pattern of a list: what it stands for, and whose list it is from."""

    name: str
    language: str
    pattern: str


def suggest(text: str, language: str) -> str:
    """The topic that the text seems to be about, or "other"."""
    return _best(_weigh("topics", text, language)) or OTHER


def suggest_kind(text: str, language: str) -> str | None:
    """The kind of request that the text seems to be, or None."""
    weights = _weigh("kinds", text, language)
    if not QUESTION_MARKS.isdisjoint(text):
        weights["question"] = weights.get("question", 0.0) + 1.0
    return _best(weights)


def _best(weights: Mapping[str, float]) -> str | None:
    """The heaviest name; of equals the first of its table."""
    names = [name for name in (*TOPICS, *KINDS) if name in weights]
    return max(names, key=weights.__getitem__, default=None)


def _weigh(table: str, text: str, language: str) -> dict[str, float]:
    """How much speaks for each name: phrases more than words, one's own language more than others.

    Each pattern counts once, and languages are not added up: many words are in several lists.
    """
    plain = fold(text)
    by_language: dict[tuple[str, str], float] = {}
    for sounded, phrases in _phrases(table):
        words = (sounds(plain) if sounded else plain).split()
        for sign, length in phrases.found(words).items():
            where = sign.name, sign.language
            by_language[where] = by_language.get(where, 0.0) + length
    weights: dict[str, float] = {}
    for (name, of), weight in by_language.items():
        counted = weight if of == language else weight * ANOTHER_LANGUAGE
        weights[name] = max(weights.get(name, 0.0), counted)
    return weights


@cache
def _phrases(table: str) -> tuple[tuple[bool, Phrases[_Sign]], ...]:
    """The lists as written, and those that are looked for by sound."""
    plain: list[tuple[str, _Sign]] = []
    sounded: list[tuple[str, _Sign]] = []
    for language, lists in read("topics").items():
        entries = sounded if language in BY_SOUND else plain
        for name, patterns in lists[table].items():
            entries += ((pattern, _Sign(name, language, pattern)) for pattern in patterns)
    return (False, Phrases(plain, plain_of("en"))), (True, Phrases(sounded, plain_of("ru")))

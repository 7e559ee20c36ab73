"""A look at every message for danger: not a safety net, only a way to be seen sooner.

Words alone find a part of what is serious (the tests say how much), so a person reads every
message. *Red* is an exact phrase of an urgent group. *Amber* is a group of words standing near each
other; then a person looks first and nothing is said by itself, because a wrong guess on a shared
phone is harm too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from handlers.rules.folding import fold, sounds
from handlers.rules.lists import BY_SOUND, plain_of, read
from handlers.rules.phrases import Phrases
from handlers.rules.urgent import GROUPS, NOTHING, PRIVATE_GROUPS, Finding, Level

__all__ = ["GROUPS", "NOTHING", "PRIVATE_GROUPS", "Finding", "languages_with_lists", "look"]

NEAR = 8
"""Within how many words the parts of a pair stand, where the list does not say."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Sets of words that together point at a group when they stand near each other."""

    group: str
    of: tuple[str, ...]
    near: int


@dataclass(frozen=True, slots=True)
class _Lists:
    """One language's lists, ready to be looked for."""

    sounded: bool
    red: Phrases[str]
    sets: Phrases[str]
    pairs: tuple[_Pair, ...]


def look(text: str, language: str) -> Finding:
    """What the words point at, in whatever language with lists they are written.

    `language` is the person's choice, whose lists are looked at first.
    """
    plain = fold(text)
    words = {False: plain.split(), True: sounds(plain).split()}
    lists = _lists()
    red = {group for one in lists for group in one.red.found(words[one.sounded])}
    if red:
        return _finding("red", red)
    amber = {group for one in lists for group in _pointed_at(one, words[one.sounded])}
    return _finding("amber", amber) if amber else NOTHING


def languages_with_lists() -> frozenset[str]:
    """The languages whose words of danger are known here."""
    return frozenset(read("safety"))


def _finding(level: Level, groups: set[str]) -> Finding:
    return Finding(level, tuple(group for group in GROUPS if group in groups))


def _pointed_at(lists: _Lists, words: Sequence[str]) -> set[str]:
    """The groups of which a pair stands together somewhere."""
    places: dict[str, list[tuple[int, int]]] = {}
    for hit in lists.sets.hits(words):
        places.setdefault(hit.means, []).append((hit.start, hit.end))
    return {
        pair.group
        for pair in lists.pairs
        if all(name in places for name in pair.of)
        and _together([places[name] for name in pair.of], pair.near)
    }


def _together(parts: Sequence[Sequence[tuple[int, int]]], near: int) -> bool:
    """Whether a place of every part lies within so many words, no word counted for two parts."""
    in_order = sorted((*place, part) for part, places in enumerate(parts) for place in places)
    last: dict[int, tuple[int, int]] = {}
    for start, end, part in in_order:
        last[part] = (start, end)
        if len(last) < len(parts):
            continue
        others = [place for one, place in last.items() if one != part]
        apart = all(other_end <= start for _, other_end in others)
        if apart and end - min((first for first, _ in others), default=start) <= near:
            return True
    return False


@cache
def _lists() -> tuple[_Lists, ...]:
    """Every language's lists, in the order of their names."""
    return tuple(_ready(language, table) for language, table in read("safety").items())


def _ready(language: str, table: Mapping[str, Any]) -> _Lists:
    plain = plain_of(language)
    pairs = tuple(
        _Pair(pair["group"], tuple(pair["of"]), pair.get("near", NEAR)) for pair in table["pairs"]
    )
    return _Lists(
        language in BY_SOUND,
        Phrases(_entries(table["red"]), plain),
        Phrases(_entries(table["sets"]), plain),
        pairs,
    )


def _entries(lists: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(pattern, name) for name, patterns in lists.items() for pattern in patterns]

"""A look at every message for danger: not a safety net, only a way to be seen sooner.

Words alone find about half of what is serious (the tests measure it), so a person reads every
message. *Red* is an exact phrase of an urgent group. *Amber* is a group of words standing near each
other; then a person looks first and nothing is said by itself, because a wrong guess on a shared
phone is harm too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from handlers.rules.folding import fold, sounds
from handlers.rules.lists import BY_SOUND, by_sound, read
from handlers.rules.phrases import Phrases
from handlers.rules.urgent import GROUPS, NOTHING, PRIVATE_GROUPS, Finding, Level

__all__ = ["GROUPS", "NOTHING", "PRIVATE_GROUPS", "Finding", "languages_with_lists", "look"]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Sets of words that together point at a group when they stand near each other."""

    group: str
    sets: tuple[str, ...]
    near: int = 0
    """Within how many words; of no meaning for a set that counts alone."""


PAIRS = (
    _Pair("trafficking", ("ours", "hold", "private_holder"), near=10),
    _Pair("trafficking", ("shut", "shut_in"), near=5),
    _Pair("trafficking", ("kept", "kept_in"), near=6),
    _Pair("trafficking", ("unpaid", "control"), near=13),
    _Pair("trafficking", ("debt", "creditor"), near=9),
    _Pair("trafficking", ("bait", "baited"), near=12),
    _Pair("trafficking", ("sold", "somebody"), near=5),
    _Pair("danger_now", ("weapon",)),
    _Pair("danger_now", ("hurt", "someone"), near=5),
    _Pair("danger_now", ("injury", "someone"), near=6),
    _Pair("danger_now", ("watched",)),
    _Pair("danger_now", ("not_return", "home_danger"), near=8),
    _Pair("danger_now", ("flight",)),
    _Pair("suicide", ("despair",)),
    _Pair("suicide", ("farewell", "kin"), near=6),
    _Pair("sexual_abuse", ("advance", "man"), near=11),
    _Pair("child", ("age", "grown_up_things"), near=12),
    _Pair("detention_removal", ("police", "caught"), near=7),
    _Pair("detention_removal", ("held",)),
    _Pair("detention_removal", ("gone", "taken_away"), near=8),
    _Pair("reprisal", ("fear", "feared"), near=7),
    _Pair("reprisal", ("threat", "threatener"), near=8),
    _Pair("reprisal", ("removal_threat", "removal_threatener"), near=11),
    _Pair("reprisal", ("condition", "who_says"), near=7),
    _Pair("reprisal", ("recording", "spread"), near=9),
    _Pair("reprisal", ("complained", "visited"), near=7),
    _Pair("official_misconduct", ("money", "official", "asks"), near=14),
    _Pair("official_misconduct", ("money", "shady"), near=8),
)
"""What points at a group in every language; each language fills the sets with its own words."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of the languages that are looked for in one form of the words."""

    sounded: bool
    red: Phrases[str]
    sets: Phrases[tuple[str, str]]
    """Of each set, its language and its name: words of two languages make no pair."""


def look(text: str, language: str) -> Finding:
    """What the words point at.

    The lists of all languages are looked at, whatever `language` the person chose: people in need
    write in the one they think in.
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
    places: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for (language, name), start, end in lists.sets.hits(words):
        places.setdefault(language, {}).setdefault(name, []).append((start, end))
    return {
        pair.group
        for here in places.values()
        for pair in PAIRS
        if all(name in here for name in pair.sets)
        and _together([here[name] for name in pair.sets], pair.near)
    }


def _together(parts: Sequence[Sequence[tuple[int, int]]], near: int) -> bool:
    """Whether a place of every part lies within so many words, no word counted for two parts."""
    in_order = sorted((*place, part) for part, places in enumerate(parts) for place in places)
    last: dict[int, tuple[int, int]] = {}
    for start, end, part in in_order:
        last[part] = (start, end)
        if len(last) < len(parts):
            continue
        if len(parts) == 1:
            return True
        others = [place for one, place in last.items() if one != part]
        apart = all(other_end <= start for _, other_end in others)
        if apart and end - min(first for first, _ in others) <= near:
            return True
    return False


@cache
def _lists() -> tuple[_Lists, ...]:
    """All lists, those that are looked for by sound on their own."""
    return _ready(sounded=False), _ready(sounded=True)


def _ready(*, sounded: bool) -> _Lists:
    tables = {
        language: table
        for language, table in read("safety").items()
        if (language in BY_SOUND) is sounded
    }
    red = [
        (pattern, group)
        for table in tables.values()
        for group, patterns in table["red"].items()
        for pattern in patterns
    ]
    sets = [
        (pattern, (language, name))
        for language, table in tables.items()
        for name, patterns in table["sets"].items()
        for pattern in patterns
    ]
    plain = by_sound if sounded else fold
    return _Lists(sounded, Phrases(red, plain), Phrases(sets, plain))

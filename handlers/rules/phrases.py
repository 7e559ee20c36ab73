"""Finding the words and phrases of a list in a text, in one pass over its words.

A pattern is one or several words in this order. `word*` takes any ending; `~` lets up to three
other words stand between; `a|b` takes either word, `(a b|c)` either phrase.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)

MOST_BETWEEN = 3
_HEAD = 2
_NEXT = 2
# letters of no living script, so that folding leaves them with their words
_ANY_ENDING, _EITHER = "\u16a0", "\u16a2"
_EITHER_PHRASE = re.compile(r"\(([^()]*)\)")


class Hit(NamedTuple, Generic[T]):
    """A pattern found: what it stands for, its first word's place, the place behind its last."""

    means: T
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    letters: str
    is_stem: bool

    def matches(self, word: str) -> bool:
        return word.startswith(self.letters) if self.is_stem else word == self.letters


_Words = tuple[_Word, ...]  # either of them


@dataclass(frozen=True, slots=True)
class _Pattern(Generic[T]):
    means: T
    rest: tuple[tuple[int, _Words], ...]
    """What follows the first word, each with how many other words may stand before it."""

    def end(self, words: Sequence[str], start: int) -> int | None:
        """The place behind the last word, if the pattern goes on from its first at `start`."""
        at = start + 1
        for between, wanted in self.rest:
            for place in range(at, min(at + between + 1, len(words))):
                if any(word.matches(words[place]) for word in wanted):
                    at = place + 1
                    break
            else:
                return None
        return at


@dataclass(slots=True)
class _Beginning(Generic[T]):
    """The patterns that begin with one word, by what follows: few then need a closer look."""

    alone: list[_Pattern[T]] = field(default_factory=list)
    followed: dict[str, list[_Pattern[T]]] = field(default_factory=dict)
    """By the first letters of the very next word."""
    loose: list[_Pattern[T]] = field(default_factory=list)

    def add(self, pattern: _Pattern[T]) -> None:
        if not pattern.rest:
            self.alone.append(pattern)
            return
        between, second = pattern.rest[0]
        if between or any(word.is_stem and len(word.letters) < _NEXT for word in second):
            self.loose.append(pattern)
            return
        for key in {word.letters[:_NEXT] for word in second}:
            self.followed.setdefault(key, []).append(pattern)

    def longer(self, words: Sequence[str], start: int) -> Iterator[_Pattern[T]]:
        """The patterns of several words that may stand at `start`."""
        if start + 1 < len(words):
            yield from self.followed.get(words[start + 1][:_NEXT], ())
            yield from self.loose


class Phrases(Generic[T]):
    """A list of patterns, each of which means something, ready to be found.

    `plain` brings the patterns' words to the same form as the words they are looked for in.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], plain: Callable[[str], str]) -> None:
        self._words: dict[str, _Beginning[T]] = {}
        self._stems: dict[str, _Beginning[T]] = {}
        for written, means in entries:
            for chosen in _phrases_of(written):
                first, *rest = _parts(chosen, plain)
                pattern = _Pattern(means, tuple(rest))
                for word in first[1]:
                    kept = self._stems if word.is_stem else self._words
                    kept.setdefault(word.letters, _Beginning()).add(pattern)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._heads = {known[:_HEAD] for known in (*self._words, *self._stems)}

    def hits(self, words: Sequence[str]) -> Iterator[Hit[T]]:
        """Every place where a pattern stands, in the order of the text."""
        begun = self._begun(words)
        for start, word in enumerate(words):
            for beginning in begun.get(word, ()):
                for pattern in beginning.alone:
                    yield Hit(pattern.means, start, start + 1)
                for pattern in beginning.longer(words, start):
                    end = pattern.end(words, start)
                    if end is not None:
                        yield Hit(pattern.means, start, end)

    def found(self, words: Sequence[str]) -> dict[T, int]:
        """What stands in the text at all, and over how many words."""
        begun = self._begun(words)
        found = {p.means: 1 for there in begun.values() for one in there for p in one.alone}
        begun = {word: there for word, there in begun.items() if any(map(_goes_on, there))}
        for start, word in enumerate(words):
            for beginning in begun.get(word, ()):
                for pattern in beginning.longer(words, start):
                    if pattern.means not in found and (end := pattern.end(words, start)):
                        found[pattern.means] = end - start
        return found

    def _begun(self, words: Sequence[str]) -> dict[str, list[_Beginning[T]]]:
        """The words of the text that a pattern begins with."""
        heads = self._heads
        return {
            word: there
            for word in dict.fromkeys(words)
            if word[:_HEAD] in heads and (there := self._beginning_with(word))
        }

    def _beginning_with(self, word: str) -> list[_Beginning[T]]:
        there = [self._words[word]] if word in self._words else []
        for length in self._lengths:
            if length > len(word):
                break
            if word[:length] in self._stems:
                there.append(self._stems[word[:length]])
        return there


def _goes_on(beginning: _Beginning[T]) -> bool:
    return bool(beginning.followed or beginning.loose)


def _phrases_of(written: str) -> Iterator[str]:
    """The pattern once for each choice between phrases that it leaves open."""
    found = _EITHER_PHRASE.search(written)
    if found is None:
        yield written
        return
    for phrase in found[1].split("|"):
        yield from _phrases_of(f"{written[: found.start()]} {phrase} {written[found.end() :]}")


def _parts(written: str, plain: Callable[[str], str]) -> list[tuple[int, _Words]]:
    """A pattern as read: its words, each with how many others may stand before it."""
    lettered = written.replace("*", _ANY_ENDING).replace("|", _EITHER)
    parts: list[tuple[int, _Words]] = []
    for stretch in lettered.split("~"):
        between = MOST_BETWEEN if parts else 0
        for part in plain(stretch).split():
            parts.append((between, tuple(map(_word, part.split(_EITHER)))))
            between = 0
    if not parts or any(not word.letters for _, words in parts for word in words):
        raise ValueError(f"a pattern without words: {written!r}")
    if any(word.is_stem and len(word.letters) < _HEAD for word in parts[0][1]):
        raise ValueError(f"a pattern that begins with too little: {written!r}")
    return parts


def _word(part: str) -> _Word:
    letters = part.rstrip(_ANY_ENDING)
    return _Word(letters, is_stem=letters != part)

"""Finding the words and phrases of a list in a text, in one pass over its words.

A pattern is one or several words in this order. `word*` takes any ending; `~` lets up to three
other words stand between; `a|b` takes either.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

MOST_BETWEEN = 3
_HEAD = 3
_ANY_ENDING = "\u16a0"  # a letter of no living script, so that it stays with its word


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


@dataclass(frozen=True, slots=True)
class _Pattern(Generic[T]):
    means: T
    first: _Word
    rest: tuple[tuple[int, _Word], ...]
    """Further words, each with how many others may stand before it."""

    def end(self, words: Sequence[str], start: int) -> int | None:
        """The place behind the last word, if the pattern goes on from its first at `start`."""
        at = start + 1
        for between, wanted in self.rest:
            for place in range(at, min(at + between + 1, len(words))):
                if wanted.matches(words[place]):
                    at = place + 1
                    break
            else:
                return None
        return at


class Phrases(Generic[T]):
    """A list of patterns, each of which means something, ready to be found.

    `plain` brings the patterns' words to the same form as the words they are looked for in.
    """

    def __init__(self, entries: Iterable[tuple[str, T]], plain: Callable[[str], str]) -> None:
        self._words: dict[str, list[_Pattern[T]]] = {}
        self._stems: dict[str, list[_Pattern[T]]] = {}
        for written, means in entries:
            for pattern in _patterns(written, means, plain):
                kept = self._stems if pattern.first.is_stem else self._words
                kept.setdefault(pattern.first.letters, []).append(pattern)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._heads = {known[:_HEAD] for known in (*self._words, *self._stems)}

    def hits(self, words: Sequence[str]) -> Iterator[Hit[T]]:
        """Every place where a pattern stands, in the order of the text."""
        begun: dict[str, list[_Pattern[T]]] = {}
        for word in set(words):
            if word[:_HEAD] in self._heads:
                begun[word] = self._beginning_with(word)
        for start, word in enumerate(words):
            for pattern in begun.get(word, ()):
                end = pattern.end(words, start)
                if end is not None:
                    yield Hit(pattern.means, start, end)

    def _beginning_with(self, word: str) -> list[_Pattern[T]]:
        found = list(self._words.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._stems.get(word[:length], ())
        return found


def _patterns(written: str, means: T, plain: Callable[[str], str]) -> Iterator[_Pattern[T]]:
    """The pattern as read, once for each choice it leaves open."""
    for chosen in product(*(part.split("|") for part in written.split())):
        words: list[tuple[int, _Word]] = []
        for stretch in " ".join(chosen).split("~"):
            between = MOST_BETWEEN if words else 0
            for part in plain(stretch.replace("*", _ANY_ENDING)).split():
                words.append((between, _word(part)))
                between = 0
        if not words:
            raise ValueError(f"a pattern without words: {written!r}")
        if words[0][1].is_stem and len(words[0][1].letters) < _HEAD:
            raise ValueError(f"a pattern that begins with too little: {written!r}")
        yield _Pattern(means, words[0][1], tuple(words[1:]))


def _word(part: str) -> _Word:
    letters = part.rstrip(_ANY_ENDING)
    return _Word(letters, is_stem=letters != part)

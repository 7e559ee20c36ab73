"""From any series of digests nothing small can be concluded, and each rule is needed for it."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product
from math import inf
from typing import Any

import pytest
from attacker import Attacker, totals
from hypothesis import example, given, settings
from hypothesis import strategies as st
from life import Life, series, thin

from handlers.rules import small_numbers, small_rooms, small_tables
from handlers.rules.figures import Exact
from handlers.rules.published import Published, Span, band
from handlers.rules.small_numbers import publish
from handlers.rules.small_rooms import Among
from handlers.rules.weeks import after


def _learned(life: Life) -> Iterator[object]:
    digests = series(life, 1 + max((each.week for each in life.requests), default=0))
    for known in (None, totals(life, digests)):
        attacker = Attacker(digests, known)
        yield from attacker.small().items()
        yield from attacker.there()


@settings(max_examples=60, deadline=None)
@example(8_633_800)  # two bands said as one can be small, too
@given(st.integers(min_value=0, max_value=2**32))
def test_nothing_small_is_learned(seed: int) -> None:
    """No cell is known to be one to four, and of no category that is not listed anybody is known,
    neither from the digests alone nor with the exact number of people of each week and span.
    """
    assert list(_learned(thin(random.Random(seed)))) == []


@pytest.mark.parametrize(
    ("where", "name", "instead"),
    [
        (Among, "received", lambda self: inf),
        (Among, "in_span", lambda self, name: inf),
        (Among, "received_in_span", lambda self: inf),
        (Among, "alike", lambda self, people: inf),
        (small_numbers, "room_to_be_overdue", lambda before, in_time: inf),
        (small_tables, "_tells_nothing_small", lambda *_: True),
        (small_rooms, "BASE", 5),
    ],
)
def test_each_rule_is_needed(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, instead: Any
) -> None:
    """Without any one of the rules the same attacker learns something in some of these lives."""
    monkeypatch.setattr(where, name, instead)
    assert any(list(_learned(thin(random.Random(seed)))) for seed in range(400))


@pytest.mark.parametrize(("room", "is_told"), [(None, False), (inf, True)])
def test_who_rates_proves_no_one_answered(
    monkeypatch: pytest.MonkeyPatch, room: float | None, is_told: bool
) -> None:
    """Three were answered in one week and twelve in the next; that fifteen say what they think of it
    must not prove that there were three.
    """
    if room:
        monkeypatch.setattr(Among, "ever", lambda self, name: room)
    digests: list[Published] = []
    for week, answered, rated in (("2026-W40", 3, 0), ("2026-W41", 12, 15)):
        exact = Exact(received=30, answered=answered, rated=rated, helped=rated)
        span = Span(first=week, last=week, weeks=1)
        digests.append(publish(week, exact, (span, exact), None, digests))
    assert (("answered", "2026-W40") in Attacker(digests).small()) is is_told


Rows = tuple[tuple[str, tuple[int, int]], ...]


def _rows_of(languages: tuple[str, ...]) -> Callable[[int, tuple[int, ...]], Rows]:
    among = Among([], [dict.fromkeys(("received", "answered", "closed"), band(100))])
    kept: dict[object, Rows] = {}

    def rows(people: int, cells: tuple[int, ...]) -> Rows:
        key = people // 5, tuple(each // 5 for each in cells)
        if key not in kept:
            exact = Exact(
                received=people,
                tables={"language": dict(zip(languages, cells, strict=True))},
            )
            kept[key] = small_tables._rows("language", exact, among, languages)
        return kept[key]

    return rows


@pytest.mark.parametrize("languages", [("az", "ru"), ("az", "ru", "en"), ("az", "ru", "en", "tr")])
def test_all_worlds_of_one_table(languages: tuple[str, ...]) -> None:
    """Whoever knows how many wrote, and sees the table or sees it withheld, cannot say of any
    category that is not listed that anybody is in it: in some world with the same table nobody is.
    """
    rows = _rows_of(languages)
    for people in range(31):
        worlds: dict[Rows, list[tuple[int, ...]]] = defaultdict(list)
        for first in product(range(people + 1), repeat=len(languages) - 1):
            if sum(first) <= people:
                cells = (*first, people - sum(first))
                worlds[rows(people, cells)].append(cells)
        for shown, every in worlds.items():
            for n, language in enumerate(languages):
                assert language in dict(shown) or min(cells[n] for cells in every) == 0


def test_all_tiny_worlds() -> None:
    """Up to seven people, four languages, two weeks: for whatever a reader sees in both digests,
    and even knowing how many wrote, there is a world in which a small cell is empty, or is large.
    """
    digests = _Digests()
    worlds: dict[object, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for who in _shared_out(7, 12):
        # who of a language wrote in the first week, in the last, in both
        only_first, only_last, both = who[:4], who[4:8], who[8:]
        first = [one + two for one, two in zip(only_first, both, strict=True)]
        last = [one + two for one, two in zip(only_last, both, strict=True)]
        whole = [one + two for one, two in zip(first, only_last, strict=True)]
        shown = digests.of(sum(first), sum(last), tuple(whole))
        knowing = shown, sum(first), sum(last), sum(whole)
        for name, cells in (("first", first), ("last", last), ("whole", whole)):
            worlds[shown][name].add(sum(cells))
            for n, people in enumerate(cells):
                worlds[shown][f"{name} {n}"].add(people)
                worlds[knowing][f"{name} {n}"].add(people)
    assert len({shown for shown in worlds if isinstance(shown, int)}) > 5
    for seen in worlds.values():
        assert not [cell for cell, possible in seen.items() if possible <= {1, 2, 3, 4}]


class _Digests:
    """Two weeks' digests, told apart by a number; the second shows the tables of both."""

    def __init__(self) -> None:
        self._by_figures: dict[object, int] = {}
        self._by_text: dict[str, int] = {}

    def of(self, first: int, last: int, whole: tuple[int, ...]) -> int:
        figures = first, last, whole
        if figures not in self._by_figures:
            text = repr(self._published(first, last, whole))
            self._by_figures[figures] = self._by_text.setdefault(text, len(self._by_text))
        return self._by_figures[figures]

    def _published(self, first: int, last: int, whole: tuple[int, ...]) -> list[Published]:
        digests: list[Published] = []
        languages = ("az", "ru", "en", "tr")
        spoken = dict(zip(languages, whole, strict=True))
        exact = Exact(received=sum(whole), tables={"language": spoken})
        for n, people in enumerate((first, last)):
            span = Span(first="2026-W40", last="2026-W41", weeks=2)
            of_week = Exact(received=people, answered=people, promised=people, in_time=people)
            of_span = (span, exact) if n else None
            week = after("2026-W40", n)
            digests.append(publish(week, of_week, of_span, None, digests, languages))
        return digests


def _shared_out(people: int, kinds: int) -> Iterator[tuple[int, ...]]:
    """All ways in which up to so many people are of so many kinds."""
    if not kinds:
        yield ()
        return
    for each in range(people + 1):
        yield from ((each, *rest) for rest in _shared_out(people - each, kinds - 1))

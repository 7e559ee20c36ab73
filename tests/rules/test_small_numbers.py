"""What may be said of a number of people: bands, shares, tables and times, line by line."""

import json
from dataclasses import replace
from math import inf

import pytest
from life import LANGUAGES, lived, next_digest, series

from handlers.rules.figures import Exact, Safeguarding, Times
from handlers.rules.published import Band, Published, Share, Span, Tables, as_json, band, from_json
from handlers.rules.small_numbers import publish, span_to_show
from handlers.rules.small_rooms import share, shown
from handlers.rules.small_tables import hours

BUSY = {"received": Band(30, 34), "answered": Band(30, 34), "closed": Band(30, 34)}


def _week(week: str, received: int = 12, **more: object) -> Published:
    counts = dict.fromkeys(("received", "answered", "closed", "overdue"), band(received))
    shares = {"in_time": Share(Band(10, 14))}
    return replace(Published(week=week, counts=counts, shares=shares), **more)  # type: ignore[arg-type]


def _tables_of(exact: Exact, received: int = 40) -> Published:
    """The digest of a busy week, whose tables are its own."""
    exact = replace(exact, received=received)
    span = Span(first="2026-W48", last="2026-W48", weeks=1)
    return publish("2026-W48", exact, (span, exact), None, [], LANGUAGES)


@pytest.mark.parametrize(
    ("people", "room", "said"),
    [
        (0, inf, (0, 4)),
        (4, inf, (0, 4)),
        (5, inf, (5, 9)),
        (1234, inf, (1230, 1234)),
        (4, 8, (0, 4)),
        (5, 8, (5, 14)),
        (9, 8, (5, 14)),
        (3, 4, (0, 9)),
        (8, 4, (0, 9)),
        (8, 0, (0, 9)),
        (14, 20, (10, 14)),
        (22, 20, (20, 29)),
        (57, 20, (20, 59)),
    ],
)
def test_bands(people: int, room: float, said: tuple[int, int]) -> None:
    """Bands of five; where its room ends, two bands are one, and what is said stays true."""
    assert shown(people, room) == said
    assert said[0] <= people <= said[1]


@pytest.mark.parametrize(
    ("part", "of", "said"),
    [
        (0, 0, Share(Band(0, 9))),
        (9, 9, Share(Band(0, 9))),
        (5, 10, Share(Band(10, 14))),
        (6, 12, Share(Band(10, 14), percent=50)),
        (6, 11, Share(Band(10, 14))),
        (19, 19, Share(Band(15, 19))),
        (20, 20, Share(Band(20, 24), word="nearly_all")),
        (15, 20, Share(Band(20, 24), word="nearly_all")),
        (14, 20, Share(Band(20, 24), percent=70)),
        (5, 20, Share(Band(20, 24), word="hardly_any")),
        (0, 20, Share(Band(20, 24), word="hardly_any")),
        (6, 20, Share(Band(20, 24), percent=30)),
        (33, 100, Share(Band(100, 104), percent=35)),
        (994, 1000, Share(Band(1000, 1004), percent=95)),
        (6, 1000, Share(Band(1000, 1004), percent=5)),
    ],
)
def test_shares(part: int, of: int, said: Share) -> None:
    """A percentage has ten people under it and more than five on each side; never 0 or 100."""
    assert share(part, of) == said


def test_no_share_where_the_base_reaches_its_room() -> None:
    """Two bands said as one carry no percentage: it could say which of them it is."""
    assert share(10, 20, 18) == Share(Band(15, 24))
    assert share(3, 6, 8) == Share(Band(0, 14))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, 1),
        (1800, 1),
        (5400, 2),
        (7 * 3600, 7),
        (27_000, 8),
        (28_800, 8),
        (33 * 3600, 32),
        (35 * 3600, 36),
    ],
)
def test_times(seconds: float, said: float) -> None:
    """Whole hours up to a day of eight, half days from there on; never nothing."""
    assert hours(seconds) == said


@pytest.mark.parametrize(
    ("people", "said"),
    [(9, None), (10, (4.0, None)), (49, (4.0, None)), (50, (4.0, 20.0))],
)
def test_quantiles(people: int, said: tuple[float, float | None] | None) -> None:
    """A median is of ten people, a 90th percentile of fifty."""
    took = Times(people, 4.2 * 3600, 21 * 3600)
    tables = _tables_of(Exact(read_after=took)).tables
    assert tables is not None
    assert tables.times.get("read") == said


@pytest.mark.parametrize(
    ("name", "cells", "listed"),
    [
        # all are listed
        ("channel", {"telegram": 33, "whatsapp": 7}, {"telegram": 30, "whatsapp": 5}),
        # the total would tell the other one
        ("channel", {"telegram": 37, "whatsapp": 3}, {}),
        ("channel", {"telegram": 40}, {}),
        # one alone is left, and all the others can hold no more than wrote
        ("language", {"az": 14, "ru": 9, "en": 9, "tr": 5, "fa": 3}, {}),
        # nobody speaks Persian, and still nobody is told so
        ("language", {"az": 14, "ru": 9, "en": 9, "tr": 8}, {}),
        (
            "language",
            {"az": 15, "ru": 10, "en": 10, "tr": 5},
            {"az": 15, "ru": 10, "en": 10, "tr": 5},
        ),
        ("language", {"az": 25, "ru": 10, "en": 3, "tr": 2}, {"az": 25, "ru": 10}),
        # of nobody there are five
        ("language", {}, {}),
        # the shortest lines are not shown, and within a band the order is that of the list
        (
            "topic",
            {
                "other": 9,
                "labour": 5,
                "fines": 6,
                "health": 14,
                "housing": 8,
                "asylum": 7,
                "family": 4,
            },
            {"health": 10, "labour": 5, "asylum": 5, "fines": 5, "housing": 5},
        ),
    ],
)
def test_tables(name: str, cells: dict[str, int], listed: dict[str, int]) -> None:
    """A table lists five people or more, and only where whoever it does not list could be nobody."""
    tables = _tables_of(Exact(tables={name: cells})).tables
    assert tables is not None
    assert dict(tables.tables.get(name, ())) == {each: band(low) for each, low in listed.items()}
    assert list(dict(tables.tables.get(name, ()))) == list(listed)
    assert (name in tables.withheld) is not bool(listed)


@pytest.mark.parametrize(
    ("received", "cells", "is_listed"),
    [
        # who wrote at the most: 4 + 9 + 9 + 9; without the first week 27
        ((4, 9, 9, 9), {"labour": 15, "fines": 9}, True),
        ((4, 9, 9, 9), {"labour": 20}, False),
        ((4, 4, 4, 4), {"labour": 15}, False),
        ((6, 6, 6, 6), {"labour": 20}, True),
    ],
)
def test_tables_prove_no_week(
    received: tuple[int, ...], cells: dict[str, int], is_listed: bool
) -> None:
    """A table that needs somebody of each week is withheld where one of the weeks is small."""
    before = [_week(f"2026-W{45 + n}", people) for n, people in enumerate(received[:3])]
    whole = Exact(received=sum(cells.values()), tables={"topic": cells})
    span = Span(first="2026-W45", last="2026-W48", weeks=4)
    digest = publish("2026-W48", Exact(received=received[3]), (span, whole), None, before)
    assert digest.tables is not None
    assert ("topic" in digest.tables.tables) is is_listed


@pytest.mark.parametrize(
    ("week", "received", "shown_until", "published", "span"),
    [
        ("2026-W48", 12, None, 0, None),
        ("2026-W48", 30, None, 0, ("2026-W48", "2026-W48", 1)),
        ("2026-W48", 12, None, 2, None),
        ("2026-W48", 12, None, 3, ("2026-W45", "2026-W48", 4)),
        ("2026-W48", 29, "2026-W45", 3, None),
        ("2026-W48", 30, "2026-W45", 3, ("2026-W46", "2026-W48", 3)),
        ("2026-W48", 0, "2026-W44", 3, ("2026-W45", "2026-W48", 4)),
        ("2027-W01", 0, "2026-W50", 1, ("2026-W51", "2027-W01", 4)),
        # digests that never went out are made up for by the next
        ("2026-W48", 3, "2026-W40", 0, ("2026-W41", "2026-W48", 8)),
        ("2026-W48", 50, "2026-W48", 0, None),
    ],
)
def test_span(
    week: str,
    received: int,
    shown_until: str | None,
    published: int,
    span: tuple[str, str, int] | None,
) -> None:
    """Tables are shown of four weeks, or up to a week of thirty people, and of no week twice."""
    before = [_week(f"2026-W{48 - n}") for n in range(published, 0, -1)]
    if week.startswith("2027"):
        before = [_week("2026-W53")]
    if shown_until:
        tables = Tables(span=Span(first=shown_until, last=shown_until, weeks=1))
        before = [_week(shown_until, tables=tables), *(b for b in before if b.week > shown_until)]
    said = span_to_show(week, band(received), before)
    assert said == (span and Span(first=span[0], last=span[1], weeks=span[2]))


def test_no_week_twice() -> None:
    """A week or a span that was shown is refused, whoever asks for it."""
    digests = series(lived(1, 90, 6), 6)
    with pytest.raises(ValueError, match="is published"):
        publish(digests[-1].week, Exact(), None, None, digests)
    span = Span(first="2026-W40", last="2026-W46", weeks=7)
    with pytest.raises(ValueError, match="tables are due"):
        publish("2026-W46", Exact(), (span, Exact()), None, digests)


def test_what_is_published_is_settled() -> None:
    """A further week changes nothing in those before it, and reads nothing else of them."""
    life = lived(3, 90, 20)
    digests = series(life, 20)
    kept = [json.dumps(as_json(digest)) for digest in digests]
    for n in range(20):
        again = [from_json(json.loads(each)) for each in kept[:n]]
        assert next_digest(life, n, again) == digests[n]
    assert [json.dumps(as_json(digest)) for digest in digests] == kept


@pytest.mark.parametrize("a_month", [0, 30, 1000])
def test_kept_as_it_is(a_month: int) -> None:
    """What was kept is what was published, to the last figure."""
    for digest in series(lived(5, a_month, 6), 6):
        assert from_json(json.loads(json.dumps(as_json(digest)))) == digest


def test_means_and_trends_are_of_what_was_published() -> None:
    """They are made of bands alone: any reader can make them from the digests before."""
    before = [_week(f"2026-W{40 + n}", people) for n, people in enumerate((3, 12, 20, 7, 8))]
    before[-1] = replace(before[-1], shares={"in_time": Share(Band(20, 24), percent=70)})
    digest = publish("2026-W45", Exact(received=14, answered=3), None, None, before)
    assert digest.means["received"] == (12 + 22 + 7 + 7) / 4
    assert digest.means["in_time"] == 70
    assert digest.trends["received"] == (0, 10, 20, 5, 5, 10)
    assert digest.trends["answered"] == (0, 10, 20, 5, 5, 0)
    assert publish("2026-W45", Exact(), None, None, before[:3]).means == {}
    assert len(publish("2026-W59", Exact(), None, None, before * 4).trends["received"]) == 12


def test_safeguarding_once_a_quarter() -> None:
    """A quarter's private requests are said once, by the rules of every other figure."""
    of = ("2026-Q3", Safeguarding(people=24, in_time=21))
    first = publish("2026-W40", Exact(), None, of, [])
    assert first.safeguarding == {
        "quarter": "2026-Q3",
        "people": Band(20, 24),
        "in_time": Share(Band(20, 24), word="nearly_all"),
    }
    assert publish("2026-W41", Exact(), None, of, [first]).safeguarding is None


@pytest.mark.parametrize("received", [0, 4, 5])
def test_empty_is_what_its_band_says(received: int) -> None:
    """That nobody wrote is said of four people as well."""
    assert publish("2026-W40", Exact(received=received), None, None, []).is_empty is (received < 5)


def test_who_waits_proves_no_one() -> None:
    """Twelve who wait, after weeks of 0–4 and 5–9, do not prove that somebody wrote in the first."""
    before = [_week("2026-W40", 3)]
    digest = publish("2026-W41", Exact(received=9, overdue=12, promised=9), None, None, before)
    assert digest.counts["overdue"] == (5, 14)


def test_only_bands_decide() -> None:
    """Whatever number lies within a small band, the digest is the same."""
    digests = [
        publish("2026-W40", Exact(received=n, answered=n, promised=n, in_time=n), None, None, [])
        for n in range(5)
    ]
    assert all(digest == digests[0] for digest in digests)

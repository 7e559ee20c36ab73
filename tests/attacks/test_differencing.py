"""Half a year of digests in the hands of somebody who looks for one person in them.

The attacker takes weeks from spans and spans from one another, follows who waits from week to week,
takes means and trends apart, and may know from elsewhere how many people wrote.
"""

from dataclasses import replace

import pytest
from attacker import Attacker, totals
from life import FIRST, Life, lived, series

from handlers.rules.figures import KINDS_OF_TABLE, Exact
from handlers.rules.published import Band, Published, Span, Tables
from handlers.rules.small_numbers import MEAN_OF
from handlers.rules.weeks import after

WEEKS = 26
A_MONTH = (30, 90, 1000)


def _exactly(counts: dict[str, int]) -> dict[str, Band]:
    return {name: Band(people, people) for name, people in counts.items()}


def _as_it_is(life: Life, weeks: int) -> list[Published]:
    """A publisher who hides nothing: exact numbers, of each week, in every table."""
    digests = []
    for n, digest in enumerate(series(life, weeks)):
        exact, week = life.exact(n, n), after(FIRST, n)
        counts = _exactly({name: getattr(exact, name) for name in digest.counts})
        tables = _tables(Span(first=week, last=week, weeks=1), exact)
        digests.append(replace(digest, counts=counts, tables=tables))
    return digests


def _every_week_the_last_four(life: Life, weeks: int) -> list[Published]:
    """A publisher who shows nothing below five, but of four weeks, and that every week."""
    digests = []
    for n, digest in enumerate(series(life, weeks)):
        start = max(0, n - 3)
        span = Span(first=after(FIRST, start), last=after(FIRST, n), weeks=n - start + 1)
        digests.append(replace(digest, tables=_tables(span, life.exact(start, n), least=5)))
    return digests


def _tables(span: Span, exact: Exact, least: int = 0) -> Tables:
    shown = {
        name: tuple(
            (category, Band(people, people))
            for category, people in exact.tables[name].items()
            if people >= least
        )
        for name in KINDS_OF_TABLE
        if name in exact.tables
    }
    return Tables(span=span, tables=shown)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("a_month", A_MONTH)
def test_half_a_year_tells_nothing_small(a_month: int, seed: int) -> None:
    """Neither alone nor with every total do 26 digests tell of one to four people, nor that
    anybody is in a category that is not listed.
    """
    life = lived(seed, a_month, WEEKS)
    digests = series(life, WEEKS)
    for known in (None, totals(life, digests)):
        attacker = Attacker(digests, known)
        assert attacker.small() == {}
        assert attacker.there() == set()


@pytest.mark.parametrize("a_month", A_MONTH)
def test_tables_are_worth_reading(a_month: int) -> None:
    """Silence would be safe too: in nearly every span at least the topics and the kinds are said."""
    digests = series(lived(0, a_month, WEEKS), WEEKS)
    spans = [digest.tables for digest in digests if digest.tables]
    assert len(spans) >= 6
    assert sum("topic" in each.tables and "kind" in each.tables for each in spans) >= 0.8 * len(
        spans
    )


@pytest.mark.parametrize("a_month", A_MONTH)
def test_no_week_is_in_two_spans(a_month: int) -> None:
    """There is nothing to take away from one another: spans follow each other without a gap."""
    spans = [each.tables.span for each in series(lived(1, a_month, WEEKS), WEEKS) if each.tables]
    assert spans[0].first == FIRST
    assert [each.first for each in spans[1:]] == [after(each.last) for each in spans[:-1]]


@pytest.mark.parametrize("a_month", A_MONTH)
def test_means_and_trends_tell_nothing_new(a_month: int) -> None:
    """Chained or not: whoever has the bands of the digests before can make each mean and trend."""
    digests = series(lived(2, a_month, WEEKS), WEEKS)
    for n, digest in enumerate(digests):
        lows = [each.counts["received"].low for each in digests[: n + 1]]
        assert digest.trends["received"] == tuple(lows[-12:])
        if n >= MEAN_OF:
            assert digest.means["received"] == sum(lows[n - MEAN_OF : n]) / MEAN_OF + 2


@pytest.mark.parametrize("a_month", A_MONTH)
def test_the_attack_finds_whom_exact_numbers_show(a_month: int) -> None:
    """Against a publisher who hides nothing, the same attacker finds single persons."""
    learned = Attacker(_as_it_is(lived(0, a_month, WEEKS), WEEKS)).small()
    assert (1, 1) in learned.values()


@pytest.mark.parametrize("a_month", A_MONTH[:2])
def test_the_attack_finds_who_is_between_two_windows(a_month: int) -> None:
    """Where four weeks are shown every week, though nothing below five, the same attacker finds
    how few wrote about something in one week.
    """
    learned = Attacker(_every_week_the_last_four(lived(0, a_month, WEEKS), WEEKS)).small()
    assert [cell for cell in learned if cell[0] == "in week"]

"""The figures that stand behind the state: each with its name, as page and sheet list them."""

from typing import NamedTuple

from handlers.language import Rich, Tongue
from handlers.rules.published import Tables
from handlers.staff import said, words
from handlers.staff.digest import Digest


class Row(NamedTuple):
    """A figure: what it is, how much, and of how many people where it is a share of them."""

    name: Rich
    value: Rich
    of: Rich = Rich("")


def shares(t: Tongue, tables: Tables) -> list[Row]:
    """Shares of people in the weeks that the tables stand for."""
    return [
        Row(
            t(words.FIGURES[name]),
            said.share(t, share),
            t("of {people}", people=said.people(t, share.of)),
        )
        for name, share in tables.shares.items()
        if name in words.FIGURES
    ]


def counts(t: Tongue, digest: Digest) -> list[Row]:
    """What the state leaves out: who was closed this week, and the counts beside the tables."""
    rows = []
    if "closed" in digest.published.counts:
        band = digest.published.counts["closed"]
        name = t("{figure}, this week", figure=t(words.FIGURES["closed"]))
        rows.append(Row(name, t.fill("{band}", band=band)))
    tables = digest.published.tables
    beside = tables.counts if tables else {}
    return rows + [
        Row(t(words.FIGURES[name]), t.fill("{band}", band=band))
        for name, band in beside.items()
        if name in words.FIGURES
    ]


def times(t: Tongue, tables: Tables) -> list[Row]:
    """How long things took, in working time."""
    rows = []
    for name, (median, late) in tables.times.items():
        if late is None:
            value = t("half within {median}", median=said.hours(t, median))
        else:
            value = t(
                "half within {median}, nine in ten within {late}",
                median=said.hours(t, median),
                late=said.hours(t, late),
            )
        rows.append(Row(t(words.TIMES[name]), value))
    return rows


def table(t: Tongue, tables: Tables, name: str) -> list[Row]:
    """One table, most people first."""
    return [
        Row(said.row(t, name, row), t.fill("{band}", band=band))
        for row, band in tables.tables.get(name, ())
    ]

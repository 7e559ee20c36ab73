"""Figures and dates as they are said: bands, never a number that was not published."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal

from handlers.language import SOURCE, Rich, Spoken, Tongue, babel_locale
from handlers.rules.published import STEP, Band, Published, Share, Span
from handlers.staff import words
from handlers.staff.digest import Digest

ABOUT = STEP / 2
"""What is nearer than half a step to the mean is as before."""
TENTHS_BELOW = 10
"""Hours: of a longer time tenths tell nothing."""


class Figure(NamedTuple):
    """A figure of the state: its name, how much it is, and how that is against the weeks before.

    `turn` is ▲, ▼, = or nothing; `mean` is the mean in words, or nothing.
    """

    name: Rich
    value: Rich
    turn: str
    mean: Rich


def people(t: Tongue, band: Band) -> Rich:
    """So many people: "20–24 people"."""
    return t("{band} people", band=band)


def share(t: Tongue, share: Share | None) -> Rich:
    """A percentage, or what is said in its place."""
    if share is None:
        return t("not shown")
    if share.percent is not None:
        return t.fill("{percent}%", percent=share.percent)
    if share.word == "nearly_all":
        return t("nearly all")
    if share.word == "hardly_any":
        return t("hardly any")
    return t("not shown")


def working_days(t: Tongue, days: int) -> Rich:
    """An age: "8 working days old"."""
    return t.plural("{count} working day old", "{count} working days old", days)


def hours(t: Tongue, length: float | None) -> Rich:
    """So much working time."""
    if length is None:
        return t("too few people to say")
    shown = round(length, 1) if length < TENTHS_BELOW else round(length)
    own, english = (format_decimal(shown, locale=babel_locale(code)) for code in (t.code, SOURCE))
    return t("{hours} h", hours=Spoken(t.isolated(own), english))


def state(t: Tongue, published: Published) -> Iterator[Figure]:
    """Received, answered, in time and overdue, each against the four weeks before."""
    for name, label in words.STATE.items():
        mean = published.means.get(name)
        if name == "in_time":
            found = published.shares.get(name)
            value = share(t, found)
            middle = None if found is None or found.percent is None else float(found.percent)
            said = None if mean is None else t.fill("{mean}%", mean=round(mean))
        else:
            band = published.counts[name]
            value = t.fill("{band}", band=band)
            middle = (band.low + band.high) / 2
            said = None if mean is None else t.fill("{mean}", mean=round(mean))
        yield Figure(t(label), value, turn(middle, mean), said or Rich(""))


def turn(middle: float | None, mean: float | None) -> str:
    """Whether it is more than the mean of the weeks before, less, or about the same."""
    if middle is None or mean is None:
        return ""
    if abs(middle - mean) < ABOUT:
        return "="
    return "▲" if middle > mean else "▼"


def means(t: Tongue, figures: list[Figure]) -> Rich:
    """What the signs of the state stand for, with the means."""
    known = [t.fill("{name} {mean}", name=one.name, mean=one.mean) for one in figures if one.mean]
    if not known:
        return t("There is no mean of four weeks to compare with yet.")
    return t(
        "▲ more, ▼ less, = as before. Mean of the four weeks before: {means}.",
        means=t.listed(known),
    )


def week(t: Tongue, digest: Digest) -> Rich:
    """The week and its days: "Week 48: 23–29 November 2026"."""
    number = digest.week.partition("-W")[2].lstrip("0")
    return t("Week {number}: {days}", number=number, days=days(t, digest.begins_on, digest.ends_on))


def days(t: Tongue, first: date, last: date) -> Spoken:
    """From one day to another, with the year."""

    def said(code: str) -> str:
        form = "d" if first.month == last.month else "d MMMM"
        between = "–"
        if first.year != last.year:
            form = "d MMMM y"
        if first.month != last.month:
            between = " – "
        locale = babel_locale(code)
        begin, end = (
            format_date(on, how, locale=locale) for on, how in ((first, form), (last, "d MMMM y"))
        )
        return f"{begin}{between}{end}"

    return Spoken(t.isolated(said(t.code)), said(SOURCE))


def on(t: Tongue, day: date) -> Spoken:
    """A day with its year: "15 December 2026"."""
    own = format_date(day, "d MMMM y", locale=babel_locale(t.code))
    return Spoken(t.isolated(own), format_date(day, "d MMMM y", locale=SOURCE))


def quarter(t: Tongue, name: str) -> Spoken:
    """A quarter of a year: "2026-Q3"."""
    year, _, number = name.partition("-Q")
    day = date(int(year), 3 * int(number), 1)
    own = format_date(day, "QQQQ y", locale=babel_locale(t.code))
    return Spoken(t.isolated(own), format_date(day, "QQQQ y", locale=SOURCE))


def weeks(t: Tongue, span: Span) -> Rich:
    """Which weeks the tables stand for."""
    (first_year, first), (last_year, last) = (
        (int(named[:4]), int(named[-2:])) for named in (span.first, span.last)
    )
    if (first_year, first) == (last_year, last):
        return t("week {week} of {year}", week=last, year=last_year)
    if first_year == last_year:
        return t("weeks {first}–{last} of {year}", first=first, last=last, year=last_year)
    return t(
        "from week {first} of {first_year} to week {last} of {last_year}",
        first=first,
        first_year=first_year,
        last=last,
        last_year=last_year,
    )


def row(t: Tongue, table: str, name: str) -> Rich:
    """What a row of a table is called; what has no name of ours is called as it is kept."""
    if table == "language":
        return t.language(name)
    label = words.ROWS.get(table, {}).get(name)
    return t.written(name) if label is None else t(label)

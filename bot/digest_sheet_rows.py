"""What stands in each sheet of the digest's workbook, row by row."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from html import unescape

from bot.richtext import plain
from handlers.language import Tongue
from handlers.rules.published import STEP, Band, Share
from handlers.staff import about, council_words, points, said, sheet_words, words
from handlers.staff.digest import Digest

Cell = str | int | float | date | None
Row = Sequence[Cell]


def text(rich: str) -> str:
    """What is read of rich text; a cell needs no signs of direction."""
    return plain(rich).replace("\u2068", "").replace("\u2069", "")


def _band(band: Band | None) -> tuple[Cell, Cell]:
    return (band.low, band.high) if band is not None else (None, None)


def _share(t: Tongue, share: Share) -> tuple[Cell, Cell, Cell]:
    """The percentage or what is said in its place, and the base."""
    value = share.percent if share.percent is not None else text(said.share(t, share))
    return value, *share.of


def _state(digest: Digest, t: Tongue) -> Iterable[Row]:
    published = digest.published
    for name in ("received", "answered", "closed", "overdue"):
        if name in published.counts:
            mean = published.means.get(name)
            yield text(t(words.FIGURES[name])), *_band(published.counts[name]), None, mean
    for name, share in published.shares.items():
        value, low, high = _share(t, share)
        yield text(t(words.FIGURES[name])), low, high, value, published.means.get(name)


def _tables(digest: Digest, t: Tongue) -> Iterable[Row]:
    tables = digest.published.tables
    if tables is None:
        return
    span = f"{tables.span.first} – {tables.span.last}"
    for name, rows in tables.tables.items():
        label = text(t(words.TABLES[name]))
        for row, band in rows:
            yield label, text(said.row(t, name, row)), *_band(band), None, span
    for name, band in tables.counts.items():
        yield text(t(words.FIGURES[name])), None, *_band(band), None, span
    for name, share in tables.shares.items():
        value, low, high = _share(t, share)
        yield text(t(words.FIGURES[name])), None, low, high, value, span
    for name, (median, late) in tables.times.items():
        yield text(t(words.TIMES[name])), None, None, None, None, span, median, late


def _trends(digest: Digest, t: Tongue) -> Iterable[Row]:
    """Week by week, oldest first."""
    received, answered = (
        digest.published.trends.get(name, ()) for name in ("received", "answered")
    )
    longest = max(len(received), len(answered))
    for back in range(longest, 0, -1):
        monday = digest.begins_on - timedelta(weeks=back - 1)
        year, week, _ = monday.isocalendar()
        bands = (
            Band(lows[-back], lows[-back] + STEP - 1) if back <= len(lows) else None
            for lows in (received, answered)
        )
        yield f"{year}-W{week:02}", monday, *(end for band in bands for end in _band(band))


def _proposals(digest: Digest, t: Tongue) -> Iterable[Row]:
    for one in council_words.asked(digest):
        yield (
            one.number,
            council_words.plain(one.unit),
            council_words.plain(one.concerns),
            council_words.plain(one.problem),
            council_words.plain(one.asked),
            *_band(one.evidence),
            one.wished_on,
            text(t(words.STANDING.get(one.state, words.STANDING["sent"]))),
            one.sent_on,
            one.age,
        )
    for came in digest.outcomes:
        told = text(t(words.OUTCOMES[came.state], number=came.number))
        yield came.number, None, None, None, council_words.plain(came.text), None, None, None, told


def _notes(digest: Digest, t: Tongue) -> Iterable[Row]:
    """The council's lines, then how the figures are to be read."""
    if digest.correction:
        yield text(t(words.CORRECTED)), None, None, council_words.plain(digest.correction)
    if not digest.approved:
        yield text(t(words.HEADINGS["note"])), None, None, text(t(words.UNAPPROVED))
    for section in ("topic", "gap", "signal", "decision", "change", "date"):
        for line in council_words.lines(digest, section):
            topic = text(said.row(t, "topic", line.topic)) if line.topic else None
            language = council_words.foreign(digest, line)
            said_there = council_words.plain(line.text)
            named = unescape(f" ({t.language(language)})") if language else ""
            yield text(t(words.HEADINGS[section])), topic, line.on, said_there + named
    for one in points.owed(t, digest):
        yield text(t(words.HEADINGS["owed"])), None, None, text(one).removeprefix("• ")
    for day in digest.holidays:
        yield text(t(words.HEADINGS["date"])), None, day, text(t(sheet_words.DAY_OFF))
    if safe := about.safeguarding(t, digest.published):
        yield text(t(words.HEADINGS["safeguarding"])), None, None, text(safe)
    for note in about.note(t, digest):
        yield text(t(words.HEADINGS["note"])), None, None, text(note)


ROWS: dict[str, Callable[[Digest, Tongue], Iterable[Row]]] = {
    "state": _state,
    "tables": _tables,
    "trends": _trends,
    "proposals": _proposals,
    "notes": _notes,
}
"""What stands in each sheet."""

"""The published figures as a workbook: what the digest says, and nothing else."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import xlsxwriter

from bot.richtext import plain
from handlers.language import Rich, Tongue
from handlers.rules.published import STEP, Band, Share
from handlers.staff import (
    about,
    council_words,
    message,
    page_words,
    said,
    sheet_words,
    words,
)
from handlers.staff.digest import Digest

LONGEST = 32_000
"""Characters: a cell holds 32,767."""
AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Cell = str | int | float | date | None
Row = Sequence[Cell]


def xlsx(digest: Digest, tongue: Tongue) -> bytes:
    """The workbook; the same bytes for the same digest."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, AS_TEXT)
    book.set_properties({"title": _text(tongue(page_words.TITLE)), "created": _created(digest)})
    pen = _Pen(book, tongue)
    for name, label in sheet_words.SHEETS.items():
        pen.sheet(_sheet_name(tongue(label)), sheet_words.COLUMNS[name], ROWS[name](digest, tongue))
    book.close()
    return written.getvalue()


def _sheet_name(label: Rich) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", _text(label))[:31].strip()


def _created(digest: Digest) -> datetime:
    """The day of sending, never the moment of drawing: the same file each time."""
    on = digest.sent_on or digest.ends_on + timedelta(days=1)
    return datetime.combine(on, time(), UTC)


class _Pen:
    """Writes sheets that look alike."""

    def __init__(self, book: Any, tongue: Tongue) -> None:
        self._book, self._t = book, tongue
        usual = {"valign": "top", "text_wrap": True, "font_size": 11}
        self._head = book.add_format(
            {**usual, "bold": True, "bottom": 2, "bg_color": "#E8EDF0", "font_color": "#1D2B36"}
        )
        self._text = book.add_format({**usual, "num_format": "@"})
        self._number = book.add_format({**usual, "num_format": "0", "align": "right"})
        self._tenth = book.add_format({**usual, "num_format": "0.0", "align": "right"})
        self._day = book.add_format({**usual, "num_format": "yyyy-mm-dd", "align": "left"})

    def sheet(self, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row]) -> None:
        """A sheet with a head that stays, its columns as wide as they need to be."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        if self._t.rtl:
            sheet.right_to_left()
        for column, (label, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, _text(self._t(label)), self._head)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(sheet, number, column, cell)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                pass
            case str():
                sheet.write_string(row, column, cell[:LONGEST], self._text)
            case date():
                sheet.write_datetime(row, column, datetime.combine(cell, time()), self._day)
            case int():
                sheet.write_number(row, column, cell, self._number)
            case float():
                sheet.write_number(row, column, cell, self._tenth)


def _text(rich: str) -> str:
    """What is read of rich text; a cell needs no signs of direction."""
    return plain(rich).replace("\u2068", "").replace("\u2069", "")


def _band(band: Band | None) -> tuple[Cell, Cell]:
    return (band.low, band.high) if band is not None else (None, None)


def _share(t: Tongue, share: Share) -> tuple[Cell, Cell, Cell]:
    """The percentage or what is said in its place, and the base."""
    value = share.percent if share.percent is not None else _text(said.share(t, share))
    return value, *share.of


def _state(digest: Digest, t: Tongue) -> Iterable[Row]:
    published = digest.published
    for name in ("received", "answered", "closed", "overdue"):
        if name in published.counts:
            mean = published.means.get(name)
            yield _text(t(words.FIGURES[name])), *_band(published.counts[name]), None, mean
    for name, share in published.shares.items():
        value, low, high = _share(t, share)
        yield _text(t(words.FIGURES[name])), low, high, value, published.means.get(name)


def _tables(digest: Digest, t: Tongue) -> Iterable[Row]:
    tables = digest.published.tables
    if tables is None:
        return
    span = f"{tables.span.first} – {tables.span.last}"
    for name, rows in tables.tables.items():
        label = _text(t(words.TABLES[name]))
        for row, band in rows:
            yield label, _text(said.row(t, name, row)), *_band(band), None, span
    for name, band in tables.counts.items():
        yield _text(t(words.FIGURES[name])), None, *_band(band), None, span
    for name, share in tables.shares.items():
        value, low, high = _share(t, share)
        yield _text(t(words.FIGURES[name])), None, low, high, value, span
    for name, (median, late) in tables.times.items():
        yield _text(t(words.TIMES[name])), None, None, None, None, span, median, late


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
            _text(t(words.STANDING.get(one.state, words.STANDING["sent"]))),
            one.sent_on,
            one.age,
        )
    for came in digest.outcomes:
        told = _text(t(words.OUTCOMES[came.state], number=came.number))
        yield came.number, None, None, None, council_words.plain(came.text), None, None, None, told


def _notes(digest: Digest, t: Tongue) -> Iterable[Row]:
    """The council's lines, then how the figures are to be read."""
    if digest.correction:
        yield _text(t(words.CORRECTED)), None, None, council_words.plain(digest.correction)
    if not digest.approved:
        yield _text(t(words.HEADINGS["note"])), None, None, _text(t(words.UNAPPROVED))
    for section in ("topic", "gap", "signal", "decision", "change", "date"):
        for line in council_words.lines(digest, section):
            topic = _text(said.row(t, "topic", line.topic)) if line.topic else None
            language = council_words.foreign(digest, line)
            text = council_words.plain(line.text)
            named = unescape(f" ({t.language(language)})") if language else ""
            yield _text(t(words.HEADINGS[section])), topic, line.on, text + named
    for one in message.owed(t, digest):
        yield _text(t(words.HEADINGS["owed"])), None, None, _text(one).removeprefix("• ")
    for day in digest.holidays:
        yield _text(t(words.HEADINGS["date"])), None, day, _text(t(sheet_words.DAY_OFF))
    if safe := about.safeguarding(t, digest.published):
        yield _text(t(words.HEADINGS["safeguarding"])), None, None, _text(safe)
    for note in about.note(t, digest):
        yield _text(t(words.HEADINGS["note"])), None, None, _text(note)


ROWS: dict[str, Callable[[Digest, Tongue], Iterable[Row]]] = {
    "state": _state,
    "tables": _tables,
    "trends": _trends,
    "proposals": _proposals,
    "notes": _notes,
}
"""What stands in each sheet."""

"""The published figures as a workbook: what the digest says, and nothing else."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from bot.digest_sheet_rows import ROWS, Cell, Row, text
from handlers.language import Rich, Tongue
from handlers.staff import (
    page_words,
    sheet_words,
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


def xlsx(digest: Digest, tongue: Tongue) -> bytes:
    """The workbook; the same bytes for the same digest."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, AS_TEXT)
    book.set_properties(
        {
            "title": text(tongue(page_words.TITLE, council=digest.council)),
            "created": _created(digest),
        }
    )
    pen = _Pen(book, tongue)
    for name, label in sheet_words.SHEETS.items():
        pen.sheet(_sheet_name(tongue(label)), sheet_words.COLUMNS[name], ROWS[name](digest, tongue))
    book.close()
    return written.getvalue()


def _sheet_name(label: Rich) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", text(label))[:31].strip()


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
            sheet.write_string(0, column, text(self._t(label)), self._head)
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

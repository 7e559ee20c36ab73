"""The digest's workbook: the published figures, and nothing that acts."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import digests
import pytest
from openpyxl import load_workbook

from bot import digest_sheet
from handlers.staff.digest import Digest, Line


def read(digest: Digest, language: str = "en") -> Any:
    """The workbook as a reader opens it."""
    return load_workbook(BytesIO(digest_sheet.xlsx(digest, digests.tongue(language))))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    """What stands in it."""
    return list(sheet.iter_rows(values_only=True))


def test_published_figures() -> None:
    """Each figure stands with both ends of its band, as a number."""
    book = read(digests.rich())
    assert book.sheetnames == ["State", "Tables", "Trends", "Proposals", "Notes"]
    assert ("People who wrote", 30, 34, None, 24.5) in rows(book["State"])
    assert ("Answered or read within the promised time", 25, 29, 85, 78) in rows(book["State"])
    tables = [row[:5] for row in rows(book["Tables"])]
    assert ("Topics", "Residence permit", 35, 39, None) in tables
    assert ("Closed, and the person was told", None, 60, 64, "nearly all") in tables
    week, monday, *bands = rows(book["Trends"])[-1]
    assert (week, monday.date(), bands) == ("2026-W48", date(2026, 11, 23), [30, 34, 25, 29])
    assert rows(book["Proposals"])[1][0] == 14
    assert any(row[3] and "The payment page was down" in row[3] for row in rows(book["Notes"]))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("https://x.example")',
        "https://x.example",
        "{=1}",
        "\t=1",
        "12",
        "<b>&</b>",
    ],
)
def test_a_text_stays_a_text(text: str) -> None:
    """Nothing a member writes becomes a formula, a link or a number."""
    asked = replace(digests.rich().asked[0], concerns=text, problem=text, asked=text)
    book = read(replace(digests.rich(), lines=(Line(section="gap", text=text),), asked=(asked,)))
    found = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == text.strip()
    ]
    assert len(found) == 4
    assert {cell.data_type for cell in found} == {"s"}
    assert all(
        cell.hyperlink is None for sheet in book for row in sheet.iter_rows() for cell in row
    )


def test_it_reads_well() -> None:
    """The head stays in sight, columns are wide, days are days."""
    for sheet in read(digests.rich("az"), "az"):
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width >= 10
        assert all(cell.font.bold for cell in sheet[1])
    wished = read(digests.rich())["Proposals"]["H2"]
    assert (wished.is_date, wished.number_format) == (True, "yyyy-mm-dd")


def test_it_names_nobody() -> None:
    """The file tells no author and no machine, and is the same each time."""
    digest = digests.rich()
    made = digest_sheet.xlsx(digest, digests.tongue())
    assert made == digest_sheet.xlsx(digest, digests.tongue())
    properties = load_workbook(BytesIO(made)).properties
    assert not properties.creator
    assert not properties.lastModifiedBy
    assert properties.created.date() == date(2026, 11, 30)
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert not any(b"/tmp" in archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]


def test_a_cell_that_is_too_long() -> None:
    """A text longer than a cell is cut and the workbook opens."""
    book = read(replace(digests.rich(), lines=(Line(section="gap", text="a" * 40_000),)))
    assert max(len(row[3] or "") for row in rows(book["Notes"])) == digest_sheet.LONGEST


def test_an_empty_week() -> None:
    """A week with nothing has its figures and its notes."""
    book = read(digests.empty())
    assert ("People who wrote", 0, 4, None, None) in rows(book["State"])
    assert len(rows(book["Proposals"])) == 1

"""The digest's chart: right, the same each time, and readable without colour."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import digests
import pytest
from PIL import Image

from bot import digest_chart
from handlers.rules.published import Band, Published
from handlers.staff.digest import Digest


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every figure that is drawn."""
    from matplotlib.figure import Figure

    figures: list[Any] = []
    save = Figure.savefig

    def keep(self: Any, *given: Any, **named: Any) -> None:
        figures.append(self)
        save(self, *given, **named)

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures


def of(**published: Any) -> Digest:
    """The rich week with other figures."""
    return replace(digests.rich(), published=replace(digests.PUBLISHED, **published))


def test_bands_from_end_to_end(drawn: list[Any]) -> None:
    """Each bar stands from the lower end of its band to the upper one, and nowhere else."""
    digest_chart.png(digests.rich(), digests.tongue())
    weeks, topics = drawn[0].axes
    received, answered = weeks.containers
    for container, name in ((received, "received"), (answered, "answered")):
        lows = digests.PUBLISHED.trends[name]
        assert [(bar.get_y(), bar.get_height()) for bar in container] == [(low, 4) for low in lows]
    solid, hatched = topics.containers
    bands = digests.TABLES.tables["topic"][:5]
    assert [bar.get_width() for bar in solid] == [band.low for _, band in bands]
    assert [bar.get_width() for bar in hatched] == [band.high - band.low for _, band in bands]
    assert [text.get_text() for text in topics.texts] == [str(band) for _, band in bands]


def test_it_speaks_azerbaijani(drawn: list[Any]) -> None:
    """Labels stand in the reader's language, with its letters."""
    digest_chart.png(digests.rich("az"), digests.tongue("az"))
    labels = [label.get_text() for label in drawn[0].axes[1].get_yticklabels()]
    assert labels[:2] == ["Yaşama icazəsi", "İşdə problemlər"]


def test_every_letter_can_be_drawn() -> None:
    """The font has each letter of the languages that a digest is written in."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_manager.findfont("DejaVu Sans"))
    assert [letter for letter in "əğıöüşçƏĞİÖÜŞÇ▲▼–" if ord(letter) not in font.get_charmap()] == []


def test_the_weeks_are_named_across_new_year(drawn: list[Any]) -> None:
    """Weeks have the numbers of the calendar, week 53 included."""
    digest = replace(digests.rich(), begins_on=digests.date(2027, 1, 11), week="2027-W02")
    digest_chart.png(digest, digests.tongue())
    labels = [label.get_text() for label in drawn[0].axes[0].get_xticklabels()]
    assert labels[-4:] == ["52", "53", "1", "2"]


def test_grey_is_enough(drawn: list[Any]) -> None:
    """What was written and what was answered differ by hatch, not by colour alone."""
    digest_chart.png(digests.rich(), digests.tongue())
    received, answered = drawn[0].axes[0].containers
    assert {bar.get_hatch() for bar in received} == {None}
    assert None not in {bar.get_hatch() for bar in answered}


def test_the_same_bytes() -> None:
    """The same digest is the same file, in whichever thread it is drawn, and names no maker."""
    digest, t = digests.rich(), digests.tongue()
    with ThreadPoolExecutor(4) as pool:
        files = set(pool.map(lambda _: digest_chart.png(digest, t), range(4)))
    assert len(files) == 1
    picture = Image.open(BytesIO(files.pop()))
    assert set(picture.info) <= {"dpi"}
    assert picture.width == 1280
    assert picture.width + picture.height <= 10_000
    assert picture.height / picture.width < 2


@pytest.mark.parametrize(
    "digest",
    [
        digests.empty(),
        of(trends={}, tables=None),
        of(trends={"received": (0,) * 12, "answered": (0,) * 12}),
        of(trends={"received": (99_995,) * 12, "answered": (5,) * 12}),
        of(tables=replace(digests.TABLES, tables={"topic": (("labour", Band(100_000, 100_004)),)})),
        of(tables=replace(digests.TABLES, tables={"topic": (("what $x_1$ & <b>", Band(5, 9)),)})),
    ],
    ids=["empty", "no figures", "zeros", "thousands", "one topic", "odd name"],
)
def test_any_figures(digest: Digest) -> None:
    """Nothing, much and odd can be drawn."""
    assert digest_chart.png(digest, digests.tongue()).startswith(b"\x89PNG")


def test_in_words() -> None:
    """Whoever does not see the picture reads what it shows."""
    words = digest_chart.alt(digests.rich(), digests.tongue())
    assert "15–19, 20–24" in words
    assert "Residence permit 35–39" in words
    assert "<" not in words
    assert isinstance(digests.PUBLISHED, Published)

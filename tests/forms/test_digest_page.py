"""The digest's page in a real browser: on a laptop, on a phone, on paper, and without style."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import digests
import pytest
import pytest_asyncio
from page_kit import chromium
from playwright.async_api import Browser, Page

from bot import digest_chart, digest_page
from handlers.staff import words
from handlers.staff.digest import Digest, Line

pytestmark = pytest.mark.asyncio(loop_scope="module")
DESK = {"width": 1000, "height": 800}
PHONE = {"width": 360, "height": 740}
LONG = "Words that do not end. " * 435


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with chromium() as browser:
        yield browser


class Reader:
    """Somebody who opens the page; `asked_for` is what it wanted from elsewhere."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.asked_for: list[str] = []

    async def open(self, html: str, size: dict[str, int] = DESK) -> Page:
        context = await self._browser.new_context(viewport=size, java_script_enabled=True)
        page = await context.new_page()
        page.on("request", lambda request: self.asked_for.append(request.url))
        await page.set_content(html, wait_until="load")
        return page


@pytest.fixture
def reader(browser: Browser) -> Reader:
    """A reader."""
    return Reader(browser)


def page_of(digest: Digest, *, chart: bool = True) -> str:
    """As a file."""
    t = digests.tongue(digest.language)
    picture = digest_page.as_data(digest_chart.png(digest, t)) if chart else ""
    return digest_page.html(digest, t, chart=picture)


async def test_it_asks_for_nothing(reader: Reader) -> None:
    """No request leaves the page, and it holds no script, no form and no address."""
    html = page_of(digests.rich())
    await reader.open(html)
    assert [url for url in reader.asked_for if not url.startswith("data:")] == []
    bare = re.sub(r'src="data:[^"]*"', "", html)
    assert not re.search(
        r"<script|<link|<form|<iframe|@import|url\(|https?:|display:\s*(flex|grid)", bare
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["az", "en"])
async def test_nothing_sticks_out(reader: Reader, size: dict[str, int], language: str) -> None:
    """Nobody scrolls sideways, not even for a word without end."""
    endless = Line(section="gap", text="x" * 3000)
    digest = digests.rich(language)
    asked = (replace(digest.asked[0], asked="ə" * 900, unit="u" * 200), *digest.asked[1:])
    for shown in (digest, replace(digest, lines=(*digest.lines, endless), asked=asked)):
        page = await reader.open(page_of(shown), size)
        wide: int = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]


@pytest.mark.parametrize(
    ("digest", "most"),
    [(digests.rich(), 2), (digests.rich("az"), 2), (digests.empty(), 1)],
    ids=["rich", "rich in az", "empty"],
)
async def test_it_prints_well(reader: Reader, digest: Digest, most: int) -> None:
    """A usual week is two sheets of A4 at most, an empty one a single sheet."""
    page = await reader.open(page_of(digest))
    pdf = await page.pdf(prefer_css_page_size=True, print_background=False)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= most
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [595, 842]


async def test_what_stands_first(reader: Reader) -> None:
    """The state, and what is asked by when, are seen without scrolling, on a phone too."""
    page = await reader.open(page_of(digests.rich()), PHONE)
    seen = page.get_by_text("3 proposals wait for your answer. 1 of them is new.")
    box = await seen.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"]
    first: str = await page.evaluate(
        "getComputedStyle([...document.querySelectorAll('.tile div')]"
        ".find(one => one.textContent === '30–34')).fontSize"
    )
    assert float(first.removesuffix("px")) >= 28


async def test_order(reader: Reader) -> None:
    """The parts stand in their order, and an empty part does not stand there."""
    page = await reader.open(page_of(digests.rich()))
    headings = [re.sub(r"\s*\(.*\)", "", one) for one in await page.locator("h2").all_inner_texts()]
    assert headings == list(words.HEADINGS.values())
    page = await reader.open(page_of(digests.empty()))
    headings = [re.sub(r"\s*\(.*\)", "", one) for one in await page.locator("h2").all_inner_texts()]
    assert headings == [words.HEADINGS["figures"], words.HEADINGS["note"]]
    text = await page.inner_text("body")
    assert words.QUIET in text
    assert words.NOTHING in text
    assert words.UNAPPROVED in text


async def test_without_style(reader: Reader) -> None:
    """Where a mail program takes all style away, the same words stand in the same order."""
    html = page_of(digests.rich(), chart=False)
    bare = re.sub(r'\sstyle="[^"]*"', "", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    assert "style" not in bare
    styled, plain = await reader.open(html), await reader.open(bare)
    squeezed = [re.sub(r"\s+", "", await page.inner_text("body")) for page in (styled, plain)]
    assert squeezed[0] == squeezed[1]


async def test_markup_in_a_line_is_text(reader: Reader) -> None:
    """Nothing a member or a file says becomes markup or runs."""
    evil = '</td><img src=x onerror="window.hurt=1"><script>window.hurt=1</script>&amp;'
    digest = digests.rich()
    asked = replace(digest.asked[0], asked=evil, problem=evil, concerns=evil, unit=evil)
    digest = replace(
        digest,
        correction=evil,
        approved=False,
        lines=tuple(replace(line, text=evil, language="az") for line in digest.lines),
        asked=(asked,),
        outcomes=(replace(digest.outcomes[0], text=evil),),
    )
    page = await reader.open(page_of(digest))
    assert await page.evaluate("window.hurt") is None
    assert await page.locator("img").count() == 1
    assert (await page.inner_text("body")).count(evil) >= len(digest.lines) + 5


async def test_other_scripts(reader: Reader) -> None:
    """A line that runs the other way does so by itself, and says its language."""
    line = Line(section="gap", text="فرم آنلاین کار نمی‌کند", language="fa")
    page = await reader.open(page_of(replace(digests.rich("az"), lines=(line,))))
    shown = page.locator('[lang="fa"]')
    assert await shown.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert await shown.evaluate("one => getComputedStyle(one.parentElement).direction") == "ltr"
    assert "(fars)" in await shown.locator("xpath=..").inner_text()
    assert await page.locator("html").get_attribute("lang") == "az"
    assert await page.locator("html").get_attribute("dir") == "ltr"


async def test_long_lines_stand_whole(reader: Reader) -> None:
    """What a message cuts is complete on the page."""
    line = Line(section="signal", text=LONG)
    page = await reader.open(page_of(replace(digests.rich(), lines=(line,))))
    text = await page.inner_text("body")
    assert LONG.strip() in text
    assert "on the page" not in text


async def test_it_survives_grey(reader: Reader) -> None:
    """Every word is dark enough on its ground to be read in grey and by weak eyes."""
    page = await reader.open(page_of(digests.rich()))
    weak: list[Any] = await page.evaluate(
        """() => {
          const light = colour => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
              .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          return [...document.querySelectorAll("td, p, h1, h2, li, span, i, div")]
            .filter(one => one.innerText && one.innerText.trim())
            .map(one => [1.05 / (light(getComputedStyle(one).color) + 0.05), one.innerText])
            .filter(([contrast]) => contrast < 4.5);
        }"""
    )
    assert weak == []


async def test_the_picture_is_where_it_is_said(reader: Reader) -> None:
    """In a letter the picture is the attached one, with its words beside it; or there is none."""
    digest, t = digests.rich(), digests.tongue()
    letter = digest_page.html(digest, t, chart="cid:chart@digest")
    assert 'src="cid:chart@digest"' in letter
    assert "Top topics: Residence permit 35–39" in letter
    assert "<img" not in digest_page.html(digest, t)
    page = await reader.open(page_of(digest))
    assert await page.locator("img").evaluate("one => one.naturalWidth") == 1280
    assert BytesIO(digest_chart.png(digest, t)).read(4) == b"\x89PNG"


async def test_a_picture_without_topics(reader: Reader) -> None:
    """In a week without tables the picture stands under the state, once."""
    page = await reader.open(page_of(digests.empty()))
    assert await page.locator("img").count() == 1

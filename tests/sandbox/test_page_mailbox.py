"""The Service's mailbox on the page, in a real browser, with letters over real SMTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from letters_kit import OFFICE, letter, post
from page_kit import PHONE, Watched, chromium, contrasts
from playwright.async_api import Browser, FrameLocator, Locator, expect

from bot.sandbox.mailbox import MOST_LETTERS, Mailbox
from bot.sandbox.page import MailPage, Shown, Weekly, page, serving
from bot.sandbox.telegram import TelegramSandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
WEEK = (
    Weekly("draft", "Fri 10:00", "Friday 10:00", 5, time(10)),
    Weekly("digest", "Mon 09:00", "Monday 09:00", 1, time(9)),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    async with chromium() as found:
        yield found


@dataclass(kw_only=True)
class Office(Watched):
    """Somebody of the Service with a phone and a mailbox."""

    mailbox: Mailbox

    @property
    def box(self) -> Locator:
        found: Locator = self.page.locator("#phone-mailbox")
        return found

    @property
    def sheet(self) -> FrameLocator:
        found: FrameLocator = self.page.frame_locator("#phone-mailbox iframe")
        return found


@pytest_asyncio.fixture(loop_scope="module")
async def office(browser: Browser) -> AsyncIterator[Office]:
    """Everything started; at the end no page may have complained."""
    world, mailbox = TelegramSandbox(clock=lambda: NOW), Mailbox(lambda: NOW)
    await world.start()
    await mailbox.start()
    people = [
        Shown(world.phone("Amara"), "migrant", "Amara · writes English"),
        Shown(world.phone("Leyla"), "member", "Leyla · council member"),
        Shown(world.phone("Kamran", language_code="az"), "staff", "Service · Kamran"),
    ]
    async with AsyncExitStack() as stack:
        made = Office(people=people, browser=browser, stack=stack, beside=1, mailbox=mailbox)
        mail = MailPage(mailbox, OFFICE, "The digest arrives here on Monday.")

        async def jump(minutes: int) -> None:
            """Nothing waits for the time here."""

        application = page(world, people, jump, moments=WEEK, mail=mail)
        made.address = await stack.enter_async_context(serving(application))
        yield made
    await mailbox.stop()
    await world.stop()
    assert made.complaints == []


async def test_a_letter_arrives_and_is_read(office: Office) -> None:
    """It is marked and announced, opens as its page, as its text, and with its files."""
    view = await office.open()
    await expect(office.box).to_contain_text("The digest arrives here on Monday.")
    await expect(office.box).to_contain_text("0 letters")
    await post(office.mailbox, letter("Həftəlik hesabat"))
    await expect(office.box.locator(".badge-new")).to_have_text("1 new")
    await expect(view.locator("#announcer p")).to_have_text(["Mailbox: Həftəlik hesabat"])
    row = office.box.locator(".letter")
    await expect(row).to_contain_class("unread")
    await expect(row).to_contain_text("Migrant Council")
    await expect(row).to_contain_text("09:00")
    await expect(row).to_contain_text("Good morning. سلام")
    await row.click()
    await expect(office.sheet.get_by_role("heading", name="Digest")).to_be_visible()
    picture = office.sheet.locator("img")
    await expect(picture).to_be_attached()
    drawn = "node => node.decode().then(() => node.naturalWidth)"
    assert await picture.evaluate(drawn) == 2
    await expect(office.box.locator(".facts")).to_contain_text("Monday 30 November, 09:00")
    await expect(office.box.locator(".status")).to_have_text("1 letter")
    file = office.box.get_by_role("link", name="digest.xlsx")
    async with view.expect_download() as saved:
        await file.click()
    assert (await saved.value).suggested_filename == "digest.xlsx"
    await office.box.get_by_role("button", name="Plain text").click()
    await expect(office.box.locator("pre")).to_have_text("Good morning.\nسلام\n")
    await expect(office.box.locator("iframe")).to_have_count(0)
    await office.box.get_by_role("button", name="Page", exact=True).click()
    await expect(office.sheet.get_by_role("heading", name="Digest")).to_be_visible()
    await view.evaluate(
        "() => document.querySelector('iframe').contentWindow.print = () => (window.printed = 1)"
    )
    await office.box.get_by_label("Print the page").click()
    assert await view.evaluate("window.printed") == 1


async def test_the_keyboard_alone_is_enough(office: Office) -> None:
    """A skip link leads to the letters; Enter opens one, Escape goes back to it."""
    await post(office.mailbox, letter("First"))
    await post(office.mailbox, letter("Second", html=""))
    view = await office.open()
    await view.locator("#skip a", has_text="To the mailbox").focus()
    await view.keyboard.press("Enter")
    first = office.box.locator(".letter").first
    await expect(first).to_be_focused()
    await expect(first).to_contain_text("Second")
    await view.keyboard.press("Enter")
    await expect(office.box.get_by_label("Back to all letters")).to_be_focused()
    await expect(office.box.locator("pre")).to_contain_text("Good morning.")
    await expect(office.box.get_by_label("Print the page")).to_be_hidden()
    await view.keyboard.press("Escape")
    await expect(first).to_be_focused()
    await expect(first).not_to_contain_class("unread")
    await post(office.mailbox, letter("Third"))
    await expect(office.box.locator(".letter").first).to_contain_text("Third")
    await expect(office.box.locator(".letter").nth(1)).to_be_focused()


async def test_on_a_small_screen_it_is_one_tab_of_several(office: Office) -> None:
    """The tab counts what arrived; the letter fits, and the page never scrolls."""
    view = await office.open(PHONE)
    await post(office.mailbox, letter("x" * 10_000, file="y" * 200))
    tab = view.locator("#tabs button", has_text="Mailbox")
    await expect(tab).to_contain_text("1")
    await expect(office.box).to_be_hidden()
    await tab.click()
    await expect(tab.locator(".badge-new")).to_be_hidden()
    await office.box.locator(".letter").click()
    await expect(office.sheet.get_by_role("heading", name="Digest")).to_be_visible()
    for size in (PHONE, {"width": 320, "height": 568}, {"width": 1024, "height": 700}):
        await view.set_viewport_size(size)
        overflow = "() => [document.documentElement.scrollWidth, innerWidth]"
        wide, here = await view.evaluate(overflow)
        assert wide == here
        last = await view.get_by_role("button", name="Monday 09:00").bounding_box()
        assert last is not None
        assert last["x"] + last["width"] <= here
        inside = "node => node.scrollWidth <= node.clientWidth"
        assert await office.box.locator(".screen").evaluate(inside)
        box = await office.box.locator("iframe").bounding_box()
        assert box is not None
        assert box["height"] > 100


HOSTILE = """<!doctype html><html><head>
<base href="https://council.example/"><meta http-equiv="refresh" content="0;url=/">
<meta http-equiv="refresh" content="1;url=https://council.example/away">
<link rel="stylesheet" href="https://council.example/a.css">
<style>@import "https://council.example/b.css"; p { background: url(https://council.example/c) }</style>
<script>top.owned = window.owned = 1</script></head>
<body onload="top.owned=1"><p>Words</p>
<a id="top" href="https://council.example/" target="_top">top</a>
<a id="self" href="https://council.example/" target="_self">self</a>
<a id="blank" href="https://council.example/" target="_blank">blank</a>
<a id="script" href="javascript:top.owned=1" target="_self">script</a>
<form action="https://council.example/f" target="_top"><input name="a"><button>Send</button></form>
<img src="https://council.example/pixel.gif" onerror="top.owned=1">
<img src="cid:chart@council" onload="top.owned=1"><img src=x onerror=top.owned=1>
<svg onload="top.owned=1"><script>top.owned=1</script></svg>
<iframe srcdoc="<script>top.owned=1</script>"></iframe><iframe src="/"></iframe>
<object data="https://council.example/o"></object><embed src="https://council.example/e">
</body></html>"""


async def test_a_hostile_letter_does_nothing(office: Office) -> None:
    """It runs nothing, fetches nothing from outside, sends nothing, and leads nowhere."""
    view = await office.open()
    asked: list[str] = []
    outside = await _somewhere(office, asked)
    html = HOSTILE.replace("https://council.example", outside)
    subject = '<img src=x onerror="window.owned=1">'
    await post(office.mailbox, letter(subject, html=html, text=html, file="a.html"))
    await office.box.locator(".letter").click()
    await expect(office.sheet.get_by_text("Words")).to_be_visible()
    pages = len(view.context.pages)
    for link in ("top", "blank", "script"):
        await office.sheet.locator(f"#{link}").click(force=True)
    await office.sheet.get_by_role("button", name="Send").click(force=True)
    await view.wait_for_timeout(1200)  # a refresh after a second would have happened by now
    await expect(office.sheet.get_by_text("Words")).to_be_visible()
    await office.sheet.locator("#self").click(force=True)
    await view.wait_for_timeout(200)
    assert await view.evaluate("window.owned") is None
    assert view.url == office.address
    assert len(view.context.pages) == pages
    assert asked == []
    await office.box.get_by_role("button", name="Plain text").click()
    await expect(office.box.locator("pre")).to_contain_text("<script>")
    await expect(office.box.locator("h4")).to_have_text(subject)
    await expect(office.box.locator("h4 img, pre script")).to_have_count(0)
    office.complaints.clear()  # of all that was refused


async def _somewhere(office: Office, asked: list[str]) -> str:
    """An address outside, and what is asked for there."""

    async def hears(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="heard", headers={"Access-Control-Allow-Origin": "*"})

    elsewhere = web.Application()
    elsewhere.router.add_route("*", "/{path:.*}", hears)
    return (await office.stack.enter_async_context(serving(elsewhere))).rstrip("/")


BROKEN = {
    "no text at all": b"",
    "bytes": b"\x00\xff\xfe\r\n\r\n\x00",
    "a charset of nobody": b"Content-Type: text/html; charset=klingon\r\n\r\n<p>\xc3\xa9",
    "a box without an end": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nX',
    "turned around": "Subject: \u202egpj.exe\r\n\r\n\u202esiht".encode(),
    "huge": b"Content-Type: text/html\r\n\r\n" + b"<p>word " * 300_000,
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
async def test_a_broken_letter_breaks_nothing(office: Office, raw: bytes) -> None:
    """It opens as far as anybody can read it, and the next one opens as ever."""
    office.mailbox.keep((OFFICE,), raw)
    office.mailbox.keep((OFFICE,), bytes(letter()))
    await office.open()
    await office.box.locator(".letter").last.click()
    await expect(office.box.locator("h4")).to_be_visible()
    await expect(office.box.locator("iframe, pre")).to_be_visible()
    await office.box.get_by_label("Back to all letters").click()
    await office.box.locator(".letter").first.click()
    await expect(office.sheet.get_by_role("heading", name="Digest")).to_be_visible()


async def test_right_to_left_stands_on_the_right(office: Office) -> None:
    """A Persian subject and Persian lines of a text run their own way beside English ones."""
    await post(office.mailbox, letter("گزارش هفتگی", html="", file=""))
    await office.open()
    direction = "node => getComputedStyle(node).direction"
    await expect(office.box.locator(".letter .subject")).to_have_text("گزارش هفتگی")
    assert await office.box.locator(".letter .subject").evaluate(direction) == "rtl"
    await office.box.locator(".letter").click()
    assert await office.box.locator("h4").evaluate(direction) == "rtl"
    bidi = "node => getComputedStyle(node).unicodeBidi"
    assert await office.box.locator("pre").evaluate(bidi) == "plaintext"


async def test_an_open_letter_that_had_to_go_closes(office: Office) -> None:
    """Where too many arrive, the oldest goes; who reads it is back at the list."""
    office.mailbox.keep((OFFICE,), bytes(letter("Oldest")))
    await office.open()
    await office.box.locator(".letter").click()
    for number in range(MOST_LETTERS):
        office.mailbox.keep((OFFICE,), f"Subject: {number}\r\n\r\nx".encode())
    await expect(office.box.locator(".letter")).to_have_count(MOST_LETTERS)
    await expect(office.box.locator(".opened")).to_have_count(0)


async def test_what_a_letter_holds_is_served_closed(office: Office) -> None:
    """A frame of this page alone may show its HTML; its files are saved and never shown."""
    await post(office.mailbox, letter(html=HOSTILE, file="evil.html"))
    number = office.mailbox.letters[-1].id
    async with aiohttp.ClientSession() as http:
        origin = f"{office.address}mail/{number}"
        async with http.get(f"{origin}/page") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'self'" in policy
            assert "allow-scripts" not in policy
            assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with http.get(f"{origin}/file/0") as answer:
            assert answer.content_type == "application/octet-stream"
            assert "filename*=UTF-8''evil.html" in answer.headers["Content-Disposition"]
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        for lost in ("/file/1", "/picture/1", "/picture/x", "/none"):
            async with http.get(origin + lost) as answer:
                assert answer.status == 404, lost
        async with http.get(f"{office.address}mail/9999/page") as answer:
            assert answer.status == 404
        headers = {"Host": "council.example"}
        async with http.get(f"{origin}/page", headers=headers) as answer:
            assert answer.status == 403


PAIRS = [
    *(("--ink", "--card"), ("--muted", "--card"), ("--accent", "--card"), ("--muted", "--paper")),
    *(("--ink", "--bubble"), ("--muted", "--bubble"), ("--accent", "--bubble")),
    *(("--ink", "--tint"), ("--accent", "--tint"), ("--on-fill", "--fill"), ("--brand", "--paper")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_service_has_colours_that_can_be_read(office: Office, scheme: Any) -> None:
    """Every pair of colours in use has the contrast that WCAG AA asks for."""
    view = await office.open(color_scheme=scheme)
    measured = await contrasts(view, ".phone.staff", PAIRS)
    assert len(measured) == 2 * len(PAIRS)
    assert [pair for pair in measured if pair[3] < 4.5] == []

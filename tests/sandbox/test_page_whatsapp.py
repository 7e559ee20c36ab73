"""A phone with WhatsApp on the page, in a real browser, beside one with Telegram."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from page_kit import LAPTOP, PHONE, Counter, Watched, chromium, contrasts, counter
from playwright.async_api import Browser, expect
from sandbox_kit import Clock

from bot.sandbox.page import Shown, page, serving
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOPICS = (
    ("کار و حقوق", "دستمزد، ساعت کار، قرارداد، اخراج"),
    ("اقامت", "اجازه اقامت و تمدید آن"),
    ("مسکن", "خانه، اجاره، ودیعه"),
    ("سایر", "هر موضوع دیگر"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    async with chromium() as found:
        yield found


@dataclass(kw_only=True)
class Desk(Watched):
    """Two sandboxes, a page of four people in a browser, and the bot's side of WhatsApp."""

    whatsapp: TwilioSandbox
    bot: Counter

    @property
    def dariush(self) -> WhatsAppPhone:
        return self.whatsapp.phones[0]

    @property
    def farid(self) -> WhatsAppPhone:
        return self.whatsapp.phones[1]


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    """Everything started; at the end no page may have complained."""
    clock = Clock()
    telegram, whatsapp = TelegramSandbox(clock=clock), TwilioSandbox(clock=clock)
    await telegram.start()
    await whatsapp.start()
    amara, leyla = telegram.phone("Amara"), telegram.phone("Leyla Karimova")
    dariush = whatsapp.phone("Dariush", number="+994500000001", language="fa")
    farid = whatsapp.phone("Farid", number=None, language="az")
    people = [
        Shown(dariush, "migrant", "Dariush · writes Persian", "rtl"),
        Shown(amara, "migrant", "Amara · writes English"),
        Shown(farid, "migrant", "Farid · writes Azerbaijani"),
        Shown(leyla, "member", "Leyla · council member"),
    ]

    async def jump(minutes: int) -> None:
        clock.jump(minutes=minutes)

    async with AsyncExitStack() as stack, counter(whatsapp) as bot:
        application = page([telegram, whatsapp], people, jump)
        address = await stack.enter_async_context(serving(application))
        made = Desk(
            whatsapp=whatsapp, people=people, bot=bot, browser=browser, stack=stack, address=address
        )
        yield made
        await whatsapp.stop()
    await telegram.stop()
    assert made.complaints == []


async def test_a_conversation(desk: Desk) -> None:
    """No Start: words go out, quick replies come back as the person's own message."""
    await desk.open()
    dariush = desk.screen(desk.dariush)
    await expect(dariush.get_by_role("button", name="Start", exact=True)).to_be_hidden()
    box = dariush.get_by_role("textbox", name="Write as Dariush")
    await box.fill("سلام")
    await box.press("Enter")
    await desk.whatsapp.wait(lambda: desk.bot.forms)
    assert desk.bot.forms[0]["Body"] == "سلام"
    await desk.bot.offer(desk.dariush, "*آیا موافقید؟*", "بله", "خیر", "بعداً")
    await expect(dariush.locator(".theirs b")).to_have_text("آیا موافقید؟")
    await expect(dariush.locator(".keys-row")).to_have_count(3)
    await dariush.get_by_role("button", name="بله").click()
    await desk.whatsapp.wait(lambda: len(desk.bot.forms) == 2)
    assert desk.bot.forms[1]["ButtonPayload"] == "do:بله"
    await expect(dariush.locator(".mine").last).to_contain_text("بله")
    await expect(dariush.locator(".mine .quote").last).to_contain_text("آیا موافقید؟")


async def test_a_list_opens_as_a_sheet(desk: Desk) -> None:
    """Its rows are chosen with the mouse or with the keyboard alone, or left with Escape."""
    await desk.dariush.write("سلام")
    await desk.bot.let_choose(desk.dariush, "درباره چیست؟", "انتخاب", *TOPICS)
    view = await desk.open(reduced_motion="reduce")
    dariush = desk.screen(desk.dariush)
    opener = dariush.get_by_role("button", name="انتخاب")
    sheet = dariush.get_by_role("dialog", name="انتخاب")
    await opener.click()
    await expect(sheet.locator(".choice b")).to_have_text([row for row, _ in TOPICS])
    await expect(sheet.locator(".choice small").nth(2)).to_have_text(TOPICS[2][1])
    box, case = await sheet.bounding_box(), await dariush.locator(".case").bounding_box()
    assert box is not None
    assert case is not None
    assert case["x"] <= box["x"]
    assert box["y"] + box["height"] <= case["y"] + case["height"]
    await view.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(opener).to_be_focused()
    await view.keyboard.press("Enter")
    await expect(sheet.locator(".choice").first).to_be_focused()
    await view.keyboard.press("ArrowDown")
    await view.keyboard.press("Enter")
    await desk.whatsapp.wait(lambda: len(desk.bot.forms) == 2)
    assert desk.bot.forms[1]["ListId"] == "row:اقامت"
    await expect(sheet).to_be_hidden()
    await expect(dariush.locator(".mine").last).to_contain_text("اقامت")


async def test_ticks(desk: Desk) -> None:
    """One grey for sent, two grey for delivered, two blue for read."""
    arriving, desk.whatsapp.inbound_url = desk.whatsapp.inbound_url, ""
    await desk.dariush.write("one")
    await desk.open()
    dariush = desk.screen(desk.dariush)
    tick = dariush.locator(".mine .mark").last
    await expect(tick).to_have_attribute("aria-label", "sent")
    grey = await tick.evaluate("node => getComputedStyle(node).color")
    desk.whatsapp.inbound_url = arriving
    await desk.dariush.write("two")
    await expect(tick).to_have_attribute("aria-label", "delivered")
    await expect(tick.locator("use")).to_have_attribute("href", "#ticks")
    assert await tick.evaluate("node => getComputedStyle(node).color") == grey
    await desk.bot.begin_typing(desk.dariush)
    await expect(tick).to_have_attribute("aria-label", "read")
    await expect(dariush.locator(".status")).to_have_text("typing")
    assert await tick.evaluate("node => getComputedStyle(node).color") != grey
    await desk.bot.say(desk.dariush, "three")
    await expect(dariush.locator(".status")).to_contain_text("you:")
    await expect(dariush.locator(".theirs .mark")).to_have_count(0)


async def test_each_phone_says_which_app_it_is(desk: Desk) -> None:
    """Above it the app; on WhatsApp, in its head, the number that the bot sees, or none."""
    await desk.open()
    await expect(desk.page.locator(".caption .app b")).to_have_text(
        ["WhatsApp", "Telegram", "WhatsApp", "Telegram"]
    )
    await expect(desk.screen(desk.dariush).locator(".status")).to_contain_text("+994 50 000 00 01")
    await expect(desk.screen(desk.farid).locator(".status")).to_contain_text("no number")


async def test_a_day_closes_the_window(desk: Desk) -> None:
    """The clock says that it does, and the caption that it did, until the person writes again."""
    await desk.dariush.write("hello")
    await desk.open()
    dariush, farid = desk.screen(desk.dariush), desk.screen(desk.farid)
    await expect(dariush.get_by_text("window closed")).to_be_hidden()
    day = desk.page.get_by_role("button", name="Jump ahead: one day")
    await expect(day).to_have_attribute(
        "title", "Jump ahead: one day, which closes WhatsApp’s window"
    )
    await day.click()
    await expect(dariush.get_by_text("window closed")).to_be_visible()
    await expect(dariush.locator(".hint")).to_contain_text("only templates")
    await expect(farid.get_by_text("window closed")).to_be_hidden()  # nobody ever wrote there
    await desk.dariush.write("again")
    await expect(dariush.get_by_text("window closed")).to_be_hidden()


async def test_what_was_sent_cannot_be_changed(desk: Desk) -> None:
    """A message can be answered, not edited; a word with a slash is a word."""
    await desk.farid.write("first")
    await desk.bot.say(desk.farid, "Write /stop to stop")
    view = await desk.open()
    farid = desk.screen(desk.farid)
    await expect(farid.locator(".command")).to_have_count(0)
    await expect(farid.get_by_label("Edit this message")).to_have_count(0)
    await farid.get_by_role("textbox").focus()
    await view.keyboard.press("ArrowUp")
    await expect(farid.locator(".note")).to_be_hidden()
    await farid.locator(".theirs").hover()
    await farid.get_by_label("Reply to this message").last.click()
    await view.keyboard.type("stop")
    await view.keyboard.press("Enter")
    await desk.whatsapp.wait(lambda: len(desk.bot.forms) == 2)
    assert desk.bot.forms[1]["OriginalRepliedMessageSid"] == desk.farid.chat[1].sid


async def test_things_to_send(desk: Desk) -> None:
    """The paper clip offers what WhatsApp can send, and the chat shows it."""
    await desk.open()
    farid = desk.screen(desk.farid)
    kinds = ("Photo", "Voice message", "Video", "File", "Location", "Sticker", "Contact")
    for kind in kinds:
        before = len(desk.farid.chat)
        await farid.get_by_label("Send something else").click()
        await farid.get_by_role("menuitem", name=kind, exact=True).click()
        await desk.whatsapp.wait(lambda before=before: len(desk.farid.chat) > before)
    await expect(farid.locator(".message")).to_have_count(len(kinds))
    await expect(farid.locator(".file b")).to_have_text(["contract.pdf", "Farid"])
    await expect(farid.get_by_text("contract.pdf")).to_have_count(1)
    await expect(farid.locator(".place, .sticker, .sound")).to_have_count(3)


async def test_receipts_and_blocking(desk: Desk) -> None:
    """The menu turns read receipts off, and blocks and unblocks the council."""
    await desk.farid.write("hello")
    await desk.open()
    farid = desk.screen(desk.farid)
    more = farid.get_by_label("More", exact=True)
    await more.click()
    await farid.get_by_role("menuitem", name="Turn off read receipts").click()
    await more.click()
    await expect(farid.get_by_role("menuitem", name="Turn on read receipts")).to_be_visible()
    assert not desk.farid.read_receipts
    await farid.get_by_role("menuitem", name="Block").click()
    await expect(farid.locator(".status")).to_contain_text("blocked")
    await farid.get_by_role("button", name="Unblock", exact=True).click()
    await expect(farid.get_by_role("textbox")).to_be_visible()
    assert not desk.farid.blocked


async def test_the_guide_knows_whatsapp(desk: Desk) -> None:
    """The story begins with a word where there is no Start, and presses are no requests."""
    view = await desk.open()
    step = view.locator("#guide .now")
    await expect(view.locator("#guide .say")).to_contain_text("write hello")
    await desk.dariush.write("سلام")
    await desk.bot.offer(desk.dariush, "؟", "بله", "خیر")
    await desk.dariush.press("بله")
    await expect(desk.screen(desk.dariush).locator(".mine")).to_have_count(2)
    await expect(step).to_contain_text("Say hello")
    await desk.dariush.write("کارفرما حقوق نمی‌دهد")
    await expect(step).to_contain_text("Ask for help")


@pytest.mark.parametrize("size", [LAPTOP, PHONE, {"width": 320, "height": 568}], ids=str)
async def test_the_page_itself_never_scrolls(desk: Desk, size: dict[str, int]) -> None:
    """Neither a long chat nor an open sheet makes the page larger than its window."""
    await desk.dariush.write("سلام " * 300)
    rows = [(f"Row {number}", "and what it is about") for number in range(10)]
    await desk.bot.let_choose(desk.dariush, "?", "Choose", *rows)
    view = await desk.open(size)
    dariush = desk.screen(desk.dariush)
    await dariush.get_by_role("button", name="Choose", exact=True).click()
    await expect(dariush.locator(".choice").first).to_be_focused()
    last = dariush.locator(".choice").last
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport()
    overflow = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert await view.evaluate(overflow) == list(size.values())


PAIRS = [
    *(("--ink", "--bubble"), ("--muted", "--bubble"), ("--accent", "--bubble")),
    *(("--ink", "--tint"), ("--muted", "--tint"), ("--accent", "--tint"), ("--accent", "--card")),
    *(("--on-fill", "--fill"), ("--on-head", "--head"), ("--soft-head", "--head")),
    *(("--brand", "--paper"), ("--bad", "--paper"), ("--read", "--tint")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_on_what_they_stand_on(desk: Desk, scheme: Any) -> None:
    """Words have the contrast that WCAG AA asks for, ticks that for signs."""
    view = await desk.open(color_scheme=scheme)
    measured = await contrasts(view, ".whatsapp .case", PAIRS)
    assert len(measured) == 2 * len(PAIRS)
    least = {"--read": 3.0}
    assert [each for each in measured if each[3] < least.get(each[1], 4.5)] == []

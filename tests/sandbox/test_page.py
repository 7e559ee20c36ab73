"""The page with the phones, in a real browser against the real sandbox."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from page_kit import Watched, chromium, contrasts
from playwright.async_api import Browser, expect

from bot.sandbox.page import Shown, page, serving
from bot.sandbox.telegram import Phone, TelegramSandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUNDAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOSTILE = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>\'"&lt;b&gt;'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    async with chromium() as found:
        yield found


@dataclass(kw_only=True)
class Desk(Watched):
    """A sandbox with four people, its page in a browser, and the bot's side of the wire."""

    world: TelegramSandbox
    http: aiohttp.ClientSession
    later: list[timedelta]
    jumps: list[int] = field(default_factory=list)

    @property
    def farid(self) -> Phone:
        return self.people[0].phone

    @property
    def leyla(self) -> Phone:
        return self.people[2].phone

    async def bot(self, method: str, **params: Any) -> Any:
        """A call of the bot, which must succeed."""
        url = f"{self.world.base_url}{self.world.token}/{method}"
        async with self.http.post(url, json=params) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def say(self, phone: Phone, text: str, *rows: list[Any], **more: Any) -> int:
        """The bot writes, with rows of (label, data[, style]) under it; the message's number."""
        keys = [
            [
                {"text": label, "callback_data": data, **({"style": style[0]} if style else {})}
                for label, data, *style in row
            ]
            for row in rows
        ]
        if keys:
            more["reply_markup"] = {"inline_keyboard": keys}
        sent = await self.bot(
            "sendMessage", chat_id=phone.user_id, text=text, parse_mode="HTML", **more
        )
        number: int = sent["message_id"]
        return number


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    """Everything started; at the end no page may have complained."""
    later = [timedelta(0)]
    world = TelegramSandbox(clock=lambda: SUNDAY + later[0])
    await world.start()
    people = [
        Shown(
            world.phone("Farid Rahimi", language_code="fa"),
            "migrant",
            "Farid · writes Persian",
            "rtl",
        ),
        Shown(world.phone("Maria Santos"), "migrant", "Maria · writes English"),
        Shown(
            world.phone("Leyla Karimova", language_code="az"), "member", "Leyla · council member"
        ),
        Shown(world.phone("Operator"), "operator", "Operator · runs the bot"),
    ]
    async with AsyncExitStack() as stack, aiohttp.ClientSession() as http:
        made = Desk(
            world=world, people=people, browser=browser, http=http, stack=stack, later=later
        )

        async def jump(minutes: int) -> None:
            made.jumps.append(minutes)
            later[0] += timedelta(minutes=minutes)

        application = page(world, people, jump)
        made.address = await stack.enter_async_context(serving(application))
        yield made
    await world.stop()
    assert made.complaints == []


async def test_a_conversation(desk: Desk) -> None:
    """Start, buttons, answers and words all go both ways."""
    await desk.open()
    farid = desk.screen(desk.farid)
    await farid.get_by_role("button", name="Start", exact=True).click()
    await desk.world.wait(lambda: desk.farid.chat)
    assert desk.farid.chat[0].text == "/start"
    await expect(farid.get_by_role("textbox")).to_be_focused()
    question = await desk.say(
        desk.farid, "شروع کنیم؟", [("بله", "go:yes", "success"), ("خیر", "go:no", "danger")]
    )
    await farid.get_by_role("button", name="بله").click()
    press = await desk.world.wait(lambda: next(iter(desk.world.presses.values())))
    assert press.button.data == "go:yes"
    await expect(farid.locator(".key.waiting")).to_have_text("بله")
    await desk.bot("answerCallbackQuery", callback_query_id=press.query_id, text="متشکرم")
    await expect(farid.locator(".toast")).to_have_text("متشکرم")
    await expect(farid.locator(".key.waiting")).to_have_count(0)
    await desk.bot(
        "editMessageText", chat_id=desk.farid.user_id, message_id=question, text="خوش آمدید"
    )
    await expect(farid.locator(".message.theirs")).to_contain_text("خوش آمدید")
    await expect(farid.locator(".message.theirs")).to_contain_text("edited")
    await expect(farid.locator(".key")).to_have_count(0)
    await desk.bot("sendChatAction", chat_id=desk.farid.user_id, action="typing")
    await expect(farid.locator(".status")).to_have_text("typing")
    box = farid.get_by_role("textbox", name="Write as Farid Rahimi")
    await box.fill("کارفرما حقوق نمی‌دهد")
    await box.press("Shift+Enter")
    await box.press("Enter")
    await desk.world.wait(lambda: desk.farid.chat[-1].mine)
    assert desk.farid.chat[-1].text == "کارفرما حقوق نمی‌دهد"
    await expect(box).to_have_value("")
    await desk.bot("deleteMessage", chat_id=desk.farid.user_id, message_id=question)
    await expect(farid.locator(".message.theirs")).to_have_count(0)


async def test_replies_and_edits_with_the_keyboard_alone(desk: Desk) -> None:
    """Whoever uses no mouse walks to a message with arrows and answers it."""
    number = await _greeted(desk, desk.leyla, "Which office was it?")
    view = await desk.open()
    leyla = desk.screen(desk.leyla)
    await leyla.get_by_role("log").focus()
    await view.keyboard.press("ArrowUp")
    await expect(leyla.locator(".message.theirs")).to_be_focused()
    await view.keyboard.press("Tab")
    await expect(leyla.get_by_label("Reply to this message").last).to_be_focused()
    await view.keyboard.press("Enter")
    await expect(leyla.locator(".note")).to_contain_text("Which office was it?")
    await view.keyboard.type("The one in Baku")
    await view.keyboard.press("Enter")
    await desk.world.wait(lambda: desk.leyla.chat[-1].mine and len(desk.leyla.chat) == 3)
    assert desk.leyla.chat[-1].reply_to == number
    await expect(leyla.locator(".message .quote")).to_contain_text("Which office was it?")
    await view.keyboard.press("ArrowUp")
    await view.keyboard.press("End")
    await view.keyboard.type(", by the sea")
    await view.keyboard.press("Enter")
    await desk.world.wait(lambda: desk.leyla.chat[-1].edited)
    assert desk.leyla.chat[-1].text == "The one in Baku, by the sea"
    await expect(leyla.locator(".message").last).to_contain_text("edited")


async def test_things_to_send(desk: Desk) -> None:
    """The paper clip offers what a phone can send, and the chat shows it."""
    await _greeted(desk, desk.farid, "Send us what you have.")
    view = await desk.open()
    farid = desk.screen(desk.farid)
    await farid.get_by_role("textbox").fill("نامه")
    for kind in ("Album", "Photo", "Voice message", "File", "Location", "Sticker", "Contact"):
        before = len(desk.farid.chat)
        await farid.get_by_label("Send something else").click()
        await expect(farid.get_by_role("menuitem", name=kind)).to_be_visible()
        await farid.get_by_role("menuitem", name=kind).click()
        await desk.world.wait(lambda before=before: len(desk.farid.chat) > before)
    assert desk.farid.chat[2].text == "نامه"
    await expect(farid.locator(".album img")).to_have_count(3)
    await expect(farid.locator(".file b").first).to_have_text("contract.pdf")
    await expect(farid.locator(".place, .sticker")).to_have_count(2)
    await view.wait_for_function(
        "() => [...document.querySelectorAll('.picture img')].every(i => i.naturalWidth > 500)"
    )
    await farid.get_by_role("button", name="Play voice message").click()
    await expect(farid.locator(".wave .heard").first).to_be_attached()


async def test_blocking(desk: Desk) -> None:
    """A blocked bot is seen at once, and one press brings it back."""
    await _greeted(desk, desk.farid, "Hello")
    await desk.open()
    farid = desk.screen(desk.farid)
    await farid.get_by_label("More").click()
    await farid.get_by_role("menuitem", name="Block the bot").click()
    await expect(farid.locator(".hint")).to_contain_text("blocked")
    await expect(farid.get_by_role("textbox")).to_be_hidden()
    assert desk.farid.blocked
    await farid.get_by_role("button", name="Unblock", exact=True).click()
    await expect(farid.get_by_role("textbox")).to_be_visible()
    assert not desk.farid.blocked


async def test_the_menu_of_commands(desk: Desk) -> None:
    """What the bot offers as commands can be pressed, and so can a command inside a text."""
    await desk.bot("setMyCommands", commands=[{"command": "desk", "description": "My requests"}])
    await _greeted(desk, desk.leyla, "Try /help and <code>/not_this</code>, or a/b")
    await desk.open()
    leyla = desk.screen(desk.leyla)
    await leyla.get_by_label("Commands").click()
    await leyla.get_by_role("menuitem", name="/desk").click()
    await expect(leyla.locator(".theirs .command")).to_have_text(["/help"])
    await leyla.locator(".theirs .command").click()
    await desk.world.wait(lambda: len(desk.leyla.chat) == 4)
    assert [bubble.text for bubble in desk.leyla.chat[2:]] == ["/desk", "/help"]


async def test_nothing_in_a_message_becomes_part_of_the_page(desk: Desk) -> None:
    """Whatever somebody writes, names or sends stays text."""
    await desk.bot("setMyName", name=HOSTILE[:64])
    await desk.bot("setMyDescription", description=HOSTILE)
    await desk.bot("setMyCommands", commands=[{"command": "x", "description": HOSTILE}])
    await desk.farid.write(HOSTILE)
    await desk.farid.document(HOSTILE, HOSTILE)
    await desk.farid.contact(first_name=HOSTILE)
    bubble = desk.farid.chat[-1]
    # even markup that the sandbox itself would never let through
    bubble.html = (
        f"<a href='javascript:window.owned=1'>a</a><b onclick='x'>b</b><svg onload=1>{HOSTILE}"
    )
    bubble.text = "a"
    escaped = "&lt;b&gt;not bold&lt;/b&gt; <b>bold</b> <i>&amp;amp;</i><blockquote>q</blockquote>"
    await desk.say(desk.farid, escaped, [(HOSTILE[:60], "d")])
    view = await desk.open()
    farid = desk.screen(desk.farid)
    rich = farid.locator(".theirs .text")
    await expect(rich).to_contain_text("<b>not bold</b> bold &amp;")
    await expect(rich.locator("b")).to_have_text(["bold"])
    await expect(farid.locator(".mine").first).to_contain_text("<script>window.owned=1</script>")
    await expect(
        farid.locator("script, .text img, a[href^='javascript'], [onclick]")
    ).to_have_count(0)
    assert await view.evaluate("window.owned") is None
    assert (
        await view.evaluate(
            "() => { try { document.body.innerHTML = '<p>'; return 'written' } catch { return 'refused' } }"
        )
        == "refused"
    )
    desk.complaints[:] = [line for line in desk.complaints if "TrustedHTML" not in line]


async def test_right_to_left(desk: Desk) -> None:
    """Persian stands on the right, with its buttons and its box, beside English on the left."""
    await _greeted(desk, desk.farid, "سلام، چطور کمک کنیم؟")
    await desk.say(desk.farid, "Hello", [("بله", "y"), ("Yes", "n")])
    await desk.open()
    farid = desk.screen(desk.farid)
    directions = "nodes => nodes.map(node => getComputedStyle(node).direction)"
    assert await farid.locator(".theirs .text").evaluate_all(directions) == ["rtl", "ltr"]
    assert await farid.locator(".key").evaluate_all(directions) == ["rtl", "ltr"]
    box = farid.get_by_role("textbox")
    assert await box.evaluate("node => getComputedStyle(node).direction") == "rtl"
    await box.fill("hello")
    assert await box.evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert await farid.locator(".head").evaluate_all(directions) == ["rtl"]


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (1024, 768), (390, 844), (320, 568)])
async def test_the_page_itself_never_scrolls(desk: Desk, size: tuple[int, int]) -> None:
    """Four phones side by side on a laptop, a row to swipe below, one at a time on a phone."""
    await _greeted(desk, desk.farid, "سلام " * 400)
    width, height = size
    view = await desk.open({"width": width, "height": height})
    overflow = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert await view.evaluate(overflow) == [width, height]
    whole = 0
    for shown in desk.people:
        box = await desk.screen(shown.phone).locator(".composer").bounding_box()
        whole += box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box is None or box["y"] + box["height"] <= height
    assert whole == {1440: 4, 1280: 3, 1024: 3, 390: 1, 320: 1}[width]
    assert await view.get_by_role("navigation", name="Phones").is_visible() == (width < 1300)
    if width < 700:
        await view.locator("#tabs").get_by_role("button", name="Leyla").click()
        await expect(desk.screen(desk.leyla)).to_be_visible()
        await expect(desk.screen(desk.farid)).to_be_hidden()


async def test_news_of_a_phone_out_of_sight(desk: Desk) -> None:
    """On a small screen a tab counts what arrived, until it is opened."""
    await _greeted(desk, desk.leyla, "Welcome")
    view = await desk.open({"width": 390, "height": 844})
    await desk.say(desk.leyla, "A new request")
    tab = view.locator("#tabs button", has_text="Leyla")
    await expect(tab).to_contain_text("1")
    await tab.click()
    await expect(desk.screen(desk.leyla)).to_contain_text("A new request")
    await expect(tab.locator(".badge-new")).to_be_hidden()


async def test_what_arrives_is_announced(desk: Desk) -> None:
    """A screen reader hears each new message once, with whose phone it is."""
    await _greeted(desk, desk.leyla, "Welcome")
    view = await desk.open()
    region = view.locator("#announcer")
    await expect(region).to_have_attribute("aria-live", "polite")
    await expect(region).to_have_text("")
    await desk.say(desk.leyla, "A <b>new</b> request")
    await expect(region.locator("p")).to_have_text(["Leyla Karimova: A new request"])


async def test_the_clock(desk: Desk) -> None:
    """It shows Baku's time and jumps, Monday meaning nine in the morning there."""
    view = await desk.open()
    await expect(view.locator("#time")).to_contain_text("Sun 22 Nov, 13:30")
    for name, minutes in (("15 minutes", 15), ("one hour", 60), ("one day", 1440)):
        await view.get_by_role("button", name=f"Jump ahead: {name}").click()
        await desk.world.wait(lambda minutes=minutes: desk.jumps[-1] == minutes)
        await expect(view.get_by_role("button", name="Jump ahead: one hour")).to_be_enabled()
    await expect(view.locator("#time")).to_contain_text("Mon 23 Nov, 14:45")
    await view.get_by_role("button", name="next Monday").click()
    await expect(view.locator("#time")).to_contain_text("Mon 30 Nov, 09:00")


async def test_the_guide_follows_the_story(desk: Desk) -> None:
    """Each step points at the next phone, moves on by what happens, and can be sent away."""
    view = await desk.open()
    farid, leyla = desk.screen(desk.farid), desk.screen(desk.leyla)
    step = view.locator("#guide .now")
    await expect(step).to_contain_text("Say hello")
    await expect(farid).to_contain_class("next")
    await desk.farid.start()
    await desk.say(desk.farid, "Language?", [("Persian", "l")])
    await farid.get_by_role("button", name="Persian").click()
    await expect(farid.locator(".key.waiting")).to_have_text("Persian")
    await expect(step).to_contain_text("Say hello")
    await desk.say(desk.farid, "Agree?", [("Yes", "c")])
    await farid.get_by_role("button", name="Yes").click()
    await expect(step).to_contain_text("Ask for help")
    await desk.leyla.start()
    await desk.farid.write("حقوق نمی‌دهد")
    await desk.say(desk.farid, "Received: MC 4827 1935 6")
    await desk.say(desk.leyla, "MC 4827 1935 6, work", [("Answer", "a")])
    await expect(step).to_contain_text("A member answers")
    await expect(leyla).to_contain_class("next")
    await expect(farid).not_to_contain_class("next")
    await desk.leyla.write("Go to the labour inspection")
    await desk.say(desk.farid, "Answer to MC 4827 1935 6", [("Helped", "h")])
    await expect(step).to_contain_text("Read the answer")
    await farid.get_by_role("button", name="Helped").click()
    await expect(step).to_contain_text("Let time pass")
    await desk.say(desk.farid, "Thank you.")
    await view.reload()
    await expect(step).to_contain_text("Let time pass")
    await view.get_by_role("button", name="Jump ahead: one day").click()
    await expect(view.locator("#guide")).to_contain_text("the whole way")
    await view.get_by_label("Hide the guide").click()
    await expect(view.locator(".phone.next")).to_have_count(0)
    await view.get_by_role("button", name="Guide me").click()
    await view.get_by_role("button", name="Say hello").click()
    await expect(farid).to_contain_class("next")


async def test_it_comes_back_when_the_server_does(desk: Desk) -> None:
    """A restart is noticed, said, and healed without a reload; a new world replaces the old."""
    async with AsyncExitStack() as first:
        desk.address = await first.enter_async_context(serving(page(desk.world, desk.people)))
        port = int(desk.address.rstrip("/").rpartition(":")[2])
        view = await desk.open()
        farid = desk.screen(desk.farid)
        await desk.farid.write("before")
        await expect(farid.locator(".message")).to_have_count(1)
        await expect(view.locator("#jumps")).to_be_hidden()
    await expect(view.locator("#link")).to_be_visible()
    await farid.get_by_role("textbox").fill("kept while away")
    await farid.get_by_role("textbox").press("Enter")
    await expect(farid.locator(".toast")).to_contain_text("not running")
    await expect(farid.get_by_role("textbox")).to_have_value("kept while away")
    desk.complaints.clear()
    async with serving(page(desk.world, desk.people[:2]), port):
        await expect(view.locator("#link")).to_be_hidden(timeout=10_000)
        await expect(view.locator(".phone")).to_have_count(2)
        await desk.farid.write("after")
        await expect(farid.locator(".message")).to_have_count(2)
        desk.complaints.clear()
        await view.close()


async def test_a_chat_stays_where_the_reader_is(desk: Desk) -> None:
    """It follows new messages at its end, and stays put for somebody who reads above."""
    await desk.farid.start()
    for number in range(30):
        await desk.say(desk.farid, f"line {number}")
    view = await desk.open()
    farid = desk.screen(desk.farid)
    last = farid.locator(".message").last
    await expect(last).to_be_in_viewport()
    await desk.say(desk.farid, "the newest")
    await expect(farid.get_by_text("the newest")).to_be_in_viewport()
    await farid.locator(".scroller").hover()
    await view.mouse.wheel(0, -900)
    await expect(farid.get_by_label("To the newest message")).to_be_visible()
    await desk.say(desk.farid, "unseen")
    await expect(farid.get_by_text("unseen")).not_to_be_in_viewport()
    await farid.get_by_label("To the newest message").click()
    await expect(farid.get_by_text("unseen")).to_be_in_viewport()


async def test_a_long_chat_is_drawn_as_it_is_read(desk: Desk) -> None:
    """Hundreds of messages open at the newest; older ones come by scrolling or by a quote."""
    first = await desk.farid.write("line 0")
    for number in range(1, 200):
        await desk.farid.write(f"line {number}")
    await desk.farid.write("about the first", reply_to=first)
    view = await desk.open()
    farid = desk.screen(desk.farid)
    await expect(farid.locator(".message")).to_have_count(60)
    await farid.locator(".scroller").evaluate("node => node.scrollTop = 0")
    await expect(farid.locator(".message")).to_have_count(120)
    await expect(farid.get_by_text("line 141")).to_be_in_viewport()
    await farid.get_by_label("To the newest message").click()
    await farid.get_by_role("button", name="line 0").click()
    await expect(farid.locator(".message")).to_have_count(201)
    await expect(farid.locator(".message").first).to_be_focused()
    await expect(farid.locator(".message").first).to_be_in_viewport()
    await view.close()


async def test_an_unchanged_message_is_not_drawn_again(desk: Desk) -> None:
    """A change elsewhere leaves focus, sound and selection in a message alone."""
    await _greeted(desk, desk.farid, "first")
    view = await desk.open()
    farid = desk.screen(desk.farid)
    await farid.locator(".message").evaluate_all("nodes => nodes.map(node => node.kept = true)")
    await desk.say(desk.farid, "second")
    await expect(farid.get_by_text("second")).to_be_visible()
    kept = "() => [...document.querySelectorAll('.message')].map(node => Boolean(node.kept))"
    assert await view.evaluate(kept) == [True, True, False]
    await expect(farid.locator(".message.changes")).to_have_count(0)


async def test_movement_can_be_turned_off(desk: Desk) -> None:
    """Who asks for less motion gets none."""
    await _greeted(desk, desk.farid, "first")
    view = await desk.open(reduced_motion="reduce")
    await desk.say(desk.farid, "second")
    await expect(desk.screen(desk.farid).get_by_text("second")).to_be_visible()
    assert await view.evaluate("document.getAnimations().length") == 0


async def test_nothing_is_fetched_from_outside(desk: Desk) -> None:
    """The page works on a machine without a network."""
    await desk.farid.photo()
    await desk.say(desk.farid, "See https://council.example/a?b=1&amp;c")
    asked: list[str] = []
    context = await desk.browser.new_context()
    desk.stack.push_async_callback(context.close)
    view = await context.new_page()
    view.on("request", lambda request: asked.append(request.url))
    await view.goto(desk.address)
    await expect(view.locator(".address").first).to_be_visible()
    assert len(asked) > 8
    assert [url for url in asked if not url.startswith(desk.address)] == []


PAIRS = [
    *(("--ink", "--paper"), ("--muted", "--paper"), ("--bad", "--paper")),
    *(("--ink", "--card"), ("--muted", "--card"), ("--accent", "--card"), ("--good", "--card")),
    *(("--ink", "--bubble"), ("--muted", "--bubble"), ("--accent", "--bubble")),
    *(("--ink", "--tint"), ("--accent", "--tint"), ("--on-fill", "--fill")),
    *(("--on-fill", "--good-fill"), ("--on-fill", "--bad-fill")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_on_what_they_stand_on(desk: Desk, scheme: Any) -> None:
    """Every pair of colours in use has the contrast that WCAG AA asks for."""
    view = await desk.open(color_scheme=scheme)
    measured = await contrasts(view, ".phone", PAIRS)
    assert len(measured) == 4 * len(PAIRS)
    assert [pair for pair in measured if pair[3] < 4.5] == []


async def _greeted(desk: Desk, phone: Phone, text: str) -> int:
    """The person pressed Start and the bot said this."""
    await phone.start()
    return await desk.say(phone, text)

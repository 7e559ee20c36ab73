"""Plays a story in the demo and photographs the page: `python docs/pictures.py` (needs Chromium)."""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from bot import log  # noqa: E402
from bot.charter_file import read_charter  # noqa: E402
from bot.sandbox.demo import World, demo  # noqa: E402
from bot.sandbox.phones import Phone  # noqa: E402
from bot.sandbox.twilio import WhatsAppPhone  # noqa: E402

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Story:
    """The people of the demo, acting."""

    def __init__(self, world: World) -> None:
        self.telegram, self.twilio, self.app = world.telegram, world.twilio, world.app
        named = {phone.name: phone for phone in world.telegram.phones}
        self.amara, self.leyla, self.samir = named["Amara"], named["Leyla"], named["Samir"]
        self.nasrin, self.vusal = named["Nasrin"], named["Vusal"]
        self.dariush, self.nodira = world.twilio.phones

    async def quiet(self) -> None:
        """The bot has nothing left to say."""
        while True:
            await self.telegram.wait(lambda: not self.telegram.pending(), 20)
            await self.twilio.wait(lambda: not self.twilio.pending(), 20)
            await self.app.delivery.settled(30)
            if not self.telegram.pending() and not self.twilio.pending():
                return

    async def press(self, phone: Phone, button: str) -> None:
        """A press and all that follows."""
        await phone.press(button)
        await self.quiet()

    async def write(self, phone: Phone | WhatsAppPhone, *texts: str) -> None:
        """Messages and all that follows each."""
        for text in texts:
            await phone.write(text)
            await self.quiet()

    async def first_half(self) -> None:
        """A question by voice, text and photos; a Persian one; both reach their readers."""
        await self.amara.start()
        await self.quiet()
        await self.press(self.amara, "data=lang:en")
        await self.press(self.amara, "data=consent:yes")
        await self.write(
            self.amara,
            "Hello! My employer has not paid my wages for two months. What can I do?",
        )
        await self.amara.album(3)
        await self.amara.voice(7)
        await self.quiet()
        await self.write(self.dariush, "سلام", "5", "1")
        await self.write(self.dariush, "سلام. اقامت من ماه آینده تمام می‌شود. چه مدارکی لازم است؟")
        await self.write(self.nodira, "Здравствуйте", "3", "1")
        await self.write(self.nodira, "Школа не берёт мою дочь. Куда мне обратиться?")

    async def second_half(self) -> None:
        """Sent, read, answered, with a preview."""
        for phone in (self.amara, self.dariush):
            await self.write(phone, "1", "3")
        await self.write(self.nodira, "1")
        await self.press(self.leyla, "Take")
        await self.press(self.leyla, "Voice and files")
        card = next(b for b in self.leyla.chat if "wages" in b.text)
        await self.leyla.write(
            "You can complain to the Labour Inspectorate. Bring your contract and any messages "
            "about pay. It is free.",
            reply_to=card,
        )
        await self.quiet()

    async def third_half(self) -> None:
        """The answer arrives."""
        await self.press(self.leyla, "Send")
        card = next(b for b in reversed(self.nasrin.chat) if "اقامت" in b.text)
        await self.nasrin.write("پاسپورت، عکس و قرارداد خانه. یک ماه قبل بروید.", reply_to=card)
        await self.quiet()
        await self.press(self.nasrin, "Send")

    async def closed_window(self) -> None:
        """A day later WhatsApp's window is closed: a notice goes out, and the answer waits."""
        card = next(b for b in reversed(self.leyla.chat) if b.labels() == ["Open"])
        await self.leyla.press("Open", on=card)
        await self.quiet()
        card = next(b for b in reversed(self.leyla.chat) if "Школа" in b.text)
        await self.leyla.write(
            "Напишите в отдел образования района. Отказать из-за документов нельзя.",
            reply_to=card,
        )
        await self.quiet()
        await self.press(self.leyla, "Send")

    async def at_the_desk(self) -> None:
        """Something private, a card with everything that can be done, and the chair's overview."""
        await self.write(self.amara, "/private", "1", "1")
        await self.write(self.amara, "My employer keeps my passport and locks the door at night.")
        await self.press(self.amara, "Send")
        card = next(b for b in reversed(self.leyla.chat) if "Школа" in b.text and b.buttons)
        await self.leyla.press("More", on=card)
        await self.quiet()
        await self.write(self.vusal, "/chair")

    async def in_the_digest(self) -> None:
        """The chair words a line in both languages and approves the whole."""
        lines = (
            "Cards are often not ready after nine weeks, and nobody says when they will be.",
            "Kartlar çox vaxt doqquz həftədən sonra da hazır olmur və nə vaxt hazır olacağını "
            "heç kim demir.",
        )
        await self.write(self.vusal, "/digest", "1", "1", "2", *lines, "0", "5")


async def photograph(world: World, address: str) -> None:
    """Pictures at the telling moments, on a laptop and a phone."""
    story = Story(world)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(address)
        await story.first_half()
        await _shoot(page, "draft")
        await story.second_half()
        await _shoot(page, "preview")
        await story.third_half()
        await _shoot(page, "answer")
        await page.locator("button", has_text="+15 min").click()
        await page.get_by_text("10:15").first.wait_for(state="attached")
        await story.quiet()
        await _shoot(page, "later")
        await page.locator("button", has_text="+1 day").click()
        await page.get_by_text("window closed").first.wait_for(state="attached")
        await story.quiet()
        await story.closed_window()
        await _shoot(page, "window")
        await story.at_the_desk()
        await page.locator("#tabs button", has_text="Vusal").click()
        await _shoot(page, "desk")
        await story.in_the_digest()
        await _digest(browser, page, story)
        await page.set_viewport_size({"width": 390, "height": 844})
        await _shoot(page, "small")
        await browser.close()


async def _digest(browser: Browser, page: Page, story: Story) -> None:
    """Monday's digest in the mailbox and on the Service's phone; the draft came on Friday."""
    await page.locator("#jumps button", has_text="Mon").click()
    await page.locator("#jumps button:enabled").first.wait_for(timeout=60_000)
    await story.quiet()
    box = page.locator("#phone-mailbox")
    await page.locator("#tabs button", has_text="Mailbox").click()
    letter = box.locator(".letter", has=page.locator(".when .icon")).first
    await letter.wait_for(timeout=30_000)
    await _shoot(page, "service")
    await letter.click()
    await _shoot(page, "mailbox")
    sheet = await browser.new_page(viewport={"width": 900, "height": 1200})
    address = await box.locator("iframe").get_attribute("src")
    await sheet.goto(page.url.rstrip("/") + (address or ""))
    await sheet.wait_for_timeout(600)
    await sheet.screenshot(path=HERE / "pictures" / "digest.png", full_page=True)
    await sheet.close()


async def _shoot(page: Page, name: str) -> None:
    await page.wait_for_timeout(900)
    await page.screenshot(path=HERE / "pictures" / f"{name}.png")


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise SystemExit("Chromium is missing: apt-get install chromium")
    return found


if __name__ == "__main__":
    log.set_up("warning")
    (HERE / "pictures").mkdir(exist_ok=True)
    charter = read_charter(HERE.parent / "council.toml")
    asyncio.run(demo(charter, 0, False, print, photograph))

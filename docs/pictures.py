"""Plays a story in the demo and photographs the page: `python docs/pictures.py` (needs Chromium)."""

import asyncio
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, async_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from bot import log  # noqa: E402
from bot.app import App  # noqa: E402
from bot.charter_file import read_charter  # noqa: E402
from bot.clock import JumpingClock  # noqa: E402
from bot.sandbox.demo import demo  # noqa: E402
from bot.sandbox.phones import Phone  # noqa: E402
from bot.sandbox.telegram import TelegramSandbox  # noqa: E402

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

    def __init__(self, telegram: TelegramSandbox, app: App) -> None:
        self.telegram, self.app = telegram, app
        self.amara, self.dariush, self.leyla, self.nasrin = telegram.phones

    async def quiet(self) -> None:
        """The bot has nothing left to say."""
        while True:
            await self.telegram.wait(lambda: not self.telegram.pending(), 20)
            await self.app.delivery.settled(30)
            if not self.telegram.pending():
                return

    async def press(self, phone: Phone, button: str) -> None:
        """A press and all that follows."""
        await phone.press(button)
        await self.quiet()

    async def write(self, phone: Phone, text: str) -> None:
        """A message and all that follows."""
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
        await self.dariush.start()
        await self.quiet()
        await self.press(self.dariush, "data=lang:fa")
        await self.press(self.dariush, "data=consent:yes")
        await self.write(self.dariush, "سلام. اقامت من ماه آینده تمام می‌شود. چه مدارکی لازم است؟")

    async def second_half(self) -> None:
        """Sent, read, answered, with a preview."""
        for phone in (self.amara, self.dariush):
            await self.write(phone, "1")
            await self.write(phone, "3")
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


async def photograph(telegram: TelegramSandbox, app: App, address: str) -> None:
    """Pictures at the telling moments, on a laptop and a phone."""
    story = Story(telegram, app)
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
        assert isinstance(app.clock, JumpingClock)
        app.clock.jump(timedelta(minutes=20))
        await app.tick()
        await story.quiet()
        await _shoot(page, "later")
        await page.set_viewport_size({"width": 390, "height": 844})
        await _shoot(page, "small")
        await browser.close()


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

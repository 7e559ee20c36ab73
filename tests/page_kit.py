"""What the tests of the page share: a browser, and the bot's side of a local WhatsApp."""

import os
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.sandbox.drawing import phone_id
from bot.sandbox.page import Shown
from bot.sandbox.telegram import Phone
from bot.sandbox.twilio import TwilioSandbox, WhatsAppPhone

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(kw_only=True)
class Watched:
    """A page of these people in a browser; `complaints` is what it complained of.

    `beside` counts what stands among the phones and is none.
    """

    people: list[Shown]
    browser: Browser
    stack: AsyncExitStack
    address: str = ""
    beside: int = 0
    complaints: list[str] = field(default_factory=list)
    page: Any = None

    def screen(self, phone: Phone | WhatsAppPhone) -> Locator:
        """That person's phone on the page."""
        found: Locator = self.page.locator(f"#phone-{phone_id(phone)}")
        return found

    async def open(self, size: dict[str, int] = LAPTOP, **how: Any) -> Page:
        """Look at the page in a window of this size."""
        context = await self.browser.new_context(viewport=size, **how)
        self.stack.push_async_callback(context.close)
        self.page = opened = await context.new_page()
        opened.set_default_timeout(5000)
        opened.on("pageerror", lambda error: self.complaints.append(str(error)))
        opened.on(
            "console",
            lambda line: line.type in ("error", "warning") and self.complaints.append(line.text),
        )
        await opened.goto(self.address)
        await expect(opened.locator(".phone")).to_have_count(len(self.people) + self.beside)
        return opened


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; without one the test is skipped, but fails in CI."""
    if CHROMIUM is None:
        missing = "no Chromium on this machine (apt-get install chromium): the page is not tested"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


CONTRASTS = """([selector, pairs]) => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
      .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const probe = document.createElement("i");
  return [...document.querySelectorAll(selector)].flatMap(part => {
    part.append(probe);
    const read = name => {
      probe.style.color = `var(${name})`;
      return light(getComputedStyle(probe).color);
    };
    return pairs.map(([front, back]) => {
      const [dark, bright] = [read(front), read(back)].sort((a, b) => a - b);
      return [part.className, front, back, (bright + 0.05) / (dark + 0.05)];
    });
  });
}"""


async def contrasts(
    view: Page, selector: str, pairs: Sequence[tuple[str, str]]
) -> list[tuple[str, str, str, float]]:
    """The contrast of each pair of colours in each such part of the page."""
    measured: list[tuple[str, str, str, float]] = await view.evaluate(CONTRASTS, [selector, pairs])
    return measured


class Counter:
    """Where WhatsApp's webhooks arrive, and from where the bot answers."""

    def __init__(self, world: TwilioSandbox, http: aiohttp.ClientSession) -> None:
        self.world = world
        self.http = http
        self.forms: list[dict[str, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        """Take one message of a person."""
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        return web.Response(text="<Response/>", content_type="text/xml")

    async def say(self, phone: WhatsAppPhone, text: str) -> None:
        """The bot writes."""
        await self._create(phone, Body=text)

    async def offer(self, phone: WhatsAppPhone, text: str, *titles: str) -> None:
        """The bot writes, with quick replies."""
        actions = [{"title": title, "id": f"do:{title}"} for title in titles]
        await self._content(phone, "twilio/quick-reply", body=text, actions=actions)

    async def let_choose(
        self, phone: WhatsAppPhone, text: str, button: str, *rows: tuple[str, str]
    ) -> None:
        """The bot writes, with a list of rows and their descriptions."""
        items = [{"item": row, "id": f"row:{row}", "description": more} for row, more in rows]
        await self._content(phone, "twilio/list-picker", body=text, button=button, items=items)

    async def begin_typing(self, phone: WhatsAppPhone) -> None:
        """The bot shows that it writes, which also marks the person's messages as read."""
        newest = next(bubble.sid for bubble in reversed(phone.chat) if bubble.mine)
        await self._post(
            "/v2/Indicators/Typing.json", data={"messageId": newest, "channel": "whatsapp"}
        )

    async def _content(self, phone: WhatsAppPhone, kind: str, **parts: Any) -> None:
        wanted = {"friendly_name": "test", "language": "en", "types": {kind: parts}}
        made = await self._post("/v1/Content", json=wanted)
        await self._create(phone, ContentSid=made["sid"])

    async def _create(self, phone: WhatsAppPhone, **form: str) -> None:
        path = f"/2010-04-01/Accounts/{self.world.account_sid}/Messages.json"
        before = len(phone.chat)
        await self._post(path, data={"From": self.world.sender, "To": phone.address, **form})
        await self.world.wait(lambda: len(phone.chat) > before)

    async def _post(self, path: str, **sent: Any) -> Any:
        login = f"{self.world.account_sid}:{self.world.auth_token}".encode()
        headers = {"Authorization": f"Basic {b64encode(login).decode()}"}
        async with self.http.post(self.world.origin + path, headers=headers, **sent) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()


@asynccontextmanager
async def counter(world: TwilioSandbox) -> AsyncIterator[Counter]:
    """Open for messages of this world."""
    async with aiohttp.ClientSession() as http:
        made = Counter(world, http)
        application = web.Application()
        application.add_routes([web.post("/whatsapp", made.receive)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        world.inbound_url = f"http://127.0.0.1:{runner.addresses[0][1]}/whatsapp"
        yield made
        await runner.cleanup()

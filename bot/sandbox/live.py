"""The open pages: each is shown every change and may act for the people it shows."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.sandbox.drawing import Shown, moment, phone_id, phone_json
from bot.sandbox.gestures import Unclear, act
from bot.sandbox.mail_page import MailPage
from bot.sandbox.moments import Weekly

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Event
    from bot.sandbox.telegram import TelegramSandbox
    from bot.sandbox.twilio import TwilioSandbox

    Sandbox = TelegramSandbox | TwilioSandbox

log = logging.getLogger(__name__)

LONGEST_JUMP = 31 * 24 * 60
MOST_NOTICES = 20
LARGEST = 1 << 17  # bytes of one message from a page
# what a browser shows or plays; all else is only ever saved
PLAYED = {
    *("image/jpeg", "image/png", "image/gif", "image/webp"),
    *("audio/ogg", "audio/mpeg", "audio/mp4", "video/mp4", "video/webm"),
}


class Screen:
    """One open page and what it has not been told yet: many changes become one message."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.everything = True
        self.phones: set[str] = set()
        self.mail = False
        self.notices: list[dict[str, Any]] = []
        self.wake = asyncio.Event()
        self.wake.set()

    def show(self, phone: str) -> None:
        """This phone has changed."""
        self.phones.add(phone)
        self.wake.set()

    def show_mail(self) -> None:
        """A letter has arrived."""
        self.mail = True
        self.wake.set()

    def show_everything(self) -> None:
        """The whole world has changed."""
        self.everything = True
        self.wake.set()

    def say(self, phone: str, text: str) -> None:
        """A word that passes by on one phone."""
        self.notices = [*self.notices, {"type": "notice", "phone": phone, "text": text}]
        del self.notices[:-MOST_NOTICES]
        self.wake.set()


class Live:
    """The people on the page, and every browser that looks at them."""

    def __init__(
        self,
        worlds: Sequence[Sandbox],
        people: Sequence[Shown],
        jump: Callable[[int], Awaitable[None]] | None,
        zone: str,
        moments: Sequence[Weekly],
        mail: MailPage | None,
    ) -> None:
        self.worlds = worlds
        self.people = {phone_id(shown.phone): shown for shown in people}
        self.jump = jump
        self.zone = zone
        self.moments = {each.name: each for each in moments}
        self.mail = mail
        self.name = secrets.token_hex(8)
        self.screens: set[Screen] = set()
        self._jumping = asyncio.Lock()
        self._jumps: set[asyncio.Task[None]] = set()
        self._deaf: list[Callable[[], None]] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Talk with one page until it goes."""
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=LARGEST)
        await socket.prepare(request)
        screen = Screen(socket)
        self._listen()
        self.screens.add(screen)
        drawing = asyncio.create_task(self._draw(screen))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(screen, message.data)
        finally:
            self.screens.discard(screen)
            drawing.cancel()
            with suppress(asyncio.CancelledError):
                await drawing
        return socket

    async def media(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that some message holds."""
        name = request.match_info["name"]
        found = (world.files.by_unique_id(name) for world in self.worlds)
        stored = next(filter(None, found), None)
        if stored is None:
            raise web.HTTPNotFound
        response = web.StreamResponse()
        response.content_type = "application/octet-stream"
        if stored.mime in PLAYED and stored.kind != "document":
            response.content_type = stored.mime
        else:
            response.headers["Content-Disposition"] = "attachment"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.content_length = stored.size
        await response.prepare(request)
        for chunk in stored.chunks():
            await response.write(chunk)
        await response.write_eof()
        return response

    async def close(self, application: web.Application) -> None:
        """Send every page away; they come back by themselves once somebody answers again."""
        for deaf in self._deaf:
            deaf()
        self._deaf = []
        for task in self._jumps:
            task.cancel()
        await asyncio.gather(*(screen.socket.close() for screen in tuple(self.screens)))

    def _listen(self) -> None:
        if not self._deaf:
            self._deaf = [world.listen(self._changed) for world in self.worlds]
            if self.mail is not None:
                self._deaf.append(self.mail.mailbox.listen(self._mail_came))

    def _mail_came(self) -> None:
        for screen in self.screens:
            screen.show_mail()

    def _changed(self, event: Event) -> None:
        if event.change == "profile":
            for screen in self.screens:
                screen.show_everything()
        phone = phone_id(event.phone)
        if phone not in self.people:
            return
        for screen in self.screens:
            screen.show(phone)
            if event.change == "answered" and event.phone.notice:
                screen.say(phone, event.phone.notice)

    async def _draw(self, screen: Screen) -> None:
        with suppress(ConnectionError):
            while True:
                await screen.wake.wait()
                screen.wake.clear()
                for message in self._news(screen):
                    await screen.socket.send_str(json.dumps(message, ensure_ascii=False))

    def _news(self, screen: Screen) -> list[dict[str, Any]]:
        phones, screen.phones = screen.phones, set()
        notices, screen.notices = screen.notices, []
        mail, screen.mail = screen.mail and self.mail, False
        if screen.everything:
            screen.everything = False
            return [self._state(), *notices]
        drawn = [{"type": "phone", "phone": phone_json(self.people[each])} for each in phones]
        if mail:
            drawn.append({"type": "mail", "mail": mail.state()})
        return [*drawn, *notices]

    def _state(self) -> dict[str, Any]:
        return {
            "type": "state",
            "world": self.name,
            "clock": moment(self.worlds[0].clock()),
            "zone": self.zone,
            "jumps": self.jump is not None,
            "jumping": self._jumping.locked(),
            "moments": [
                {"name": each.name, "label": each.label, "words": each.words}
                for each in self.moments.values()
            ],
            "phones": [phone_json(shown) for shown in self.people.values()],
            "mail": self.mail.state() if self.mail is not None else None,
        }

    async def _hear(self, screen: Screen, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        if message.get("do") == "jump":
            to = message.get("to")
            self._start_jump(message.get("minutes") if to is None else self._minutes_to(to))
            return
        phone = message.get("phone")
        shown = self.people.get(phone) if isinstance(phone, str) else None
        if shown is None:
            return
        name = phone_id(shown.phone)
        try:
            await act(shown.phone, message)
        except Unclear as error:
            screen.say(name, str(error))
        for each in self.screens:  # settings change without an event
            each.show(name)

    def _minutes_to(self, name: object) -> int | None:
        """Whole minutes until a moment of the week, so that it has come by then."""
        if not isinstance(name, str) or name not in self.moments:
            return None
        now = self.worlds[0].clock()
        return ceil((self.moments[name].after(now, self.zone) - now) / timedelta(minutes=1))

    def _start_jump(self, minutes: object) -> None:
        """In a task of its own, because the world may take its time and phones stay usable."""
        if self.jump is None or not isinstance(minutes, int) or not 0 < minutes <= LONGEST_JUMP:
            for screen in self.screens:
                screen.show_everything()
            return
        task = asyncio.create_task(self._jump(self.jump, minutes))
        self._jumps.add(task)
        task.add_done_callback(self._jumps.discard)

    async def _jump(self, jump: Callable[[int], Awaitable[None]], minutes: int) -> None:
        try:
            async with self._jumping:
                await jump(minutes)
        except Exception as error:  # the page must not wait for ever for a jump that failed
            log.warning("jump failed: %s", type(error).__name__)
        for screen in self.screens:
            screen.show_everything()

"""The mailbox on the page: its letters as plain values, and each letter shown where it can do nothing."""

from __future__ import annotations

import re
from html import escape
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.drawing import moment
from bot.sandbox.letters import Letter, Part
from bot.sandbox.mailbox import Mailbox

GLANCE = 160
"""Letters of the text that the list shows."""
LONGEST_TEXT = 200_000
LONGEST_HTML = 400_000
"""More of a page than that holds up the whole browser; mail programs cut even sooner."""
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
# nothing runs, nothing is fetched but the letter's own pictures, nothing is sent, no page is left;
# `allow-same-origin` lets it fetch these, `allow-modals` lets our own page print it
FRAME = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-modals"
)
CLOSED = "default-src 'none'; sandbox"
HEAD = re.compile(r"<head\b[^>]*>|<!doctype[^>]*>", re.IGNORECASE)
# a link would leave the letter: a new window is what the frame never opens
NO_WAY_OUT = '<base target="_blank">'


class MailPage:
    """What the page shows of a mailbox."""

    def __init__(self, mailbox: Mailbox, address: str, hint: str = "") -> None:
        self.mailbox, self.address, self.hint = mailbox, address, hint

    def routes(self) -> list[web.RouteDef]:
        """Where letters and what they hold are fetched."""
        return [
            web.get(r"/mail/{letter:\d{1,9}}/page", self._page),
            web.get(r"/mail/{letter:\d{1,9}}/text", self._text),
            web.get(r"/mail/{letter:\d{1,9}}/picture/{number:\d{1,3}}", self._picture),
            web.get(r"/mail/{letter:\d{1,9}}/file/{number:\d{1,3}}", self._file),
        ]

    def state(self) -> dict[str, Any]:
        """The mailbox for JSON, newest letter first."""
        letters = [letter_json(letter) for letter in reversed(self.mailbox.letters)]
        return {"address": self.address, "hint": self.hint, "letters": letters}

    def _letter(self, request: web.Request) -> Letter:
        letter = self.mailbox.find(int(request.match_info["letter"]))
        if letter is None:
            raise web.HTTPNotFound
        return letter

    async def _page(self, request: web.Request) -> web.Response:
        """The HTML of a letter, its pictures taken from it."""
        headers = {"Content-Security-Policy": FRAME, "X-Frame-Options": "SAMEORIGIN"}
        text = shown_html(self._letter(request))
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _text(self, request: web.Request) -> web.Response:
        """The plain text of a letter, as far as anybody reads."""
        text = self._letter(request).plain[:LONGEST_TEXT]
        return web.Response(text=text, headers={"Content-Security-Policy": CLOSED})

    async def _picture(self, request: web.Request) -> web.Response:
        """A picture that the HTML shows."""
        part = _nth(self._letter(request).shown, request)
        if part.mime not in SHOWN:
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": CLOSED}
        return web.Response(body=part.content, content_type=part.mime, headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        """A file that came with the letter: only ever saved."""
        part = _nth(self._letter(request).attached, request)
        name = quote(part.name, safe="")
        headers = {
            "Content-Security-Policy": CLOSED,
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        }
        return web.Response(
            body=part.content, content_type="application/octet-stream", headers=headers
        )


def letter_json(letter: Letter) -> dict[str, Any]:
    """What the list and the head of a letter show."""
    return {
        "id": letter.id,
        "from": letter.sender,
        "to": letter.to or ", ".join(letter.envelope),
        "subject": letter.subject,
        "at": moment(letter.arrived_at),
        "dated": moment(letter.dated) if letter.dated else "",
        "glance": " ".join(letter.plain[: GLANCE * 2].split())[:GLANCE],
        "html": bool(letter.html),
        "plain": bool(letter.plain),
        "files": [
            {"name": part.name, "size": len(part.content), "src": f"/mail/{letter.id}/file/{at}"}
            for at, part in enumerate(letter.attached)
        ],
    }


def shown_html(letter: Letter) -> str:
    """The letter's HTML with its own pictures at our addresses, and links that lead nowhere."""
    html = letter.html[:LONGEST_HTML]
    for at, part in enumerate(letter.shown):
        address = f"/mail/{letter.id}/picture/{at}"
        for name in {part.cid, escape(part.cid), quote(part.cid)}:
            html = re.sub(rf"cid:{re.escape(name)}(?![\w.@%-])", address, html, flags=re.IGNORECASE)
    head = HEAD.search(html[:10_000])
    at = head.end() if head else 0
    return html[:at] + NO_WAY_OUT + html[at:]


def _nth(parts: tuple[Part, ...], request: web.Request) -> Part:
    number = int(request.match_info["number"])
    if number >= len(parts):
        raise web.HTTPNotFound
    return parts[number]

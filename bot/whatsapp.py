"""WhatsApp's way out: one part of a message is one call of Twilio's API."""

import asyncio
import json
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from twilio.rest import Client  # type: ignore[import-untyped]

from bot import whatsapp_parts
from bot.richtext import units
from bot.template_table import button_variables, list_variables
from bot.transport import Reaction, SendError, Sent
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call
from bot.whatsapp_errors import receipt_meaning, understand
from bot.whatsapp_in import PREFIX
from bot.whatsapp_media import sendable
from bot.whatsapp_templates import Templates
from bot.whatsapp_text import QUICK_REPLIES, marked, render, titles
from handlers.messages import Attachment, Outgoing

FORM_LIMIT = 1024
"""UTF-16 units of the text above buttons or a list."""
NUMBER = re.compile(r"(?<![^\u2066-\u2068])\d{1,2}(?=\u2069?\s)")
GAPS = re.compile(r"\t| {5,}")
"""What no value may hold."""
CLOCKS_APART = timedelta(days=1)
"""Twilio's days begin elsewhere, and its clock is not ours."""
LOOKED_THROUGH = 200
FAILED = ("failed", "undelivered", "canceled")

Link = Callable[[Attachment], str]
"""Where Twilio can fetch a file for a while."""


class WhatsAppTransport:
    """Sends to WhatsApp's chats through Twilio, in which nothing can be changed afterwards."""

    channel = "whatsapp"
    window: timedelta | None = timedelta(hours=24)
    changes = False
    keeps = True

    def __init__(
        self, client: Client, account: WhatsAppAccount, templates: Templates, link: Link
    ) -> None:
        self._client, self._account = client, account
        self._templates, self._link = templates, link

    def parts(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut a message into pieces that each go out in one call; the last one holds the choices."""
        return whatsapp_parts.parts(message)

    async def send(self, address: str, part: Outgoing, *, label: str = "") -> Sent:
        """Hand one part to Twilio, which tells under `label` what becomes of it."""
        fault: SendError
        try:
            content = await self._content(part)
            message = await call(
                self._client.messages.create,
                to=f"{PREFIX}{address}",
                status_callback=f"{self._account.status_url}?{urlencode({'label': label})}",
                **self._sender(),
                **content,
            )
            return Sent((str(message.sid),))
        except Exception as error:
            fault = understand(error, part)
        raise fault  # out here, so that it drags no text and no address along as its cause

    async def find(self, address: str, part: Outgoing, since: datetime) -> tuple[str, ...]:
        """Ids of messages like this one that Twilio took since then, oldest first."""
        fault: SendError
        try:
            listed = await call(
                self._client.messages.list,
                to=f"{PREFIX}{address}",
                date_sent_after=since - CLOCKS_APART,
                limit=LOOKED_THROUGH,
            )
            said = {render(part), "\n".join(_lines_of_form(part))}
            if part.template:  # perhaps in a related language, whichever was approved then
                said |= self._templates.said(part.template, part.values)
            return tuple(_alike(listed, said, bool(part.attachments)))
        except Exception as error:
            fault = understand(error)
        if fault.reaction == "refused":  # what cannot be looked up is sent once more
            return ()
        fault.maybe_sent = False
        raise fault

    def meaning(self, code: str) -> Reaction:
        """What to do about a failure that a receipt tells."""
        return receipt_meaning(code)

    async def edit(self, address: str, message_id: str, message: Outgoing) -> None:
        """WhatsApp lets a bot change nothing."""
        raise SendError("refused", "not_editable")

    async def delete(self, address: str, message_id: str) -> None:
        """WhatsApp lets a bot take nothing away."""
        raise SendError("refused", "not_deletable")

    async def answer_press(self, press_id: str, text: str = "") -> None:
        """WhatsApp's buttons do not wait."""

    async def seen(self, message_id: str) -> None:
        """Mark a message as read, and show that an answer is being written."""
        typing = self._client.messaging.v2.typing_indicator
        await call(typing.create, channel="whatsapp", message_id=message_id)

    def _sender(self) -> dict[str, str]:
        service = self._account.messaging_service_sid
        by_service = {"messaging_service_sid": service} if service else {}
        return {"from_": self._account.sender} | by_service

    async def _content(self, part: Outgoing) -> dict[str, Any]:
        """What the call says: an approved text, a file, a form with buttons, or words alone."""
        if part.template:
            found = await self._templates.sid(part.template, part.language)
            values = {str(number): value for number, value in enumerate(part.values, start=1)}
            return _filled(found.sid, values)
        words = render(part)
        for attachment in part.attachments:
            hindrance = sendable(attachment)
            if hindrance:
                raise SendError("refused", hindrance)
            beside = {"body": words} if words else {}
            link = await asyncio.to_thread(self._link, attachment)  # it may read keys
            return {"media_url": [link], **beside}
        return await self._form(part) or {"body": words}

    async def _form(self, part: Outgoing) -> dict[str, Any] | None:
        """The choices as buttons or rows to press; None where their numbers must do."""
        choices = [(title, does) for title, _, does in titles(part.choices)]
        lines = _lines_of_form(part)
        if not choices or units("\n".join(lines)) > FORM_LIMIT:
            return None
        try:
            sid = await self._templates.form(len(choices), len(lines))
        except Exception:  # words and numbers go without any form
            return None
        if sid is None:
            return None
        if len(choices) <= QUICK_REPLIES:
            return _filled(sid, button_variables(lines, choices))
        return _filled(sid, list_variables(lines, _range(part), choices))


def _lines_of_form(part: Outgoing) -> list[str]:
    """The words above buttons or a list, a value for each line: none empty, none with wide gaps.

    A list hides its rows until it is opened, so they stand here too, and where a button says not
    all of its words.
    """
    whole = all(not rest for _, rest, _ in titles(part.choices))
    bare = whole and len(titles(part.choices)) <= QUICK_REPLIES
    words = marked(part.text) if bare else render(part, listed=True)
    lines = (GAPS.sub("    ", line).strip() for line in words.split("\n"))
    return [line for line in lines if line]


def _range(part: Outgoing) -> str:
    """What opens a list, in no language: its numbers, "0 – 4", where it has any."""
    labels = (choice.label for row in part.choices for choice in row)
    numbers = sorted(int(found[0]) for label in labels if (found := NUMBER.search(label)))
    return f"{numbers[0]} – {numbers[-1]}" if numbers else "⋯"


def _alike(listed: Iterable[Any], said: Collection[str], has_file: bool) -> list[str]:
    found = [
        str(message.sid)
        for message in listed
        if str(message.direction).startswith("outbound")
        and str(message.status) not in FAILED
        and (message.body or "") in said
        and (str(message.num_media or "0") != "0") == has_file
    ]
    return found[::-1]


def _filled(sid: str, values: dict[str, str]) -> dict[str, Any]:
    return {"content_sid": sid, "content_variables": json.dumps(values, ensure_ascii=False)}

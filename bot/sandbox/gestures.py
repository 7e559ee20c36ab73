"""What a person does on the page, done on their phone."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.sandbox.twilio_phones import WhatsAppPhone

if TYPE_CHECKING:
    from bot.sandbox.bubbles import Bubble
    from bot.sandbox.phones import Phone

    AnyPhone = Phone | WhatsAppPhone

Message = Mapping[str, Any]
SAMPLES = Path(__file__).with_name("page") / "samples"
PICTURES = ("letter.jpg", "room.jpg", "street.jpg")
VOICE = ("voice.ogg", 6)  # and its seconds
DOCUMENT = "contract.pdf"
HUGE = "film.zip"  # more than a bot may fetch
LONGEST_TEXT = 20_000  # the app itself cuts what is longer than one message
LONGEST_CAPTION = 1024
LONGEST_DATA = 200  # what a row of a list may hold; a button on Telegram holds less


class Unclear(Exception):
    """The page asked for something this phone cannot do; the text may be shown to the person."""


async def act(phone: AnyPhone, message: Message) -> None:
    """Do on this phone what the page says; Unclear where that cannot be done."""
    deed = _deed(phone, message)
    if deed is None:
        raise Unclear("The page asked for something unknown.")
    try:
        await deed
    except AssertionError as error:  # how a phone says no; the lines below show its whole chat
        raise Unclear(str(error).partition("\n")[0]) from None


def _deed(phone: AnyPhone, message: Message) -> Awaitable[None] | None:
    wanted = str(message.get("do"))
    if isinstance(phone, WhatsAppPhone):
        return ON_WHATSAPP[wanted](phone, message) if wanted in ON_WHATSAPP else None
    return ON_TELEGRAM[wanted](phone, message) if wanted in ON_TELEGRAM else None


async def _write(phone: AnyPhone, message: Message) -> None:
    await phone.write(_text(message, "text", LONGEST_TEXT), reply_to=_replied(phone, message))


async def _press(phone: AnyPhone, message: Message) -> None:
    bubble = _bubble(phone, message.get("message"))
    await phone.press(f"data={_text(message, 'data', LONGEST_DATA)}", on=bubble)


async def _edit(phone: Phone, message: Message) -> None:
    bubble = _bubble(phone, message.get("message"))
    text = _text(message, "text", LONGEST_TEXT)
    if text != bubble.text:
        await phone.edit(bubble, text)


async def _photo(phone: AnyPhone, message: Message) -> None:
    taken = sum(bubble.media is not None and bubble.mine for bubble in phone.chat)
    content = _sample(PICTURES[taken % len(PICTURES)])
    await phone.photo(_caption(message), content=content, reply_to=_replied(phone, message))


async def _album(phone: Phone, message: Message) -> None:
    album = str(random.randint(10**16, 10**17))
    for number, name in enumerate(PICTURES):
        first = number == 0
        await phone.photo(
            _caption(message) if first else "",
            content=_sample(name),
            album=album,
            reply_to=_replied(phone, message) if first else None,
        )


async def _voice(phone: AnyPhone, message: Message) -> None:
    name, seconds = VOICE
    await phone.voice(seconds, content=_sample(name), reply_to=_replied(phone, message))


async def _document(phone: Phone, message: Message) -> None:
    caption, content = _caption(message), _sample(DOCUMENT)
    await phone.document(DOCUMENT, caption, content=content, reply_to=_replied(phone, message))


async def _paper(phone: WhatsAppPhone, message: Message) -> None:
    content = _sample(DOCUMENT)
    await phone.document(DOCUMENT, content=content, reply_to=_replied(phone, message))


async def _photos(phone: WhatsAppPhone, message: Message) -> None:
    await _photo(phone, message)
    for _ in PICTURES[1:]:
        await _photo(phone, {})


async def _video(phone: WhatsAppPhone, message: Message) -> None:
    await phone.video(_caption(message), reply_to=_replied(phone, message))


async def _receipts(phone: WhatsAppPhone, message: Message) -> None:
    phone.read_receipts = not phone.read_receipts


async def _huge(phone: Phone, message: Message) -> None:
    await phone.document(HUGE, size=30_000_000, reply_to=_replied(phone, message))


async def _location(phone: AnyPhone, message: Message) -> None:
    await phone.location(reply_to=_replied(phone, message))


async def _sticker(phone: AnyPhone, message: Message) -> None:
    await phone.sticker(reply_to=_replied(phone, message))


async def _contact(phone: AnyPhone, message: Message) -> None:
    await phone.contact(reply_to=_replied(phone, message))


async def _block(phone: AnyPhone, message: Message) -> None:
    await phone.block()


async def _unblock(phone: AnyPhone, message: Message) -> None:
    await phone.unblock()


async def _start(phone: Phone, message: Message) -> None:
    await phone.start(_text(message, "payload", 64) if message.get("payload") else "")


EVERYWHERE: dict[str, Callable[[AnyPhone, Message], Awaitable[None]]] = {
    "write": _write,
    "press": _press,
    "photo": _photo,
    "voice": _voice,
    "location": _location,
    "sticker": _sticker,
    "contact": _contact,
    "block": _block,
    "unblock": _unblock,
}
ON_TELEGRAM: dict[str, Callable[[Phone, Message], Awaitable[None]]] = {
    **EVERYWHERE,
    "edit": _edit,
    "album": _album,
    "document": _document,
    "huge": _huge,
    "start": _start,
}
ON_WHATSAPP: dict[str, Callable[[WhatsAppPhone, Message], Awaitable[None]]] = {
    **EVERYWHERE,
    "album": _photos,
    "video": _video,
    "document": _paper,
    "receipts": _receipts,
}


def _text(message: Message, key: str, longest: int) -> str:
    text = message.get(key)
    if not isinstance(text, str) or not text.strip():
        raise Unclear("There is nothing to send.")
    if len(text) > longest:
        raise Unclear("This is too long to send.")
    return text


def _caption(message: Message) -> str:
    return _text(message, "caption", LONGEST_CAPTION) if message.get("caption") else ""


def _bubble(phone: AnyPhone, message_id: object) -> Bubble:
    found = phone.find(message_id) if isinstance(message_id, int) else None
    if found is None:
        raise Unclear("This message is no longer in the chat.")
    return found


def _replied(phone: AnyPhone, message: Message) -> Bubble | None:
    return _bubble(phone, message["reply_to"]) if message.get("reply_to") else None


@cache
def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()

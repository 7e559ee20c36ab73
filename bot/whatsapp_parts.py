"""Cut what is to be said into pieces that WhatsApp takes in one call each."""

from collections.abc import Iterator
from dataclasses import replace

from bot.richtext import split, storable, units
from bot.whatsapp_text import Rows, marked, render, with_numbers
from handlers.messages import Attachment, Outgoing

TEXT_LIMIT = 1600
CAPTION_LIMIT = 1024

ABOVE = "👆"
"""Carries choices that belong to a file or to words which fill a message of their own."""

PLACE = "📍 {latitude}, {longitude}\nhttps://maps.google.com/?q={latitude},{longitude}"

Body = tuple[str, tuple[Attachment, ...], Rows]


def parts(message: Outgoing) -> tuple[Outgoing, ...]:
    """Text of at most 1600 units as WhatsApp shows it, one file each; the last part has the choices.

    Words stand beside a photo where they fit, before any other file, and after all files where
    they come with choices, which no file can carry. A place becomes words. Choices too many for
    one message can only be typed. The first part alone answers `reply_to`; a template is one part.
    """
    if message.template:
        return (message,)
    return tuple(
        replace(
            message,
            text=text,
            attachments=attachments,
            choices=choices,
            reply_to=message.reply_to if index == 0 else "",
        )
        for index, (text, attachments, choices) in enumerate(_bodies(message))
    )


def _bodies(message: Outgoing) -> Iterator[Body]:
    text, files = storable(message.text).replace("\r\n", "\n"), message.attachments
    if message.choices:
        yield from map(_file, filter(_can_go, files))
        yield from _with_choices(text, message.choices)
    elif files and files[0].kind == "photo" and _can_be_caption(text):
        yield "".join(_pieces(text)), files[:1], ()
        yield from map(_file, filter(_can_go, files[1:]))
    else:
        yield from ((piece, (), ()) for piece in _pieces(text))
        yield from map(_file, filter(_can_go, files))


def _with_choices(text: str, choices: Rows) -> Iterator[Body]:
    """The choices under the last words, or in a message of their own, or as words alone."""
    *before, last = (*_pieces(text),) or (ABOVE,)
    if _fits(last, choices):
        after = [(last, choices)]
    elif _fits(ABOVE, choices):
        after = [(last, ()), (ABOVE, choices)]
    else:
        listed = with_numbers(Outgoing("", choices), listed=True)
        after = [(last, ()), *((piece, ()) for piece in _pieces(listed))]
    yield from ((piece, (), ()) for piece in before)
    yield from ((piece, (), rows) for piece, rows in after)


def _fits(text: str, choices: Rows) -> bool:
    return units(render(Outgoing(text, choices))) <= TEXT_LIMIT


def _pieces(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """Cut so that each piece fits with its marks, which only WhatsApp's own form has."""
    for piece in split(text, limit):
        if units(marked(piece)) <= TEXT_LIMIT:
            yield piece
        else:
            yield from _pieces(piece, limit * 3 // 4)


def _can_be_caption(text: str) -> bool:
    return units(marked(text)) <= CAPTION_LIMIT


def _can_go(attachment: Attachment) -> bool:
    """Whether there is anything of it: a place nobody knows is none."""
    return attachment.kind != "location" or None not in (attachment.latitude, attachment.longitude)


def _file(attachment: Attachment) -> Body:
    """One file, or a place in words."""
    if attachment.kind != "location":
        return "", (attachment,), ()
    place = PLACE.format(
        latitude=_degrees(attachment.latitude or 0.0),
        longitude=_degrees(attachment.longitude or 0.0),
    )
    return place, (), ()


def _degrees(angle: float) -> str:
    """Degrees to ten centimetres, without zeros that say nothing."""
    return f"{angle:.6f}".rstrip("0").rstrip(".")

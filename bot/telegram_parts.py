"""Cut what is to be said into pieces that Telegram takes in one call each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.richtext import plain, split, units
from bot.telegram_content import LARGEST_FILE
from bot.telegram_files import needs_upload
from handlers.messages import Attachment, AttachmentKind, Outgoing

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10

ALBUMS: dict[AttachmentKind, str] = {
    "photo": "pictures",
    "video": "pictures",
    "document": "documents",
    "audio": "recordings",
}
"""What may stand together in one album; the other kinds go alone."""

CAPTIONED: frozenset[AttachmentKind] = frozenset(
    {"photo", "video", "animation", "audio", "voice", "document"}
)

ABOVE = "👆"
"""Carries the buttons that belong to an album without words: an album itself cannot have any."""

Album = tuple[Attachment, ...]
Body = tuple[str, Album]


def parts(message: Outgoing) -> tuple[Outgoing, ...]:
    """Text of at most 4096 units, captions of 1024, albums of 10; the last part has the choices.

    The first part alone answers `reply_to`. Nothing to say gives no part.
    """
    bodies = tuple(_bodies(message))
    last = len(bodies) - 1
    return tuple(
        replace(
            message,
            text=text,
            attachments=album,
            choices=message.choices if index == last else (),
            reply_to=message.reply_to if index == 0 else "",
        )
        for index, (text, album) in enumerate(bodies)
    )


def _bodies(message: Outgoing) -> Iterator[Body]:
    albums = tuple(_albums(message.attachments))
    alone: list[Body] = [(text, ()) for text in split(message.text, TEXT_LIMIT)]
    if message.choices and not alone and (not albums or len(albums[-1]) > 1):
        alone = [(ABOVE, ())]
    if message.choices and albums and len(albums[-1]) > 1:
        yield from (("", album) for album in albums)
        yield from alone
    elif albums and _can_be_caption(message.text, albums[0]):
        yield message.text, albums[0]
        yield from (("", album) for album in albums[1:])
    else:
        yield from alone
        yield from (("", album) for album in albums)


def _can_be_caption(text: str, album: Album) -> bool:
    return album[0].kind in CAPTIONED and units(plain(text)) <= CAPTION_LIMIT


def _albums(attachments: Sequence[Attachment]) -> Iterator[Album]:
    """Neighbours that Telegram shows together, as long as what we must upload is one file's worth."""
    album: Album = ()
    for attachment in attachments:
        if album and not _belongs(album, attachment):
            yield album
            album = ()
        album = (*album, attachment)
    if album:
        yield album


def _belongs(album: Album, attachment: Attachment) -> bool:
    kind = ALBUMS.get(attachment.kind)
    return (
        kind is not None
        and kind == ALBUMS.get(album[0].kind)
        and len(album) < ALBUM_LIMIT
        and sum(map(_weight, (*album, attachment))) <= LARGEST_FILE
    )


def _weight(attachment: Attachment) -> int:
    """Bytes that sending this needs in memory."""
    if not needs_upload(attachment):
        return 0
    return attachment.size or LARGEST_FILE

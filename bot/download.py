"""A file on its way from one provider to another, piece by piece."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.spool import Spool
from handlers.messages import Attachment

PIECE = 1 << 16
"""Bytes that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it arrives: its pieces, and how many bytes they are, if that was told."""

    pieces: AsyncIterator[bytes]
    size: int | None = None


OpenFile = Callable[[Attachment], AbstractAsyncContextManager[Download]]
"""Begins to fetch a file, of which nothing is read yet."""


async def spooled(download: Download) -> Spool:
    """The whole file, ready to be read from its beginning."""
    spool = Spool()
    try:
        async for piece in download.pieces:
            spool.write(piece)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool

"""A file between two journeys: whole, unreadable on disk, and gone when it is closed."""

import os
from collections.abc import AsyncIterator
from io import UnsupportedOperation

import pytest

from bot.download import Download, spooled
from bot.spool import Spool

LETTER = b"Amara's letter to the council. " * 9_000


async def pieces(content: bytes, fault: Exception | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 10_007):
        yield content[start : start + 10_007]
    if fault is not None:
        raise fault


async def test_read_as_it_was_written() -> None:
    """The same bytes, in whatever pieces, as often as they are asked for."""
    with await spooled(Download(pieces(LETTER))) as spool:
        assert os.fstat(spool.fileno()).st_size == len(LETTER)
        for size in (1_000, 65_536, 7):
            assert b"".join(iter(lambda: spool.read(size), b"")) == LETTER  # noqa: B023
            assert spool.tell() == len(LETTER)
            assert spool.seek(0) == 0
        assert spool.read() == LETTER


async def test_unreadable_on_disk() -> None:
    """What stands on the disk holds nothing of the file, and is never the same twice."""
    found = []
    for _ in range(2):
        with await spooled(Download(pieces(LETTER))) as spool:
            found.append(os.pread(spool.fileno(), len(LETTER), 0))
    assert len(found[0]) == len(LETTER)
    assert b"Amara" not in found[0] + found[1]
    assert found[0] != found[1]


async def test_nothing_remains() -> None:
    """A closed file is gone; so is one that broke off on its way, and one that was forgotten."""
    before = set(os.listdir("/proc/self/fd"))
    spool = await spooled(Download(pieces(LETTER)))
    spool.close()
    spool.close()
    with pytest.raises(OSError, match="broke off"):
        await spooled(Download(pieces(LETTER, OSError("broke off"))))
    await spooled(Download(pieces(LETTER)))
    assert set(os.listdir("/proc/self/fd")) == before


def test_only_from_the_beginning() -> None:
    """Whoever wants to read from the middle is told so at once."""
    with Spool() as spool:
        spool.write(b"abc")
        for where in ((1, 0), (0, 2)):
            with pytest.raises(UnsupportedOperation):
                spool.seek(*where)

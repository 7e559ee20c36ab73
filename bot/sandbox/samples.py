"""Small real bytes for what people send: a picture, a silent recording, a sheet of paper."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

_SILENCE = b"\xf8\xff\xfe"  # 20 ms of nothing, as Opus writes it
_SAMPLES = 960
FOLDER = Path(__file__).with_name("specimens")
FILES = {"photo": "photo.jpg", "sticker": "sticker.webp"}
MIMES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "animation": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def sample(kind: str, seconds: int = 1) -> bytes:
    """A file of this kind that programs recognise, and players play where it is a voice."""
    if kind == "voice":
        return silent_voice(min(seconds, 60))
    if kind in FILES:
        return _file(FILES[kind])
    return _HEADS.get(kind, b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\x00\x00\x00\x08mdat")


@cache
def _file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@cache
def silent_voice(seconds: int) -> bytes:
    """Ogg with Opus, as phones record; silent."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    pages = [_page(0, 0, [head], first=True), _page(1, 0, [tags])]
    for second in range(max(seconds, 1)):
        last = second == max(seconds, 1) - 1
        pages.append(_page(second + 2, (second + 1) * 48_000, [_SILENCE] * 50, last=last))
    return b"".join(pages)


def _page(
    number: int, position: int, packets: list[bytes], *, first: bool = False, last: bool = False
) -> bytes:
    flags = (2 if first else 0) | (4 if last else 0)
    sizes = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, 1, number, 0)
    page = head + bytes([len(sizes)]) + sizes + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


@cache
def _checksums() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return tuple(table)


def _checksum(page: bytes) -> int:
    value = 0
    table = _checksums()
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    return value


_HEADS = {
    "document": b"%PDF-1.4\n%%EOF\n",
    "audio": b"ID3\x03\x00\x00\x00\x00\x00\x00",
}

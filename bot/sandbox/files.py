"""Files as Telegram keeps them: an id of the bot's own, a path for an hour, bytes."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.bubbles import MediaKind

FOLDERS: dict[str, tuple[str, str, str]] = {
    # kind: (beginning of a file_id, folder of a file_path, suffix)
    "photo": ("AgAC", "photos", "jpg"),
    "voice": ("AwAC", "voice", "oga"),
    "audio": ("CQAC", "music", "mp3"),
    "video": ("BAAC", "videos", "mp4"),
    "video_note": ("DQAC", "video_notes", "mp4"),
    "animation": ("CgAC", "animations", "mp4"),
    "document": ("BQAC", "documents", "bin"),
    "sticker": ("CAAC", "stickers", "webp"),
}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `size` may be larger than `content`, then zeros follow."""

    file_id: str
    unique_id: str
    kind: MediaKind
    path: str
    mime: str
    size: int
    content: bytes
    name: str = ""
    seconds: int = 0
    emoji: str = ""

    def chunks(self) -> Iterator[bytes]:
        """The bytes, made as they are read, so that a large file costs nothing."""
        yield self.content
        left = self.size - len(self.content)
        while left > 0:
            yield bytes(min(left, _CHUNK))
            left -= _CHUNK


class Files:
    """All files one bot has seen."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._by_unique: dict[str, StoredFile] = {}
        self._small: dict[str, StoredFile] = {}

    def keep(
        self,
        kind: MediaKind,
        content: bytes,
        mime: str,
        *,
        size: int | None = None,
        name: str = "",
        seconds: int = 0,
        emoji: str = "",
    ) -> StoredFile:
        """Take a file in and give it its ids."""
        head, folder, suffix = FOLDERS[kind]
        if kind == "document" and "." in name:
            suffix = name.rsplit(".", 1)[1]
        number = len(self._by_id)
        token = base64.urlsafe_b64encode(random.randbytes(36)).decode().rstrip("=")
        unique = base64.urlsafe_b64encode(random.randbytes(9)).decode().rstrip("=")
        stored = StoredFile(
            file_id=f"{head}AgI{token}",
            unique_id=f"AQAD{unique}",
            kind=kind,
            path=f"{folder}/file_{number}.{suffix}",
            mime=mime,
            size=len(content) if size is None else size,
            content=content if size is None else content[:size],
            name=name,
            seconds=seconds,
            emoji=emoji,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        self._by_unique[stored.unique_id] = stored
        return stored

    def thumbnail(self, stored: StoredFile) -> StoredFile:
        """The small version of a photo."""
        small = self._small.get(stored.file_id)
        if small is None:
            small = self.keep("photo", stored.content, stored.mime, size=min(stored.size, 1_200))
            self._small[stored.file_id] = small
        return small

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file this bot knows by that id."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file behind a file_path."""
        return self._by_path.get(path)

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        """The file behind a file_unique_id, which the page uses."""
        return self._by_unique.get(unique_id)

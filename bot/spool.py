"""A file that waits on this machine for its next journey."""

import os
import tempfile
from io import RawIOBase, UnsupportedOperation
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES


class Spool(RawIOBase):
    """A nameless file on disk, gone with the process, and unreadable without it.

    It is written once from its beginning, then read from its beginning as often as `seek(0)` says.
    Its bytes are encrypted with a key that stands in memory alone: what a disk keeps of a file that
    was taken away tells nobody anything. It costs no memory, however large it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # see close
        self._cipher = Cipher(AES(os.urandom(32)), modes.CTR(os.urandom(16)))
        self._turn = self._cipher.encryptor()

    def write(self, data: bytes) -> int:  # type: ignore[override]  # nothing gives it less
        """Add to the end."""
        return self._file.write(self._turn.update(data))

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._turn.update(self._file.read(len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go back to the beginning; nowhere else."""
        if offset or whence:
            raise UnsupportedOperation("a spool is read from its beginning")
        # encrypting and decrypting are the same here, each from the beginning
        self._turn = self._cipher.encryptor()
        return self._file.seek(0)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        """The file below, whose size is this one's: who uploads asks for it."""
        return self._file.fileno()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

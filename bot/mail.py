"""E-mail's way out: a message is handed to the mail server, which carries it from there."""

import asyncio
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Protocol

from bot.mail_account import MailAccount
from bot.mail_message import Envelope, MailFile, compose, one_line
from bot.mail_wire import Line, Patience
from bot.transport import Reaction, SendError, Sent
from handlers.charter import Charter
from handlers.language import named
from handlers.messages import Attachment, Outgoing
from storage import secrecy

LINES = 4
"""So many conversations with the server at once, in threads of their own: a server that hangs
leaves all others free."""


class Made(Protocol):
    """A file of our own: what it is called, its MIME type, and what is in it."""

    @property
    def name(self) -> str: ...
    @property
    def mime(self) -> str: ...
    @property
    def content(self) -> bytes: ...


Make = Callable[[str], Made]
"""Makes one of our own files by its handle."""


def nothing_to_make(file_id: str) -> Made:
    """Where no files of our own are known."""
    raise LookupError("no such file")


class MailTransport:
    """Sends e-mail, which nobody can change or take back, and of which nothing is told afterwards.

    A message that is sent once more has the same name (Message-ID), so that mail programs may know
    it again. `trust` is what certificates are checked against: the system's store unless given.
    """

    channel = "email"
    window: timedelta | None = None
    changes = False
    keeps = False

    def __init__(
        self,
        account: MailAccount,
        charter: Charter,
        clock: Callable[[], datetime],
        make: Make = nothing_to_make,
        *,
        trust: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._account, self._charter, self._clock, self._make = account, charter, clock, make
        self._trust = trust or ssl.create_default_context()
        self._patience = patience or Patience()
        self._threads = ThreadPoolExecutor(LINES, thread_name_prefix="mail")
        self._drawing = threading.Lock()
        self._lines: set[Line] = set()

    def parts(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """One message is one e-mail, however long."""
        return (message,)

    async def send(self, address: str, part: Outgoing, *, label: str = "") -> Sent:
        """Hand one message to the server; `label` names it for ever."""
        line = Line(self._account, self._trust, self._patience)
        message_id = self._message_id(label)
        self._lines.add(line)
        fault: SendError | None = None
        try:
            async with asyncio.timeout(self._patience.in_all):
                await self._in_thread(self._hand_over, line, address, part, message_id)
        except SendError as error:
            fault = error
        except TimeoutError:
            code = f"smtp_{line.stage}_timeout"
            fault = SendError("retry", code, maybe_sent=line.stage == "body")
        finally:
            self._lines.discard(line)
            line.hang_up()
        if fault is not None:
            raise fault
        return Sent((message_id,))

    async def find(self, address: str, part: Outgoing, since: datetime) -> tuple[str, ...]:
        """Mail servers have no list of what they took."""
        return ()

    def meaning(self, code: str) -> Reaction:
        """Mail servers tell nothing afterwards."""
        return "refused"

    async def edit(self, address: str, message_id: str, message: Outgoing) -> None:
        """What was sent stands."""
        raise SendError("refused", "mail_stands")

    async def delete(self, address: str, message_id: str) -> None:
        """What was sent stands."""
        raise SendError("refused", "mail_stands")

    async def answer_press(self, press_id: str, text: str = "") -> None:
        """There are no buttons."""

    async def seen(self, message_id: str) -> None:
        """Nothing comes in."""

    def close(self) -> None:
        """End every conversation at once."""
        for line in self._lines:
            line.hang_up()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., None], *args: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def _hand_over(self, line: Line, address: str, part: Outgoing, message_id: str) -> None:
        files = [self._file(one) for one in part.attachments]
        envelope = Envelope(self._sender(part.language), address, message_id, self._clock())
        try:
            content = compose(envelope, part.text, files).as_bytes()
        except ValueError:
            content = b""
        if not content:
            raise SendError("refused", "not_composed")
        line.hand_over(address, content)

    def _file(self, attachment: Attachment) -> MailFile:
        fault = ""
        try:
            with self._drawing:  # what draws pictures is not made for several threads
                made = self._make(attachment.file_id)
        except Exception as error:
            fault = type(error).__name__
        if fault:
            raise SendError("retry", f"not_made:{fault}")
        what = attachment.file_id.rpartition(":")[2]
        return MailFile(what, made.name, made.mime, made.content)

    def _sender(self, language: str) -> Address:
        name = named(self._charter.council, language or self._charter.digest.languages[0])
        return Address(one_line(name), addr_spec=self._account.sender)

    def _message_id(self, label: str) -> str:
        # keyed, because a row's number would tell how much is said between two messages
        name = secrecy.ring().lookup("email.message_id", label)[:40]
        return f"<{name}@{self._account.domain}>"

"""One row's way out: what to say where, said to the channel in as many calls as it takes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from bot.transport import SendError, Sent, Transport
from handlers.messages import Outgoing

PATIENCE = 300.0
"""Seconds for one call. Transports have shorter patience of their own; this one is for their bugs."""

FORMS = 4
"""So many forms of one message are tried before it counts as refused."""

Answer = TypeVar("Answer")
Ending = Literal["sent", "edited", "deleted", "emptied", "left"]

NOTHING, NOTHING_SENT = Outgoing(), Sent(())


@dataclass(frozen=True, slots=True)
class Target:
    """A message that stands in the chat; `shown` is the row that remembers it."""

    shown: int
    message_id: str


@dataclass(frozen=True, slots=True)
class Errand:
    """A row taken for sending, with nothing of the database behind it any more.

    `label` is our name for it at the provider; `at` is when it was taken.
    `out` are the parts that the provider has already, by number, with its ids of them; `doubt` is since
    when more may be out than that. `edit` has the target to change, none where a new message must do; `delete` the one to take
    away, with `message` to put in its place where it cannot be. An `only_edit` is worth nothing as
    a new message; a `keep_text` delete takes no more than the buttons where the message must stay.
    """

    row: int
    person: int | None
    chat: str
    address: str
    kind: str
    label: str
    at: datetime
    mode: Literal["new", "edit", "delete"]
    message: Outgoing | None = None
    target: Target | None = None
    parts_sent: int = 0
    out: Mapping[int, str] = field(default_factory=dict)
    doubt: datetime | None = None
    only_edit: bool = False
    keep_text: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """How an errand ended; for `sent`, in how many parts and what was said to the last of them."""

    ending: Ending
    sent: Sent = NOTHING_SENT
    part: Outgoing = NOTHING
    parts: int = 0


Pay = Callable[[bool], Awaitable[None]]
"""Waits for leave to make one call; true where it adds a message to the chat or changes one."""

Progress = Callable[[int, Sent, Outgoing], Awaitable[None]]
"""Told after each part but the last: how many are out, and what the provider said."""


Unknown = Callable[[int, Sequence[str]], Awaitable[list[str]]]
"""Those of these message ids of which we know nothing yet."""


async def carry(
    errand: Errand, transport: Transport, pay: Pay, progress: Progress, unknown: Unknown
) -> Done:
    """Say it; the first call is paid for. Raises SendError where it could not be said."""
    if errand.mode == "delete":
        return Done(await _take_away(errand, transport, pay) if transport.changes else "left")
    assert errand.message is not None
    paid = True
    if (
        transport.changes
        and errand.target is not None
        and _fits_in_place(errand.message, transport)
    ):
        if await _edit(errand, errand.target, errand.message, transport, pay):
            return Done("edited")
        paid = False
    if errand.only_edit:
        return Done("left")
    return await _send(errand, errand.message, transport, pay, progress, unknown, paid)


async def _send(
    errand: Errand,
    message: Outgoing,
    transport: Transport,
    pay: Pay,
    progress: Progress,
    unknown: Unknown,
    paid: bool,
) -> Done:
    parts = transport.parts(message)
    if not parts:
        return Done("sent")
    # the last part is never among those already out, even if the message became shorter since
    for number in range(min(errand.parts_sent, len(parts) - 1), len(parts)):
        part = parts[number]
        known = await _is_out(errand, number, part, transport, unknown)
        if known is None:
            if not paid:
                await pay(True)
            paid = False
            known, part = await _say(errand, number, part, transport, pay)
        sent = known
        if number + 1 < len(parts):
            await progress(number + 1, sent, part)
    return Done("sent", sent, part, len(parts))


async def _is_out(
    errand: Errand, number: int, part: Outgoing, transport: Transport, unknown: Unknown
) -> Sent | None:
    """What the provider said to a part that it has already; None where it is to be sent."""
    if number in errand.out:
        return Sent((errand.out[number],))
    if errand.doubt is None:
        return None
    alike = await _patiently(transport.find(errand.address, part, errand.doubt))
    found = await unknown(number, alike) if alike else []
    return Sent((found[0],)) if found else None


async def _say(
    errand: Errand, number: int, part: Outgoing, transport: Transport, pay: Pay
) -> tuple[Sent, Outgoing]:
    """Send one part, in another form where the channel asks for it."""
    label = f"{errand.label}-{number}"
    for _ in range(FORMS):
        try:
            sent = await _patiently(transport.send(errand.address, part, label=label))
            return sent, part
        except SendError as error:
            part = _other_form(error)
        await pay(True)
    raise SendError("refused", "no_form_goes")


async def _edit(
    errand: Errand, target: Target, message: Outgoing, transport: Transport, pay: Pay
) -> bool:
    """Whether the message that stands there says it now; false where it cannot be changed."""
    for _ in range(FORMS):
        try:
            await _patiently(transport.edit(errand.address, target.message_id, message))
        except SendError as error:
            if error.reaction == "refused":
                return False
            error.maybe_sent = False  # a second time it says the same in the same place
            message = _other_form(error)
        else:
            return True
        await pay(True)
    return False


async def _take_away(errand: Errand, transport: Transport, pay: Pay) -> Ending:
    assert errand.target is not None
    try:
        await _patiently(transport.delete(errand.address, errand.target.message_id))
    except SendError as error:
        error.maybe_sent = False
        if error.reaction not in ("refused", "otherwise"):
            raise
    else:
        return "deleted"
    instead = NOTHING if errand.keep_text else errand.message
    if instead is None:
        return "left"
    await pay(True)
    if await _edit(errand, errand.target, instead, transport, pay):
        return "left" if errand.keep_text else "emptied"
    return "left"


def _fits_in_place(message: Outgoing, transport: Transport) -> bool:
    return not message.attachments and len(transport.parts(message)) == 1


def _other_form(error: SendError) -> Outgoing:
    """What to say instead; raises the error itself where that is not what it asks for."""
    if error.reaction != "otherwise":
        raise error
    if error.instead is None:
        raise SendError("refused", error.code)
    return error.instead


async def _patiently(call: Awaitable[Answer]) -> Answer:
    try:
        async with asyncio.timeout(PATIENCE):
            return await call
    except TimeoutError:
        raise SendError("retry", "no_patience", maybe_sent=True) from None

"""What a channel is: it understands what comes in and sends what goes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from handlers.messages import Outgoing

Reaction = Literal["retry", "otherwise", "unreachable", "window", "template", "refused", "operator"]
Standing = Literal["accepted", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider's ids of what it took, and when by the provider's own clock (to the second).

    `file_ids` are handles of the attachments as they were sent, one for each ("" where there is
    none): the next person is sent these, without fetching and cleaning the file once more.
    """

    message_ids: tuple[str, ...]
    at: datetime | None = None
    file_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message after the provider took it, told later and in any order.

    `label` is what we named the message when we sent it; `code` is the provider's own, of a failure.
    """

    channel: str
    message_id: str
    standing: Standing
    code: str = ""
    label: str = ""


class Unparsable(ValueError):
    """What the provider sent cannot be understood; its text names the field and nothing else."""


class NotTaken(Exception):
    """What came in could not be stored now; the provider must keep it and send it again."""


class ChannelStopped(Exception):
    """The channel cannot go on until the operator mends it; `reason` names the fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SendError(Exception):
    """Something could not be sent, and what to do about it.

    `reaction` is
    - retry: try again, after `after` seconds if the provider named them;
    - otherwise: send `instead` right away, in place of what failed;
    - unreachable: this person cannot be reached until they come back;
    - window: they have not written for too long: it waits for them, and they are told by a template;
    - template: the provider does not let this template go now; the operator must see to it;
    - refused: this message will never go; park it and tell those responsible;
    - operator: the channel itself is at fault; stop it and tell the operator.

    `code` names the fault and never holds text, address or token. `maybe_sent` is true where the
    provider may have taken the message all the same.
    """

    def __init__(
        self,
        reaction: Reaction,
        code: str,
        *,
        after: float | None = None,
        maybe_sent: bool = False,
        instead: Outgoing | None = None,
    ) -> None:
        super().__init__(f"{reaction}: {code}")
        self.reaction = reaction
        self.code = code
        self.after = after
        self.maybe_sent = maybe_sent
        self.instead = instead


class Transport(Protocol):
    """One channel's way out. Every method raises SendError and nothing else.

    `window` is how long after somebody's last message they may be written to freely (None: always).
    `changes` says whether messages in a chat can be edited and taken away; `keeps` whether the
    provider keeps what it carried until we have it deleted there.
    """

    channel: str
    window: timedelta | None
    changes: bool
    keeps: bool

    def parts(self, message: Outgoing) -> tuple[Outgoing, ...]:
        """Cut a message into pieces that each go out in one call; the last one holds the choices."""

    async def send(self, address: str, part: Outgoing, *, label: str = "") -> Sent:
        """Send one part as a new message (several ids for an album).

        `label` is our name for it, which the provider repeats in its receipts if it has any.
        """

    async def find(self, address: str, part: Outgoing, since: datetime) -> tuple[str, ...]:
        """Ids of messages like this one that the provider took since then, oldest first.

        Whoever does not know whether a part went out asks before sending it again.
        """

    def meaning(self, code: str) -> Reaction:
        """What to do about a failure that a receipt tells."""

    async def edit(self, address: str, message_id: str, message: Outgoing) -> None:
        """Put this text and these choices in place of a message we sent.

        "Not modified" is success; what can no longer be edited raises `refused`.
        """

    async def delete(self, address: str, message_id: str) -> None:
        """Take a message out of the chat; one that is already gone is success."""

    async def answer_press(self, press_id: str, text: str = "") -> None:
        """Stop the button's waiting sign, with a word for the person if there is one."""

    async def seen(self, message_id: str) -> None:
        """Show the person that their message arrived and an answer is on its way."""

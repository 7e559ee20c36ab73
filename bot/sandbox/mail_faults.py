"""What goes wrong at the mailbox's door on request: at which step, how, how often."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.fault_queue import FaultQueue

Step = Literal["connect", "mail", "rcpt", "data"]
Wrong = int | Literal["reset", "accept_then_reset", "hang", "accept_then_hang"]

WORDS = {
    421: "4.3.2 Service not available, closing transmission channel",
    450: "4.2.1 Mailbox temporarily unavailable",
    451: "4.7.1 Greylisted, please try again later",
    452: "4.2.2 Mailbox full",
    535: "5.7.8 Authentication credentials invalid",
    550: "5.1.1 No such user here",
    552: "5.3.4 Message too big",
    554: "5.7.1 Message rejected as spam",
}


@dataclass(slots=True)
class MailFault:
    """One thing that will go wrong at a step: a status, or a way the connection breaks."""

    step: Step
    wrong: Wrong
    left: int | None
    address: str = ""

    @property
    def line(self) -> str:
        """What the server says, where it says anything."""
        return f"{self.wrong} {WORDS.get(int(self.wrong), 'Error')}"


class MailFaults(FaultQueue[MailFault]):
    """The faults of a mail server still to come, first added, first served."""

    def add(
        self, step: Step, wrong: Wrong, *, times: int | None = 1, address: str = ""
    ) -> MailFault:
        """Let so many times (None: for ever) that step go wrong, of this recipient only if named.

        - a number: the server says it, with the words that servers use (`rcpt`, 451: greylisting);
        - reset: the connection is dropped, nothing is kept (`connect`: before any greeting);
        - accept_then_reset: the letter is kept, then the connection is dropped without an answer;
        - hang, accept_then_hang: no answer until the caller gives up, nothing kept or all kept.
        """
        fault = MailFault(step, wrong, times, address.casefold())
        self._waiting.append(fault)
        return fault

    def take(self, step: Step, address: str = "") -> MailFault | None:
        """The fault this step meets, counted down."""
        return self.first(
            lambda fault: fault.step == step and fault.address in ("", address.casefold())
        )

"""Faults of Twilio's on request: what goes wrong, at which call, how often."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.fault_queue import FaultQueue

TwilioWrong = int | Literal["drop", "hang", "accept_drop", "accept_hang", "garbage"]
OPERATIONS: dict[str, str] = {
    # a short name for what others may call by the name it has in the specification
    "create": "CreateMessage",
    "list": "ListMessage",
    "fetch": "FetchMessage",
    "redact": "UpdateMessage",
    "delete": "DeleteMessage",
    "media": "DownloadMedia",
    "typing": "CreateTypingIndicator",
}


@dataclass(slots=True)
class TwilioFault:
    """One thing that will go wrong: a status, or a way the connection breaks."""

    operation: str
    wrong: TwilioWrong
    left: int | None
    code: int | None = None
    to: str | None = None
    retry_after: int | None = None


class TwilioFaults(FaultQueue[TwilioFault]):
    """The faults of a Twilio still to come, first added, first served."""

    def add(
        self,
        operation: str,
        wrong: TwilioWrong,
        *,
        times: int | None = 1,
        code: int | None = None,
        to: str | None = None,
        retry_after: int | None = None,
    ) -> TwilioFault:
        """Let the next calls of `operation` ("*": any) go wrong, `times` times (None: for ever).

        `operation` is a name of `OPERATIONS` or of the specification, ListContent say. `to` picks
        the calls that send to this address.

        - a number: answered with this status and `code`, or the code that usually goes with it;
        - drop: the connection is dropped before anything is done;
        - accept_drop: it is done, then the connection is dropped without an answer;
        - hang, accept_hang: no answer until the caller gives up, nothing done or all done;
        - garbage: a page of HTML with status 502, nothing done.
        """
        fault = TwilioFault(
            OPERATIONS.get(operation, operation), wrong, times, code, to, retry_after
        )
        self._waiting.append(fault)
        return fault

    def take(self, operation: str, to: object = None) -> TwilioFault | None:
        """The fault this call meets, counted down."""
        return self.first(
            lambda fault: fault.operation in ("*", operation) and fault.to in (None, to)
        )

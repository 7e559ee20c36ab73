"""Faults on request: what goes wrong, at which method, how often."""

from dataclasses import dataclass
from typing import Literal

from bot.sandbox.fault_queue import FaultQueue

Wrong = int | Literal["reset", "accept_then_reset", "hang", "accept_then_hang", "garbage"]


@dataclass(slots=True)
class Fault:
    """One thing that will go wrong: a status, or a way the connection breaks."""

    method: str
    status: Wrong
    left: int | None
    retry_after: int | None = None
    chat: int | None = None
    description: str = ""


class Faults(FaultQueue[Fault]):
    """The faults of a Telegram still to come, first added, first served."""

    def add(
        self,
        method: str,
        status: Wrong,
        *,
        times: int | None = 1,
        retry_after: int | None = None,
        chat: int | None = None,
        description: str = "",
    ) -> Fault:
        """Let the next calls of `method` ("*": any) go wrong, `times` times (None: for ever).

        - a number: answered with this status and Telegram's words for it, nothing done;
        - reset: the connection is dropped before anything is done;
        - accept_then_reset: it is done, then the connection is dropped without an answer;
        - hang, accept_then_hang: no answer until the caller gives up, nothing done or all done;
        - garbage: a page of HTML with status 200, nothing done.
        """
        fault = Fault(method, status, times, retry_after, chat, description)
        self._waiting.append(fault)
        return fault

    def take(self, method: str, chat: object = None) -> Fault | None:
        """The fault this call meets, counted down."""
        return self.first(
            lambda fault: (
                fault.method in ("*", method)
                and (fault.chat is None or str(fault.chat) == str(chat))
            )
        )

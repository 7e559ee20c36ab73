"""Faults on request: what goes wrong, at which method, how often."""

from dataclasses import dataclass
from typing import Literal

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


class Faults:
    """The faults still to come, first added, first served."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

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
        for fault in self._waiting:
            if fault.method not in ("*", method):
                continue
            if fault.chat is not None and str(fault.chat) != str(chat):
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._waiting.remove(fault)
            return fault
        return None

    def left(self) -> int:
        """How many faults have not run out."""
        return len(self._waiting)

    def clear(self) -> None:
        """Everything works again."""
        self._waiting.clear()

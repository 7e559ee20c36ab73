"""Faults that wait for the calls they spoil: first added, first served."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Counted(Protocol):
    """A fault that spoils so many calls; None: every one for ever."""

    left: int | None


Fault = TypeVar("Fault", bound=Counted)


class FaultQueue(Generic[Fault]):
    """The faults still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def first(self, meets: Callable[[Fault], bool]) -> Fault | None:
        """The first fault that this call meets, counted down."""
        for fault in self._waiting:
            if not meets(fault):
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

"""One channel's book: where the outbox stands, how a row is drawn, and what time it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.transport import Reaction
from handlers.charter import Charter
from handlers.messages import Outgoing
from storage.database import Database, is_transient
from storage.model import Outbox

Draw = Callable[[Session, Outbox, Charter, datetime], Outgoing | None]
"""The message of a row as it is now; None where it may not be seen any more."""

Clock = Callable[[], datetime]


class Undrawable(Exception):
    """A view failed; the name of its error, and nothing of what it was to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the transactions around a send share."""

    database: Database
    channel: str
    charter: Charter
    clock: Clock
    draw: Draw
    window: timedelta | None = None
    """How long after somebody's last message this channel takes anything for them."""
    meaning: Callable[[str], Reaction] = lambda code: "refused"
    """What to do about a failure that the provider tells afterwards."""

    @property
    def tells_later(self) -> bool:
        """Whether the provider tells afterwards what became of what it took."""
        return self.window is not None

    def drawn(self, session: Session, row: Outbox, now: datetime) -> Outgoing | None:
        """The message of a row; what a failing view wrote is undone, and it raises Undrawable."""
        try:
            with session.begin_nested():
                return self.draw(session, row, self.charter, now)
        except Exception as error:
            if is_transient(error):
                raise
            raise Undrawable(type(error).__name__) from None

    def still_drawn(self, session: Session, row: Outbox, now: datetime) -> bool:
        """Whether it would be drawn again; the drawing itself leaves no trace."""
        trial = session.begin_nested()
        try:
            return self.draw(session, row, self.charter, now) is not None
        except Exception as error:
            if is_transient(error):
                raise
            return True
        finally:
            if trial.is_active:
                trial.rollback()

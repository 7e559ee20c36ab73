"""Eight members who elect a chair by talking to the bot."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from handlers.council import membership, rounds
from storage import elections, secrecy
from storage.database import Database
from storage.model import Candidate, Election, Member, Voter

NAMES = ("Leyla", "Samir", "Nasrin", "Vusal", "Farid", "Rana", "Murad", "Aysu")


class Council:
    """Members in their chats; `elect` and `press` do what their buttons do."""

    def __init__(self, database: Database, *, chair: str = "") -> None:
        self.talk = Talk(database)
        self.ring = secrecy.ring()
        for name in NAMES:
            self.talk.seat(name, "chair" if name == chair else "member")

    # what they do

    def calls(self, who: str) -> None:
        """They call an election by the button that the command shows."""
        self.talk.write(who, "/election")
        self.talk.deliver()
        assert "elect" in self.talk.buttons(who), self.talk.screen(who)
        self.talk.press(who, "elect")
        self.talk.deliver()

    def stand(self, *who: str) -> None:
        """They propose themselves; the others propose nobody, so voting begins."""
        for name in who:
            self.press(name, f"stand:{self.election().id}")
        for name in NAMES:
            if name not in who and self.election().state == "nominating":
                self.press(name, f"nominate_none:{self.election().id}")

    def press(self, who: str, does: str) -> str:
        """They press it, and see what follows; gives what the button says."""
        toast = self.talk.press(who, does)
        self.talk.deliver()
        return toast

    def chooses(self, who: str, whom: str) -> str:
        """The first step of a vote; gives what the button says."""
        now = self.election()
        choice = whom if whom == "no" else str(self.member(whom).id)
        return self.press(who, f"vote:{now.id}:{now.round}:{choice}")

    def votes(self, who: str, whom: str) -> str:
        """Both steps."""
        self.chooses(who, whom)
        return self.press(who, self.sure(who))

    def sure(self, who: str) -> str:
        """The button of the second step on their screen."""
        return next(does for does in self.talk.buttons(who) if does.startswith("cast_vote:"))

    def vote(self, ballots: Mapping[str, str]) -> None:
        """Each votes for somebody."""
        for who, whom in ballots.items():
            self.votes(who, whom)

    def leaves(self, who: str) -> None:
        """Their seat ends."""
        self.work(lambda s: membership.leave(s, self.talk.charter, who, self.talk.now))
        self.talk.deliver()

    def is_suspended(self, who: str) -> None:
        """The chair suspends them at once."""
        seat = self.member(who).id

        def suspend(session: Session) -> None:
            member = session.get_one(Member, seat)
            member.suspended_at = self.talk.now
            rounds.seat_lost(session, self.talk.charter, member, self.talk.now)

        self.work(suspend)
        self.talk.deliver()

    def later(self, **span: float) -> None:
        """Time passes, and what follows is seen."""
        self.talk.later(**span)
        self.talk.deliver()

    def round_ends(self) -> None:
        """The time of this stage is over."""
        until = self.election().stage_at
        assert until is not None
        self.later(seconds=(until - self.talk.now).total_seconds() + 1)

    # how it stands

    def work(self, what: Callable[[Session], Any]) -> Any:
        """One transaction."""
        return self.talk.work(what)

    def election(self) -> Election:
        """The newest one."""
        found = self.work(elections.newest)
        assert found is not None
        return found

    def member(self, name: str) -> Member:
        """The seat of a name, present or former."""
        return self.work(
            lambda s: s.scalars(
                select(Member).where((Member.alias == name) | Member.alias.startswith(f"{name}·"))
            ).one()
        )

    def chair(self) -> str:
        """Whoever is the chair."""
        chair = self.work(elections.chair)
        return chair.alias if chair is not None else ""

    def totals(self, number: int = 1) -> dict[str, int]:
        """The votes of a round, by name."""

        now = self.election()

        def found(session: Session) -> dict[str, int]:
            stood = elections.candidates(session, now, number)
            return {m.alias.split("·")[0]: one.votes for one, m in stood}

        return self.work(found)

    def picture(self) -> list[dict[str, Any]]:
        """Everything that is stored of elections, and who holds which office."""

        def taken(session: Session) -> list[dict[str, Any]]:
            return [
                {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
                for table in (Election, Candidate, Voter)
                for row in session.scalars(select(table))
            ] + [{"member": m.id, "role": m.role} for m in session.scalars(select(Member))]

        return self.work(taken)

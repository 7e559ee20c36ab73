"""Elections of the chair: who may vote, who stands, who has voted, and never for whom.

What a database owner could still learn. At rest: who voted, the totals, and from the record and the
outbox when each member voted; nothing ties a member to a candidate. Whoever reads the totals again
and again while a round is open, or compares copies of the file, its log (SQLite's -wal, PostgreSQL's
WAL and row versions that are not yet vacuumed) or backups made between two votes, sees a total grow
at the moment when a known member votes. Nobody in the council has such a view, and no code makes
one; against an owner who watches, only a vote on paper helps.
"""

from collections.abc import Iterable

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.orm import Session

from storage import members
from storage.model import Candidate, Election, Member, Voter

LOCK = 6_201_834_477_017
OPEN = ("nominating", "voting")
NOMINATING = 0
"""The round in which members propose."""


def one_at_a_time(session: Session) -> None:
    """Whatever changes an election waits here for its turn, until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def by_id(session: Session, election_id: int) -> Election | None:
    """An election as it stands now."""
    return session.get(Election, election_id, populate_existing=True)


def present(session: Session) -> Election | None:
    """The election that is going on, if any."""
    going_on = select(Election).where(Election.state.in_(OPEN)).order_by(Election.id.desc())
    return session.scalar(going_on.limit(1).execution_options(populate_existing=True))


def newest(session: Session) -> Election | None:
    """The election that is going on, else the last one."""
    return session.scalar(select(Election).order_by(Election.id.desc()).limit(1))


def chair(session: Session) -> Member | None:
    """The chair, if there is one who holds the seat."""
    return next(iter(members.seated(session, "chair")), None)


def council(session: Session) -> list[Member]:
    """Everybody who sits in the council now."""
    return members.seated(session, *members.COUNCIL)


def may_take_part(election: Election, member: Member) -> bool:
    """Whether they sat when it was called, and sit now."""
    return (
        member.id in election.electors and member.role in members.COUNCIL and members.sits(member)
    )


def electors(session: Session, election: Election) -> list[Member]:
    """Who may take part now."""
    return [seat for seat in council(session) if seat.id in election.electors]


def candidates(session: Session, election: Election, number: int) -> list[tuple[Candidate, Member]]:
    """Everybody who was proposed, or stood, in a round; by name."""
    found = (
        select(Candidate, Member)
        .join(Member, Member.id == Candidate.member_id)
        .where(Candidate.election_id == election.id, Candidate.round == number)
        .order_by(Member.alias)
        .execution_options(populate_existing=True)
    )
    return [(candidate, member) for candidate, member in session.execute(found)]


def standing(session: Session, election: Election) -> list[tuple[Candidate, Member]]:
    """Who stands now: accepted, and still in the council."""
    return [
        (candidate, member)
        for candidate, member in candidates(session, election, election.round)
        if candidate.state == "accepted" and may_take_part(election, member)
    ]


def begin_round(session: Session, election: Election, number: int) -> None:
    """Everybody who sat when it was called and has not left may vote, and has not yet."""
    left = select(Member.id).where(Member.id.in_(election.electors), Member.left_at.is_(None))
    for member_id in session.scalars(left.order_by(Member.id)):
        session.add(Voter(election_id=election.id, round=number, member_id=member_id))
    session.flush()


def stand_again(session: Session, election: Election, field: Iterable[int]) -> None:
    """These stand in the present round."""
    for member_id in field:
        session.add(
            Candidate(
                election_id=election.id,
                round=election.round,
                member_id=member_id,
                state="accepted",
            )
        )
    session.flush()


def voters(session: Session, election: Election, number: int) -> list[tuple[Member, bool]]:
    """Who may vote in a round, and whether they have: seats of now, and whoever left after voting."""
    found = (
        select(Member, Voter.voted)
        .join(Voter, Voter.member_id == Member.id)
        .where(Voter.election_id == election.id, Voter.round == number)
        .order_by(Member.alias)
    )
    return [
        (member, voted)
        for member, voted in session.execute(found)
        if voted or may_take_part(election, member)
    ]


def has_voted(session: Session, election: Election, number: int, member: Member) -> bool | None:
    """Whether this member has voted in a round; None if they are no voter of it."""
    return session.scalar(
        select(Voter.voted).where(
            Voter.election_id == election.id,
            Voter.round == number,
            Voter.member_id == member.id,
        )
    )


def answer(session: Session, election: Election, member: Member) -> None:
    """This member has said whom they propose, or that it is nobody."""
    session.execute(
        update(Voter)
        .where(
            Voter.election_id == election.id,
            Voter.round == NOMINATING,
            Voter.member_id == member.id,
        )
        .values(voted=True)
        .execution_options(synchronize_session=False)
    )


def cast(
    session: Session, election: Election, number: int, voter: Member, candidate_id: int | None
) -> bool:
    """Count one vote, once, for this candidate or for nobody; false if they have voted already.

    The caller holds `one_at_a_time`. Every row of the round is written each time, whosever it is:
    what a database notes of its last writing is then the same on all of them.
    """
    if has_voted(session, election, number, voter) is not False:
        return False
    session.execute(
        update(Voter)
        .where(Voter.election_id == election.id, Voter.round == number)
        .values(voted=case((Voter.member_id == voter.id, True), else_=Voter.voted))
        .execution_options(synchronize_session=False)
    )
    more = case((Candidate.id == candidate_id, 1), else_=0) if candidate_id is not None else 0
    session.execute(
        update(Candidate)
        .where(Candidate.election_id == election.id, Candidate.round == number)
        .values(votes=Candidate.votes + more)
        .execution_options(synchronize_session=False)
    )
    return True


def settle(session: Session, election: Election) -> None:
    """The round is over: whoever left or is suspended and had not voted is no voter of it."""
    counted = [member.id for member, _ in voters(session, election, election.round)]
    session.execute(
        delete(Voter)
        .where(Voter.election_id == election.id, Voter.round == election.round)
        .where(Voter.member_id.not_in(counted))
        .execution_options(synchronize_session=False)
    )


def turnout(session: Session, election: Election, number: int) -> tuple[int, int]:
    """How many voted in a round that is over, of how many."""
    of = (Voter.election_id == election.id, Voter.round == number)
    voted = session.scalar(select(func.count()).select_from(Voter).where(*of, Voter.voted))
    return voted or 0, session.scalar(select(func.count()).select_from(Voter).where(*of)) or 0


def has_begun(session: Session, election: Election) -> bool:
    """Whether voting began before it ended."""
    round_one = select(Voter.member_id).where(Voter.election_id == election.id, Voter.round > 0)
    return session.scalar(round_one.limit(1)) is not None

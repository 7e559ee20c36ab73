"""An election's way: proposals, up to three rounds, and the result that everybody is told."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter, Span
from handlers.council import offices
from handlers.rules import elections as rules
from storage import audit, elections, members, outbox
from storage.model import Election, Member
from storage.outbox import Chat, Mode


def key(election: Election) -> str:
    """One message an election and chat: it is edited, or gives way to the next, and is never stale."""
    return f"election:{election.id}"


def call(session: Session, charter: Charter, member: Member, now: datetime) -> None:
    """It begins: everybody who sits now may propose."""
    election = Election(
        called_by=member.id,
        electors=[seat.id for seat in elections.council(session)],
        called_at=now,
        stage_at=dates.calendar(charter).add(now, Span(days=charter.nomination_days)),
    )
    session.add(election)
    session.flush()
    elections.begin_round(session, election, elections.NOMINATING)
    audit.note(session, "election_called", now, by=member, electors=len(election.electors))
    tell(session, election, elections.electors(session, election), now)


def tell(
    session: Session,
    election: Election,
    whom: list[Member],
    now: datetime,
    *,
    mode: Mode = "below",
    reminder: bool = False,
) -> None:
    """Show them how the election stands, as it is when it is sent; `edit` makes no sound."""
    args = {"election": election.id} | ({"reminder": True} if reminder else {})
    for member in whom:
        chat = Chat.of(members.person_of(session, member), member)
        outbox.add(session, chat, "election", now, args=args, mode=mode, key=key(election))


def go_on(session: Session, charter: Charter, election: Election, now: datetime) -> None:
    """End the present stage at once if nobody is left whom it waits for."""
    number = election.round if election.state == "voting" else elections.NOMINATING
    if not all(voted for _, voted in elections.voters(session, election, number)):
        return
    if election.state == "voting":
        _count(session, charter, election, now)
    elif not _asked(session, election):
        _end_proposals(session, charter, election, now)


def _asked(session: Session, election: Election) -> list[Member]:
    """Who was proposed and has not said whether they stand."""
    return [
        member
        for candidate, member in elections.candidates(session, election, election.round)
        if candidate.state == "nominated" and elections.may_take_part(election, member)
    ]


def stages(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """The time for proposals, or for voting, is over."""
    elections.one_at_a_time(session)
    due = select(Election).where(Election.stage_at <= upto).order_by(Election.id)
    for election in session.scalars(due.execution_options(populate_existing=True)).all():
        if election.state == "voting":
            _count(session, charter, election, now)
        elif election.state == "nominating":
            _end_proposals(session, charter, election, now)
        else:
            election.stage_at = None


def half_way(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Half the time is over: whoever has not voted is reminded, once."""
    elections.one_at_a_time(session)
    due = select(Election).where(Election.remind_at <= upto).order_by(Election.id)
    for election in session.scalars(due.execution_options(populate_existing=True)).all():
        election.remind_at = None
        if election.state == "voting":
            silent = _silent(session, election)
            tell(session, election, silent, now, reminder=True)


def _silent(session: Session, election: Election) -> list[Member]:
    voters = elections.voters(session, election, election.round)
    return [member for member, voted in voters if not voted]


def _end_proposals(session: Session, charter: Charter, election: Election, now: datetime) -> None:
    """Whoever said that they stand is voted on; who did not answer does not stand."""
    if not elections.standing(session, election):
        _end(session, charter, election, rules.Outcome("void", why="nobody_stands"), now)
        return
    _open(session, charter, election, now)


def _open(session: Session, charter: Charter, election: Election, now: datetime) -> None:
    election.state, election.extended = "voting", False
    elections.begin_round(session, election, election.round)
    _give_time(charter, election, now)
    election.remind_at = dates.calendar(charter).share(now, _ends(election), 0.5)
    tell(session, election, elections.electors(session, election), now)


def _give_time(charter: Charter, election: Election, now: datetime) -> None:
    election.stage_at = dates.calendar(charter).add(now, Span(days=charter.ballot_days))
    election.remind_at = None


def _ends(election: Election) -> datetime:
    assert election.stage_at is not None
    return election.stage_at


def _count(session: Session, charter: Charter, election: Election, now: datetime) -> None:
    """A round has ended."""
    ended = counted(session, election)
    result = rules.outcome(ended)
    audit.note(
        session,
        "round_counted",
        now,
        election=election.id,
        round=ended.number,
        could_vote=ended.could_vote,
        voted=ended.voted,
        result=result.result,
    )
    if result.result == "extended":
        election.extended = True
        _give_time(charter, election, now)
        silent = _silent(session, election)
        others = [m for m in elections.electors(session, election) if m not in silent]
        tell(session, election, silent, now)
        tell(session, election, others, now, mode="edit")
    elif result.result == "runoff":
        elections.settle(session, election)
        election.round += 1
        elections.stand_again(session, election, result.field)
        _open(session, charter, election, now)
    else:
        _end(session, charter, election, result, now)


def counted(session: Session, election: Election) -> rules.Round:
    """The present round as the rules see it."""
    voters = elections.voters(session, election, election.round)
    stood = elections.candidates(session, election, election.round)
    return rules.Round(
        number=election.round,
        could_vote=len(voters),
        voted=sum(voted for _, voted in voters),
        votes={member.id: one.votes for one, member in elections.standing(session, election)},
        stood=sum(one.state == "accepted" for one, _ in stood),
        extended=election.extended,
    )


def _end(
    session: Session, charter: Charter, election: Election, result: rules.Outcome, now: datetime
) -> None:
    """Elected or void: it is written down, and every member is told."""
    election.stage_at = election.remind_at = None
    election.ended_at = now
    if election.state == "voting":
        elections.settle(session, election)
    if result.elected is not None:
        elected = session.get_one(Member, result.elected)
        election.state, election.elected_id = "over", elected.id
        audit.note(session, "elected", now, about=elected, election=election.id)
        offices.make_chair(session, charter, elected, now)
    else:
        election.state, election.why_void = "void", result.why
        audit.note(session, "election_void", now, election=election.id, why=result.why)
    tell(session, election, elections.council(session), now)


def seat_lost(session: Session, charter: Charter, member: Member, now: datetime) -> None:
    """A member left or is suspended while an election goes on.

    They can neither propose nor vote nor be elected any more. A vote that they cast stays counted:
    nobody knows which one it is. They do not count among those whose majority is needed, unless
    they have voted. A round that waited only for them ends.
    """
    elections.one_at_a_time(session)
    election = elections.present(session)
    if election is None or member.id not in election.electors:
        return
    session.flush()
    if member.left_at is not None:
        for candidate, seat in elections.candidates(session, election, election.round):
            if seat is member and candidate.state in ("nominated", "accepted"):
                candidate.state = "withdrawn"
        session.flush()
    if election.state == "voting" and not elections.standing(session, election):
        _end(session, charter, election, rules.Outcome("void", why="nobody_stands"), now)
        return
    tell(session, election, elections.electors(session, election), now, mode="edit")
    go_on(session, charter, election, now)

"""Calling the election of a chair and proposing who stands; `/election` says how it goes."""

from datetime import datetime

from handlers.council import election_card, rounds
from handlers.council.election_card import name
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules import elections as rules
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, elections, members
from storage.model import Candidate, Election, Member

LONGEST_NUMBER = 9
"""Digits: a forged button may carry any number."""


def show(turn: Turn) -> None:
    """The command: how the election goes, or when there can be one."""
    asked = screen(turn)
    if asked is None:
        turn.toast = turn.tongue("Only members of the council take part.")
    else:
        turn.ask(asked)


def screen(scene: Scene) -> Screen | None:
    """How the election that goes on looks to this member, else the last one and the next."""
    seat = scene.seat
    if seat is None or not _is_of_the_council(seat):
        return None
    going_on = elections.present(scene.session)
    if going_on is not None:
        return election_card.screen(scene, going_on)
    t = scene.tongue
    last = elections.newest(scene.session)
    lines = [election_card.screen(scene, last).text, Rich("")] if last is not None else []
    since = can_be_called_from(scene)
    if since is not None and since > scene.now:
        lines.append(t("The next election can be called from {day}.", day=t.day(since)))
        return Screen(name="election", text=Rich("\n".join(lines)), resting=True)
    chair = elections.chair(scene.session)
    lines.append(
        t("There is no chair. An election can be called now.")
        if chair is None
        else t("The term of {alias} ends. An election can be called now.", alias=name(chair))
    )
    lines.append(t("All members are told at once."))
    call_it = Choice(t("🗳 Call the election"), "elect")
    return Screen(name="election", text=Rich("\n".join(lines)), choices=(call_it,), resting=True)


def can_be_called_from(scene: Scene) -> datetime | None:
    """From when on there can be an election; None: there is no chair."""
    chair = elections.chair(scene.session)
    if chair is None:
        return None
    since = chair.chair_since or chair.joined_at
    return rules.can_be_called_from(since, scene.charter.chair_term_months)


def _is_of_the_council(member: Member) -> bool:
    return members.sits(member) and member.role in members.COUNCIL


def call(turn: Turn) -> None:
    """The button: any member calls it when it is due, and only one goes on at a time."""
    elections.one_at_a_time(turn.session)
    since = can_be_called_from(turn)
    if not _is_of_the_council(turn.desk):
        turn.toast = turn.tongue("Only members of the council take part.")
    elif elections.present(turn.session) is not None:
        turn.toast = turn.tongue("An election goes on already.")
        show(turn)
    elif since is not None and since > turn.now:
        turn.toast = turn.tongue(
            "The next election can be called from {day}.", day=turn.tongue.day(since)
        )
    else:
        turn.close()
        rounds.call(turn.session, turn.charter, turn.desk, turn.now)
        turn.toast = turn.tongue("Called. All members are told.")


def number(word: str) -> int | None:
    """A number that a button carries, if it is one."""
    is_one = word.isascii() and word.isdigit() and len(word) <= LONGEST_NUMBER
    return int(word) if is_one else None


def taking_part(turn: Turn, election_id: str, state: str) -> Election | None:
    """The election, if whoever pressed takes part in it and it is at this stage; else say why not.

    From here on nobody else changes it until this turn ends.
    """
    elections.one_at_a_time(turn.session)
    which = number(election_id)
    election = elections.by_id(turn.session, which) if which is not None else None
    t = turn.tongue
    if election is None or not elections.may_take_part(election, turn.desk):
        turn.toast = t("You do not take part in this election.")
        return None
    if election.state != state:
        turn.toast = t("This is over.")
        rounds.tell(turn.session, election, [turn.desk], turn.now, mode="edit")
        return None
    return election


def ask_nominee(turn: Turn, election_id: str) -> None:
    """Whom do you propose?"""
    if taking_part(turn, election_id, "nominating") is None:
        return
    asked = nominees(turn, election_id)
    if asked is None:
        turn.toast = turn.tongue("Everybody is proposed already.")
    else:
        turn.ask(asked)


def nominees(scene: Scene, election_id: str) -> Screen | None:
    """Everybody who was not proposed yet."""
    which = number(election_id)
    election = elections.by_id(scene.session, which) if which is not None else None
    seat = scene.seat
    if election is None or election.state != "nominating" or seat is None:
        return None
    if not elections.may_take_part(election, seat):
        return None
    known = {m.id for _, m in elections.candidates(scene.session, election, election.round)}
    left = [one for one in elections.electors(scene.session, election) if one.id not in known]
    if not left:
        return None
    t = scene.tongue
    return Screen(
        name="nominees",
        text=t("Whom do you propose as chair? They are asked first."),
        choices=tuple(
            Choice(t.isolated(name(one)), f"nominate:{election.id}:{one.id}") for one in left
        ),
        zero=Choice(t("Back"), "election"),
        args={"election_id": election_id},
    )


def nominate(turn: Turn, election_id: str, member_id: str) -> None:
    """They are asked whether they stand; proposing oneself is standing."""
    election = taking_part(turn, election_id, "nominating")
    if election is None:
        return
    seats = {str(one.id): one for one in elections.electors(turn.session, election)}
    nominee = seats.get(member_id)
    if nominee is None:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    if nominee.id == turn.desk.id:
        stand(turn, election_id)
        return
    if _candidacy(turn, election, nominee) is not None:
        turn.toast = turn.tongue("{alias} was proposed already.", alias=name(nominee))
        return
    _propose(turn, election, nominee, "nominated")
    audit.note(turn.session, "nominated", turn.now, by=turn.desk, about=nominee)
    elections.answer(turn.session, election, turn.desk)
    _show_everybody(turn, election, besides=nominee)
    rounds.tell(turn.session, election, [nominee], turn.now)
    turn.toast = turn.tongue("{alias} is asked.", alias=name(nominee))


def stand(turn: Turn, election_id: str) -> None:
    """They stand: they were proposed and accept, or they propose themselves."""
    election = taking_part(turn, election_id, "nominating")
    if election is None:
        return
    mine = _candidacy(turn, election, turn.desk)
    if mine is None:
        _propose(turn, election, turn.desk, "accepted")
    else:
        mine.state = "accepted"
    audit.note(turn.session, "stands", turn.now, by=turn.desk)
    elections.answer(turn.session, election, turn.desk)
    _changed(turn, election)
    turn.toast = turn.tongue("You stand.")


def stand_not(turn: Turn, election_id: str) -> None:
    """They were proposed and do not want to."""
    _give_up(turn, election_id, "nominated", "declined")


def stand_down(turn: Turn, election_id: str) -> None:
    """They stood and do not any more; possible until voting begins."""
    _give_up(turn, election_id, "accepted", "withdrawn")


def _give_up(turn: Turn, election_id: str, before: str, after: str) -> None:
    election = taking_part(turn, election_id, "nominating")
    if election is None:
        return
    mine = _candidacy(turn, election, turn.desk)
    if mine is None or mine.state != before:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    mine.state = after
    audit.note(turn.session, after, turn.now, by=turn.desk)
    _changed(turn, election)
    turn.toast = turn.tongue("You do not stand.")


def nominate_none(turn: Turn, election_id: str) -> None:
    """They propose nobody: nobody waits for them."""
    election = taking_part(turn, election_id, "nominating")
    if election is None:
        return
    elections.answer(turn.session, election, turn.desk)
    _changed(turn, election)
    turn.toast = turn.tongue("Noted.")


def _propose(turn: Turn, election: Election, nominee: Member, state: str) -> None:
    turn.session.add(
        Candidate(
            election_id=election.id,
            round=election.round,
            member_id=nominee.id,
            nominated_by=turn.desk.id,
            state=state,
        )
    )
    turn.session.flush()


def _candidacy(turn: Turn, election: Election, member: Member) -> Candidate | None:
    proposed = elections.candidates(turn.session, election, election.round)
    return next((one for one, seat in proposed if seat.id == member.id), None)


def _changed(turn: Turn, election: Election) -> None:
    """Everybody's message is brought up to date; if that was the last answer, voting begins."""
    turn.session.flush()
    _show_everybody(turn, election)
    rounds.go_on(turn.session, turn.charter, election, turn.now)


def _show_everybody(turn: Turn, election: Election, besides: Member | None = None) -> None:
    if turn.someone.screen == "nominees":
        turn.close()
    others = [one for one in elections.electors(turn.session, election) if one is not besides]
    rounds.tell(turn.session, election, others, turn.now, mode="edit")

"""The secret ballot: a vote is asked for twice, then it is final, and nothing says for whom it was.

Between the two steps the choice stands in the one place that is encrypted and emptied by the vote:
the open question of the person. It stands in no row on its way, in no record and in no log, and not
in the button of the second step, which carries a number drawn for this one question.
"""

import secrets

from handlers.council import election_card, rounds
from handlers.council.election import number, taking_part
from handlers.council.election_card import NOBODY, name
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, elections
from storage.model import Case, Election, Member, Outbox

SURE = "vote_sure"
SECRET_PRESSES = ("vote", "cast_vote")
"""What is pressed to vote: never kept, not even where it could not be handled."""


def vote(turn: Turn, election_id: str, number_of_round: str, choice: str) -> None:
    """The first step: are they sure?"""
    election = _votes_in(turn, election_id)
    if election is None:
        return
    if number(number_of_round) != election.round:
        _over(turn, election)
        return
    asked = sure(
        turn,
        election_id=election.id,
        round=election.round,
        choice=choice,
        once=secrets.token_hex(6),
    )
    if asked is None:
        turn.toast = turn.tongue("This button does not work any more.")
    else:
        turn.ask(asked)


def _votes_in(turn: Turn, election_id: str) -> Election | None:
    """The election, if whoever pressed may vote in it now and has not; else say why."""
    election = taking_part(turn, election_id, "voting")
    if election is None:
        return None
    has_voted = elections.has_voted(turn.session, election, election.round, turn.desk)
    if has_voted is False:
        return election
    turn.toast = turn.tongue("You have voted already. A vote is final.")
    rounds.tell(turn.session, election, [turn.desk], turn.now, mode="edit")
    return None


def _over(turn: Turn, election: Election) -> None:
    """A button of a round that is over, or of a choice that is not open: how it stands now."""
    turn.toast = turn.tongue("This is over. Please choose once more.")
    rounds.tell(turn.session, election, [turn.desk], turn.now, mode="edit")


def sure(scene: Scene, election_id: int, round: int, choice: str, once: str) -> Screen | None:
    """The question before a vote; None where there is nothing to vote on any more."""
    election = elections.by_id(scene.session, election_id)
    seat = scene.seat
    if election is None or seat is None or election.round != round:
        return None
    if not election_card.votes(scene, election, seat):
        return None
    does = f"vote:{election.id}:{election.round}:{choice}"
    if does not in (button.does for button in election_card.ballot(scene, election)):
        return None
    t = scene.tongue
    stand = [member for _, member in elections.standing(scene.session, election)]
    return Screen(
        name=SURE,
        text=Rich("\n".join((_chosen(scene, stand, choice), t("A vote is final.")))),
        choices=(Choice(t("✅ Yes, I vote so"), f"cast_vote:{election.id}:{once}", "success"),),
        zero=Choice(t("Back"), "election"),
        args={"election_id": election_id, "round": round, "choice": choice, "once": once},
        view=SURE,
    )


def _chosen(scene: Scene, stand: list[Member], choice: str) -> Rich:
    t = scene.tongue
    if choice == NOBODY:
        return t("You do not vote for <b>{alias}</b>.", alias=name(stand[0]))
    chosen = next(member for member in stand if str(member.id) == choice)
    return t("You vote for <b>{alias}</b>.", alias=name(chosen))


def view(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The question, drawn from what is open when it is sent: so no row holds it."""
    person = scene.someone
    if person.screen != SURE:
        return None
    asked = sure(scene, **(person.screen_args or {}))
    return asked.outgoing(scene.tongue) if asked is not None else None


def cast(turn: Turn, election_id: str, once: str) -> None:
    """The second step: counted once, and forgotten for whom."""
    person = turn.someone
    args = (person.screen_args or {}) if person.screen == SURE else {}
    election = _votes_in(turn, election_id)
    if election is None:
        return
    asked = sure(turn, **args) if args.get("once") == once else None
    if asked is None or args["election_id"] != election.id:
        _over(turn, election)
        return
    turn.close()
    _count(turn, election, args["choice"])
    audit.note(
        turn.session, "voted", turn.now, by=turn.desk, election=election.id, round=election.round
    )
    turn.toast = turn.tongue("You have voted.")
    rounds.tell(turn.session, election, [turn.desk], turn.now, mode="edit")
    rounds.go_on(turn.session, turn.charter, election, turn.now)


def _count(turn: Turn, election: Election, choice: str) -> None:
    """Raises AssertionError where it would be a second vote: `_votes_in` has just looked, alone."""
    stand = elections.standing(turn.session, election)
    chosen = next((one.id for one, member in stand if str(member.id) == choice), None)
    assert elections.cast(turn.session, election, election.round, turn.desk, chosen)

"""How an election looks in a member's chat now: one message, drawn when it is sent."""

from handlers.council import rounds
from handlers.language import N_, Rich, Tongue
from handlers.messages import Choice, Outgoing
from handlers.rules import elections as rules
from handlers.screens import Screen
from handlers.turn import Scene
from storage import elections
from storage.model import Candidate, Case, Election, Member, Outbox

WHY_VOID = {
    "nobody_stands": N_("Nobody stood to the end."),
    "quorum": N_("Too few voted, also with more time."),
    "majority": N_("Nobody had more than half of all members."),
    "tie": N_("There was a tie, three times."),
}
STANDS = {
    "nominated": N_("⏳ {alias}: is asked"),
    "accepted": N_("✅ {alias}: stands"),
    "declined": N_("✖️ {alias}: does not stand"),
    "withdrawn": N_("✖️ {alias}: does not stand"),
}
NOBODY = "no"
"""What a ballot says instead of a candidate where only one stands."""


def name(member: Member) -> str:
    """Their alias, of whoever left too."""
    return member.alias.split("·")[0]


def screen(scene: Scene, election: Election) -> Screen:
    """How the election stands, and what this member can do."""
    t = scene.tongue
    title = t("🗳 <b>Election of the chair</b>")
    lines, choices = _STAGES[election.state](scene, election)
    return Screen(
        name="election",
        text=Rich("\n".join([title, *lines])),
        choices=tuple(choices),
        args={},
        resting=True,
        key=rounds.key(election),
    )


def view(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The same, pushed into a member's chat; a reminder only to whoever has not voted."""
    election = elections.by_id(scene.session, row.args["election"])
    member = scene.seat
    if election is None or member is None:
        return None
    drawn = screen(scene, election)
    if row.args.get("reminder"):
        if not votes(scene, election, member):
            return None
        remember = scene.tongue("⏰ You have not voted yet.")
        return Outgoing(text=f"{remember}\n{drawn.text}", choices=_buttons(scene, row, drawn))
    return Outgoing(text=drawn.text, choices=_buttons(scene, row, drawn))


def _buttons(scene: Scene, row: Outbox, drawn: Screen) -> tuple[tuple[Choice, ...], ...]:
    """With numbers only where this is the open question."""
    is_open = scene.someone.screen == drawn.name
    if is_open:
        scene.someone.screen_row = row.id
    return drawn.outgoing(scene.tongue, numbers=is_open).choices


Drawn = tuple[list[Rich], list[Choice]]


def _nominating(scene: Scene, election: Election) -> Drawn:
    t = scene.tongue
    assert election.stage_at is not None
    proposed = elections.candidates(scene.session, election, election.round)
    lines = [
        t("Propose who leads the council, until {moment}.", moment=t.moment(election.stage_at)),
        *(t(STANDS[one.state], alias=name(member)) for one, member in proposed),
    ]
    seat = scene.seat
    if seat is None or not elections.may_take_part(election, seat):
        return [*lines, _looks_on(t)], []
    return lines, _proposals(scene, election, seat, proposed)


def _proposals(
    scene: Scene, election: Election, seat: Member, proposed: list[tuple[Candidate, Member]]
) -> list[Choice]:
    t, number = scene.tongue, election.id
    mine = next((one.state for one, member in proposed if member.id == seat.id), "")
    choices = []
    if mine in ("", "nominated", "declined", "withdrawn"):
        choices.append(Choice(t("✅ I stand"), f"stand:{number}", "success"))
    if mine == "nominated":
        choices.append(Choice(t("✖️ I do not stand"), f"stand_not:{number}"))
    if mine == "accepted":
        choices.append(Choice(t("✖️ I stand no more"), f"stand_down:{number}"))
    choices.append(Choice(t("Propose somebody"), f"nominees:{number}"))
    if not elections.has_voted(scene.session, election, elections.NOMINATING, seat):
        choices.append(Choice(t("I propose nobody"), f"nominate_none:{number}"))
    return choices


def _voting(scene: Scene, election: Election) -> Drawn:
    t = scene.tongue
    assert election.stage_at is not None
    voters = elections.voters(scene.session, election, election.round)
    lines = []
    if election.round > 1:
        lines += results(scene, election, election.round - 1)
        lines.append(t("Nobody had more than half. Please vote once more."))
    if election.extended:
        lines.append(t("Too few have voted. There is more time."))
    lines += [
        t(
            "Round {round}, until {moment}. Who gets {needed} of {count} votes is elected.",
            round=election.round,
            moment=t.moment(election.stage_at),
            needed=rules.needed(len(voters)),
            count=len(voters),
        ),
        *_turnout(t, voters),
    ]
    seat = scene.seat
    has_voted = (
        elections.has_voted(scene.session, election, election.round, seat)
        if seat is not None and elections.may_take_part(election, seat)
        else None
    )
    if has_voted is None:
        return [*lines, _looks_on(t)], []
    if has_voted:
        return [*lines, t("✅ You have voted. Nothing says for whom.")], []
    lines.append(t("It is secret: who voted is kept, never for whom."))
    return lines, ballot(scene, election)


def ballot(scene: Scene, election: Election) -> list[Choice]:
    """Whom one can vote for; where one person stands, for or not for them."""
    t, vote = scene.tongue, f"vote:{election.id}:{election.round}"
    stand = [member for _, member in elections.standing(scene.session, election)]
    choices = [Choice(t.isolated(name(member)), f"{vote}:{member.id}") for member in stand]
    if len(stand) == 1:
        choices.append(Choice(t("Not for {alias}", alias=name(stand[0])), f"{vote}:{NOBODY}"))
    return choices


def votes(scene: Scene, election: Election, member: Member) -> bool:
    """Whether they can vote now and have not."""
    if election.state != "voting" or not elections.may_take_part(election, member):
        return False
    return elections.has_voted(scene.session, election, election.round, member) is False


def _turnout(t: Tongue, voters: list[tuple[Member, bool]]) -> list[Rich]:
    """Who has voted, and how many have not."""
    names = [t.written(name(member)) for member, voted in voters if voted]
    lines = [t("Voted: {names}.", names=t.listed(names))] if names else []
    waiting = len(voters) - len(names)
    return [
        *lines,
        t.plural("{count} vote is missing.", "{count} votes are missing.", waiting),
    ]


def _looks_on(t: Tongue) -> Rich:
    return t("You came after it began, so you do not vote.")


def results(scene: Scene, election: Election, number: int) -> list[Rich]:
    """The totals of a round that is over."""
    t = scene.tongue
    stood = elections.candidates(scene.session, election, number)
    totals = [
        t.fill("{alias} {votes}", alias=name(member), votes=one.votes)
        for one, member in stood
        if one.state == "accepted" or one.votes
    ]
    voted, count = elections.turnout(scene.session, election, number)
    return [
        t("Round {round}: {totals}.", round=number, totals=Rich(" · ".join(totals))),
        t("{voted} of {count} voted.", voted=voted, count=count),
    ]


def _over(scene: Scene, election: Election) -> Drawn:
    t = scene.tongue
    assert election.elected_id is not None
    elected = scene.session.get_one(Member, election.elected_id)
    chosen = t("🎉 {alias} is elected chair of the council.", alias=name(elected))
    return [chosen, *results(scene, election, election.round)], []


def _void(scene: Scene, election: Election) -> Drawn:
    t = scene.tongue
    lines = [t("It ended without a result."), t(WHY_VOID[election.why_void])]
    if elections.has_begun(scene.session, election):
        lines += results(scene, election, election.round)
    return [*lines, t("A new one can be called: /election")], []


_STAGES = {"nominating": _nominating, "voting": _voting, "over": _over, "void": _void}

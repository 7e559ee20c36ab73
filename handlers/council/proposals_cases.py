"""A request is made part of a proposal, from its card, by whoever is responsible for it.

What a request says is told to nobody by that: a proposal only shows how many people stand behind it.
"""

from handlers.council import desk, proposals
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, bundles
from storage import proposals as store
from storage.model import PROBLEM_WITHOUT_ME, Case, Proposal

LISTED = 7


def ask(turn: Turn, reference: str) -> None:
    """Part of which proposal?"""
    case = desk.mine(turn, reference, "propose")
    if case is None or _is_refused(turn, case):
        return
    if not store.in_state(turn.session, *store.COLLECTING):
        turn.toast = turn.tongue("There is no open proposal. You can begin one: /proposals")
    elif asked := screen(turn, reference):
        turn.ask(asked)


def allows(case: Case) -> bool:
    """Whether its writer lets the council tell the Service about the problem."""
    return case.share == PROBLEM_WITHOUT_ME


def _is_refused(turn: Turn, case: Case) -> bool:
    """What its writer told one member alone is no reason to ask the Service for something."""
    if allows(case) or store.holds(turn.session, case):
        return False
    turn.toast = turn.tongue("Its writer wants only you to know of it. It cannot be part of this.")
    return True


def screen(scene: Scene, reference: str) -> Screen | None:
    """The proposals that still gather requests; ✔️ is those that this one is part of."""
    t = scene.tongue
    case = desk.readable(scene, reference, "propose")
    if case is None:
        return None
    held = store.holds(scene.session, case)
    found = store.in_state(scene.session, *store.COLLECTING)
    newest = sorted(found, key=lambda one: (one.id not in held, -one.id))[:LISTED]
    lines = [t("📎 Of which proposal is {reference} a part?", reference=shown(scene, case))]
    if held:
        lines.append(t("Tap a ✔️ to take it out."))
    lines.append(t("Nobody sees by that what was written, or by whom."))
    return Screen(
        name="prop_part",
        text=Rich("\n".join(lines)),
        choices=(
            *(_one(scene, case, proposal, proposal.id in held) for proposal in newest),
            *(
                choice
                for proposal in newest
                if proposal.id in held and (choice := _together(scene, case, proposal))
            ),
        ),
        zero=Choice(t("Back"), f"back:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def _one(scene: Scene, case: Case, proposal: Proposal, is_part: bool) -> Choice:
    sign, verb = ("✔️ ", "ptakeout") if is_part else ("", "padd")
    return Choice(
        f"{sign}{proposals.label(scene, proposal)}", f"{verb}:{case.reference}:{proposal.id}"
    )


def _together(scene: Scene, case: Case, proposal: Proposal) -> Choice | None:
    others = _others(scene, case, proposal)
    if not others:
        return None
    text = scene.tongue.plural(
        "📎 №{number}: {count} that asks the same too",
        "📎 №{number}: {count} that ask the same too",
        len(others),
        number=proposal.id,
    )
    return Choice(text, f"paddall:{case.reference}:{proposal.id}")


def _others(scene: Scene, case: Case, proposal: Proposal) -> list[Case]:
    """What is linked with it and could be part of the same proposal."""
    return [
        one
        for one in bundles.together(scene.session, case)[1:]
        if allows(one) and proposal.id not in store.holds(scene.session, one)
    ]


def add(turn: Turn, reference: str, number: str) -> None:
    """From now on it is part of this one."""
    case = desk.mine(turn, reference, "propose")
    if case is None or _is_refused(turn, case):
        return
    proposal = _open(turn, number)
    if proposal is not None:
        _add(turn, proposal, [case])
        _again(turn, reference)


def add_all(turn: Turn, reference: str, number: str) -> None:
    """Those that ask the same, too: in the order of their numbers, as everywhere."""
    case = desk.mine(turn, reference, "propose")
    proposal = store.find(turn.session, number)
    if case is None or proposal is None:
        turn.toast = turn.toast or follow.stale(turn)
        return
    others = sorted(one.reference for one in _others(turn, case, proposal))
    found = [desk.readable(turn, one, "propose") for one in others]
    proposal = _open(turn, number)
    if proposal is not None:
        _add(turn, proposal, [one for one in found if one is not None and allows(one)])
        _again(turn, reference)


def take_out(turn: Turn, reference: str, number: str) -> None:
    """It is not part of it after all."""
    case = desk.mine(turn, reference, "propose")
    proposal = _open(turn, number) if case is not None else None
    if case is None or proposal is None:
        return
    if store.take_out(turn.session, proposal, case):
        _noted(turn, "proposal_case_taken_out", proposal, case)
    _again(turn, reference)


def _open(turn: Turn, number: str) -> Proposal | None:
    """The proposal, locked after the request, as long as it gathers requests."""
    proposal = store.locked(turn.session, number)
    if proposal is None or proposal.state not in store.COLLECTING:
        turn.toast = turn.tongue("This proposal is decided. Nothing is added to it any more.")
        return None
    return proposal


def _add(turn: Turn, proposal: Proposal, found: list[Case]) -> None:
    for case in found:
        if store.add(turn.session, proposal, case):
            _noted(turn, "proposal_case_added", proposal, case)
    count = store.people_behind(turn.session, proposal)
    turn.toast = turn.tongue.plural(
        "📎 {count} person stands behind it now.", "📎 {count} people stand behind it now.", count
    )


def _noted(turn: Turn, what: str, proposal: Proposal, case: Case) -> None:
    audit.note(turn.session, what, turn.now, by=turn.desk, about=case, proposal=proposal.id)


def _again(turn: Turn, reference: str) -> None:
    if asked := screen(turn, reference):
        turn.ask(asked)

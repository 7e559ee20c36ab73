"""The record as the chair reads it: who did what and when, and never a word that somebody wrote."""

import json
from collections.abc import Mapping

from handlers.council import access
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.audit import Audit
from storage.model import PRIVATE, Case, Member

LISTED = 10
DID = {
    "viewed": N_("saw"),
    "opened": N_("opened"),
    "given": N_("is given"),
    "taken": N_("took"),
    "answered": N_("answered"),
    "asked": N_("asked back"),
    "taken_back": N_("took an answer back"),
    "note": N_("wrote a note"),
    "revealed": N_("saw hidden numbers"),
    "handed_over": N_("handed over"),
    "reassigned": N_("gave to another member"),
    "passed_on": N_("was silent: passed on"),
    "late": N_("date missed, apologised"),
    "made_private": N_("made private"),
    "closed": N_("closed"),
    "reopened": N_("opened again"),
    "erased": N_("erased"),
    "sorted": N_("changed topic, kind or class"),
    "voted": N_("voted"),
    "elected": N_("is elected chair"),
    "suspended": N_("suspended"),
    "returned": N_("may come back"),
    "left": N_("left"),
    "seated": N_("came into the council"),
    "away": N_("went away"),
    "back": N_("came back"),
}
"""What the record calls things; anything else is shown as it is written there."""


def open_record(turn: Turn, before: str = "") -> None:
    """The newest lines, or those before one; for the chair, or whoever stands in."""
    asked = screen(turn, before)
    if asked is None:
        turn.say(turn.tongue("Only the chair reads the record."))
    else:
        turn.ask(asked)


def screen(scene: Scene, before: str = "") -> Screen | None:
    """Ten lines, the newest first."""
    seat = scene.session.get(Member, scene.chat.member_id) if scene.chat.member_id else None
    if seat is None or seat not in members.chairs(scene.session, scene.now):
        return None
    t = scene.tongue
    start = int(before) if before.isdecimal() else None
    rows = audit.newest(scene.session, LISTED, start)
    numbers = [number for row in rows for number in (row.actor, row.subject) if number]
    names = _names(scene, seat, numbers)
    lines = [_line(scene, row, names) for row in rows]
    head = t("📒 <b>The record</b>. It cannot be changed.")
    older = rows and rows[-1].id > 1
    return Screen(
        name="record",
        text=Rich("\n".join([head, *lines] if rows else [head, t("Nothing yet.")])),
        choices=(Choice(t("Older"), f"record:{rows[-1].id}"),) if older else (),
        zero=Choice(t("Back"), "chair"),
        args={"before": before},
        resting=True,
        protect=True,
    )


def _line(scene: Scene, row: Audit, names: Mapping[str, Rich]) -> Rich:
    t = scene.tongue
    did = t(DID[row.what]) if row.what in DID else t.fill("{what}", what=row.what)
    itself: dict[str, Rich] = {
        audit.SYSTEM: t("the program"),
        audit.OPERATOR: t("the operator"),
    }
    return t.fill(
        "{moment} · {who}: {did} {subject} {detail}",
        moment=t.moment(row.at),
        who={**names, **itself}.get(row.actor, t("somebody erased")),
        did=did,
        subject=names.get(row.subject, Rich("…")) if row.subject else Rich(""),
        detail=", ".join(str(value) for value in json.loads(row.detail).values()),
    )


def _names(scene: Scene, seat: Member, numbers: list[str]) -> dict[str, Rich]:
    """Aliases, and references of what the chair may know of; a private one stays a number."""
    session, t = scene.session, scene.tongue
    named: dict[str, Rich] = {}
    for number, row in audit.found(session, "member", numbers).items():
        member = session.get(Member, row)
        if member is not None:
            named[number] = t.fill("{alias}", alias=member.alias.split("·")[0])
    for number, row in audit.found(session, "case", numbers).items():
        case = session.get(Case, row)
        hidden = (
            case is None or case.track == PRIVATE or not access.allowed(scene.session, seat, case)
        )
        named[number] = (
            t("a private request")
            if hidden or case is None
            else t.fill("{r}", r=shown(scene, case))
        )
    for number in audit.found(session, "person", numbers):
        named[number] = t("a writer")
    return named

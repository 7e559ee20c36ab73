"""The record as the chair reads it: who did what and when, and never a word that somebody wrote."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby, islice

from handlers.council import access, close, private_card, reveal
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.migrant import banned
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.audit import Audit
from storage.model import PRIVATE, Case, Member

LISTED, READ = 10, 100
"""How many lines stand on a page, and of how many rows at most: the same thing again is one line."""
DID: Mapping[str, str] = {
    "viewed": N_("saw"),
    "opened": N_("opened"),
    "given": N_("is given"),
    "taken": N_("took"),
    "answered": N_("answered"),
    "asked": N_("asked back"),
    "taken_back": N_("took an answer back"),
    "second_reading": N_("second reading"),
    "note": N_("wrote a note"),
    "revealed": N_("saw hidden numbers"),
    "left_in_chat": N_("left to stand in a chat"),
    "handed_over": N_("handed over"),
    "handed_on": N_("away: given to another member"),
    "reassigned": N_("gave to another member"),
    "passed_on": N_("was silent: passed on"),
    "late": N_("date missed, apologised"),
    "made_private": N_("made private"),
    "nobody_private_choice": N_("chose, as nobody reads what is private"),
    "closed": N_("closed"),
    "reopened": N_("opened again"),
    "erased": N_("erased"),
    "sorted": N_("changed topic, kind or class"),
    "linked": N_("linked"),
    "unlinked": N_("took out of a link"),
    "bulk_answered": N_("answered together with others"),
    "bulk_closed": N_("closed together with others"),
    "referred": N_("referred to an office"),
    "referral_allowed": N_("allowed a referral"),
    "referral_refused": N_("refused a referral"),
    "referral_withdrawn": N_("took back the yes to a referral"),
    "referral_passed_on": N_("told an office what the writer allowed"),
    "release_asked": N_("asked to let the Service read a text of"),
    "release_allowed": N_("let the Service read a text"),
    "release_refused": N_("did not let the Service read a text"),
    "release_withdrawn": N_("a text for the Service was taken back:"),
    "released": N_("a text was sent to the Service:"),
    "service_answered": N_("the Service answered:"),
    "conflict_declared": N_("declared a conflict in"),
    "conflict_decided": N_("decided about a conflict in"),
    "manager_asked": N_("asked for the chair about"),
    "ban_wished": N_("asked to stop the writer of"),
    "ban_decided": N_("decided about a wish to stop:"),
    "ban_appealed": N_("appealed"),
    "ban_appeal_decided": N_("decided about the appeal of"),
    "ban_over": N_("a stop is over:"),
    "answer_proposed": N_("proposed a ready answer"),
    "answer_approved": N_("approved a ready answer"),
    "answer_refused": N_("refused a ready answer"),
    "answer_sent_back": N_("sent a ready answer back"),
    "answer_used": N_("used a ready answer"),
    "answer_stopped": N_("stopped a ready answer"),
    "answer_expired": N_("a ready answer is too old now"),
    "correction_routed": N_("has a correction to send"),
    "correction_sent": N_("sent a correction"),
    "correction_declined": N_("sent no correction"),
    "digest_drafted": N_("the draft of the digest was there"),
    "digest_approved": N_("approved the digest"),
    "digest_sent": N_("the digest was sent"),
    "digest_corrected": N_("corrected a digest"),
    "line_proposed": N_("proposed a line of the digest"),
    "line_changed": N_("changed a line of the digest"),
    "line_approved": N_("approved a line of the digest"),
    "line_held": N_("held a line of the digest back"),
    "line_dropped": N_("threw a line of the digest away"),
    "election_called": N_("called an election"),
    "nominated": N_("proposed"),
    "stands": N_("stands for election"),
    "declined": N_("does not want to stand"),
    "withdrawn": N_("does not stand any more"),
    "voted": N_("voted"),
    "round_counted": N_("counted the votes"),
    "elected": N_("elected chair:"),
    "election_void": N_("ended the election without a result"),
    "chair_made": N_("new chair:"),
    "chair_ended": N_("no chair any more:"),
    "chair_resigned": N_("laid down the chair"),
    "acting_named": N_("stands in for the chair from now on:"),
    "acting_revoked": N_("does not stand in any more:"),
    "focal_named": N_("reads private requests from now on:"),
    "focal_revoked": N_("does not read private requests any more:"),
    "cap_set": N_("set a limit"),
    "seat_changed": N_("changed their own languages or topics"),
    "invited": N_("invited"),
    "invitation_revoked": N_("took an invitation back"),
    "seated": N_("let into the council:"),
    "suspended": N_("suspended"),
    "returned": N_("let come back:"),
    "seat_ended": N_("seat ended:"),
    "member_silent": N_("cannot be reached:"),
    "away": N_("went away"),
    "back": N_("came back"),
    "substitute": N_("chose a substitute"),
    "substitute_declined": N_("does not stand in for a member"),
    "proposal_made": N_("began a proposal"),
    "proposal_dropped": N_("threw a proposal away"),
    "proposal_handed_in": N_("handed a proposal in"),
    "proposal_sent_back": N_("sent a proposal back"),
    "proposal_sent": N_("a proposal was sent to the Service"),
    "proposal_withdrawn": N_("took a proposal back"),
    "proposal_case_added": N_("made part of a proposal:"),
    "proposal_case_taken_out": N_("took out of a proposal:"),
    "proposal_reply": N_("the Service answered a proposal"),
    "proposal_answered": N_("answered the Service about a proposal"),
    "proposal_reminded": N_("the Service was reminded of a proposal"),
    "proposal_outcome": N_("worded what came of a proposal"),
    "proposal_outcome_told": N_("was told what came of a proposal:"),
    "service_invited": N_("invited somebody of the Service"),
    "service_invitation_revoked": N_("took back an invitation of the Service"),
    "service_joined": N_("somebody of the Service joined"),
    "service_left": N_("somebody of the Service left"),
}
"""What the record calls things; anything else is shown as it is written there."""
WHY: Mapping[str, Mapping[str, str]] = {
    "closed": close.REASONS,
    "bulk_closed": close.REASONS,
    "revealed": reveal.REASONS,
    "opened": private_card.REASONS,
    "ban_wished": banned.WHYS,
    "second_reading": {
        "asked": N_("asked for"),
        "approved": N_("agreed"),
        "objected": N_("wants a change"),
        "declined": N_("cannot"),
        "unread": N_("too late"),
    },
    "ban_decided": banned.WHYS,
}
"""Where the record says why, the words of the buttons; other details are the program's own."""


def open_record(turn: Turn, before: str = "") -> None:
    """The newest lines, or those before one; for the chair, or whoever stands in."""
    asked = screen(turn, before)
    if asked is None:
        turn.say(turn.tongue("Only the chair reads the record."))
    else:
        turn.ask(asked)


def screen(scene: Scene, before: str = "") -> Screen | None:
    """Ten lines, the newest first; what was done again and again stands in one of them."""
    seat = scene.seat
    if seat is None or seat not in members.chairs(scene.session, scene.now):
        return None
    t = scene.tongue
    start = int(before) if before.isdecimal() else None
    rows = audit.newest(scene.session, READ, start)
    shown_rows = [list(same) for _, same in islice(groupby(rows, _same), LISTED)]
    numbers = [
        number for row in rows for number in (row.actor, row.subject, *_detail(row).values())
    ]
    names = _names(
        scene, seat, [number for number in numbers if isinstance(number, str) and number]
    )
    lines = [_line(scene, same, names) for same in shown_rows]
    head = t("📒 <b>The record</b>. It cannot be changed.")
    oldest = shown_rows[-1][-1].id if shown_rows else 1
    return Screen(
        name="record",
        text=Rich("\n".join([head, *lines] if rows else [head, t("Nothing yet.")])),
        choices=(Choice(t("Older"), f"record:{oldest}"),) if oldest > 1 else (),
        zero=Choice(t("Back"), "chair"),
        args={"before": before},
        resting=True,
        protect=True,
    )


def _same(row: Audit) -> tuple[str, ...]:
    return row.actor, row.what, row.subject, row.detail


def _detail(row: Audit) -> Mapping[str, object]:
    detail: Mapping[str, object] = json.loads(row.detail)
    return detail


def _line(scene: Scene, same: Sequence[Audit], names: Mapping[str, Rich]) -> Rich:
    t, row = scene.tongue, same[0]
    did = t(DID[row.what]) if row.what in DID else t.fill("{what}", what=row.what)
    itself: dict[str, Rich] = {
        audit.SYSTEM: t("the program"),
        audit.OPERATOR: t("the operator"),
    }
    parts: list[Rich] = [
        t.fill(
            "{moment} · {who}: {did}",
            moment=t.moment(row.at),
            who={**names, **itself}.get(row.actor, t("somebody erased")),
            did=did,
        )
    ]
    if row.subject:
        parts.append(names.get(row.subject, Rich("…")))
    parts += _more(scene, row, names)
    if len(same) > 1:
        parts.append(t.fill("× {count}", count=len(same)))
    return Rich(" ".join(parts))


def _more(scene: Scene, row: Audit, names: Mapping[str, Rich]) -> list[Rich]:
    """To whom, and why: what a detail says in words that a person knows."""
    t, labels, said = scene.tongue, WHY.get(row.what, {}), list[Rich]()
    detail = _detail(row)
    if detail.get("which") == "class":
        said.append(t.fill("({before} → {after})", **detail))
    for value in map(str, detail.values()):
        if value in names:
            said.append(t.fill("→ {whom}", whom=names[value]))
        elif value in labels:
            said.append(t.fill("({why})", why=t(labels[value])))
    return said


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

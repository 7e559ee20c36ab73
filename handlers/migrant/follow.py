"""After sending: adding, changing, reopening, closing."""

from dataclasses import asdict

from handlers import assign, dates
from handlers.council import cards
from handlers.language import N_, Rich, Tongue
from handlers.messages import Incoming
from handlers.migrant import draft, flood, impostor, not_released, safety
from handlers.rules.priority import class_of
from handlers.rules.safety import NOTHING, Finding
from handlers.told import only_focal, shown
from handlers.turn import Scene, Turn
from storage import audit, bundles, cases
from storage.model import (
    ANSWERED,
    ASKED,
    CLOSED,
    DRAFT,
    OPEN,
    ORDINARY,
    PRIVATE,
    UNREAD_CHOICE,
    Case,
    Entry,
)

CLOSED_WHY = {
    "not_ours": N_("Why: it is not a matter for the council."),
    "twice": N_("Why: it was sent twice."),
    "silent": N_("Why: you did not write again."),
}
SAME_FILE = ("kind", "mime", "size", "seconds", "latitude", "longitude")
"""What tells one file or place from another."""
SENT_STATES = ("open", "asked", "answered", "closed")


def can_reopen(scene: Scene, case: Case) -> bool:
    """Whether a closed request can still be opened again."""
    until = dates.reopen_until(case, scene.charter)
    return case.state == CLOSED and until is not None and scene.now <= until


def ask_addition(turn: Turn, reference: str) -> None:
    """Let them write what belongs to a request."""
    case = own_sent(turn, reference)
    if case is None:
        return
    if case.state == CLOSED and not can_reopen(turn, case):
        turn.say(too_late(turn))
        return
    turn.say(
        turn.tongue(
            "✍️ Write what you want to add to {reference}. Voice and photos are fine too.",
            reference=shown(turn, case),
        )
    )
    turn.open("adding", {"reference": reference})


def too_late(scene: Scene) -> Rich:
    return scene.tongue(
        "This request was closed more than {days} days ago. Please write a new message.",
        days=scene.charter.reopen_days,
    )


def own_sent(turn: Turn, reference: str) -> Case | None:
    """Their own request of that number; otherwise they see that the button is an old one."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is not None and case.state not in (DRAFT, UNREAD_CHOICE):
        return case
    turn.toast = stale(turn)
    return None


def stale(scene: Scene) -> Rich:
    """What an old or forged button says."""
    return scene.tongue("This button does not work any more.")


def add(turn: Turn, case: Case) -> None:
    """Join what the person just sent to a request of theirs, and tell whoever is responsible."""
    incoming = turn.incoming
    if case.state == CLOSED and not can_reopen(turn, case):
        draft.add(turn, incoming.text, incoming.attachments, incoming.message_id)
        return
    draft.write_down(turn, case, incoming.text, incoming.attachments, incoming.message_id)
    added(turn, case, draft.look_at(turn, incoming.text))
    impostor.after_words(turn, case, incoming.text)


def added(turn: Turn, case: Case, finding: Finding = NOTHING) -> None:
    """Say where it went; the case is open and the card new."""
    news = "reopened" if case.state in (ANSWERED, CLOSED) else "added"
    silent_until = flood.until(turn) if case.state == OPEN and not finding.level else None
    again(turn, case)
    more_urgent(turn, case, finding)
    assign.instead_of_absent(turn, case)
    if silent_until:
        cards.refresh(turn, case, silent_until)
        return
    cards.fresh(turn, case, news)
    turn.say(
        turn.tongue("➕ Added to {reference}.", reference=shown(turn, case)),
        key=f"added:{case.id}",
        case_id=case.id,
    )
    if turn.someone.screen != "adding":
        turn.leave(case.reference)
    waiting = cases.draft_of(turn.session, turn.someone)
    if waiting is not None and turn.someone.screen == "draft":
        draft.show(turn, waiting)
    assign.told_nobody(turn, case)


def again(scene: Scene, case: Case) -> None:
    """The writer did something: a waiting clock goes on, an answered or closed request opens."""
    case.touched_at = scene.now
    if case.state == ASKED:
        dates.resume(case, scene.charter, scene.now)
    elif case.state in (ANSWERED, CLOSED):
        reopen(scene, case)
    if case.state == OPEN and cards.responsible(scene, case) is None:
        assign.assign(scene, case)


def reopen(scene: Scene, case: Case) -> None:
    """Open again with new dates."""
    case.closed_at = case.closes_at = case.close_reason = None
    case.state, case.answered_at = OPEN, None
    dates.promise(case, scene.charter, scene.now)


def more_urgent(scene: Scene, case: Case, finding: Finding) -> None:
    """New words may show danger: it is read sooner, and what is private by focal persons only."""
    if safety.is_private(finding):
        again(scene, case)
        make_private(scene, case)
    private = case.track == PRIVATE
    urgency = class_of(case.kind, finding, private, case.date_within_days, case.topic)
    if finding.level and urgency < case.urgency:
        case.urgency = urgency
        if case.state == OPEN and case.responsible_id is not None:
            dates.sooner(case, scene.charter, scene.now)


def make_private(scene: Scene, case: Case) -> None:
    """New words show danger: only focal persons go on reading, if there are any."""
    if case.track == PRIVATE:
        return
    former = cards.responsible(scene, case)
    case.track, case.closes_at = PRIVATE, None
    audit.note(scene.session, "made_private", scene.now, by=scene.someone, about=case, why="words")
    bundles.leave(scene.session, case)
    not_released.stop(scene, case)
    reader = assign.assign(scene, case, besides=())
    if reader is None and former is not None:
        # Somebody reads it already and nobody else may: a reader is better than none.
        case.track = ORDINARY
        assign.give(scene, case, former, "danger")
    elif reader is not None and (former is None or reader.id != former.id):
        if former is not None:
            cards.lose_sight(scene, case, former)
        scene.say(only_focal(scene, case, reader), case_id=case.id)
    cards.keep_second_readers_apart(scene, case)


def done(turn: Turn, reference: str) -> None:
    """The person does not need it any more."""
    case = own_sent(turn, reference)
    if case is None or case.state == CLOSED:
        turn.toast = stale(turn)
        return
    close(turn, case, "writer")
    cards.refresh(turn, case)


def close(scene: Scene, case: Case, reason: str) -> None:
    """Close a request; tell its writer why, where they cannot know, and how to open it again."""
    case.state, case.closed_at, case.close_reason = CLOSED, scene.now, reason
    case.closes_at, case.paused_at = None, None
    dates.closed(case, scene.now)
    days = scene.charter.reopen_days
    scene.say(closing(scene.tongue, shown(scene, case), reason, days), case_id=case.id)


def closing(t: Tongue, reference: str, reason: str, days: int) -> Rich:
    """What the writer reads when their request is closed."""
    lines = [
        t(
            "✔️ {reference} is closed. You can open it again for {days} days: write its number.",
            reference=reference,
            days=days,
        )
    ]
    if reason in CLOSED_WHY:
        lines.append(t(CLOSED_WHY[reason]))
    return Rich("\n".join(lines))


def join(turn: Turn, reference: str, to: str) -> None:
    """The draft belongs to a request that was sent before."""
    case = draft.mine(turn, reference)
    target = own_sent(turn, to)
    if case is None or target is None:
        return
    if draft.holds_apart(case):
        # it became private after this button was shown, or somebody must not see it
        turn.toast = stale(turn)
        draft.show(turn, case)
        return
    if target.state == CLOSED and not can_reopen(turn, target):
        turn.say(too_late(turn))
        return
    for entry in cases.entries(turn.session, case, "message"):
        entry.case_id = target.id
    turn.session.flush()
    turn.tidy(draft.reminder_key(case))
    turn.session.expire(case)
    turn.session.delete(case)
    turn.close()
    added(turn, target, draft.gravest(turn, target))


def edits(turn: Turn) -> Entry | None:
    """The message that was changed, if it is one of theirs that we know and something differs."""
    incoming = turn.incoming
    entry = cases.entry_of_message(turn.session, turn.someone, incoming.message_id)
    if entry is None or (entry.text == incoming.text and not _other_file(entry, incoming)):
        return None
    return entry


def _other_file(entry: Entry, incoming: Incoming) -> bool:
    """Whether another file or place stands there now; the handle of the same one may differ."""
    if entry.attachment is None or not incoming.attachments:
        return False
    new = asdict(incoming.attachments[0])
    return any(entry.attachment.get(name) != new[name] for name in SAME_FILE)


def edited(turn: Turn) -> None:
    """A message was changed: in a draft it changes, in a request the former text is kept too."""
    incoming = turn.incoming
    entry = edits(turn)
    if entry is None:
        return
    case = turn.session.get_one(Case, entry.case_id)
    if case.state != DRAFT:
        former = Entry(case_id=case.id, kind="edit", text=entry.text, edit_of=entry.id, at=turn.now)
        former.attachment = entry.attachment
        turn.session.add(former)
    if _other_file(entry, incoming):
        entry.attachment = asdict(incoming.attachments[0])
    entry.text, entry.edited_at = incoming.text, turn.now
    turn.session.flush()
    if case.state == DRAFT:
        draft.read_again(turn, case, incoming.text)
        draft.show(turn, case, pause=True)
        return
    finding = draft.look_at(turn, incoming.text)
    if finding.level:
        more_urgent(turn, case, finding)
        assign.instead_of_absent(turn, case)
        assign.told_nobody(turn, case)
    silent_until = None if finding.level else flood.until(turn)
    if silent_until:
        cards.refresh(turn, case, silent_until)
    else:
        cards.fresh(turn, case, "edited")


def skip(turn: Turn, reference: str = "") -> None:
    """They do not want to say: the member is told, and the clock goes on."""
    asked = (turn.someone.screen_args or {}) if turn.someone.screen == "asked" else {}
    case = own_sent(turn, reference or asked.get("reference", ""))
    if case is None or case.state != ASKED:
        turn.toast = stale(turn)
        return
    turn.leave(case.reference)
    turn.session.add(Entry(case_id=case.id, kind="event", text="skipped", at=turn.now))
    again(turn, case)
    cards.fresh(turn, case, "skipped")
    turn.say(turn.tongue("OK. We go on without it."), case_id=case.id)

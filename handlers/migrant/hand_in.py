"""From draft to request: a reference, a secret, a responsible member, honest dates."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import assign, dates, numbers
from handlers.charter import Charter
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import about_whom, draft, follow, forget, impostor, safety
from handlers.rules import references
from handlers.rules.priority import class_of
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.told import reader, shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, milestones, secrecy
from storage.model import DRAFT, OPEN, ORDINARY, PRIVATE, UNREAD_CHOICE, Case, Member

PAPER_DATES = {"soon": 3, "later": 30}
"""Days that an answer to "is there a date on your paper?" stands for."""


def send(turn: Turn, reference: str) -> None:
    """The person pressed Send: ask for the date on their paper where it matters, else hand in."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is None or case.state != DRAFT:
        turn.toast = turn.tongue("This message was already sent or cancelled.")
    elif _names_nobody(case):
        turn.ask(about_whom.which(turn, reference))
    elif date_matters(case):
        turn.ask(paper_date(turn, reference))
    else:
        hand_in(turn, case)


def _names_nobody(case: Case) -> bool:
    """Whether it is about a member, and nobody knows yet from whom it must be kept."""
    return case.about == "member" and not case.subjects


def date_matters(case: Case) -> bool:
    """Whether a date on a paper decides how soon this draft must be read."""
    return case.track == ORDINARY and TOPICS[case.topic].dated and case.kind != "suggestion"


def paper_date(scene: Scene, reference: str) -> Screen:
    """Whether a paper sets a date: it decides how soon the request must be read."""
    t = scene.tongue
    return Screen(
        name="paper_date",
        text=t("📅 Is there a date on your paper, by which you must do something?"),
        choices=(
            Choice(t("Yes, in the next 3 days"), f"date:{reference}:soon"),
            Choice(t("Yes, later"), f"date:{reference}:later"),
            Choice(t("No, or I do not know"), f"date:{reference}:none"),
        ),
        zero=Choice(t("Back"), f"draft:{reference}"),
        args={"reference": reference},
    )


def with_date(turn: Turn, reference: str, answer: str) -> None:
    """The date is known, or known to be none: hand in."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is None or case.state != DRAFT:
        turn.toast = turn.tongue("This message was already sent or cancelled.")
        return
    if _names_nobody(case):
        turn.ask(about_whom.which(turn, reference))
        return
    case.date_within_days = PAPER_DATES.get(answer)
    hand_in(turn, case)


def hand_in(scene: Scene, case: Case, *, by_itself: bool = False) -> None:
    """Make the draft a request of one responsible person, and tell its writer the truth about it.

    A private one that goes by itself goes without a word: its screen announced it, and we never
    write first to a phone that may be watched. It stands in *My requests*.
    """
    finding = draft.gravest(scene, case)
    case.kind = case.kind or "question"
    case.urgency = class_of(
        case.kind, finding, case.track == PRIVATE, case.date_within_days, case.topic
    )
    case.handed_in_at = case.touched_at = scene.now
    milestones.note(scene.session, case.id, "received", scene.now)
    scene.leave(case.reference)
    scene.tidy(draft.reminder_key(case))
    member = assign.assign(scene, case)
    if by_itself and case.track == PRIVATE:
        return
    if case.state == UNREAD_CHOICE:
        scene.say(
            scene.tongue(
                "Your message has the number <b>{reference}</b>. Nobody has read it yet.",
                reference=shown(scene, case),
            )
        )
        scene.ask(safety.nobody_private(scene, case.reference))
        return
    acknowledge(scene, case, member)


def acknowledge(scene: Scene, case: Case, member: Member | None) -> None:
    """Number, reader, dates and what this is not; the secret in a message of its own."""
    t, reference = scene.tongue, shown(scene, case)
    lines = [t("✅ <b>We have your message.</b>\nNumber: <b>{reference}</b>", reference=reference)]
    lines += reader(scene, case, member)
    closed = not dates.calendar(scene.charter).is_open(scene.now)
    if closed:
        lines.append(
            t(
                "🌙 We are not reading now. We start again: {moment}. In danger call: {numbers}",
                moment=t.moment(dates.calendar(scene.charter).next_open(scene.now)),
                numbers=numbers.line(scene.charter, t, "emergency", "police"),
            )
        )
    lines.append(
        t(
            "This is not an official complaint. Legal deadlines do not stop. "
            "Official complaint, with your name: {complaint_address}"
        )
    )
    lines += impostor.after_acknowledgement(scene, case)
    hide = Choice(t("🙈 How to hide this chat"), "hide")
    choices = ((hide,),) if case.track == PRIVATE else ()
    scene.say(Outgoing(text=Rich("\n".join(lines)), choices=choices), case_id=case.id)
    _give_secret(scene, case)


def _give_secret(scene: Scene, case: Case) -> None:
    secret = references.new_secret()
    case.secret_hash = secrecy.ring().lookup("case.secret", f"{case.reference}:{secret}")
    t = scene.tongue
    scene.say(
        t(
            "🔑 Secret code: <b>{secret}</b>\n"
            "With the number and this code you can open your request on another phone. "
            "Show it to nobody. You can write the code on paper and delete this message.",
            secret=f"{secret[:3]} {secret[3:]}",
        ),
        case_id=case.id,
    )


def ordinary(turn: Turn, answer: str, reference: str = "") -> None:
    """May an ordinary member read what was private? The person decides, and excludes whom they wish."""
    if answer == "except":
        turn.ask(safety.not_whom(turn, reference, **_concerned(turn)))
    elif answer == "back":
        turn.ask(safety.nobody_private(turn, reference, **_concerned(turn)))
    elif answer == "no":
        _nobody_reads(turn, reference)
    elif answer == "yes" or answer.isdecimal():
        excluded = [int(answer)] if answer.isdecimal() else []
        _ordinary_reads(turn, reference, excluded)
    else:
        turn.toast = follow.stale(turn)


def _concerned(turn: Turn) -> dict[str, Any]:
    """Whom the words are about that are not written yet, as was chosen on the screen before."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen not in ("nobody_private", "not_whom") or args.get("reference"):
        return {}
    return {"about": args.get("about", ""), "subjects": args.get("subjects", [])}


def _nobody_reads(turn: Turn, reference: str) -> None:
    t = turn.tongue
    case = cases.own(turn.session, turn.someone, reference) if reference else None
    if case is not None and case.state == UNREAD_CHOICE:
        was_given = case.routed_at is not None
        audit.note(
            turn.session, "nobody_private_choice", turn.now, by=turn.someone, answer="delete"
        )
        forget.erase_case(turn, case)
        turn.say(t("🗑️ Deleted.") if was_given else t("🗑️ Deleted. Nobody has read it."))
    elif not reference:
        turn.say(t("OK. We stop here. You can come back at any time."))
    else:
        turn.toast = follow.stale(turn)
        return
    turn.close()


def _ordinary_reads(turn: Turn, reference: str, excluded: list[int]) -> None:
    if not reference:
        about = _concerned(turn)
        turn.say(
            turn.tongue(
                "Write what happened. You can also send voice. You do not have to give names."
            )
        )
        turn.open("write", {"excluded": excluded, **about})
        return
    case = cases.own(turn.session, turn.someone, reference)
    if case is None or case.state != UNREAD_CHOICE:
        turn.toast = follow.stale(turn)
        return
    case.track, case.state = ORDINARY, OPEN
    case.excluded = sorted({*case.excluded, *excluded})
    audit.note(
        turn.session,
        "nobody_private_choice",
        turn.now,
        by=turn.someone,
        about=case,
        answer="ordinary",
    )
    turn.leave(reference)
    acknowledge(turn, case, assign.assign(turn, case))


def find_readers(session: Session, charter: Charter, now: datetime) -> None:
    """Whatever waits for a reader is given to one as soon as there is one, as was promised."""
    for case in cases.without_reader(session):
        writer = cases.writer(session, case)
        there = scene_of(session, writer, charter, now)
        if assign.choice(there, case).member_id is None:
            continue
        found = assign.assign(there, case)
        if found is not None:
            found_reader(there, case, found)


def found_reader(there: Scene, case: Case, member: Member) -> None:
    """Tell the writer of a request that nobody could read that somebody reads it now."""
    lines = [_number_line(there, case), *reader(there, case, member)]
    there.say(Rich("\n".join(lines)), case_id=case.id)
    if case.secret_hash is None:
        _give_secret(there, case)
    if (there.someone.screen_args or {}).get("reference") == case.reference:
        there.close()


def _number_line(scene: Scene, case: Case) -> Rich:
    return scene.tongue(
        "✅ Number <b>{reference}</b> has a reader now.", reference=shown(scene, case)
    )

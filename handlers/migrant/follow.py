"""After sending: requests and their state, adding, reopening, rating."""

from handlers import assign, dates
from handlers.council import cards
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import draft, safety
from handlers.rules.safety import look
from handlers.screens import Screen
from handlers.told import shown, who_reads
from handlers.turn import Scene, Turn
from storage import cases, outbox
from storage.model import (
    ANSWERED,
    ASKED,
    CLOSED,
    DRAFT,
    OPEN,
    PRIVATE,
    UNREAD_CHOICE,
    Case,
    Entry,
)

LISTED = 9
SENT_STATES = ("open", "asked", "answered", "closed")
RATINGS = ("helped", "partly", "not")


def requests(scene: Scene) -> Screen:
    """References and states; never a text, because phones are shared."""
    t = scene.tongue
    mine = cases.of_person(scene.session, scene.someone, LISTED)
    return Screen(
        name="requests",
        text=t("📂 <b>Your requests</b>")
        if mine
        else t("📂 You have not sent anything yet. Just write here."),
        choices=tuple(
            Choice(f"{shown(scene, case)} · {state_word(scene, case)}", f"status:{case.reference}")
            for case in mine
        ),
        zero=Choice(t("Menu"), "menu"),
        resting=True,
    )


def state_word(scene: Scene, case: Case) -> Rich:
    """Where a request stands, in two or three words."""
    t = scene.tongue
    if case.state == OPEN:
        return t("being read") if case.taken_at else t("waiting to be read")
    return {
        UNREAD_CHOICE: t("waiting for your choice"),
        ASKED: t("waiting for you"),
        ANSWERED: t("answered"),
        CLOSED: t("closed"),
    }[case.state]


def list_requests(turn: Turn) -> None:
    """Show this person's requests."""
    turn.ask(requests(turn))


def show_status(turn: Turn, reference: str) -> None:
    """Where one request of this person stands."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is None or case.state == DRAFT:
        turn.ask(requests(turn))
    elif case.state == UNREAD_CHOICE:
        turn.ask(safety.nobody_private(turn, reference))
    else:
        screen = status(turn, reference)
        assert screen is not None
        turn.ask(screen)


def status(scene: Scene, reference: str) -> Screen | None:
    """State, reader and dates of one request, and what can be done about it."""
    case = cases.own(scene.session, scene.someone, reference)
    if case is None:
        return None
    t = scene.tongue
    lines = [
        t(
            "<b>{reference}</b>: {state}",
            reference=shown(scene, case),
            state=state_word(scene, case),
        )
    ]
    member = cards.responsible(scene, case)
    if member is not None and case.state != CLOSED:
        lines.append(who_reads(scene, case, member))
    if case.state == OPEN and case.answer_by_at and case.read_by_at:
        if case.taken_at is None:
            lines.append(t("📖 Read by: {moment}", moment=t.moment(case.read_by_at)))
        lines.append(t("💬 Answer or news by: {moment}", moment=t.moment(case.answer_by_at)))
    return Screen(
        name="status",
        text=Rich("\n".join(lines)),
        choices=tuple(_possible(scene, case)),
        zero=Choice(t("Back"), "requests"),
        args={"reference": reference},
        resting=True,
    )


def _possible(scene: Scene, case: Case) -> list[Choice]:
    t, reference = scene.tongue, case.reference
    open_again = can_reopen(scene, case)
    choices = []
    if case.state != CLOSED or open_again:
        label = t("✍️ Open it again and add") if case.state == CLOSED else t("✍️ Add something")
        choices.append(Choice(label, f"add:{reference}"))
    if case.track != PRIVATE and cases.entries(scene.session, case, "answer"):
        choices.append(Choice(t("📩 Show the answer again"), f"again:{reference}"))
    if case.state in (OPEN, ASKED, ANSWERED):
        choices.append(Choice(t("✔️ I do not need it any more"), f"done:{reference}"))
    return choices


def can_reopen(scene: Scene, case: Case) -> bool:
    """Whether a closed request can still be opened again."""
    until = dates.reopen_until(case, scene.charter)
    return case.state == CLOSED and until is not None and scene.now <= until


def ask_addition(turn: Turn, reference: str) -> None:
    """Let them write what belongs to a request."""
    case = _own_sent(turn, reference)
    if case is None:
        return
    if case.state == CLOSED and not can_reopen(turn, case):
        turn.say(_too_late(turn))
        return
    turn.say(
        turn.tongue(
            "✍️ Write what you want to add to {reference}. Voice and photos are fine too.",
            reference=shown(turn, case),
        )
    )
    turn.open("adding", {"reference": reference})


def _too_late(scene: Scene) -> Rich:
    return scene.tongue(
        "This request was closed more than {days} days ago. Please write a new message.",
        days=scene.charter.reopen_days,
    )


def _own_sent(turn: Turn, reference: str) -> Case | None:
    case = cases.own(turn.session, turn.someone, reference)
    return case if case is not None and case.state not in (DRAFT, UNREAD_CHOICE) else None


def add(turn: Turn, case: Case) -> None:
    """Join what the person just sent to a request of theirs, and tell whoever is responsible."""
    incoming = turn.incoming
    if case.state == CLOSED and not can_reopen(turn, case):
        draft.add(turn, incoming.text, incoming.attachments, incoming.message_id)
        return
    draft.write_down(turn, case, incoming.text, incoming.attachments, incoming.message_id)
    if safety.is_private(draft.look_at(turn, incoming.text)):
        make_private(turn, case)
    added(turn, case)


def added(turn: Turn, case: Case) -> None:
    """Say where it went; the case is open and the card new."""
    news = "reopened" if case.state in (ANSWERED, CLOSED) else "added"
    again(turn, case)
    cards.fresh(turn, case, news)
    turn.say(
        turn.tongue("➕ Added to {reference}.", reference=shown(turn, case)),
        key=f"added:{case.id}",
        case_id=case.id,
    )
    if turn.someone.screen != "adding":
        turn.close()


def again(scene: Scene, case: Case) -> None:
    """The writer did something: a waiting clock goes on, an answered or closed request opens."""
    case.touched_at = scene.now
    if case.state == ASKED:
        dates.resume(case, scene.charter, scene.now)
    elif case.state in (ANSWERED, CLOSED):
        reopen(scene, case)


def reopen(scene: Scene, case: Case) -> None:
    """Open again with new dates; by its reader if they are still here, else by another."""
    case.closed_at = case.closes_at = case.close_reason = None
    case.state, case.answered_at = OPEN, None
    if cards.responsible(scene, case) is None:
        assign.assign(scene, case)
    else:
        dates.promise(case, scene.charter, scene.now)


def make_private(scene: Scene, case: Case) -> None:
    """New words show danger: only focal persons go on reading, if there are any."""
    if case.track == PRIVATE:
        return
    former = cards.responsible(scene, case)
    case.track = PRIVATE
    reader = assign.assign(scene, case, besides=())
    if reader is None and former is not None:
        # Somebody reads it already and nobody else may: a reader is better than none.
        case.track = "ordinary"
        assign.give(scene, case, former, "danger")
    elif former is not None and reader is not None and reader.id != former.id:
        cards.lose_sight(scene, case, former)
        scene.say(
            scene.tongue(
                "🔒 From now on only a focal person reads {reference}. {reader}",
                reference=shown(scene, case),
                reader=who_reads(scene, case, reader),
            )
        )


def done(turn: Turn, reference: str) -> None:
    """The person does not need it any more."""
    case = _own_sent(turn, reference)
    if case is None or case.state == CLOSED:
        return
    close(turn, case, "writer")
    cards.refresh(turn, case)


def close(scene: Scene, case: Case, reason: str) -> None:
    """Close a request and tell its writer how to open it again."""
    case.state, case.closed_at, case.close_reason = CLOSED, scene.now, reason
    case.closes_at, case.paused_at = None, None
    dates.next_stage(case, scene.charter)
    t = scene.tongue
    scene.say(
        t(
            "✔️ {reference} is closed. You can open it again for {days} days: write its number.",
            reference=shown(scene, case),
            days=scene.charter.reopen_days,
        ),
        case_id=case.id,
    )


def show_answer(turn: Turn, reference: str) -> None:
    """The answers once more, on the person's own wish; private ones are never shown again."""
    case = _own_sent(turn, reference)
    if case is None or case.track == PRIVATE:
        return
    for entry in cases.entries(turn.session, case, "answer"):
        _show_again(turn, case, entry)


def _show_again(turn: Turn, case: Case, entry: Entry) -> None:
    outbox.add(
        turn.session,
        turn.chat,
        "answer",
        turn.now,
        args={"again": True},
        case_id=case.id,
        entry_id=entry.id,
        urgent=True,
    )


def rating(scene: Scene, reference: str) -> tuple[Choice, ...]:
    """The four things to say about an answer."""
    t = scene.tongue
    return (
        Choice(t("👍 Helped"), f"rate:{reference}:helped"),
        Choice(t("🤷 Partly"), f"rate:{reference}:partly"),
        Choice(t("👎 Did not help"), f"rate:{reference}:not"),
        Choice(t("✍️ Add something"), f"add:{reference}"),
    )


def answer_screen(scene: Scene, reference: str) -> Screen:
    """The question under an answer."""
    return Screen(
        name="answered",
        text=scene.tongue("Did the answer help?"),
        choices=rating(scene, reference),
        args={"reference": reference},
        columns=2,
    )


def rate(turn: Turn, reference: str, how: str) -> None:
    """Thank them; what did not help is opened again."""
    case = _own_sent(turn, reference)
    if case is None or how not in RATINGS or not cases.entries(turn.session, case, "answer"):
        return
    t = turn.tongue
    turn.close()
    if case.rating == how and case.state != ANSWERED:
        turn.toast = t("Thank you, we know.")
        return
    case.rating = how
    if how != "not":
        turn.say(t("🙏 Thank you. If something is missing, just write."), key=f"thanks:{case.id}")
        cards.refresh(turn, case)
        return
    if case.state == CLOSED and not can_reopen(turn, case):
        turn.say(_too_late(turn))
        return
    again(turn, case)
    cards.fresh(turn, case, "not_helped")
    assert case.answer_by_at is not None
    turn.say(
        t(
            "{reference} is open again. News by: {moment}. Please write what is missing.",
            reference=shown(turn, case),
            moment=t.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )
    turn.open("adding", {"reference": reference})


def join(turn: Turn, reference: str, to: str) -> None:
    """The draft belongs to a request that was sent before."""
    case = draft.mine(turn, reference)
    target = _own_sent(turn, to)
    if case is None or target is None:
        return
    for entry in cases.entries(turn.session, case, "message"):
        entry.case_id = target.id
    turn.session.flush()
    turn.session.expire(case)
    turn.session.delete(case)
    turn.close()
    added(turn, target)


def edited(turn: Turn) -> None:
    """A message was changed: in a draft it changes, in a request the former text is kept too."""
    incoming = turn.incoming
    entry = cases.entry_of_message(turn.session, turn.someone, incoming.message_id)
    if entry is None or entry.text == incoming.text:
        return
    case = turn.session.get_one(Case, entry.case_id)
    if case.state != DRAFT:
        turn.session.add(
            Entry(case_id=case.id, kind="edit", text=entry.text, edit_of=entry.id, at=turn.now)
        )
    entry.text, entry.edited_at = incoming.text, turn.now
    turn.session.flush()
    if case.state == DRAFT:
        draft.read_again(turn, case, incoming.text)
        draft.show(turn, case, pause=True)
        return
    if safety.is_private(look(incoming.text, case.language)):
        safety.help_at_once(turn, incoming.text)
        make_private(turn, case)
    if case.state != UNREAD_CHOICE:
        cards.fresh(turn, case, "edited")


def skip(turn: Turn, reference: str = "") -> None:
    """They do not want to say: the member is told, and the clock goes on."""
    asked = (turn.someone.screen_args or {}) if turn.someone.screen == "asked" else {}
    case = _own_sent(turn, reference or asked.get("reference", ""))
    if case is None or case.state != ASKED:
        return
    turn.close()
    turn.session.add(Entry(case_id=case.id, kind="event", text="skipped", at=turn.now))
    again(turn, case)
    cards.fresh(turn, case, "skipped")
    turn.say(turn.tongue("OK. We go on without it."), case_id=case.id)

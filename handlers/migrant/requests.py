"""My requests: numbers and states; never a text in a list, because phones are shared."""

from handlers.council import cards
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow, safety
from handlers.screens import Screen
from handlers.told import nobody_reads, shown, who_reads
from handlers.turn import Scene, Turn
from storage import cases, outbox
from storage.model import ANSWERED, ASKED, CLOSED, DRAFT, OPEN, PRIVATE, UNREAD_CHOICE, Case, Entry

LISTED = 9


def screen(scene: Scene) -> Screen:
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
    turn.ask(screen(turn))


def show_status(turn: Turn, reference: str) -> None:
    """Where one request of this person stands."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is None or case.state == DRAFT:
        turn.ask(screen(turn))
    elif case.state == UNREAD_CHOICE:
        turn.ask(safety.nobody_private(turn, reference))
    else:
        found = status(turn, reference)
        assert found is not None
        turn.ask(found)


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
    if member is None and case.state == OPEN:
        lines.append(nobody_reads(scene))
    elif case.state == OPEN and case.answer_by_at and case.read_by_at:
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
    open_again = follow.can_reopen(scene, case)
    choices = []
    if case.state != CLOSED or open_again:
        label = t("✍️ Open it again and add") if case.state == CLOSED else t("✍️ Add something")
        choices.append(Choice(label, f"add:{reference}"))
    if case.track != PRIVATE and _answers(scene, case):
        choices.append(Choice(t("📩 Show the answer again"), f"again:{reference}"))
    if case.track == PRIVATE:
        choices.append(Choice(t("🕓 When may we write?"), f"when:{reference}"))
    if case.state in (OPEN, ASKED, ANSWERED):
        choices.append(Choice(t("✔️ I do not need it any more"), f"done:{reference}"))
    return choices


def show_answer(turn: Turn, reference: str) -> None:
    """The answers once more, on the person's own wish; private ones are never shown again."""
    case = follow.own_sent(turn, reference)
    if case is None or case.track == PRIVATE:
        turn.toast = follow.stale(turn)
        return
    answers = _answers(turn, case)
    if not answers:
        turn.toast = follow.stale(turn)
    for entry in answers:
        _show_again(turn, case, entry)


def _answers(scene: Scene, case: Case) -> list[Entry]:
    """What was answered, but for what its member can still take back."""
    to_come = outbox.to_come(scene.session, case.id, scene.now)
    answers = cases.entries(scene.session, case, "answer", "answer_file")
    return [entry for entry in answers if entry.id not in to_come]


def _show_again(turn: Turn, case: Case, entry: Entry) -> None:
    outbox.add(
        turn.session,
        turn.chat,
        entry.kind,
        turn.now,
        args={"again": True},
        case_id=case.id,
        entry_id=entry.id,
        urgent=True,
    )

"""Everyone who received what was wrong is told so, once their responsible member confirms it."""

from collections.abc import Mapping

from handlers.council import access, cards, desk
from handlers.council.correction_routing import is_right
from handlers.council.template_access import seat
from handlers.council.template_use import instead_of
from handlers.language import N_, Rich, Tongue
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox, templates
from storage.model import Case, Correction, Entry, Template
from storage.outbox import Chat

NOT_NEEDED: Mapping[str, str] = {
    "knows": N_("They know it already"),
    "moot": N_("It did not matter for them"),
    "own": N_("I have written it myself"),
}


def mine(scene: Scene) -> list[tuple[Correction, Case]]:
    """What this member has to confirm now."""
    member = seat(scene)
    if member is None:
        return []
    found = []
    for fix in templates.waiting(scene.session, readers=[member.id]):
        case = scene.session.get_one(Case, fix.case_id)
        may = access.may(scene.session, member, case, "correct")
        if may and is_right(scene.session, fix, scene.charter):
            found.append((fix, case))
    return found


def show(turn: Turn, at: str = "0") -> None:
    """The first of them, or the one at this place."""
    asked = screen(turn, at=templates.number(at) or 0)
    if asked is None:
        turn.toast = turn.tongue("✔️ Nothing is to be corrected.")
    else:
        turn.ask(asked)


def screen(scene: Scene, at: int = 0, reference: str = "") -> Screen | None:
    """One of them: what its writer was told, and what they will be told now."""
    t, found = scene.tongue, mine(scene)
    if not found:
        return None
    fix, case = found[at % len(found)]
    template = scene.session.get_one(Template, fix.template_id)
    was = templates.received(scene.session, case, template)
    language, text = worded(scene, case, template)
    lines = [
        t(
            "📣 <b>{reference}</b>: correction {count} of {all}",
            reference=shown(scene, case),
            count=at % len(found) + 1,
            all=len(found),
        ),
        t("They were told:"),
        Rich(f"<blockquote>{t.written(was.text if was else '')}</blockquote>"),
        t("They will be told:"),
        Rich(f"<blockquote>{t.written(text)}</blockquote>"),
    ]
    if language != case.language:
        lines.append(
            t(
                "⚠️ There is no text in {language}. This one is in {other}.",
                language=t.language(case.language),
                other=t.language(language),
            )
        )
    alike = _alike(scene, template)
    choices = [Choice(t("✅ Send"), f"fixsend:{fix.id}", "success")]
    if len(alike) > 1:
        every = t("✅ Send all {count}", count=len(alike))
        choices.append(Choice(every, f"fixall:{template.id}:{len(alike)}"))
    choices.append(Choice(t("✖️ Not needed here"), f"fixno:{fix.id}"))
    if len(found) > 1:
        choices.append(Choice(t("Next"), f"corrections:{(at + 1) % len(found)}"))
    return Screen(
        name="corrections",
        text=Rich("\n".join(lines)),
        choices=tuple(choices),
        zero=Choice(t("Later"), "templates"),
        args={"at": at, "reference": case.reference},
        protect=True,
        case_id=case.id,
    )


def _alike(scene: Scene, template: Template) -> list[tuple[Correction, Case]]:
    """What can be sent together: the same correction, in each writer's own language."""
    have = templates.texts(scene.session, template)
    return [
        (fix, case)
        for fix, case in mine(scene)
        if fix.template_id == template.id and case.language in have
    ]


def worded(scene: Scene, case: Case, template: Template) -> tuple[str, str]:
    """The words of a correction, and the language they are in."""
    texts = templates.texts(scene.session, template)
    others = instead_of(scene, case.language, texts)
    language = templates.first_in([case.language, *others], texts) or "en"
    theirs = Tongue(case.language, scene.charter)
    first = theirs("We must correct what we told you:")
    return language, f"{first}\n{texts.get(language, '')}"


def send(turn: Turn, correction_id: str) -> None:
    """Confirmed: its writer is told, once. A closed request stays closed."""
    found = _theirs(turn, correction_id)
    if found is not None:
        _send(turn, *found)
        _go_on(turn)


def send_all(turn: Turn, template_id: str, count: str) -> None:
    """All that were said to be alike when the button was shown."""
    template = templates.find(turn.session, template_id)
    alike = _alike(turn, template) if template is not None else []
    if len(alike) != templates.number(count):
        turn.toast = turn.tongue("Something has changed. Please look again.")
        _go_on(turn)
        return
    for fix, case in alike:
        if (again := _waiting(turn, fix, case)) is not None:
            _send(turn, fix, again)
    _go_on(turn)


def _theirs(turn: Turn, correction_id: str) -> tuple[Correction, Case] | None:
    """The correction, if whoever pressed may confirm it and nobody has; both rows locked."""
    fix = templates.correction(turn.session, correction_id)
    known = turn.session.get(Case, fix.case_id) if fix is not None else None
    if fix is None or known is None:
        turn.toast = follow.stale(turn)
        return None
    if desk.mine(turn, known.reference, "correct") is None:
        return None
    case = _waiting(turn, fix, known)
    if case is None:
        turn.toast = turn.tongue("That was done already.")
        return None
    return fix, case


def _waiting(turn: Turn, fix: Correction, case: Case) -> Case | None:
    """The case, locked before the correction as everywhere, if it still waits to be told."""
    again = desk.readable(turn, case.reference, "correct")
    if again is None or templates.locked(turn.session, fix).state != "waiting":
        return None
    return again if is_right(turn.session, fix, turn.charter) else None


def _send(turn: Turn, fix: Correction, case: Case) -> None:
    writer = cases.writer(turn.session, case)
    template = turn.session.get_one(Template, fix.template_id)
    entry = Entry(
        case_id=case.id,
        kind="answer",
        member_id=turn.desk.id,
        text=worded(turn, case, template)[1],
        template_id=template.id,
        delivery="unreachable" if writer.unreachable_since else "queued",
        at=turn.now,
    )
    turn.session.add(entry)
    turn.session.flush()
    chat = Chat.of(writer)
    outbox.add(turn.session, chat, "answer", turn.now, case_id=case.id, entry_id=entry.id)
    _ended(turn, fix, "sent")
    audit.note(
        turn.session, "correction_sent", turn.now, by=turn.desk, about=case, template=template.id
    )
    cards.refresh(turn, case)


def _ended(turn: Turn, fix: Correction, state: str) -> None:
    fix.state, fix.ended_at = state, turn.now
    turn.session.flush()


def _go_on(turn: Turn) -> None:
    """The next one, or nothing more."""
    asked = screen(turn)
    if asked is not None:
        turn.ask(asked)
        return
    turn.close()
    turn.say(turn.tongue("✔️ Nothing more is to be corrected. Thank you."))


def decline(turn: Turn, correction_id: str, why: str = "") -> None:
    """Not for this one, and why not."""
    found = _theirs(turn, correction_id)
    if found is None:
        return
    fix, case = found
    if why not in NOT_NEEDED:
        asked = why_not(turn, case.reference, correction_id)
        assert asked is not None
        turn.ask(asked)
        return
    _ended(turn, fix, "declined")
    audit.note(
        turn.session,
        "correction_declined",
        turn.now,
        by=turn.desk,
        about=case,
        template=fix.template_id,
        why=why,
    )
    _go_on(turn)


def why_not(scene: Scene, reference: str, correction: str) -> Screen | None:
    """Why is it not needed?"""
    t = scene.tongue
    case = desk.readable(scene, reference, "correct")
    if case is None:
        return None
    return Screen(
        name="correction_why",
        text=t("Why does {reference} not need it?", reference=shown(scene, case)),
        choices=tuple(
            Choice(t(text), f"fixno:{correction}:{why}") for why, text in NOT_NEEDED.items()
        ),
        zero=Choice(t("Back"), "corrections"),
        args={"reference": reference, "correction": correction},
        case_id=case.id,
    )

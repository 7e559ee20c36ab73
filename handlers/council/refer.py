"""To an outside body: telling the writer where to go, or asking whether we may pass it on."""

from html import unescape
from typing import Any

from handlers import offices
from handlers.charter import EmergencyNumber
from handlers.council import cards, desk, preview
from handlers.council.exact_text import ExactText
from handlers.language import Rich, Tongue, named
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import referrals
from storage.model import Case, Person


def ask(turn: Turn, reference: str) -> None:
    """To which office? One that waits already is said, or its text shown again."""
    case = desk.mine(turn, reference, "refer")
    if case is None:
        return
    waiting = referrals.unfinished(turn.session, case)
    if waiting is not None and waiting.state == "asked":
        turn.toast = turn.tongue("The writer was asked already. Please wait for their yes.")
    elif waiting is not None:
        tell_text(turn, case, waiting.id)
    elif not offices.for_case(turn.charter, case):
        turn.toast = turn.tongue("No office has a number that was checked.")
    elif asked := screen(turn, reference):
        turn.ask(asked)


def tell_text(scene: Scene, case: Case, referral_id: int) -> None:
    """The text that may be passed on, to whoever reads the request now."""
    reader = cards.responsible(scene, case)
    if reader is not None:
        key = f"pass_on:{referral_id}"
        cards.tell(scene, reader, "pass_on", case, key=key, referral=referral_id)


def screen(scene: Scene, reference: str) -> Screen | None:
    """The offices, by name."""
    t = scene.tongue
    case = desk.readable(scene, reference, "refer")
    if case is None:
        return None
    return Screen(
        name="refer",
        text=t("➡️ To which office does {reference} belong?", reference=shown(scene, case)),
        choices=tuple(
            Choice(t.isolated(named(one.use, t.code)), f"refers:{reference}:{one.id}")
            for one in offices.for_case(scene.charter, case)
        ),
        zero=Choice(t("Back"), f"back:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def ask_how(turn: Turn, reference: str, office: str) -> None:
    """Which of the two ways?"""
    _ask(turn, reference, how(turn, reference, office))


def _ask(turn: Turn, reference: str, asked: Screen | None) -> None:
    if desk.mine(turn, reference, "refer") is None:
        return
    if asked is not None:
        turn.ask(asked)
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def _both(
    scene: Scene, reference: str, office: str
) -> tuple[Case, EmergencyNumber] | tuple[None, None]:
    case = desk.readable(scene, reference, "refer")
    body = offices.by_id(scene.charter, case, office) if case is not None else None
    return (case, body) if case is not None and body is not None else (None, None)


def how(scene: Scene, reference: str, office: str) -> Screen | None:
    """They go themselves, or we pass it on with their yes."""
    t = scene.tongue
    case, body = _both(scene, reference, office)
    if case is None or body is None:
        return None
    return Screen(
        name="refer_how",
        text=t(
            "➡️ {office}\nTell the writer where to go, or ask if you may pass it on.",
            office=offices.called(t, body),
        ),
        choices=(
            Choice(t("Tell them where to go"), f"go_there:{reference}:{office}"),
            Choice(t("Pass it on for them"), f"pass_on:{reference}:{office}"),
        ),
        zero=Choice(t("Back"), f"refer:{reference}"),
        args={"reference": reference, "office": office},
        case_id=case.id,
    )


def ask_go_there(turn: Turn, reference: str, office: str) -> None:
    """The preview of what the writer is told."""
    _ask(turn, reference, go_there(turn, reference, office))


def go_there(scene: Scene, reference: str, office: str) -> Screen | None:
    """Exactly what the writer will see: the office and its number; nothing is passed on."""
    t = scene.tongue
    case, body = _both(scene, reference, office)
    reader = cards.responsible(scene, case) if case is not None else None
    if case is None or body is None or reader is None:
        return None
    theirs = writers_tongue(scene, case)
    text = way_there(theirs, body)
    seen = preview.envelope(theirs, "answer", shown(scene, case), reader.alias, text)
    title = t("👁 <b>This is what the writer will see:</b>")
    return Screen(
        name="go_there",
        text=Rich(f"{title}\n<blockquote>{seen}</blockquote>"),
        choices=(Choice(t("✅ Send"), f"told_there:{reference}:{office}", "success"),),
        zero=Choice(t("Back"), f"refers:{reference}:{office}"),
        args={"reference": reference, "office": office},
        protect=True,
        case_id=case.id,
    )


def writers_tongue(scene: Scene, case: Case) -> Tongue:
    """The language in which the writer reads us now."""
    return Tongue(scene.session.get_one(Person, case.person_id).language, scene.charter)


def way_there(t: Tongue, body: EmergencyNumber) -> str:
    """Where to go, as the plain text of an answer."""
    told = t(
        "Another office can help you with this: {office}. You can call or go there yourself. "
        "We have told them nothing about you.",
        office=offices.called(t, body),
    )
    return unescape(told)


def ask_write(turn: Turn, reference: str, office: str) -> None:
    """Let them write what would be told to the office."""
    _ask(turn, reference, write(turn, reference, office))


def write(scene: Scene, reference: str, office: str) -> Screen | None:
    """The invitation to write; the words that follow are the text."""
    t = scene.tongue
    case, body = _both(scene, reference, office)
    if case is None or body is None:
        return None
    return Screen(
        name="refer_write",
        text=t(
            "✍️ Write exactly what is told to: {office}\n"
            "The writer of {reference} sees your text and says yes or no. "
            "Use their language: {language}.",
            office=offices.called(t, body),
            reference=shown(scene, case),
            language=t.language(case.language),
        ),
        zero=Choice(t("Back"), f"refers:{reference}:{office}"),
        args={"reference": reference, "office": office},
        protect=True,
        case_id=case.id,
    )


def text_seen(
    scene: Scene, reference: str, office: str, text: str, texts: Any = ()
) -> Screen | None:
    """What the writer is asked, exactly."""
    t = scene.tongue
    case, body = _both(scene, reference, office)
    if case is None or body is None:
        return None
    seen = permission(writers_tongue(scene, case), shown(scene, case), body, text)
    title = t("👁 <b>This is what the writer will see:</b>")
    return Screen(
        name="refer_text",
        text=Rich(f"{title}\n<blockquote>{seen}</blockquote>"),
        choices=(
            Choice(t("✅ Ask the writer"), f"may_we:{reference}:{office}", "success"),
            Choice(t("✏️ Change"), f"pass_on:{reference}:{office}"),
        ),
        zero=Choice(t("✖️ Cancel"), f"not_there:{reference}"),
        args={"reference": reference, "office": office, "text": text, "texts": texts},
        protect=True,
        case_id=case.id,
    )


TEXT = ExactText("refer", "refer_write", "refer_text", "office", text_seen)
"""What the member writes, until the writer is asked."""


def permission(t: Tongue, reference: str, body: EmergencyNumber, text: str) -> Rich:
    """The question to the writer: to whom, and every word of it."""
    return t(
        "➡️ <b>{reference}</b>: may we tell this office about it?\n"
        "To: <b>{office}</b>\n"
        "Exactly this text:\n“{text}”\n"
        "Nothing is told before you say yes.",
        reference=reference,
        office=offices.called(t, body),
        text=t.written(text),
    )

"""To the Service: a text that the writer sees first, word for word, and lets go or keeps."""

from typing import Any

from handlers.council import desk
from handlers.council.exact_text import ExactText
from handlers.council.refer import writers_tongue
from handlers.language import Rich, Tongue, named
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.service import places
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import released
from storage.model import Case

LONGEST = 1500
"""Characters: what is longer nobody weighs word by word on a phone."""


def units(scene: Scene) -> list[str]:
    """The units where somebody is there to receive it: anything else would be an empty promise."""
    session, charter = scene.session, scene.charter
    there = {unit: places.taken(session, charter, unit) for unit in charter.units}
    return [unit for unit, found in there.items() if places.is_reached(session, found)]


def called(scene: Scene, t: Tongue, unit: str) -> str:
    """A unit's name in a language."""
    return named(scene.charter.units.get(unit, {"en": unit}), t.code)


def ask(turn: Turn, reference: str) -> None:
    """To which unit? What waits already is said."""
    case = desk.mine(turn, reference, "release")
    if case is None:
        return
    waiting = released.unfinished(turn.session, case)
    if waiting is not None and waiting.state == "asked":
        turn.toast = turn.tongue("The writer was asked already. Please wait for their yes.")
    elif waiting is not None:
        turn.toast = turn.tongue("The writer said yes. It is sent soon.")
    elif not units(turn):
        turn.toast = turn.tongue("Nobody at the Service receives this yet.")
    elif asked := screen(turn, reference):
        turn.ask(asked)


def screen(scene: Scene, reference: str) -> Screen | None:
    """The units, and what it means."""
    t = scene.tongue
    case = desk.readable(scene, reference, "release")
    if case is None:
        return None
    return Screen(
        name="release",
        text=t(
            "🏛 To which unit of the {service}?\n"
            "The writer of {reference} is asked first and sees every word.",
            reference=shown(scene, case),
        ),
        choices=tuple(
            Choice(t.isolated(called(scene, t, unit)), f"releases:{reference}:{unit}")
            for unit in units(scene)
        ),
        zero=Choice(t("Back"), f"back:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def ask_write(turn: Turn, reference: str, unit: str) -> None:
    """Let them write what the unit would read."""
    if desk.mine(turn, reference, "release") is None:
        return
    if asked := write(turn, reference, unit):
        turn.ask(asked)
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def write(scene: Scene, reference: str, unit: str) -> Screen | None:
    """The invitation to write; the words that follow are the text."""
    t = scene.tongue
    case = desk.readable(scene, reference, "release")
    if case is None or unit not in units(scene):
        return None
    theirs, service = t.language(case.language), t.language(language_of(scene, unit))
    return Screen(
        name="release_write",
        text=t(
            "✍️ Write exactly what this unit will read: {unit}\n"
            "Only what it needs to solve this. The writer of {reference} sees your text and says "
            "yes or no: write it in {language}. Below it say the same in {their_language}.",
            unit=called(scene, t, unit),
            reference=shown(scene, case),
            language=theirs,
            their_language=service,
        ),
        zero=Choice(t("Back"), f"release:{reference}"),
        args={"reference": reference, "unit": unit},
        protect=True,
        case_id=case.id,
    )


def language_of(scene: Scene, unit: str) -> str:
    """The language that the unit reads."""
    read = [rule.language for rule in scene.charter.recipients if rule.unit == unit]
    return read[0] if read else scene.charter.digest.languages[0]


def text_seen(scene: Scene, reference: str, unit: str, text: str, texts: Any = ()) -> Screen | None:
    """What the writer is asked, exactly."""
    t = scene.tongue
    case = desk.readable(scene, reference, "release")
    if case is None or unit not in units(scene):
        return None
    theirs = writers_tongue(scene, case)
    seen = permission(scene, theirs, case, unit, text)
    title = t("👁 <b>This is what the writer will see:</b>")
    return Screen(
        name="release_text",
        text=Rich(f"{title}\n<blockquote>{seen}</blockquote>"),
        choices=(
            Choice(t("✅ Ask the writer"), f"let_go:{reference}:{unit}", "success"),
            Choice(t("✏️ Change"), f"releases:{reference}:{unit}"),
        ),
        zero=Choice(t("✖️ Cancel"), f"not_released:{reference}"),
        args={"reference": reference, "unit": unit, "text": text, "texts": texts},
        protect=True,
        case_id=case.id,
    )


TEXT = ExactText("release", "release_write", "release_text", "unit", text_seen, longest=LONGEST)
"""What the member writes, until the writer is asked."""


def permission(scene: Scene, t: Tongue, case: Case, unit: str, text: str) -> Rich:
    """The question to the writer: to whom, every word of it, and what it may mean."""
    return t(
        "🏛 <b>{reference}</b>: may we send this to the {service}?\n"
        "To: <b>{unit}</b>\n"
        "Exactly this text:\n“{text}”\n"
        "⚠️ The {service} decides about permits and fines. It may find out who you are. "
        "Once it is sent, we cannot take it back.\n"
        "Nothing is sent before you say yes.",
        reference=shown(scene, case),
        unit=called(scene, t, unit),
        text=t.written(text),
    )

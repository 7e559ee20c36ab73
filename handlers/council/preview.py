"""Exactly what the migrant will see, shown to the member before it is sent."""

from typing import Any

from handlers.council import cards
from handlers.language import Rich, Tongue
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import cases
from storage.model import Case


def show(turn: Turn, case: Case, args: dict[str, Any]) -> None:
    """Ask whether this is to be sent; the former preview is taken away."""
    row = turn.ask(
        screen(turn, **args),
        case_id=case.id,
        key=f"preview:{case.id}:{turn.desk.id}",
        mode="below",
    )
    turn.open("preview", args, row)


def screen(scene: Scene, reference: str, **args: Any) -> Screen:
    """Exactly what the migrant will see, in their language, and Send, Change, Cancel."""
    t = scene.tongue
    case = cases.by_reference(scene.session, reference)
    assert case is not None
    member = scene.chat.member_id
    alias = cards.responsible(scene, case)
    theirs = Tongue(case.language, scene.charter)
    assert alias is not None
    assert member == alias.id
    body = envelope(theirs, args["kind"], shown(scene, case), alias.alias, args["text"])
    lines = [
        t("👁 <b>This is what the writer will see:</b>"),
        Rich(f"<blockquote>{body}</blockquote>"),
    ]
    count = len(args["attachments"])
    if count:
        lines.append(
            t.plural("📎 With {count} file or voice.", "📎 With {count} files or voices.", count)
        )
    return Screen(
        name="preview",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Send"), f"sendit:{reference}", "success"),
            Choice(t("✏️ Change"), f"change:{reference}"),
            Choice(t("✖️ Cancel"), f"drop:{reference}"),
        ),
        args={"reference": reference, **args},
        columns=3,
        protect=True,
    )


def envelope(t: Tongue, kind: str, reference: str, alias: str, text: str) -> Rich:
    """An answer or a question as its receiver reads it."""
    words = t.written(text) if text else t("(see the voice or file)")
    if kind == "question":
        return t(
            "❓ <b>{reference}</b>: council member {alias} needs to know one more thing to help:\n"
            "{text}\n"
            "Write or send voice. No passport or ID numbers, please. "
            "If you do not want to say, write {skip_word}.",
            reference=reference,
            alias=alias,
            text=words,
        )
    return t(
        "📩 <b>Answer to {reference}</b>, from council member {alias}:\n"
        "{text}\n"
        "This is advice, not a legal decision.",
        reference=reference,
        alias=alias,
        text=words,
    )

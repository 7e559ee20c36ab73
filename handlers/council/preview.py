"""Exactly what the migrant will see, shown to the member before it is sent."""

from datetime import date
from typing import Any

from handlers.council import cards, desk, second_reader
from handlers.language import Rich, Tongue
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene
from storage import templates
from storage.model import Case, Member

LISTED = 8


def key(case: Case, member: Member) -> str:
    """One preview a case and member."""
    return f"preview:{case.id}:{member.id}"


def show(scene: Scene, args: dict[str, Any]) -> None:
    """Ask whether this is to be sent; the former preview is taken away."""
    asked = screen(scene, **args)
    assert asked is not None
    scene.open("preview", args, scene.ask(asked))


def screen(scene: Scene, reference: str, **args: Any) -> Screen | None:
    """Exactly what the migrant will see, in their language, and Send, Change, Cancel."""
    t = scene.tongue
    case = desk.readable(scene, reference)
    reader = cards.responsible(scene, case) if case is not None else None
    if case is None or reader is None:
        return None
    theirs = Tongue(case.language, scene.charter)
    source, checked_on = templates.origin(scene.session, args.get("template_id"))
    body = envelope(
        theirs,
        args["kind"],
        shown(scene, case),
        reader.alias,
        args["text"],
        source=source,
        checked_on=checked_on,
    )
    lines = [
        t("👁 <b>This is what the writer will see:</b>"),
        Rich(f"<blockquote>{body}</blockquote>"),
    ]
    other = args.get("text_language", case.language)
    if other != case.language:
        lines.append(
            t(
                "⚠️ There is no text in {language}. This one is in {other}.",
                language=t.language(case.language),
                other=t.language(other),
            )
        )
    count = len(args["attachments"])
    if count:
        lines.append(
            t.plural("📎 With {count} file or voice.", "📎 With {count} files or voices.", count)
        )
    lines += _second_reading(scene, case, args)
    choosing = bool(args.get("choosing"))
    return Screen(
        name="preview",
        text=Rich("\n".join(lines)),
        choices=_whom(scene, case) if choosing else _choices(scene, case, args),
        zero=Choice(t("Back"), f"second:{reference}:0") if choosing else None,
        args={"reference": reference, **args},
        columns=1 if choosing else 2,
        protect=True,
        case_id=case.id,
        key=key(case, reader),
    )


def _second_reading(scene: Scene, case: Case, args: dict[str, Any]) -> list[Rich]:
    """What a second reader said of it, and why it cannot be sent yet."""
    said = second_reader.outcome(scene, case, args)
    lines = [said] if said is not None else []
    if args.get("choosing"):
        return [*lines, scene.tongue("👀 Who is to read it before it goes?")]
    if second_reader.is_needed(scene, case, args):
        lines.append(second_reader.why_needed(scene, case))
    return lines


def _choices(scene: Scene, case: Case, args: dict[str, Any]) -> tuple[Choice, ...]:
    t, reference = scene.tongue, case.reference
    second = Choice(t("👀 Second reader"), f"second:{reference}")
    usual = (
        Choice(t("✏️ Change"), f"change:{reference}"),
        Choice(t("✖️ Cancel"), f"drop:{reference}"),
    )
    if second_reader.is_needed(scene, case, args):
        return (second, *usual)
    by_wish = args["kind"] == "answer" and bool(second_reader.readers(scene, case))
    send = Choice(t("✅ Send"), f"sendit:{reference}", "success")
    return (send, *usual, *((second,) if by_wish else ()))


def _whom(scene: Scene, case: Case) -> tuple[Choice, ...]:
    t = scene.tongue
    return tuple(
        Choice(
            f"{t.isolated(seat.alias)} · {', '.join(seat.languages)}",
            f"second:{case.reference}:{seat.id}",
        )
        for seat in second_reader.readers(scene, case)[:LISTED]
    )


def envelope(
    t: Tongue,
    kind: str,
    reference: str,
    alias: str,
    text: str,
    *,
    source: str = "",
    checked_on: date | None = None,
) -> Rich:
    """An answer or a question as its receiver reads it; a ready one says where it is from."""
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
    answer = t(
        "📩 <b>Answer to {reference}</b>, from council member {alias}:\n"
        "{text}\n"
        "This is advice, not a legal decision.",
        reference=reference,
        alias=alias,
        text=words,
    )
    if checked_on is None:
        return answer
    origin = t("Source: {source}, checked {date}.", source=source, date=t.date(checked_on))
    return Rich(f"{answer}\n{origin}")

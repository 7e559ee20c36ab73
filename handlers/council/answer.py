"""Answers and questions back: in two steps, with a preview of exactly what the migrant will see."""

from dataclasses import asdict, replace
from typing import Any

from handlers import dates
from handlers.council import access, cards, desk, notes, preview, second_reader, which
from handlers.council.free_words import EDITS_FOR, WORDS_FOR
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import draft, safe_time
from handlers.rules import references
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import cases
from storage.model import Case

ASKED_AT_MOST = 2
OPEN_WORDS = ("compose", "preview")
AS_A_MIGRANT = (
    *("write", "draft", "topics", "sharing", "paper_date", "adding", "asked", "secret", "privacy"),
    *draft.BEFORE_PRIVATE_WORDS,
    *safe_time.SCREENS,
)
"""Questions that a member is only asked as a migrant: words written there are a migrant's."""


def begin(turn: Turn, reference: str, kind: str = "answer") -> None:
    """The button: let them write, speak or photograph the answer or the question back."""
    _begin(turn, reference, kind)


def _begin(
    turn: Turn, reference: str, kind: str, *, anew: bool = False, review: int | None = None
) -> None:
    case = desk.mine(turn, reference, "ask" if kind == "question" else "answer")
    if case is None:
        return
    if kind == "question" and case.asked_count >= ASKED_AT_MOST:
        turn.toast = turn.tongue("You have asked twice already. Please answer now.")
        return
    dates.taken(case, turn.charter, turn.now)
    asked = compose(turn, reference, kind, review)
    assert asked is not None
    if anew:
        whole = turn.tongue("✏️ Please write all of it again.")
        asked = replace(asked, text=Rich(f"{whole}\n{asked.text}"))
    turn.ask(asked)
    cards.refresh(turn, case)


def ask(turn: Turn, reference: str) -> None:
    """The button for a question back."""
    begin(turn, reference, "question")


def compose(scene: Scene, reference: str, kind: str, review: int | None = None) -> Screen | None:
    """The invitation to write; whatever comes next is the text."""
    t = scene.tongue
    case = desk.readable(scene, reference)
    if case is None:
        return None
    language = t.language(case.language)
    number = shown(scene, case)
    text = (
        t(
            "✍️ Your answer to {reference}, please in: {language}.",
            reference=number,
            language=language,
        )
        if kind == "answer"
        else t(
            "❓ Your question to the writer of {reference}, please in: {language}.",
            reference=number,
            language=language,
        )
    )
    how = t("Write, speak or send a photo. You see it before it is sent.")
    read = second_reader.of(scene.session, case, {"review": review})
    is_remark = read is not None and read.state == "objected"
    said = [second_reader.told(scene, read)] if read is not None and is_remark else []
    return Screen(
        name="compose",
        text=Rich("\n".join([*said, text, how])),
        zero=Choice(t("Cancel"), f"drop:{reference}"),
        args={"reference": reference, "kind": kind} | ({"review": review} if review else {}),
        protect=True,
        case_id=case.id,
    )


def words(turn: Turn) -> bool:
    """Free words of a member: for the request they reply to or are answering; else ask which."""
    incoming, person = turn.incoming, turn.someone
    args: dict[str, Any] = person.screen_args or {}
    takes = WORDS_FOR.get(person.screen)
    if takes is not None and not incoming.reply_to:
        takes(turn)
        return True
    replied, is_gone = _replied_to(turn)
    if takes is not None and replied is not None and args.get("reference") == replied.reference:
        takes(turn)  # in reply to the very request that they were asked about
        return True
    if replied is not None or is_gone:
        if replied is not None and replied.person_id == person.id:
            return False
        if replied is not None and access.may(turn.session, turn.desk, replied, "review"):
            turn.say(turn.tongue("Please press a button under the answer first."))
            return True
        if replied is None or not access.may(turn.session, turn.desk, replied, "answer"):
            turn.say(turn.tongue("This request is not with you any more. Nothing was sent."))
            return True
        same = (
            person.screen in ("compose", "preview") and args.get("reference") == replied.reference
        )
        _join(turn, replied, args if same else {"kind": "answer"})
        return True
    if takes is not None:  # they replied to the question itself
        takes(turn)
        return True
    if person.screen in ("compose", "preview"):
        case = desk.readable(turn, args["reference"])
        if case is None:
            turn.close()
            turn.say(turn.tongue("This request is not with you any more. Nothing was sent."))
        else:
            _join(turn, case, args)
        return True
    if person.screen in AS_A_MIGRANT:
        return False
    if not (incoming.text or incoming.attachments):
        return False
    which.ask(turn, args if person.screen == "which" else {})
    return True


def _replied_to(turn: Turn) -> tuple[Case | None, bool]:
    """The case of the message replied to, by its id, else by the reference in its text.

    And whether the message is of a case that is gone: then these words are for no other.
    """
    incoming = turn.incoming
    if not incoming.reply_to:
        return None, False
    seen = cases.shown_as(turn.session, turn.chat.chat, incoming.reply_to)
    if seen is not None and seen.case_id is not None:
        case = turn.session.get(Case, seen.case_id)
        return case, case is None
    named = references.found_in(incoming.reply_text, turn.charter.prefix)
    case = cases.by_reference(turn.session, named[0]) if len(named) == 1 else None
    return case, len(named) == 1 and case is None


def _join(turn: Turn, case: Case, args: dict[str, Any]) -> None:
    """Add what came to the answer being written, and show how it will look."""
    incoming = turn.incoming
    if not (incoming.text or incoming.attachments):
        turn.say(turn.tongue("Please write text, or send voice or a photo."))
        return
    cards.own_words(turn, case)
    if args.get("template_id"):
        _own_words_now(turn)
    dates.taken(case, turn.charter, turn.now)
    text = "\n".join(part for part in (args.get("text", ""), incoming.text) if part)
    attachments = [*args.get("attachments", []), *(asdict(a) for a in incoming.attachments)]
    preview.show(
        turn,
        {
            **_belonging(args),
            "reference": case.reference,
            "kind": args.get("kind", "answer"),
            "text": text,
            "attachments": attachments,
            "message_ids": [*args.get("message_ids", []), incoming.message_id],
            "texts": [*args.get("texts", []), [incoming.message_id, incoming.text]],
        },
    )


def _belonging(args: dict[str, Any]) -> dict[str, Any]:
    """What a text that is written on still belongs to: a reading, and no ready answer any more."""
    return {"review": args["review"]} if "review" in args else {}


def _own_words_now(turn: Turn) -> None:
    """A ready answer that is changed is a member's own: nobody approved it, nothing corrects it."""
    turn.say(turn.tongue("✏️ Changed: this is now your own answer, not the ready one."))


def change(turn: Turn, reference: str) -> None:
    """Write it anew."""
    args: dict[str, Any] = turn.someone.screen_args or {}
    if turn.someone.screen == "preview" and args.get("reference") == reference:
        if args.get("template_id"):
            _own_words_now(turn)
        _begin(turn, reference, args["kind"], anew=True, review=args.get("review"))
        _take_preview_away(turn, reference)
    else:
        turn.toast = turn.tongue("There is nothing to send here any more.")


def drop(turn: Turn, reference: str) -> None:
    """Send nothing."""
    person = turn.someone
    about = (person.screen_args or {}).get("reference")
    if person.screen == "which" or (
        person.screen in (*OPEN_WORDS, *WORDS_FOR) and about == reference
    ):
        turn.close()
        _take_preview_away(turn, reference)
        turn.say(turn.tongue("✖️ Nothing was sent."))
    else:
        turn.toast = turn.tongue("There is nothing to send here any more.")


def _take_preview_away(turn: Turn, reference: str) -> None:
    """What is not sent as it was shown leaves the chat, with its buttons."""
    case = desk.readable(turn, reference)
    if case is not None:
        turn.tidy(preview.key(case, turn.desk))


def edited(turn: Turn) -> bool:
    """A member changed a message of theirs: in the preview it changes, after sending it cannot."""
    person, incoming = turn.someone, turn.incoming
    args: dict[str, Any] = person.screen_args or {}
    takes = EDITS_FOR.get(person.screen)
    if takes is not None and takes(turn):
        return True
    if person.screen == "preview" and incoming.message_id in args.get("message_ids", ()):
        case = desk.mine(turn, args["reference"])
        if case is not None:
            texts = [
                [mid, incoming.text if mid == incoming.message_id else text]
                for mid, text in args["texts"]
            ]
            text = "\n".join(text for _, text in texts if text)
            preview.show(turn, {**args, **_belonging(args), "texts": texts, "text": text})
        return True
    if person.screen == "which" and which.edited(turn):
        return True
    if notes.edited(turn):
        return True
    seen = cases.shown_as(turn.session, turn.chat.chat, incoming.message_id)
    if seen is not None and seen.show == "own" and seen.case_id is not None:
        turn.say(
            turn.tongue("What was sent cannot be changed. You can send another answer."),
            case_id=seen.case_id,
        )
        return True
    return False

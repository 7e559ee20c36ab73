"""Answers and questions back: in two steps, with a preview of exactly what the migrant will see."""

from dataclasses import asdict, replace
from typing import Any

from handlers import dates
from handlers.council import access, cards, desk, preview, which
from handlers.council.free_words import WORDS_FOR
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import draft
from handlers.rules import references
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox, templates
from storage.model import Case, Entry, Shown
from storage.outbox import Chat

ASKED_AT_MOST = 2
AS_A_MIGRANT = (
    *("write", "draft", "topics", "sharing", "paper_date", "adding", "asked", "secret", "privacy"),
    *draft.BEFORE_PRIVATE_WORDS,
)
"""Questions that a member is only asked as a migrant: words written there are a migrant's."""


def begin(turn: Turn, reference: str, kind: str = "answer", *, anew: bool = False) -> None:
    """The button: let them write, speak or photograph the answer or the question back."""
    case = desk.mine(turn, reference, "ask" if kind == "question" else "answer")
    if case is None:
        return
    if kind == "question" and case.asked_count >= ASKED_AT_MOST:
        turn.toast = turn.tongue("You have asked twice already. Please answer now.")
        return
    dates.taken(case, turn.charter, turn.now)
    asked = compose(turn, reference, kind)
    assert asked is not None
    if anew:
        whole = turn.tongue("✏️ Please write all of it again.")
        asked = replace(asked, text=Rich(f"{whole}\n{asked.text}"))
    turn.ask(asked)
    cards.refresh(turn, case)


def ask(turn: Turn, reference: str) -> None:
    """The button for a question back."""
    begin(turn, reference, "question")


def compose(scene: Scene, reference: str, kind: str) -> Screen | None:
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
    return Screen(
        name="compose",
        text=Rich(f"{text}\n{how}"),
        zero=Choice(t("Cancel"), f"drop:{reference}"),
        args={"reference": reference, "kind": kind},
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
    if replied is not None or is_gone:
        if replied is not None and replied.person_id == person.id:
            return False
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
    _remember(turn, case, incoming.message_id)
    if args.get("template_id"):
        _own_words_now(turn)
    dates.taken(case, turn.charter, turn.now)
    text = "\n".join(part for part in (args.get("text", ""), incoming.text) if part)
    attachments = [*args.get("attachments", []), *(asdict(a) for a in incoming.attachments)]
    preview.show(
        turn,
        {
            "reference": case.reference,
            "kind": args.get("kind", "answer"),
            "text": text,
            "attachments": attachments,
            "message_ids": [*args.get("message_ids", []), incoming.message_id],
            "texts": [*args.get("texts", []), [incoming.message_id, incoming.text]],
        },
    )


def _remember(turn: Turn, case: Case, message_id: str) -> None:
    """The member's own message belongs to the case: it is taken away with it."""
    turn.session.add(
        Shown(
            channel=turn.chat.channel,
            chat=turn.chat.chat,
            person_id=turn.someone.id,
            member_id=turn.desk.id,
            case_id=case.id,
            message_id=message_id,
            show="own",
            has_media=bool(turn.incoming.attachments),
            at=turn.now,
            touched_at=turn.now,
        )
    )


def send(turn: Turn, reference: str) -> None:
    """The second step: it goes, once."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen != "preview" or args.get("reference") != reference:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    case = desk.mine(turn, reference, "ask" if args["kind"] == "question" else "answer")
    if case is None:
        turn.close()
        return
    turn.close()
    if not _still_offered(turn, args.get("template_id")):
        return
    writer = Chat.of(cases.writer(turn.session, case))
    for attachment in args["attachments"]:
        _queue(turn, case, writer, "answer_file", "", attachment)
    _queue(turn, case, writer, args["kind"], args["text"], None, args.get("template_id"))
    if args["kind"] == "answer":
        case.closed_at = case.close_reason = None
        dates.answered(case, turn.charter, turn.now)
    else:
        case.asked_count += 1
        dates.pause(case, turn.charter, turn.now)
    outbox.add(
        turn.session,
        turn.chat,
        "sent_note",
        turn.now,
        args={"kind": args["kind"]},
        case_id=case.id,
        mode="edit",
        key=preview.key(case, turn.desk),
        urgent=True,
    )
    cards.refresh(turn, case)


def _queue(
    turn: Turn,
    case: Case,
    writer: Chat,
    kind: str,
    text: str,
    attachment: dict[str, Any] | None,
    template_id: int | None = None,
) -> None:
    entry = Entry(
        case_id=case.id,
        kind=kind,
        member_id=turn.desk.id,
        text=text,
        attachment=attachment,
        template_id=template_id,
        delivery="unreachable" if cases.writer(turn.session, case).unreachable_since else "queued",
        at=turn.now,
    )
    turn.session.add(entry)
    turn.session.flush()
    outbox.add(turn.session, writer, kind, turn.now, case_id=case.id, entry_id=entry.id)


def _still_offered(turn: Turn, template_id: int | None) -> bool:
    """Whether the ready answer in this preview may still be sent; true where there is none."""
    if template_id is None:
        return True
    template = templates.find(turn.session, template_id)
    if template is None or not templates.is_offered(template, turn.now):
        turn.say(turn.tongue("This ready answer is not offered any more. Nothing was sent."))
        return False
    audit.note(turn.session, "answer_used", turn.now, by=turn.desk, template=template.id)
    return True


def _own_words_now(turn: Turn) -> None:
    """A ready answer that is changed is a member's own: nobody approved it, nothing corrects it."""
    turn.say(turn.tongue("✏️ Changed: this is now your own answer, not the ready one."))


def change(turn: Turn, reference: str) -> None:
    """Write it anew."""
    args: dict[str, Any] = turn.someone.screen_args or {}
    if turn.someone.screen == "preview" and args.get("reference") == reference:
        if args.get("template_id"):
            _own_words_now(turn)
        begin(turn, reference, args["kind"], anew=True)
        _take_preview_away(turn, reference)
    else:
        turn.toast = turn.tongue("There is nothing to send here any more.")


def drop(turn: Turn, reference: str) -> None:
    """Send nothing."""
    person = turn.someone
    about = (person.screen_args or {}).get("reference")
    if person.screen == "which" or (person.screen in ("compose", "preview") and about == reference):
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
    if person.screen == "preview" and incoming.message_id in args.get("message_ids", ()):
        case = desk.mine(turn, args["reference"])
        if case is not None:
            texts = [
                [mid, incoming.text if mid == incoming.message_id else text]
                for mid, text in args["texts"]
            ]
            text = "\n".join(text for _, text in texts if text)
            preview.show(turn, {**args, "texts": texts, "text": text})
        return True
    if person.screen == "which" and which.edited(turn):
        return True
    seen = cases.shown_as(turn.session, turn.chat.chat, incoming.message_id)
    if seen is not None and seen.show == "own" and seen.case_id is not None:
        turn.say(
            turn.tongue("What was sent cannot be changed. You can send another answer."),
            case_id=seen.case_id,
        )
        return True
    return False

"""A member's words that belong to no request: kept, and sent nowhere before they say which."""

from dataclasses import asdict
from typing import Any

from handlers import dates
from handlers.council import card, desk, preview
from handlers.language import Rich
from handlers.messages import Attachment, Choice
from handlers.migrant import draft, welcome
from handlers.rules import consent
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import cases
from storage.model import PRIVATE, Case

LISTED = 8


def ask(turn: Turn, held: dict[str, Any]) -> None:
    """Text that belongs to no request is never sent anywhere: ask, and keep it meanwhile."""
    incoming = turn.incoming
    messages = [
        *held.get("messages", []),
        {
            "text": incoming.text,
            "attachments": [asdict(a) for a in incoming.attachments],
            "message_id": incoming.message_id,
        },
    ]
    asked = screen(turn)
    assert asked is not None
    row = turn.ask(asked)
    turn.open("which", {"messages": messages}, row)


def edited(turn: Turn) -> bool:
    """One of the messages that wait was changed before they said which; false if it is none."""
    person, incoming = turn.someone, turn.incoming
    held = (person.screen_args or {}).get("messages", [])
    if all(message["message_id"] != incoming.message_id for message in held):
        return False
    messages = [
        message | {"text": incoming.text}
        if message["message_id"] == incoming.message_id
        else message
        for message in held
    ]
    person.screen_args = {**(person.screen_args or {}), "messages": messages}
    return True


def screen(scene: Scene, **_: Any) -> Screen | None:
    """Which request did you mean?"""
    t = scene.tongue
    if scene.chat.member_id is None:
        return None
    waiting = cases.on_desk(scene.session, scene.chat.member_id, LISTED)
    return Screen(
        name="which",
        text=t("Which request is this for? Nothing is sent yet."),
        choices=(
            *(
                Choice(
                    f"{card.button(scene, case)} · {_about(scene, case)}",
                    f"which:{case.reference}",
                )
                for case in waiting
            ),
            Choice(t("My own message to the council"), "which:own"),
        ),
        zero=Choice(t("None. Forget it"), "drop:0"),
    )


def _about(scene: Scene, case: Case) -> Rich:
    """What it is about; of a private one nothing is said in a list."""
    t = scene.tongue
    return t("private") if case.track == PRIVATE else t(TOPICS[case.topic or "other"].label)


def chosen(turn: Turn, reference: str) -> None:
    """They said which: the preview, or their own message as a migrant."""
    person = turn.someone
    messages = (person.screen_args or {}).get("messages", []) if person.screen == "which" else []
    if not messages:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    if reference == "own":
        turn.close()
        if consent.needs_asking(person.consent_version):
            welcome.ask_consent(turn, messages)
            return
        for message in messages:
            attachments = tuple(Attachment(**a) for a in message["attachments"])
            draft.add(turn, message["text"], attachments, message["message_id"])
        return
    case = desk.mine(turn, reference)
    if case is None:
        return
    dates.taken(case, turn.charter, turn.now)
    preview.show(
        turn,
        {
            "reference": reference,
            "kind": "answer",
            "text": "\n".join(m["text"] for m in messages if m["text"]),
            "attachments": [a for m in messages for a in m["attachments"]],
            "message_ids": [m["message_id"] for m in messages],
            "texts": [[m["message_id"], m["text"]] for m in messages],
        },
    )

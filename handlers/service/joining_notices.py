"""What somebody of the Service is told when they come in and go: by chat or mail, drawn when sent."""

from collections.abc import Mapping
from typing import Any

from handlers.language import N_
from handlers.messages import Outgoing
from handlers.turn import Scene
from storage import recipients
from storage.model import Case, Outbox, Recipient

WEEKDAYS: Mapping[int, str] = {
    1: N_("Every Monday"),
    2: N_("Every Tuesday"),
    3: N_("Every Wednesday"),
    4: N_("Every Thursday"),
    5: N_("Every Friday"),
    6: N_("Every Saturday"),
    7: N_("Every Sunday"),
}


def code(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The code that shows that an address is read; none once the invitation is over."""
    invited = scene.session.get(Recipient, row.args["recipient"])
    if (
        invited is None
        or invited.joined_at is not None
        or invited.expires_at is None
        or invited.expires_at <= scene.now
        or not row.body
    ):
        return None
    t = scene.tongue
    text = t(
        "<b>{council}: please confirm this address</b>\n\n"
        "The {council} wants to send its weekly digest for the {service} to this address.\n\n"
        "Your code: <b>{code}</b>\n\n"
        "Tell it by telephone or face to face to the person of the council who asked you. "
        "It works until {moment}.\n\n"
        "If nobody asked you, you need do nothing. Then nothing more is sent here.",
        code=row.body["code"],
        moment=t.moment(invited.expires_at),
    )
    return Outgoing(text=text, language=t.code)


def joined(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """They joined: what comes, what they can do, and how to leave."""
    if recipients.is_joined(scene.session, row.args["recipient"]) is None:
        return None
    t, plan = scene.tongue, scene.charter.digest
    values: dict[str, Any] = {"day": t(WEEKDAYS[plan.day]), "time": f"{plan.at:%H:%M}"}
    if row.channel == "email":
        text = t(
            "<b>{council}: you get the weekly digest now</b>\n\n"
            "{day} at {time} the digest comes to this address. It says what migrants ask and "
            "complain about, what the council proposes, and which answers it waits for. "
            "It never says who wrote.\n\n"
            "To answer a proposal, use Telegram or talk to the council. "
            "Nobody reads answers to this address.\n\n"
            "To get no more mails, tell the council: by voice is enough.",
            **values,
        )
    else:
        text = t(
            "✅ <b>You get the weekly digest of the {council} now.</b>\n"
            "{day} at {time} it comes to this chat. It never says who wrote.\n\n"
            "/digest the last digest\n"
            "/proposals what the council proposes, and your answer\n"
            "/released what somebody let you read, and your answer\n"
            "/leave you get nothing more\n\n"
            "This chat is for nothing else. For a question of your own, use another account.",
            **values,
        )
    return Outgoing(text=text, language=t.code)


def left(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """The last thing that is said there, to nobody we know any more."""
    t = scene.tongue
    text = t(
        "<b>{council}: you get no more messages</b>\n\n"
        "The digest of the {council} is not sent here any more. We keep no address of yours.",
    )
    return Outgoing(text=text, language=t.code)

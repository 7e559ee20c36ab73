"""Inviting somebody from the chat: role, alias, languages, topics; then the link, and later the code."""

from typing import Any

from sqlalchemy import delete

from handlers.council import chair, membership
from handlers.council.membership import NotPossible
from handlers.language import N_, OWN_NAMES, Rich
from handlers.messages import Choice, Outgoing
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.model import Invitation

ROLES = {
    "member": N_("Member"),
    "focal": N_("Focal person, private too"),
    "outside": N_("Contact outside the council"),
}
"""Who is invited from a chat; operators are from the command line, the chair is elected."""
LINK = "invitation"
"""The link stands once in the inviter's chat, until its newcomer is confirmed."""
SCREENS = ("invite_role", "invite_alias", "invite_languages", "invite_topics")


def begin(turn: Turn) -> None:
    """As what?"""
    if chair.is_chairing(turn) and (asked := roles(turn)):
        turn.ask(asked)


def roles(scene: Scene) -> Screen | None:
    """The seats that somebody can be invited to."""
    if chair.chairing(scene) is None:
        return None
    t = scene.tongue
    return Screen(
        name="invite_role",
        text=t("➕ <b>Invite somebody.</b> As what?"),
        choices=tuple(Choice(t(label), f"inv_role:{role}") for role, label in ROLES.items()),
        zero=Choice(t("Back"), "members"),
    )


def choose_role(turn: Turn, role: str) -> None:
    """By which name?"""
    if chair.is_chairing(turn) and role in ROLES and (asked := alias(turn, role)):
        turn.ask(asked)


def alias(scene: Scene, role: str) -> Screen | None:
    """Whatever they write now is the name that migrants will see."""
    if chair.chairing(scene) is None:
        return None
    t = scene.tongue
    return Screen(
        name="invite_alias",
        text=t("✍️ By which name will migrants know them?\nNot their real name, please."),
        zero=Choice(t("Cancel"), "members"),
        args={"role": role},
    )


def alias_words(turn: Turn) -> None:
    """They wrote it."""
    args, name = turn.someone.screen_args or {}, turn.incoming.text.strip()
    if not chair.is_chairing(turn):
        turn.close()
        return
    if not membership.is_alias(name):
        turn.say(turn.tongue("A name has 1 to 30 letters. Please write another."))
    elif members.is_taken(turn.session, name):
        turn.say(turn.tongue("Somebody is called that already. Please write another."))
    else:
        languages = [turn.someone.language] if turn.someone.language in OWN_NAMES else []
        _ask(turn, "languages", {**args, "alias": name, "languages": languages, "topics": []})


def languages(scene: Scene, **args: Any) -> Screen | None:
    """What they speak: each can be put in and taken out."""
    if chair.chairing(scene) is None:
        return None
    t, chosen = scene.tongue, args["languages"]
    return Screen(
        name="invite_languages",
        text=t("🌐 Which languages does {alias} speak?", alias=args["alias"]),
        choices=(
            *toggles(OWN_NAMES, chosen, "inv_lang"),
            *((Choice(t("Next ▶"), "inv_topics", "primary"),) if chosen else ()),
        ),
        zero=Choice(t("Cancel"), "members"),
        args=args,
        columns=2,
    )


def topics(scene: Scene, **args: Any) -> Screen | None:
    """What they know about; none chosen is everything."""
    if chair.chairing(scene) is None:
        return None
    t = scene.tongue
    labels = {name: f"{topic.icon} {t(topic.label)}" for name, topic in TOPICS.items()}
    return Screen(
        name="invite_topics",
        text=t("🏷 Which topics does {alias} know?\nNone chosen: all.", alias=args["alias"]),
        choices=(
            *toggles(labels, args["topics"], "inv_topic"),
            Choice(t("Make the link ▶"), "inv_done", "primary"),
        ),
        zero=Choice(t("Cancel"), "members"),
        args=args,
        columns=2,
    )


def toggles(labels: Any, chosen: list[str], verb: str) -> list[Choice]:
    """A button for each: pressing it puts it in or takes it out."""
    return [
        Choice(f"✓ {label}" if name in chosen else str(label), f"{verb}:{name}")
        for name, label in labels.items()
    ]


def toggled(chosen: list[str], name: str) -> list[str]:
    """With it, if it was not in; else without."""
    return [one for one in chosen if one != name] if name in chosen else [*chosen, name]


def toggle_language(turn: Turn, code: str) -> None:
    """In or out."""
    args = _described(turn)
    if args is not None and code in OWN_NAMES:
        _ask(turn, "languages", {**args, "languages": toggled(args["languages"], code)})


def to_topics(turn: Turn) -> None:
    """On to what they know about."""
    args = _described(turn)
    if args is not None and args["languages"]:
        _ask(turn, "topics", args)


def toggle_topic(turn: Turn, name: str) -> None:
    """In or out."""
    args = _described(turn)
    if args is not None and name in TOPICS:
        _ask(turn, "topics", {**args, "topics": toggled(args["topics"], name)})


def make(turn: Turn) -> None:
    """The link, once."""
    args = _described(turn)
    if args is None or not args["languages"]:
        return
    try:
        token = membership.invite(
            *(turn.session, turn.charter, turn.now),
            alias=args["alias"],
            role=args["role"],
            languages=args["languages"],
            topics=args["topics"],
            by=turn.desk,
        )
    except NotPossible:
        turn.toast = turn.tongue("Somebody is called that already. Please write another.")
        return
    turn.close()
    t, name = turn.tongue, members.bot_name(turn.session)
    link = (
        t.fill("https://t.me/{name}?start={token}", name=Rich(name), token=Rich(token))
        if name
        else t("Let them write this to the bot:\n<code>/start {token}</code>", token=Rich(token))
    )
    hours = int(turn.charter.invitation_valid.total_seconds() // 3600)
    how = t(
        "✉️ <b>For {alias} alone.</b> It works once, for {hours} hours.\n{link}\n"
        "They see a code and tell it to you by voice. Then press Confirm a code.",
        alias=args["alias"],
        hours=hours,
        link=link,
    )
    turn.say(
        Outgoing(text=how, choices=((Choice(t("🔑 Confirm a code"), "code"),),), protect=True),
        key=LINK,
    )


def _described(turn: Turn) -> dict[str, Any] | None:
    """What was chosen so far, if an invitation is being made by the chair."""
    args: dict[str, Any] = turn.someone.screen_args or {}
    if not chair.is_chairing(turn):
        return None
    if turn.someone.screen not in SCREENS or "alias" not in args:
        turn.toast = turn.tongue("That is not possible now.")
        return None
    return args


def _ask(turn: Turn, what: str, args: dict[str, Any]) -> None:
    asked = languages(turn, **args) if what == "languages" else topics(turn, **args)
    if asked is not None:
        turn.ask(asked)


def ask_code(turn: Turn) -> None:
    """Which code did they tell?"""
    if chair.is_chairing(turn) and (asked := code(turn)):
        turn.ask(asked)


def code(scene: Scene) -> Screen | None:
    """Whatever they write now is the code."""
    if chair.chairing(scene) is None:
        return None
    t = scene.tongue
    return Screen(
        name="invite_code",
        text=t("🔑 Write the code that the newcomer told you, by voice or face to face."),
        zero=Choice(t("Cancel"), "members"),
    )


def code_words(turn: Turn) -> None:
    """They wrote it: the seat opens."""
    if not chair.is_chairing(turn):
        turn.close()
        return
    digits = "".join(str(int(c)) for c in turn.incoming.text if c.isdecimal())
    try:
        member = membership.confirm(turn.session, turn.charter, digits, turn.now, turn.desk)
    except NotPossible:
        turn.say(turn.tongue("No newcomer was shown this code, or it is too late."))
        return
    turn.close()
    turn.tidy(LINK)
    turn.say(turn.tongue("✅ {alias} sits in the council now.", alias=member.alias))


def show_pending(turn: Turn) -> None:
    """Who is invited."""
    if chair.is_chairing(turn) and (asked := pending(turn)):
        turn.ask(asked)


def pending(scene: Scene) -> Screen | None:
    """Invitations that nobody confirmed yet; each can be taken back."""
    if chair.chairing(scene) is None:
        return None
    t, lines, choices = scene.tongue, [], []
    for invitation in members.pending(scene.session, scene.now):
        if invitation.role not in ROLES:
            continue
        state = t("shows its code") if invitation.claimed_at else t("not opened yet")
        lines.append(
            t.fill(
                "{alias} · {role} · {state}",
                alias=invitation.alias,
                role=t(ROLES[invitation.role]),
                state=state,
            )
        )
        label = t("Take back: {alias}", alias=invitation.alias)
        choices.append(Choice(label, f"revoke:{invitation.id}", "danger"))
    title = t("✉️ <b>Invited</b>") if lines else t("✉️ Nobody is invited now.")
    return Screen(
        name="pending",
        text=Rich("\n".join([title, *lines])),
        choices=tuple(choices),
        zero=Choice(t("Back"), "members"),
    )


def revoke(turn: Turn, invitation_id: str) -> None:
    """Take one back: its link and its code open nothing any more."""
    if not chair.is_chairing(turn):
        return
    waiting = members.pending(turn.session, turn.now)
    found = (one for one in waiting if str(one.id) == invitation_id and one.role in ROLES)
    invitation = next(found, None)
    if invitation is None:
        turn.toast = turn.tongue("That is not possible now.")
        return
    turn.session.execute(
        delete(Invitation).where(Invitation.id == invitation.id, Invitation.confirmed_at.is_(None))
    )
    audit.note(turn.session, "invitation_revoked", turn.now, by=turn.desk, role=invitation.role)
    turn.session.expunge(invitation)
    turn.tidy(LINK)
    turn.toast = turn.tongue("Taken back.")
    show_pending(turn)

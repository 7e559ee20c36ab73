"""Short notices about ready answers, drawn when they are sent; nothing where nothing waits."""

from handlers.council import corrections
from handlers.council.template_access import proposer, to_decide
from handlers.council.template_upkeep import ends_soon
from handlers.council.templates import days_left
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.turn import Scene
from storage import members, templates
from storage.model import Case, Outbox


def wait(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: so many wait for approval."""
    t, count = scene.tongue, len(to_decide(scene))
    if not count:
        return None
    text = t.plural(
        "📋 {count} ready answer waits for your approval.",
        "📋 {count} ready answers wait for your approval.",
        count,
    )
    return Outgoing(text=text, choices=((Choice(t("Look"), "approvals"),),))


def expire(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To whoever proposed them and the chair: look these up again."""
    t, member = scene.tongue, proposer(scene)
    soon = ends_soon(scene, member) if member is not None else []
    if not soon:
        return None
    lines = [t("⏳ Please look these ready answers up again:")]
    for one in soon:
        left = days_left(scene, one)
        lines.append(t.fill("• <b>{title}</b> · {left}", title=one.title, left=left))
    choices = ((Choice(t("Ready answers"), "templates"),),)
    return Outgoing(text=Rich("\n".join(lines)), choices=choices)


def to_correct(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To a responsible member: these writers were told something wrong."""
    t, count = scene.tongue, len(corrections.mine(scene))
    if not count:
        return None
    text = t.plural(
        "📣 A ready answer was wrong. {count} of your writers received it. "
        "The correction goes out when you confirm it.",
        "📣 A ready answer was wrong. {count} of your writers received it. "
        "The correction goes out when you confirm it.",
        count,
    )
    return Outgoing(text=text, choices=((Choice(t("Look"), "corrections"),),))


def unread(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the chair: corrections that nobody can confirm, because nobody may read the requests."""
    t, member = scene.tongue, proposer(scene)
    chairs = [seat.id for seat in members.chairs(scene.session, scene.now)]
    count = templates.unread(scene.session)
    if not count or member is None or member.id not in chairs:
        return None
    return Outgoing(
        text=t.plural(
            "📣 {count} correction waits: nobody may read that request now.",
            "📣 {count} corrections wait: nobody may read those requests now.",
            count,
        )
    )

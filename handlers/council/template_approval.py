"""The second person: reads every language of a ready answer, approves it, sends it back, refuses."""

from hashlib import sha256

from handlers.council import chair, correction_routing
from handlers.council.template_access import proposer, their_scene, to_decide
from handlers.council.template_dates import expires_at, is_too_old, was_stopped
from handlers.council.template_pages import read
from handlers.council.template_words import cleaned
from handlers.council.templates import alias, label
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, templates
from storage.model import Template

LONGEST_REMARK = 500
STAMP = 8


def show(turn: Turn) -> None:
    """Everything that waits for this member's approval."""
    asked = waiting(turn)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def waiting(scene: Scene) -> Screen | None:
    """The list of it."""
    t, member = scene.tongue, proposer(scene)
    if member is None:
        return None
    found = to_decide(scene)
    every = templates.proposed(scene.session)
    own = [one for one in every if one.proposed_by == member.id]
    lines = [
        t.plural("✔️ {count} answer to approve", "✔️ {count} answers to approve", len(found))
        if found
        else t("✔️ Nothing waits for your approval.")
    ]
    if own:
        lines.append(
            t.plural(
                "{count} of your own waits for somebody else.",
                "{count} of your own wait for somebody else.",
                len(own),
            )
        )
    return Screen(
        name="ready_approvals",
        text=Rich("\n".join(lines)),
        choices=tuple(Choice(label(scene, one), f"approve:{one.id}") for one in found),
        zero=Choice(t("Back"), "chair" if chair.chairing(scene) else "templates"),
    )


def one(turn: Turn, template_id: str) -> None:
    """One of them whole, to be decided."""
    if template := _theirs(turn, template_id):
        _look(turn, template)


def _look(turn: Turn, template: Template) -> None:
    asked = whole(turn, str(template.id))
    assert asked is not None
    turn.ask(asked)


def _theirs(turn: Turn, template_id: str) -> Template | None:
    """What they may decide now; otherwise the button says why not."""
    t, member = turn.tongue, proposer(turn)
    template = templates.find(turn.session, template_id)
    if member is None or template is None or template.state != "proposed":
        turn.toast = t("This does not wait for you any more.")
        return None
    if template.proposed_by == member.id:
        turn.toast = t("You proposed it: somebody else must approve it.")
        return None
    if template.id not in [each.id for each in to_decide(turn)]:
        turn.toast = t("Only the chair approves ready answers.")
        return None
    return template


def stamp(scene: Scene, template: Template) -> str:
    """Of exactly what was read: nothing else is approved with it."""
    texts = sorted(templates.texts(scene.session, template).items())
    said = (template.title, template.topic, template.source, template.checked_on, texts)
    return sha256(repr(said).encode()).hexdigest()[:STAMP]


def whole(scene: Scene, template: str) -> Screen | None:
    """Everything in it in every language, and what is to be known before deciding."""
    t, found = scene.tongue, templates.find(scene.session, template)
    if found is None or found.id not in [each.id for each in to_decide(scene)]:
        return None
    lines = read(scene, found)
    lines.append(t("Proposed by {alias}.", alias=alias(scene, found.proposed_by)))
    former = scene.session.get(Template, found.replaces_id) if found.replaces_id else None
    if former is not None:
        lines.append(t("🔁 It takes the place of “{title}”.", title=former.title))
    if former is not None and was_stopped(former, scene.charter):
        lines.append(t("⛔ A member said that the former one is wrong."))
    if found.corrects:
        count = len(templates.receivers(scene.session, found))
        lines.append(
            t.plural(
                "📣 {count} writer was told the wrong one and will be told this.",
                "📣 {count} writers were told the wrong one and will be told this.",
                count,
            )
        )
    return Screen(
        name="ready_approve",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Approve"), f"approved:{template}:{stamp(scene, found)}", "success"),
            Choice(t("↩️ Send back"), f"sendback:{template}"),
            Choice(t("🚫 Refuse"), f"refused:{template}", "danger"),
        ),
        zero=Choice(t("Later"), "approvals"),
        args={"template": template},
        columns=2,
    )


def approve(turn: Turn, template_id: str, seen: str) -> None:
    """It may be sent from now on; what it replaces may not."""
    t, template = turn.tongue, _theirs(turn, template_id)
    if template is None:
        return
    if seen != stamp(turn, template):
        turn.toast = t("It was changed meanwhile. Please read it again.")
        _look(turn, template)
        return
    assert template.checked_on is not None
    if is_too_old(turn.charter, template.checked_on, turn.now):
        turn.toast = t("It was looked up too long ago. Please send it back.")
        return
    former = templates.find(turn.session, template.replaces_id) if template.replaces_id else None
    if former is not None and former.state == "replaced":
        turn.toast = t("Another version was approved meanwhile. Please send it back.")
        return
    if former is not None:
        former.state = "replaced"
    template.state, template.decided_by, template.decided_at = "approved", turn.desk.id, turn.now
    template.expires_at = expires_at(turn.charter, template.checked_on)
    template.reminded_at = None
    _noted(turn, "answer_approved", template)
    _tell(turn, template, "approved")
    asked = correction_routing.begin(turn, template)
    turn.close()
    lines = [t("✅ “{title}” can be sent now.", title=template.title)]
    if asked:
        lines.append(
            t.plural(
                "📣 {count} writer is to be told. Their member is asked now.",
                "📣 {count} writers are to be told. Their members are asked now.",
                asked,
            )
        )
    turn.say(Rich("\n".join(lines)))


def refuse(turn: Turn, template_id: str) -> None:
    """It will not be sent."""
    template = _theirs(turn, template_id)
    if template is None:
        return
    template.state, template.decided_by, template.decided_at = "refused", turn.desk.id, turn.now
    _noted(turn, "answer_refused", template)
    _tell(turn, template, "refused")
    turn.close()
    turn.say(turn.tongue("🚫 Refused. Whoever proposed it is told."))


def ask_remark(turn: Turn, template_id: str) -> None:
    """Sent back: what is to be done better?"""
    if _theirs(turn, template_id):
        asked = remark(turn, template_id)
        assert asked is not None
        turn.ask(asked)


def remark(scene: Scene, template: str) -> Screen | None:
    """The invitation to say so."""
    t, found = scene.tongue, templates.find(scene.session, template)
    if found is None or found.id not in [each.id for each in to_decide(scene)]:
        return None
    return Screen(
        name="ready_remark",
        text=t("↩️ What should be changed in “{title}”? Please write it.", title=found.title),
        zero=Choice(t("Back"), f"approve:{template}"),
        args={"template": template},
    )


def words(turn: Turn) -> None:
    """The remark: it goes to whoever proposed it, and the draft back into their hands."""
    t = turn.tongue
    template = _theirs(turn, str((turn.someone.screen_args or {}).get("template", "")))
    if template is None:
        turn.close()
        return
    said = cleaned(turn.incoming.text)[:LONGEST_REMARK]
    if not said:
        turn.say(t("Please write it as text."))
        return
    template.state = "draft"
    _noted(turn, "answer_sent_back", template)
    _tell(turn, template, "sent_back", said)
    turn.close()
    turn.say(t("↩️ Sent back with your words."))


def _noted(turn: Turn, what: str, template: Template) -> None:
    audit.note(turn.session, what, turn.now, by=turn.desk, template=template.id)


def _tell(turn: Turn, template: Template, what: str, said: str = "") -> None:
    """Whoever proposed it hears what became of it, in their own language."""
    there = their_scene(turn, template.proposed_by)
    if there is None:
        return
    t, title = there.tongue, template.title
    text = {
        "approved": t("✅ Your answer “{title}” is approved. Thank you.", title=title),
        "refused": t("🚫 Your answer “{title}” was not approved.", title=title),
        "sent_back": t(
            "↩️ Your answer “{title}” came back: {remark}\nYou find it in /templates.",
            title=title,
            remark=t.written(said),
        ),
    }
    there.say(text[what])

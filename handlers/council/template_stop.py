"""A member says that a ready answer is wrong: it is not offered from that moment."""

from collections.abc import Mapping

from handlers.council.template_access import proposer, their_scene
from handlers.council.templates import whole
from handlers.language import N_
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members, templates

WRONG: Mapping[str, str] = {
    "changed": N_("The rule has changed"),
    "never": N_("It was never right"),
    "words": N_("The words are wrong or unclear"),
}


def stop(turn: Turn, template_id: str, why: str = "") -> None:
    """A member says that it is wrong: nobody sends it any more; the chair and its author hear so."""
    template = templates.find(turn.session, template_id)
    offered = template is not None and templates.is_offered(template, turn.now)
    if template is None or not offered or proposer(turn) is None:
        turn.toast = follow.stale(turn)
        return
    if why not in WRONG:
        asked = reasons(turn, template_id)
        assert asked is not None
        turn.ask(asked)
        return
    template.state, template.expires_at = "expired", turn.now
    turn.session.flush()
    audit.note(
        turn.session, "answer_stopped", turn.now, by=turn.desk, template=template.id, why=why
    )
    concerned = {seat.id for seat in members.chairs(turn.session, turn.now)}
    for member_id in sorted(concerned | {template.proposed_by or 0}):
        there = their_scene(turn, member_id) if member_id != turn.desk.id else None
        if there is not None:
            t = there.tongue
            there.say(
                t(
                    "⛔ {alias} stopped the ready answer “{title}”: {why}.\n"
                    "Nobody sends it now. /templates",
                    alias=turn.desk.alias,
                    title=template.title,
                    why=t(WRONG[why]),
                )
            )
    turn.toast = turn.tongue("⛔ It is not sent any more.")
    shown = whole(turn, template_id)
    assert shown is not None
    turn.ask(shown)


def reasons(scene: Scene, template: str) -> Screen | None:
    """Why is it wrong?"""
    t, found = scene.tongue, templates.find(scene.session, template)
    if found is None or not templates.is_offered(found, scene.now) or proposer(scene) is None:
        return None
    return Screen(
        name="ready_wrong",
        text=t(
            "⛔ What is wrong with “{title}”? Nobody can send it from then on.",
            title=found.title,
        ),
        choices=tuple(Choice(t(text), f"wrong:{template}:{why}") for why, text in WRONG.items()),
        zero=Choice(t("Back"), f"ready:{template}"),
        args={"template": template},
    )

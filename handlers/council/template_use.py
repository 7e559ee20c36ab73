"""A ready answer for a request: chosen, shown in its writer's language, sent like any answer."""

from collections.abc import Collection

from handlers import dates
from handlers.council import cards, desk, preview
from handlers.council.templates import LISTED, by_topic, label
from handlers.language import Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import templates as store
from storage.model import Case, Template


def choose(turn: Turn, reference: str, offset: str = "0") -> None:
    """The card's button: which ready answer?"""
    case = desk.mine(turn, reference, "template")
    if case and (asked := choosing(turn, reference, store.number(offset) or 0)):
        turn.ask(asked)


def choosing(scene: Scene, reference: str, offset: int = 0) -> Screen | None:
    """Those of the request's topic first; each says in which languages it has a text."""
    t = scene.tongue
    case = desk.readable(scene, reference, "template")
    if case is None:
        return None
    every = sorted(
        store.offered(scene.session, scene.now),
        key=lambda each: (each.topic != case.topic, by_topic(each)),
    )
    page = every[offset : offset + LISTED]
    choices = [
        Choice(_with_language(scene, case, each), f"use:{reference}:{each.id}") for each in page
    ]
    if len(every) > offset + LISTED:
        choices.append(Choice(t("More"), f"template:{reference}:{offset + LISTED}"))
    return Screen(
        name="ready_use",
        text=t(
            "📋 A ready answer to {reference}? You see it before it is sent.",
            reference=shown(scene, case),
        )
        if page
        else t("📋 There is no ready answer yet. You can propose one: /templates"),
        choices=tuple(choices),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference, "offset": offset},
        case_id=case.id,
    )


def _with_language(scene: Scene, case: Case, template: Template) -> Rich:
    texts = store.texts(scene.session, template)
    if case.language in texts:
        return label(scene, template)
    other = store.first_in(instead_of(scene, case.language, texts), texts) or ""
    return scene.tongue.fill("{label} ⚠️ {other}", label=label(scene, template), other=other)


def instead_of(scene: Scene, language: str, have: Collection[str]) -> list[str]:
    """Languages to fall back on: a related one, then English, then whatever there is."""
    related = scene.charter.related.get(language, ())
    return list(dict.fromkeys([code for code in (*related, "en") if code in have] or have))


def use(turn: Turn, reference: str, template_id: str, language: str = "") -> None:
    """Show it as the writer will see it, in their language, else in one that was chosen for them."""
    case = desk.mine(turn, reference, "template")
    if case is None:
        return
    template = store.find(turn.session, template_id)
    if template is None or not store.is_offered(template, turn.now):
        turn.toast = turn.tongue("This ready answer is not offered any more.")
        return
    texts = store.texts(turn.session, template)
    if (language or case.language) not in texts:
        if asked := other_language(turn, reference, template_id):
            turn.ask(asked)
        return
    dates.taken(case, turn.charter, turn.now)
    told = language or case.language
    preview.show(
        turn,
        {
            "reference": reference,
            "kind": "answer",
            "text": texts[told],
            "attachments": [],
            "message_ids": [],
            "texts": [],
            "template_id": template.id,
            "text_language": told,
        },
    )
    cards.refresh(turn, case)


def other_language(scene: Scene, reference: str, template: str) -> Screen | None:
    """Said plainly: there is no text in the writer's language; which one instead?"""
    t = scene.tongue
    case = desk.readable(scene, reference, "template")
    found = store.find(scene.session, template)
    if case is None or found is None:
        return None
    texts = store.texts(scene.session, found)
    return Screen(
        name="ready_instead",
        text=t(
            "⚠️ “{title}” has no text in {language}. Send it in another language?",
            title=found.title,
            language=t.language(case.language),
        ),
        choices=tuple(
            Choice(t.language(code), f"use:{reference}:{found.id}:{code}")
            for code in instead_of(scene, case.language, texts)
        ),
        zero=Choice(t("Back"), f"template:{reference}"),
        args={"reference": reference, "template": template},
        case_id=case.id,
    )

"""The pages of a proposal that is being written: one question each, then all of it."""

from collections.abc import Callable, Mapping

from handlers.council import proposals
from handlers.language import N_, OWN_NAMES, Rich, named
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene
from storage import proposals as store
from storage.model import Proposal

ENOUGH = 5
"""So many different people stand behind a proposal before it is sent."""
PARTS: Mapping[str, tuple[str, int]] = {
    "concerns": (N_("📄 What is it about? A procedure, a page, an office or a form."), 200),
    "problem": (N_("❗ What goes wrong? Say it for everybody, with no one's name."), 700),
    "asked": (N_("🙏 What do we ask the {service} to do?"), 700),
}
"""Each text: what is asked, and how many letters it may have."""


def own_draft(scene: Scene, number: str) -> Proposal | None:
    """The draft, if the member whose chat this is writes it."""
    draft = store.find(scene.session, number)
    if draft is None or draft.state != "draft" or not proposals.writes(scene, draft):
        return None
    return draft


def order(scene: Scene) -> list[str]:
    """The digest's languages, the member's own first."""
    languages = scene.charter.digest.languages
    return sorted(languages, key=lambda code: code != scene.tongue.code)


def texts(draft: Proposal, part: str) -> dict[str, str]:
    """One of its three texts, by language."""
    return dict(getattr(draft, part))


def in_all(draft: Proposal) -> set[str]:
    """Languages in which all three texts are written."""
    return set.intersection(*(set(texts(draft, part)) for part in PARTS))


def is_whole(scene: Scene, draft: Proposal) -> bool:
    """Whether nothing is missing that there must be: in one language at least."""
    return draft.unit in scene.charter.units and bool(draft.topic) and bool(in_all(draft))


def missing(scene: Scene, draft: Proposal, after: tuple[str, str] | None = None) -> Screen | None:
    """The page for what is missing first; `after` is the text that was just asked for."""
    number, languages = str(draft.id), order(scene)
    if draft.unit not in scene.charter.units:
        return unit(scene, number)
    if not draft.topic:
        return topic(scene, number)
    steps = [(part, code) for part in PARTS for code in languages]
    empty = [part for part in PARTS if not texts(draft, part)]
    if after in steps or empty:
        begun = steps[steps.index(after) + 1 :] if after in steps else []
        rest = begun or [step for step in steps if step[0] in empty]
        for part, code in rest:
            if code not in texts(draft, part):
                return text(scene, number, part, code)
    if empty:
        return text(scene, number, empty[0], languages[0])
    if after in steps and draft.wished_on is None:
        return wish(scene, number)
    return whole(scene, number)


def unit(scene: Scene, number: str) -> Screen | None:
    """Which unit of the Service?"""
    t = scene.tongue
    if own_draft(scene, number) is None:
        return None
    return Screen(
        name="prop_unit",
        text=t("🏢 Which unit of the {service} do we ask?"),
        choices=tuple(
            Choice(t.isolated(named(names, t.code)), f"punit:{number}:{one}")
            for one, names in scene.charter.units.items()
        ),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number},
    )


def topic(scene: Scene, number: str) -> Screen | None:
    """What is it about?"""
    t = scene.tongue
    if own_draft(scene, number) is None:
        return None
    return Screen(
        name="prop_topic",
        text=t("🏷 What is it about?"),
        choices=tuple(
            Choice(
                t.fill("{icon} {label}", icon=Rich(one.icon), label=t(one.label)),
                f"ptopic:{number}:{name}",
            )
            for name, one in TOPICS.items()
        ),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number},
        columns=2,
    )


def text(scene: Scene, number: str, part: str, language: str, alone: bool = False) -> Screen | None:
    """One text in one language; where only that is wanted, `alone`, it leads back to all of it."""
    t, draft = scene.tongue, own_draft(scene, number)
    if draft is None or part not in PARTS:
        return None
    asks, most = PARTS[part]
    lines = [
        t(asks),
        t(
            "Please in: {language}. At most {most} letters.",
            language=t.language(language),
            most=most,
        ),
    ]
    on = f"pdraft:{number}" if alone else f"pskip:{number}:{part}:{language}"
    choices = [Choice(t("No text in this language"), on)]
    if has := texts(draft, part).get(language):
        lines.append(Rich(f"<blockquote>{t.written(has)}</blockquote>"))
        choices = [
            Choice(t("Keep it as it is"), on),
            Choice(t("Take it out"), f"pwithout:{number}:{part}:{language}"),
        ]
    return Screen(
        name="prop_text",
        text=Rich("\n".join(lines)),
        choices=tuple(choices),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number, "part": part, "language": language, "alone": alone},
    )


def wish(scene: Scene, number: str) -> Screen | None:
    """By which day is it wished?"""
    t = scene.tongue
    if own_draft(scene, number) is None:
        return None
    return Screen(
        name="prop_wish",
        text=t("📅 By which day do we wish it? For example 31.12.2026"),
        choices=(Choice(t("No date"), f"pnowish:{number}"),),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number},
    )


def whole(scene: Scene, number: str) -> Screen | None:
    """All of it in every language, to be changed once more or handed in."""
    t, draft = scene.tongue, own_draft(scene, number)
    if draft is None:
        return None
    lines = [*read(scene, draft), *lacks(scene, draft)]
    lines.append(t("Hand it in? A second person approves it before it is sent."))
    return Screen(
        name="prop_whole",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Hand it in"), f"phand:{number}", "success"),
            Choice(t("🗑 Throw away"), f"pdrop:{number}", "danger"),
            Choice(t("✏️ Unit"), f"pedit:{number}:unit"),
            Choice(t("✏️ Topic"), f"pedit:{number}:topic"),
            *(_to_text(scene, draft, part, code) for part in PARTS for code in order(scene)),
            Choice(t("✏️ Date"), f"pedit:{number}:wish"),
        ),
        zero=Choice(t("Later"), "proposals"),
        args={"number": number},
        columns=2,
    )


def _to_text(scene: Scene, draft: Proposal, part: str, code: str) -> Choice:
    sign = "✏️" if code in texts(draft, part) else "➕"
    icon = PARTS[part][0].split(" ")[0]
    shown = scene.tongue.fill(
        "{sign} {icon} {language}", sign=sign, icon=Rich(icon), language=OWN_NAMES.get(code, code)
    )
    return Choice(shown, f"ptext:{draft.id}:{part}:{code}")


def read(scene: Scene, proposal: Proposal) -> list[Rich]:
    """Everything in it in every language, and in which there is not all of it."""
    t, lines = scene.tongue, proposals.head(scene, proposal)
    for code in order(scene):
        if any(code in texts(proposal, part) for part in PARTS):
            own = (texts(proposal, part).get(code, "") for part in PARTS)
            lines.append(t.fill("🌐 <b>{language}</b>", language=t.language(code)))
            lines += proposals.body(t, *own)
    absent = [code for code in order(scene) if code not in in_all(proposal)]
    if absent:
        lines.append(t("⚠️ Not all of it is written in: {languages}", languages=t.languages(absent)))
    return lines


def lacks(scene: Scene, proposal: Proposal) -> list[Rich]:
    """How many people are missing before it can be sent; nothing where there are enough."""
    short = ENOUGH - store.people_behind(scene.session, proposal)
    if short <= 0:
        return []
    return [
        scene.tongue.plural(
            "👥 {count} more person is needed. Open a request, press More, then 📎.",
            "👥 {count} more people are needed. Open a request, press More, then 📎.",
            short,
        )
    ]


STEPS: Mapping[str, Callable[[Scene, str], Screen | None]] = {
    "unit": unit,
    "topic": topic,
    "wish": wish,
}
"""The steps that are no texts."""

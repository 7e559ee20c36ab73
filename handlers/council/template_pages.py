"""The pages of a ready answer that is being written: one question each, then all of it."""

from collections.abc import Callable, Mapping

from handlers.council.template_access import proposer
from handlers.language import OWN_NAMES, Rich, Tongue
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene
from storage import templates
from storage.model import Template


def own_draft(scene: Scene, template: str) -> Template | None:
    """The draft, if the member whose chat this is writes it."""
    member, draft = proposer(scene), templates.find(scene.session, template)
    if member is None or draft is None or draft.state != "draft":
        return None
    return draft if draft.proposed_by == member.id else None


def order(scene: Scene) -> list[str]:
    """The council's languages: the member's own first, then English, then the others."""
    offered = scene.charter.languages
    first = [code for code in (scene.tongue.code, "en") if code in offered]
    return list(dict.fromkeys([*first, *offered]))


def needed(scene: Scene) -> set[str]:
    """Of these languages one at least must have a text."""
    member = proposer(scene)
    return {"en", scene.tongue.code, *(member.languages if member else ())}


def is_whole(scene: Scene, draft: Template) -> bool:
    """Whether nothing is missing that there must be."""
    texts = templates.texts(scene.session, draft)
    said = draft.title and draft.topic and draft.source and draft.checked_on
    return bool(said) and bool(needed(scene) & set(texts))


def missing(scene: Scene, draft: Template, after: str = "") -> Screen | None:
    """The page for what is missing first; `after` is the language that was just asked for."""
    number = str(draft.id)
    for step, there in (
        ("title", draft.title),
        ("topic", draft.topic),
        ("source", draft.source),
        ("checked", draft.checked_on),
    ):
        if not there:
            return STEPS[step](scene, number)
    texts = templates.texts(scene.session, draft)
    languages = order(scene)
    if after in languages or not texts:
        rest = languages[languages.index(after) + 1 :] if after in languages else languages
        for code in rest:
            if code not in texts:
                return text(scene, number, code)
    if not needed(scene) & set(texts):
        return text(scene, number, languages[0])
    return whole(scene, number)


def title(scene: Scene, template: str) -> Screen | None:
    """What is it called?"""
    t = scene.tongue
    if own_draft(scene, template) is None:
        return None
    return Screen(
        name="ready_title",
        text=t(
            "✏️ A title for members, at most {most} letters. For example: “Extend a visa”.",
            most=60,
        ),
        zero=Choice(t("Later"), "templates"),
        args={"template": template},
    )


def topic(scene: Scene, template: str) -> Screen | None:
    """What is it about?"""
    t = scene.tongue
    if own_draft(scene, template) is None:
        return None
    return Screen(
        name="ready_topic",
        text=t("🏷 What is it about?"),
        choices=tuple(
            Choice(
                t.fill("{icon} {label}", icon=Rich(one.icon), label=t(one.label)),
                f"rtopic:{template}:{name}",
            )
            for name, one in TOPICS.items()
        ),
        zero=Choice(t("Later"), "templates"),
        args={"template": template},
        columns=2,
    )


def source(scene: Scene, template: str) -> Screen | None:
    """Where does it say so?"""
    t = scene.tongue
    if own_draft(scene, template) is None:
        return None
    return Screen(
        name="ready_source",
        text=t(
            "🔗 Where does it say so? A page or a law, for example migration.gov.az/en. "
            "The writer sees it as you write it."
        ),
        zero=Choice(t("Later"), "templates"),
        args={"template": template},
    )


def checked(scene: Scene, template: str) -> Screen | None:
    """When was that looked up?"""
    t = scene.tongue
    if own_draft(scene, template) is None:
        return None
    return Screen(
        name="ready_checked",
        text=t(
            "📅 On which day did you look it up there? "
            "From that day on it can be sent for {days} days.",
            days=scene.charter.template_days,
        ),
        choices=(
            Choice(t("Today"), f"rchecked:{template}:today"),
            Choice(t("Yesterday"), f"rchecked:{template}:yesterday"),
        ),
        zero=Choice(t("Later"), "templates"),
        args={"template": template},
        columns=2,
    )


def text(scene: Scene, template: str, language: str, alone: bool = False) -> Screen | None:
    """Its text in one language; where only that is wanted, `alone`, it leads back to all of it."""
    t, draft = scene.tongue, own_draft(scene, template)
    if draft is None:
        return None
    languages, has = order(scene), templates.texts(scene.session, draft).get(language)
    lines = [
        t(
            "✍️ The answer in: {language} ({count} of {all}). Write all of it.",
            language=t.language(language),
            count=languages.index(language) + 1 if language in languages else 0,
            all=len(languages),
        )
    ]
    on = f"rdraft:{template}" if alone else f"rskip:{template}:{language}"
    choices = [Choice(t("No text in this language"), on)]
    if has:
        lines.append(Rich(f"<blockquote>{t.written(has)}</blockquote>"))
        choices = [
            Choice(t("Keep it as it is"), on),
            Choice(t("Take it out"), f"rwithout:{template}:{language}"),
        ]
    return Screen(
        name="ready_text",
        text=Rich("\n".join(lines)),
        choices=tuple(choices),
        zero=Choice(t("Later"), "templates"),
        args={"template": template, "language": language, "alone": alone},
    )


def whole(scene: Scene, template: str) -> Screen | None:
    """All of it, to be changed once more or handed in."""
    t, draft = scene.tongue, own_draft(scene, template)
    if draft is None:
        return None
    have = templates.texts(scene.session, draft)
    return Screen(
        name="ready_whole",
        text=Rich("\n".join([*read(scene, draft), t("Hand it in? A second person approves it.")])),
        choices=(
            Choice(t("✅ Hand it in"), f"rhand:{template}", "success"),
            Choice(t("🗑 Throw away"), f"rdrop:{template}", "danger"),
            *(
                Choice(
                    t.fill(
                        "{sign} {language}",
                        sign="✏️" if code in have else "➕",
                        language=OWN_NAMES.get(code, code),
                    ),
                    f"rtext:{template}:{code}",
                )
                for code in order(scene)
            ),
            Choice(t("✏️ Title"), f"redit:{template}:title"),
            Choice(t("✏️ Topic"), f"redit:{template}:topic"),
            Choice(t("✏️ Source"), f"redit:{template}:source"),
            Choice(t("✏️ Checked on"), f"redit:{template}:checked"),
        ),
        zero=Choice(t("Later"), "templates"),
        args={"template": template},
        columns=2,
    )


def read(scene: Scene, template: Template) -> list[Rich]:
    """Everything in it as it stands, and in which languages there is no text."""
    t = scene.tongue
    texts = templates.texts(scene.session, template)
    lines = [
        t.fill(
            "{icon} <b>{title}</b> · {topic}",
            icon=Rich(TOPICS[template.topic or "other"].icon),
            title=template.title,
            topic=t(TOPICS[template.topic or "other"].label),
        )
    ]
    if template.checked_on is not None:
        day = t.date(template.checked_on)
        lines.append(t("Source: {source}, checked {date}.", source=template.source, date=day))
    for code, words in texts.items():
        lines += [_heading(t, code), Rich(f"<blockquote>{t.written(words)}</blockquote>")]
    absent = [code for code in order(scene) if code not in texts]
    if absent:
        lines.append(t("⚠️ No text in: {languages}", languages=t.languages(absent)))
    return lines


def _heading(t: Tongue, code: str) -> Rich:
    return t.fill("🌐 <b>{language}</b>", language=t.language(code))


STEPS: Mapping[str, Callable[[Scene, str], Screen | None]] = {
    "title": title,
    "topic": topic,
    "source": source,
    "checked": checked,
}
"""The steps before the texts, in their order."""

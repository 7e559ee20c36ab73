"""Ready answers: the list of them, and one of them whole."""

from handlers.council.template_access import proposer, seat, to_decide
from handlers.council.template_dates import SOON
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import templates as store
from storage.model import Member, Template

LISTED = 8
LABEL = 26


def show(turn: Turn, offset: str = "0") -> None:
    """Every ready answer that may be sent, by topic."""
    _ask(turn, listing(turn, store.number(offset) or 0))


def show_old(turn: Turn) -> None:
    """What may not be sent any more, so that somebody checks or corrects it."""
    _ask(turn, old(turn))


def one(turn: Turn, template_id: str, language: str = "") -> None:
    """One of them whole."""
    _ask(turn, whole(turn, template_id, language))


def _ask(turn: Turn, screen: Screen | None) -> None:
    if screen is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(screen)


def listing(scene: Scene, offset: int = 0) -> Screen | None:
    """A page of the list, with what else can be done."""
    t, member = scene.tongue, seat(scene)
    if member is None:
        return None
    every = sorted(store.offered(scene.session, scene.now), key=by_topic)
    page = every[offset : offset + LISTED]
    lines = [t("📋 <b>Ready answers</b>") if page else t("📋 There is no ready answer yet.")]
    for count, template in enumerate(page, start=1):
        lines.append(_line(scene, count, template))
    choices = [Choice(label(scene, each), f"ready:{each.id}") for each in page]
    if len(every) > offset + LISTED:
        choices.append(Choice(t("More"), f"templates:{offset + LISTED}"))
    return Screen(
        name="ready",
        text=Rich("\n".join(lines)),
        choices=(*choices, *_besides(scene, member)),
        zero=Choice(t("My desk"), "desk"),
        args={"offset": offset},
    )


def _line(scene: Scene, count: int, template: Template) -> Rich:
    t = scene.tongue
    assert template.checked_on is not None
    head = t.fill(
        "{count}. {icon} <b>{title}</b> · {languages}",
        count=count,
        icon=Rich(TOPICS[template.topic].icon),
        title=template.title,
        languages=", ".join(store.texts(scene.session, template)),
    )
    checked = t("Checked {date}", date=t.date(template.checked_on))
    return Rich(f"{head}\n{checked} · {days_left(scene, template)}")


def days_left(scene: Scene, template: Template) -> Rich:
    """How much longer it may be sent."""
    t = scene.tongue
    if not store.is_offered(template, scene.now):
        return t("not offered any more")
    assert template.expires_at is not None
    left = max(1, (template.expires_at - scene.now).days)
    return t.plural("{count} day left", "{count} days left", left)


def _besides(scene: Scene, member: Member) -> list[Choice]:
    """What else waits here for this member."""
    t, session = scene.tongue, scene.session
    choices = []
    if waiting := len(to_decide(scene)):
        choices.append(Choice(t("✔️ To approve: {count}", count=waiting), "approvals"))
    if fixes := len(store.waiting(session, readers=[member.id])):
        choices.append(Choice(t("📣 To correct: {count}", count=fixes), "corrections"))
    for draft in store.drafts(session, member):
        title = clipped(draft.title) or t("no title yet")
        choices.append(Choice(t("✏️ Draft: {title}", title=title), f"rdraft:{draft.id}"))
    if gone := len(store.run_out(session, scene.now)):
        choices.append(Choice(t("⌛ Not offered now: {count}", count=gone), "oldready"))
    if proposer(scene) is not None:
        choices.append(Choice(t("➕ Propose an answer"), "propose"))
    return choices


def old(scene: Scene) -> Screen | None:
    """What ran out or was stopped."""
    t = scene.tongue
    if seat(scene) is None:
        return None
    return Screen(
        name="ready_old",
        text=t(
            "⌛ These are not sent any more. "
            "Check one again, or write it corrected; a second person approves it."
        ),
        choices=tuple(
            Choice(label(scene, each), f"ready:{each.id}")
            for each in store.run_out(scene.session, scene.now)
        ),
        zero=Choice(t("Back"), "templates"),
    )


def whole(scene: Scene, template: str, language: str = "") -> Screen | None:
    """One ready answer in one language, where it is from, and who stands behind it."""
    t, found = scene.tongue, store.find(scene.session, template)
    if seat(scene) is None or found is None or found.state not in ("approved", "expired"):
        return None
    texts = store.texts(scene.session, found)
    first = [language, t.code, "en", *texts]
    told = store.first_in(first, texts)
    if told is None or found.checked_on is None:
        return None
    lines = [
        t.fill(
            "{icon} <b>{title}</b> · {topic}",
            icon=Rich(TOPICS[found.topic].icon),
            title=found.title,
            topic=t(TOPICS[found.topic].label),
        ),
        t.fill("🌐 {language}", language=t.language(told)),
        Rich(f"<blockquote>{t.written(texts[told])}</blockquote>"),
        t("Source: {source}, checked {date}.", source=found.source, date=t.date(found.checked_on)),
        t.fill("⏳ {left}", left=days_left(scene, found)),
        _people(scene, found),
        _used(scene, found),
    ]
    if store.newer(scene.session, found) is not None:
        lines.append(t("✏️ A new version waits for approval."))
    return Screen(
        name="ready_one",
        text=Rich("\n".join(lines)),
        choices=(
            *(
                Choice(
                    t.fill("🌐 {language}", language=t.language(code)), f"ready:{found.id}:{code}"
                )
                for code in texts
                if code != told
            ),
            *_acts(scene, found),
        ),
        zero=Choice(t("Back"), "templates"),
        args={"template": template, "language": language},
    )


def _acts(scene: Scene, template: Template) -> list[Choice]:
    t = scene.tongue
    if proposer(scene) is None:
        return []
    runs = store.is_offered(template, scene.now)
    assert template.expires_at is not None
    choices = [Choice(t("✏️ Propose a change"), f"redo:{template.id}:change")]
    if not runs:
        choices.append(Choice(t("✏️ Write it corrected"), f"redo:{template.id}:fix"))
    if not runs or template.expires_at - scene.now <= SOON:
        choices.append(Choice(t("🔎 Still right: checked now"), f"recheck:{template.id}"))
    if runs:
        choices.append(Choice(t("⛔ It is wrong"), f"wrong:{template.id}"))
    return choices


def alias(scene: Scene, member_id: int | None) -> str:
    """How a member is called, those who left too."""
    member = scene.session.get(Member, member_id) if member_id else None
    return member.alias.split("·")[0] if member is not None else "?"


def _people(scene: Scene, template: Template) -> Rich:
    return scene.tongue(
        "Proposed by {author}, approved by {chair}.",
        author=alias(scene, template.proposed_by),
        chair=alias(scene, template.decided_by),
    )


def _used(scene: Scene, template: Template) -> Rich:
    t = scene.tongue
    used = store.used_by(scene.session, template)
    if not used:
        return t("Not sent to anybody yet.")
    by = t.listed([t.fill("{alias} {count}", alias=who, count=count) for who, count in used])
    total = sum(count for _, count in used)
    return t.plural("Sent {count} time: {by}.", "Sent {count} times: {by}.", total, by=by)


def by_topic(template: Template) -> tuple[int, str, int]:
    """The order of the list."""
    return list(TOPICS).index(template.topic), template.title.casefold(), template.id


def label(scene: Scene, template: Template) -> Rich:
    """A ready answer on a button."""
    icon = Rich(TOPICS[template.topic or "other"].icon)
    return scene.tongue.fill("{icon} {title}", icon=icon, title=clipped(template.title))


def clipped(title: str) -> str:
    """As much of a title as a button of a phone shows."""
    return title if len(title) <= LABEL else f"{title[: LABEL - 1]}…"

"""The desk: a member's requests by urgency, with time left; one view of them, filtered, in pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from handlers.charter import CLASSES
from handlers.council import card, lists
from handlers.language import N_, OWN_NAMES, Rich, Tongue
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import desks
from storage.desks import FILTERS, VIEWS, Chosen, Day
from storage.model import Case, Member

LABELS = {
    "all": N_("🗂 All"),
    "mine": N_("📥 Waiting for me"),
    "writer": N_("⏸ Waiting for the writer"),
    "today": N_("⏰ Due today"),
    "late": N_("🔴 Overdue"),
    "answered": N_("✅ Answered"),
}


def show(
    turn: Turn,
    view: str = "all",
    topic: str = "",
    urgency: str = "",
    language: str = "",
    page: str = "0",
) -> None:
    """One page of the desk, as the button says; without a button the beginning of it."""
    listed = screen(turn, view, topic, urgency, language, page)
    if listed is not None:
        lists.ask(turn, listed)


def screen(
    scene: Scene,
    view: str = "all",
    topic: str = "",
    urgency: str = "",
    language: str = "",
    page: str = "0",
) -> Screen | None:
    """How the desk looks now."""
    t, member = scene.tongue, scene.seat
    if member is None:
        return None
    chosen = chosen_by(view, topic, urgency, language)
    counts = desks.counts(scene.session, member, chosen, day(scene))
    total = counts[chosen.view]
    first = lists.first_of(page, total)
    found = _page(scene, member, chosen, first)
    turned = lists.turning(
        scene,
        first,
        total,
        does("desk", chosen, first - lists.PAGE),
        does("desk", chosen, first + lists.PAGE),
    )
    looks = [
        Choice(t("👁 Show only …"), does("deskviews", chosen)),
        Choice(t("🔎 Filter"), does("deskfilters", chosen)),
    ]
    is_empty = chosen == Chosen() and not total
    ways = turned if is_empty else [*turned, *looks]
    return Screen(
        name="desk",
        text=Rich("\n".join(_text(scene, chosen, counts, lists.lines(scene, found, first, total)))),
        choices=(*lists.buttons(scene, found), *ways),
        zero=None if chosen == Chosen() else Choice(t("✖️ Show all again"), "desk"),
        args={**asdict(chosen), "page": str(first)},
        resting=True,
        columns=2,
        last_row=len(ways),
        protect=True,
    )


def _text(
    scene: Scene, chosen: Chosen, counts: Mapping[str, int], listed: Sequence[Rich]
) -> list[Rich]:
    """How many there are of each kind, what is looked at, and the page."""
    t = scene.tongue
    if chosen == Chosen() and not counts["all"]:
        return [t("🗂 <b>Your desk</b> is empty. New requests come by themselves.")]
    text = [
        t.plural(
            "🗂 <b>Your desk</b>: {count} request",
            "🗂 <b>Your desk</b>: {count} requests",
            counts["all"],
        ),
        *(
            t.fill("{label}: {count}", label=t(label), count=counts[name])
            for name, label in LABELS.items()
            if name != "all" and counts[name]
        ),
    ]
    named = [value_word(t, name, asdict(chosen)[name]) for name in FILTERS]
    looked_at = [t(LABELS[chosen.view])] if chosen.view != "all" else []
    looked_at += [value for value in named if value]
    if looked_at:
        text.append(t("Shown here: <b>{what}</b>", what=t.listed(looked_at)))
    return [*text, Rich("———"), *(listed or [t("Nothing is here.")])]


def _page(scene: Scene, member: Member, chosen: Chosen, first: int) -> list[Case]:
    rows = desks.page(scene.session, member, chosen, day(scene), first, lists.PAGE)
    return lists.may_stand(scene, member, rows)


def day(scene: Scene) -> Day:
    return Day(scene.now, lists.tomorrow(scene))


def chosen_by(view: str, topic: str, urgency: str, language: str) -> Chosen:
    """What a button says; what nobody can choose is not chosen."""
    return Chosen(
        view if view in VIEWS else "all",
        topic if topic in TOPICS else "",
        urgency if urgency in CLASSES else "",
        language if language in OWN_NAMES else "",
    )


def does(verb: str, chosen: Chosen, first: int | None = None) -> str:
    """The button that leads there: all of the state is in it."""
    page = () if first is None else (str(first),)
    return ":".join([verb, chosen.view, chosen.topic, chosen.urgency, chosen.language, *page])


def value_word(t: Tongue, name: str, value: str) -> Rich:
    """What was chosen, in words; empty where nothing was."""
    says: Mapping[str, Callable[[], Rich]] = {
        "topic": lambda: Rich(f"{TOPICS[value].icon} {t(TOPICS[value].label)}"),
        "urgency": lambda: Rich(f"{card.DOTS[value]} {value}"),
        "language": lambda: t.language(value),
    }
    return says[name]() if value else Rich("")

"""The desk: a member's requests by urgency, with time left; one view of them, filtered, in pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

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
FILTER_LABELS = {
    "topic": N_("🏷 Topic"),
    "urgency": N_("🚦 Class"),
    "language": N_("🌐 Language"),
}
ANY = {
    "topic": N_("All topics"),
    "urgency": N_("All classes"),
    "language": N_("All languages"),
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
    _ask(turn, screen(turn, view, topic, urgency, language, page))


def screen(
    scene: Scene,
    view: str = "all",
    topic: str = "",
    urgency: str = "",
    language: str = "",
    page: str = "0",
) -> Screen | None:
    """How the desk looks now."""
    t, member = scene.tongue, lists.seat(scene)
    if member is None:
        return None
    chosen = _chosen(view, topic, urgency, language)
    counts = desks.counts(scene.session, member, chosen, _day(scene))
    total = counts[chosen.view]
    first = lists.first_of(page, total)
    found = _page(scene, member, chosen, first)
    turned = lists.turning(
        scene,
        first,
        total,
        _does("desk", chosen, first - lists.PAGE),
        _does("desk", chosen, first + lists.PAGE),
    )
    looks = [
        Choice(t("👁 Show only …"), _does("deskviews", chosen)),
        Choice(t("🔎 Filter"), _does("deskfilters", chosen)),
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


def ask_view(turn: Turn, view: str, topic: str, urgency: str, language: str) -> None:
    """Which part of the desk do they want to see?"""
    _ask(turn, views(turn, view, topic, urgency, language))


def views(scene: Scene, view: str, topic: str, urgency: str, language: str) -> Screen | None:
    """The views of the desk, each with how many requests it holds."""
    t, member = scene.tongue, lists.seat(scene)
    if member is None:
        return None
    chosen = _chosen(view, topic, urgency, language)
    counts = desks.counts(scene.session, member, chosen, _day(scene))
    return Screen(
        name="desk_views",
        text=t("Which requests do you want to see?"),
        choices=tuple(
            Choice(
                t.fill("{label} · {count}", label=t(LABELS[name]), count=counts[name]),
                _does("desk", replace(chosen, view=name), 0),
            )
            for name in VIEWS
        ),
        zero=Choice(t("Back"), _does("desk", chosen, 0)),
        args=asdict(chosen),
        resting=True,
    )


def ask_filter(turn: Turn, view: str, topic: str, urgency: str, language: str) -> None:
    """By what do they want to choose?"""
    _ask(turn, filters(turn, view, topic, urgency, language))


def filters(scene: Scene, view: str, topic: str, urgency: str, language: str) -> Screen | None:
    """Topic, class and language, each with what is chosen of it now."""
    t = scene.tongue
    chosen = _chosen(view, topic, urgency, language)
    return Screen(
        name="desk_filters",
        text=t("Show only one topic, class or language?"),
        choices=tuple(
            Choice(
                t.fill("{label}: {value}", label=t(label), value=value)
                if (value := _value(t, name, asdict(chosen)[name]))
                else t(label),
                _does(f"deskvalues:{name}", chosen, 0),
            )
            for name, label in FILTER_LABELS.items()
        ),
        zero=Choice(t("Back"), _does("desk", chosen, 0)),
        args=asdict(chosen),
        resting=True,
    )


def ask_value(
    turn: Turn, name: str, view: str, topic: str, urgency: str, language: str, page: str = "0"
) -> None:
    """Which topic, class or language?"""
    if name in FILTERS:
        _ask(turn, filter_values(turn, name, view, topic, urgency, language, page))
    else:
        show(turn)


def filter_values(
    scene: Scene, name: str, view: str, topic: str, urgency: str, language: str, page: str = "0"
) -> Screen | None:
    """What there is of it on the desk, the most frequent first, and all of it again."""
    t, member = scene.tongue, lists.seat(scene)
    if member is None:
        return None
    chosen = _chosen(view, topic, urgency, language)
    there = desks.values(scene.session, member, chosen, _day(scene), name)
    first = lists.first_of(page, len(there))
    here = f"deskvalues:{name}"
    turned = lists.turning(
        scene,
        first,
        len(there),
        _does(here, chosen, first - lists.PAGE),
        _does(here, chosen, first + lists.PAGE),
    )
    values = [
        Choice(
            t.fill("{value} · {count}", value=_value(t, name, value), count=count),
            _does("desk", replace(chosen, **{name: value}), 0),
        )
        for value, count in there[first : first + lists.PAGE]
    ]
    return Screen(
        name="desk_values",
        text=t("Show only these:"),
        choices=(*values, *turned),
        zero=Choice(t(ANY[name]), _does("desk", replace(chosen, **{name: ""}), 0)),
        args={"name": name, **asdict(chosen), "page": str(first)},
        resting=True,
        last_row=len(turned),
    )


def _ask(turn: Turn, asked: Screen | None) -> None:
    if asked is not None:
        lists.ask(turn, asked)


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
    named = [_value(t, name, asdict(chosen)[name]) for name in FILTERS]
    looked_at = [t(LABELS[chosen.view])] if chosen.view != "all" else []
    looked_at += [value for value in named if value]
    if looked_at:
        text.append(t("Shown here: <b>{what}</b>", what=t.listed(looked_at)))
    return [*text, Rich("———"), *(listed or [t("Nothing is here.")])]


def _page(scene: Scene, member: Member, chosen: Chosen, first: int) -> list[Case]:
    rows = desks.page(scene.session, member, chosen, _day(scene), first, lists.PAGE)
    return lists.may_stand(scene, member, rows)


def _day(scene: Scene) -> Day:
    return Day(scene.now, lists.tomorrow(scene))


def _chosen(view: str, topic: str, urgency: str, language: str) -> Chosen:
    """What a button says; what nobody can choose is not chosen."""
    return Chosen(
        view if view in VIEWS else "all",
        topic if topic in TOPICS else "",
        urgency if urgency in CLASSES else "",
        language if language in OWN_NAMES else "",
    )


def _does(verb: str, chosen: Chosen, first: int | None = None) -> str:
    """The button that leads there: all of the state is in it."""
    page = () if first is None else (str(first),)
    return ":".join([verb, chosen.view, chosen.topic, chosen.urgency, chosen.language, *page])


def _value(t: Tongue, name: str, value: str) -> Rich:
    """What was chosen, in words; empty where nothing was."""
    says: Mapping[str, Callable[[], Rich]] = {
        "topic": lambda: Rich(f"{TOPICS[value].icon} {t(TOPICS[value].label)}"),
        "urgency": lambda: Rich(f"{card.DOTS[value]} {value}"),
        "language": lambda: t.language(value),
    }
    return says[name]() if value else Rich("")

"""Which part of the desk is looked at: one view of it, one topic, class or language."""

from dataclasses import asdict, replace

from handlers.council import desk_list, lists
from handlers.language import N_
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import desks
from storage.desks import FILTERS, VIEWS

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


def ask_view(turn: Turn, view: str, topic: str, urgency: str, language: str) -> None:
    """Which part of the desk do they want to see?"""
    _ask(turn, views(turn, view, topic, urgency, language))


def views(scene: Scene, view: str, topic: str, urgency: str, language: str) -> Screen | None:
    """The views of the desk, each with how many requests it holds."""
    t, member = scene.tongue, scene.seat
    if member is None:
        return None
    chosen = desk_list.chosen_by(view, topic, urgency, language)
    counts = desks.counts(scene.session, member, chosen, desk_list.day(scene))
    return Screen(
        name="desk_views",
        text=t("Which requests do you want to see?"),
        choices=tuple(
            Choice(
                t.fill("{label} · {count}", label=t(desk_list.LABELS[name]), count=counts[name]),
                desk_list.does("desk", replace(chosen, view=name), 0),
            )
            for name in VIEWS
        ),
        zero=Choice(t("Back"), desk_list.does("desk", chosen, 0)),
        args=asdict(chosen),
        resting=True,
    )


def ask_filter(turn: Turn, view: str, topic: str, urgency: str, language: str) -> None:
    """By what do they want to choose?"""
    _ask(turn, filters(turn, view, topic, urgency, language))


def filters(scene: Scene, view: str, topic: str, urgency: str, language: str) -> Screen | None:
    """Topic, class and language, each with what is chosen of it now."""
    t = scene.tongue
    chosen = desk_list.chosen_by(view, topic, urgency, language)
    return Screen(
        name="desk_filters",
        text=t("Show only one topic, class or language?"),
        choices=tuple(
            Choice(
                t.fill("{label}: {value}", label=t(label), value=value)
                if (value := desk_list.value_word(t, name, asdict(chosen)[name]))
                else t(label),
                desk_list.does(f"deskvalues:{name}", chosen, 0),
            )
            for name, label in FILTER_LABELS.items()
        ),
        zero=Choice(t("Back"), desk_list.does("desk", chosen, 0)),
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
        desk_list.show(turn)


def filter_values(
    scene: Scene, name: str, view: str, topic: str, urgency: str, language: str, page: str = "0"
) -> Screen | None:
    """What there is of it on the desk, the most frequent first, and all of it again."""
    t, member = scene.tongue, scene.seat
    if member is None:
        return None
    chosen = desk_list.chosen_by(view, topic, urgency, language)
    there = desks.values(scene.session, member, chosen, desk_list.day(scene), name)
    first = lists.first_of(page, len(there))
    here = f"deskvalues:{name}"
    turned = lists.turning(
        scene,
        first,
        len(there),
        desk_list.does(here, chosen, first - lists.PAGE),
        desk_list.does(here, chosen, first + lists.PAGE),
    )
    values = [
        Choice(
            t.fill("{value} · {count}", value=desk_list.value_word(t, name, value), count=count),
            desk_list.does("desk", replace(chosen, **{name: value}), 0),
        )
        for value, count in there[first : first + lists.PAGE]
    ]
    return Screen(
        name="desk_values",
        text=t("Show only these:"),
        choices=(*values, *turned),
        zero=Choice(t(ANY[name]), desk_list.does("desk", replace(chosen, **{name: ""}), 0)),
        args={"name": name, **asdict(chosen), "page": str(first)},
        resting=True,
        last_row=len(turned),
    )


def _ask(turn: Turn, asked: Screen | None) -> None:
    if asked is not None:
        lists.ask(turn, asked)

"""Topic, kind and class of a request, as its reader decides; what was suggested is kept beside."""

from collections.abc import Iterator

from handlers import dates
from handlers.charter import CLASSES
from handlers.council import card, cards, desk
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.migrant import draft
from handlers.rules.priority import class_of
from handlers.rules.topics import OTHER, TOPICS, suggest_kind
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases
from storage.model import PRIVATE, Case

PRESSING = ("P1", "P2")
"""Whoever lowers one of these says why; what is private stays one of them."""
MEANS = {
    "P1": N_("life in danger"),
    "P2": N_("very urgent"),
    "P3": N_("problem or complaint"),
    "P4": N_("question"),
    "P5": N_("idea, thanks"),
}
WHYS = {
    "no_danger": N_("There is no danger"),
    "misread": N_("The words mean something else"),
    "date_far": N_("The date is not so near"),
    "helped": N_("Somebody helps already"),
}
QUESTIONS = {
    "": N_("🏷 What do you want to change in {reference}?"),
    "topic": N_("🏷 What is {reference} about?"),
    "kind": N_("🏷 What kind of message is {reference}?"),
    "class": N_("🏷 How urgent is {reference}? A date that was told is never moved later."),
}


def ask(turn: Turn, reference: str, what: str = "") -> None:
    """What shall change, or which topic, kind or class."""
    if desk.mine(turn, reference, "sort") is None:
        return
    if asked := screen(turn, reference, what):
        turn.ask(asked)
    else:
        turn.toast = turn.tongue("This button does not work any more.")


def screen(scene: Scene, reference: str, what: str = "") -> Screen | None:
    """How it is sorted now; or everything it could be instead, with what is suggested marked."""
    t = scene.tongue
    case = desk.readable(scene, reference, "sort")
    if case is None or what not in QUESTIONS:
        return None
    back = f"sort:{reference}" if what else f"back:{reference}"
    return Screen(
        name="sort",
        text=t(QUESTIONS[what], reference=shown(scene, case)),
        choices=tuple(_values(scene, case, what) if what else _now(scene, case)),
        zero=Choice(t("Back"), back),
        args={"reference": reference, "what": what},
        columns=2 if what == "topic" else 1,
        case_id=case.id,
    )


def _now(scene: Scene, case: Case) -> Iterator[Choice]:
    t, topic = scene.tongue, TOPICS[case.topic or OTHER]
    label = t.fill("{icon} {topic}", icon=Rich(topic.icon), topic=t(topic.label))
    yield Choice(label, _to(case, "topic"))
    kind = card.KINDS.get(case.kind, card.KINDS["question"])
    yield Choice(t(kind), _to(case, "kind"))
    yield Choice(_class(scene, case.urgency), _to(case, "class"))


def _to(case: Case, what: str) -> str:
    return f"sort:{case.reference}:{what}"


def _values(scene: Scene, case: Case, what: str) -> Iterator[Choice]:
    """Everything it could be; ✔️ as it is, 💡 as it is suggested."""
    suggested, is_now = _suggested(scene, case, what), _present(case, what)
    for value in possible(case, what):
        label = _label(scene, what, value)
        sign = "✔️ " if value == is_now else "💡 " if value == suggested else ""
        yield Choice(f"{sign}{label}", f"sorted:{case.reference}:{what}:{value}")


def _label(scene: Scene, what: str, value: str) -> Rich:
    if what == "class":
        return _class(scene, value)
    return scene.tongue(TOPICS[value].label if what == "topic" else card.KINDS[value])


def possible(case: Case, what: str) -> tuple[str, ...]:
    """The names it may be given: a private one stays pressing."""
    if what == "class":
        return PRESSING if case.track == PRIVATE else CLASSES
    return {"topic": tuple(TOPICS), "kind": tuple(card.KINDS)}.get(what, ())


def _class(scene: Scene, name: str) -> Rich:
    t = scene.tongue
    dot = Rich(card.DOTS[name])
    return t.fill("{dot} {name} · {means}", dot=dot, name=name, means=t(MEANS[name]))


def _present(case: Case, what: str) -> str:
    return {"topic": case.topic, "kind": case.kind, "class": case.urgency}[what]


def _suggested(scene: Scene, case: Case, what: str) -> str | None:
    if what == "topic":
        return case.topic_suggested
    if what == "kind":
        text = "\n".join(one.text for one in cases.entries(scene.session, case, "message"))
        return suggest_kind(text, case.language)
    finding, private = draft.gravest(scene, case), case.track == PRIVATE
    return class_of(case.kind, finding, private, case.date_within_days, case.topic or OTHER)


def decide(turn: Turn, reference: str, what: str, value: str, why: str = "") -> None:
    """It is so from now on; lowering what is pressing takes a reason."""
    case = desk.mine(turn, reference, "sort")
    if case is None:
        return
    if value not in possible(case, what) or (why and why not in WHYS):
        turn.toast = turn.tongue("This button does not work any more.")
        return
    before = _present(case, what)
    if what == "class" and before in PRESSING and value > before and not why:
        if asked := why_lower(turn, reference, value):
            turn.ask(asked)
        return
    turn.leave(reference)
    if before == value and (what != "topic" or case.topic_chosen):
        cards.refresh(turn, case)
        return
    {"topic": _topic, "kind": _kind, "class": _urgency}[what](turn, case, value)
    _note(turn, case, what, before, why)


def _note(turn: Turn, case: Case, what: str, before: str, why: str) -> None:
    """The record names what it was and is; of a private one only the class."""
    detail = {"before": before, "after": _present(case, what), "why": why}
    told = case.track != PRIVATE or what == "class"
    kept = {name: value for name, value in detail.items() if told and value}
    audit.note(turn.session, "sorted", turn.now, by=turn.desk, about=case, which=what, **kept)


def why_lower(scene: Scene, reference: str, value: str) -> Screen | None:
    """Why something pressing is to wait; it is written to the record."""
    t = scene.tongue
    case = desk.readable(scene, reference, "sort")
    if case is None or value not in possible(case, "class"):
        return None
    return Screen(
        name="why_lower",
        text=t(
            "Why is {reference} less urgent? Your reason is written to the record.",
            reference=shown(scene, case),
        ),
        choices=tuple(
            Choice(t(label), f"sorted:{reference}:class:{value}:{name}")
            for name, label in WHYS.items()
        ),
        zero=Choice(t("Back"), f"sort:{reference}:class"),
        args={"reference": reference, "value": value},
        case_id=case.id,
    )


def _topic(turn: Turn, case: Case, topic: str) -> None:
    case.topic, case.topic_chosen = topic, True
    if turn.desk.topics and topic not in turn.desk.topics:
        cards.fresh(turn, case, "not_covered")
    else:
        cards.refresh(turn, case)


def _kind(turn: Turn, case: Case, kind: str) -> None:
    case.kind = kind
    cards.refresh(turn, case)


def _urgency(turn: Turn, case: Case, urgency: str) -> None:
    raise_to(turn, case, urgency)
    cards.refresh(turn, case)


def raise_to(turn: Turn, case: Case, urgency: str) -> None:
    """Another class: where that gives a sooner answer, its writer is told of it."""
    case.urgency = urgency
    if not dates.sooner(case, turn.charter, turn.now):
        return
    assert case.answer_by_at is not None
    dates.told_sooner(case, turn.now)
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    there.say(
        there.tongue(
            "📅 {reference}: you hear from us sooner than we said, by {moment}.",
            reference=shown(there, case),
            moment=there.tongue.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )

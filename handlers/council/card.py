"""How a request looks in its reader's chat: everything needed to answer, nothing of who wrote it."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import dates
from handlers.council import card_buttons, history
from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import requests
from handlers.rules.topics import TOPICS
from handlers.told import shown
from handlers.turn import Scene
from storage import bundles, cases
from storage.model import (
    ASKED,
    OPEN,
    PRIVATE,
    PROBLEM_WITHOUT_ME,
    Case,
)

DOTS = {"P1": "🔴", "P2": "🟠", "P3": "🟡", "P4": "🟢", "P5": "🔵"}
KINDS = {
    "question": N_("Question"),
    "complaint": N_("Problem or complaint"),
    "suggestion": N_("Idea"),
    "thanks": N_("Thanks"),
    "rumour": N_("Rumour"),
    "help": N_("Request for help"),
}
WHY = {
    "speaks_language": N_("you speak the language"),
    "related_language": N_("you speak a related language"),
    "translated": N_("the text can be translated"),
    "covers_topic": N_("you cover the topic"),
    "other_language": N_("nobody speaks the language"),
    "above_cap": N_("everybody has many open requests"),
    "least_loaded": N_("you have the fewest open requests"),
    "longest_waiting": N_("you waited longest"),
    "nobody_else": N_("there is nobody else"),
    "focal": N_("you are a focal person"),
    "outside": N_("you are the contact outside the council"),
    "chair": N_("you are the chair"),
    "acting_chair": N_("you stand in for the chair"),
    "substitute": N_("you stand in for a member who is away"),
}
NEWS = {
    "added": N_("➕ The writer added something."),
    "edited": N_("✏️ The writer changed a message."),
    "reopened": N_("🔄 The writer wrote again: it is open again."),
    "not_helped": N_("👎 The answer did not help: it is open again."),
    "handed_over": N_("🔁 Handed over to you."),
    "danger": N_("⚠️ The writer speaks of danger. Nobody is named for private requests."),
    "skipped": N_("The writer does not want to answer your question."),
    "no_reply": N_("⏰ The writer did not answer your question. Please go on without it."),
    "not_covered": N_("🏷 You do not cover this topic. You can hand it over."),
    "made_private": N_("🔒 A member marked this as private. It is with you now."),
    "allowed": N_("✅ The writer says yes: you may pass it on. The text is below."),
    "refused": N_("✋ The writer says no: please pass nothing on."),
    "withdrawn": N_("✋ The writer took the yes back: please pass nothing on."),
    "release_allowed": N_("🏛 The writer says yes: it goes to the Service soon."),
    "release_refused": N_("✋ The writer says no: nothing goes to the Service."),
    "release_withdrawn": N_("✋ The writer took the yes back: nothing goes to the Service."),
    "released": N_("🏛 The text the writer allowed was sent to the Service."),
    "not_released": N_("⚠️ Nothing was sent to the Service. The writer knows."),
    "service_answered": N_("🏛 The Service answered. Its answer stands below."),
    "date": N_("⏰ This one is late. Please answer or hand it over."),
}
DELIVERY = {
    "queued": N_("📤 Your last answer waits to be sent."),
    "waiting": N_("⏸ Your last answer waits. The writer was told, and gets it when they write."),
    "no_template": N_(
        "⏸ Your last answer waits until the writer writes. WhatsApp does not let us tell them now; "
        "the operator knows."
    ),
    "stopped": N_("🔕 Your last answer waits: the writer wants no messages until they say so."),
    "sent": N_("📬 Your last answer was delivered to the writer's chat."),
    "carried": N_("📤 WhatsApp has your last answer. It is not on the writer's phone yet."),
    "delivered": N_("📬 Your last answer is on the writer's phone."),
    "read": N_("👀 The writer has read your last answer."),
    "never": N_("⏸ Your last answer waits until the writer comes. We never write to them first."),
    "unreachable": N_("⏸ The writer cannot be reached now. It is sent when they come back."),
    "failed": N_("❌ Your last answer could not be sent. Please answer in another form."),
}


def full(scene: Scene, case: Case, args: Mapping[str, Any], above: Sequence[Rich] = ()) -> Outgoing:
    """The whole card; `above` stands over what is known of it."""
    t = scene.tongue
    text, cut = history.fitting(scene, case)
    news = NEWS.get(args.get("news", ""))
    lines = [
        t.fill(
            "{dot} <b>{reference}</b> · {urgency} · {state}",
            dot=Rich(DOTS[case.urgency]),
            reference=shown(scene, case),
            urgency=case.urgency,
            state=state_word(scene, case),
        ),
        *([t(news)] if news else []),
        *above,
        *_times(scene, case),
        _about(scene, case),
        _share(scene, case),
        *_why(scene, case),
        *_earlier(scene, case),
        *_linked(scene, case),
        Rich("———"),
        *([Rich("[…]")] if cut else []),
        text,
        *_delivery(scene, case),
    ]
    return Outgoing(
        text="\n".join(lines),
        choices=tuple(card_buttons.buttons(scene, case, cut, bool(args.get("more")))),
        protect=True,
    )


def button(scene: Scene, case: Case) -> Rich:
    """A request on a button: how urgent it is, what about, and its number."""
    icon = "🔒" if case.track == PRIVATE else TOPICS[case.topic or "other"].icon
    return scene.tongue.fill(
        "{dot}{icon} {reference}",
        dot=Rich(DOTS[case.urgency]),
        icon=Rich(icon),
        reference=shown(scene, case),
    )


def state_word(scene: Scene, case: Case) -> Rich:
    """Where a request stands, as its reader says it."""
    if case.state == ASKED:
        return scene.tongue("waiting for the writer")
    return requests.state_word(scene, case)


def shrunk(scene: Scene, case: Case) -> Outgoing:
    """What stays of a card that nobody looked at for a while."""
    t = scene.tongue
    text = t.fill(
        "{dot} {reference} · {urgency} · {state}",
        dot=Rich(DOTS[case.urgency]),
        reference=shown(scene, case),
        urgency=case.urgency,
        state=state_word(scene, case),
    )
    return Outgoing(
        text=text, choices=((Choice(t("Open"), f"open:{case.reference}"),),), protect=True
    )


def _times(scene: Scene, case: Case) -> list[Rich]:
    if case.state != OPEN or case.read_by_at is None or case.answer_by_at is None:
        return []
    t = scene.tongue
    due = case.answer_by_at if case.taken_at else case.read_by_at
    moment, left = t.moment(due), time_left(scene, case)
    if case.taken_at:
        return [t("⏳ Answer by {moment} ({left})", moment=moment, left=left)]
    return [t("⏳ Read by {moment} ({left})", moment=moment, left=left)]


def time_left(scene: Scene, case: Case) -> Rich:
    """Working time that is left, in words."""
    t = scene.tongue
    due = case.answer_by_at if case.taken_at else case.read_by_at
    assert due is not None
    if due <= scene.now:
        return t("late")
    seconds = dates.calendar(scene.charter).working_seconds(scene.now, due)
    hours, days = int(seconds // 3600), int(seconds // dates.day_seconds(scene.charter))
    if hours < 1:
        return t("less than 1 working hour")
    if days > 1:
        return t.plural("{count} working day", "{count} working days", days)
    return t.plural("{count} working hour", "{count} working hours", hours)


def _about(scene: Scene, case: Case) -> Rich:
    t, topic = scene.tongue, TOPICS[case.topic or "other"]
    label = t(topic.label)
    if not case.topic_chosen:
        label = t("{topic} (our guess)", topic=label)
    kind = KINDS.get(case.kind, KINDS["question"])
    return t.fill(
        "🌐 {language} · {kind} · {icon} {topic}",
        language=t.language(case.language),
        kind=t(kind),
        icon=Rich(topic.icon),
        topic=label,
    )


def _share(scene: Scene, case: Case) -> Rich:
    t = scene.tongue
    if case.track == PRIVATE:
        return t("🔒 Private: tell nobody, in the council either.")
    if case.share == PROBLEM_WITHOUT_ME:
        return t("👁 The {service} may hear of the problem, never of the person.")
    return t("👁 Only you may know.")


def _why(scene: Scene, case: Case) -> list[Rich]:
    t = scene.tongue
    reasons = [t(WHY[key]) for key in case.routed_why if key in WHY]
    return [t("Why you: {reasons}", reasons=t.listed(reasons))] if reasons else []


def _earlier(scene: Scene, case: Case) -> list[Rich]:
    count = cases.count_before(scene.session, case)
    if not count:
        return []
    return [
        scene.tongue.plural(
            "The same writer sent {count} request before.",
            "The same writer sent {count} requests before.",
            count,
        )
    ]


def _linked(scene: Scene, case: Case) -> list[Rich]:
    others = len(bundles.together(scene.session, case)) - 1
    if not others:
        return []
    return [
        scene.tongue.plural(
            "🔗 With {count} other that asks the same.",
            "🔗 With {count} others that ask the same.",
            others,
        )
    ]


def _delivery(scene: Scene, case: Case) -> list[Rich]:
    answers = cases.entries(scene.session, case, "answer", "question")
    sent = [entry for entry in answers if entry.member_id == scene.chat.member_id]
    if not sent or sent[-1].delivery not in DELIVERY:
        return []
    return [scene.tongue(DELIVERY[sent[-1].delivery])]

"""How a request looks in its reader's chat: everything needed to answer, nothing of who wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import regex

from handlers import dates, numbers
from handlers.council import access
from handlers.language import N_, Rich
from handlers.messages import Attachment, Choice, Outgoing
from handlers.migrant import requests
from handlers.rules.masking import mask
from handlers.rules.topics import TOPICS
from handlers.told import shown
from handlers.turn import Scene
from storage import bundles, cases
from storage.model import (
    ANSWERED,
    ASKED,
    CLOSED,
    OPEN,
    PRIVATE,
    PROBLEM_WITHOUT_ME,
    Case,
    Entry,
    Member,
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
MORE = (
    ("template", "template", N_("📋 Answer by template")),
    ("note", "note", N_("📝 Note for members")),
    ("sort", "sort", N_("🏷 Topic, kind, class")),
    ("refer", "refer", N_("➡️ To another office")),
    ("link", "link", N_("🔗 Others ask the same")),
    ("reveal", "reveal", N_("🔓 Show hidden numbers")),
    ("conflict", "conflict", N_("⚖️ I have a conflict")),
    ("reopen", "reopen", N_("🔄 Open again")),
    ("ban", "ban", N_("🚫 Ask the chair to stop them")),
)
"""What stands behind *More*: verb, the action that is asked of `access`, label."""
HISTORY = ("message", "answer", "question", "edit", "note", "event")
"""What a request's reader sees of its history."""
EVENTS = {
    "skipped": N_("The writer did not want to answer."),
    "handed_over": N_("Handed over to {alias}."),
}
"""Events that a history tells of, by the word they are kept under."""
CARD_UNITS = 2800
"""Room for text on a card, in UTF-16 units; what is older is behind a button."""


def full(scene: Scene, case: Case, args: Mapping[str, Any], above: Sequence[Rich] = ()) -> Outgoing:
    """The whole card; `above` stands over what is known of it."""
    t = scene.tongue
    text, cut = _fitting(scene, case)
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
        choices=tuple(_buttons(scene, case, cut, bool(args.get("more")))),
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


def _fitting(scene: Scene, case: Case) -> tuple[Rich, bool]:
    """The newest part of the history that fits on a card, and whether anything was left out."""
    entries = _readable(scene, case)
    kept: list[tuple[Entry, Rich]] = []
    room = CARD_UNITS
    for entry in reversed(entries):
        piece = _piece(scene, entry)
        if _units(piece) > room:
            if not kept:
                kept.append((entry, _piece(scene, entry, CARD_UNITS // 2)))
            return _lines(kept), True
        room -= _units(piece)
        kept.insert(0, (entry, piece))
    return _lines(kept), False


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def history(scene: Scene, case: Case, *kinds: str) -> Rich:
    """Everything written in a case, both sides, numbers hidden; or only these kinds of it."""
    return _lines([(entry, _piece(scene, entry)) for entry in _readable(scene, case, *kinds)])


def _lines(pieces: Sequence[tuple[Entry, Rich]]) -> Rich:
    """One thing a line; files without a word stand side by side."""
    lines: list[Rich] = []
    was_bare = False
    for entry, piece in pieces:
        is_bare = bool(entry.attachment) and not entry.text and entry.kind == "message"
        if is_bare and was_bare:
            lines[-1] = Rich(f"{lines[-1]} {piece}")
        else:
            lines.append(piece)
        was_bare = is_bare
    return Rich("\n".join(lines))


def _readable(scene: Scene, case: Case, *kinds: str) -> list[Entry]:
    return [
        entry
        for entry in cases.entries(scene.session, case, *(kinds or HISTORY))
        if (entry.text in EVENTS if entry.kind == "event" else _says_something(entry))
    ]


def _says_something(entry: Entry) -> bool:
    return bool(entry.text or entry.attachment or entry.member_id)


def hiding(scene: Scene, case: Case) -> list[Entry]:
    """What its writer wrote of which numbers are hidden."""
    return [
        entry
        for entry in cases.entries(scene.session, case, "message")
        if hidden(scene, entry.text) != entry.text
    ]


def hides(scene: Scene, case: Case) -> bool:
    """Whether any number of it is hidden."""
    return bool(hiding(scene, case))


def has_files(scene: Scene, case: Case) -> bool:
    """Whether its writer sent voice or files."""
    return any(entry.attachment for entry in cases.entries(scene.session, case, "message"))


def _piece(scene: Scene, entry: Entry, limit: int | None = None) -> Rich:
    """One thing of the history as it is read, cut after `limit` UTF-16 units if there is one."""
    t = scene.tongue
    if entry.kind == "event":
        event = t(EVENTS[entry.text], alias=_alias(scene, entry))
        return t.fill("• <i>{event}</i>", event=event)
    text = hidden(scene, entry.text)
    words = t.written(text if limit is None else clipped(text, limit))
    if entry.kind in ("answer", "question", "note"):
        alias = _alias(scene, entry)
        words = words or t("(voice or file)")
        if entry.kind == "note":
            return t("📝 <i>For members only</i> · <b>{alias}</b>: {text}", alias=alias, text=words)
        return t.fill("↪️ <b>{alias}</b>: {text}", alias=alias, text=words)
    if entry.kind == "edit":
        return t.fill("<s>{text}</s>", text=words)
    if entry.attachment:
        sign = _sign(entry)
        return t.fill("{sign} {text}", sign=sign, text=words) if words else sign
    return t("{text} (changed)", text=words) if entry.edited_at else words


def _alias(scene: Scene, entry: Entry) -> str:
    member = scene.session.get(Member, entry.member_id) if entry.member_id else None
    return member.alias.split("·")[0] if member else ""


def clipped(text: str, units: int) -> str:
    """The beginning of a text, so many UTF-16 units of it, never half a character."""
    kept: list[str] = []
    for character in regex.findall(r"\X", text):
        units -= _units(character)
        if units < 0:
            return "".join(kept) + " …"
        kept.append(character)
    return text


def hidden(scene: Scene, text: str) -> str:
    """The text with numbers that may identify somebody hidden."""
    return mask(text, scene.charter.prefix, numbers.digits(scene.charter))


def _sign(entry: Entry) -> Rich:
    kind = attachment(entry).kind
    signs = {"voice": "🎤", "audio": "🎵", "photo": "🖼", "video": "🎬", "location": "📍"}
    seconds = attachment(entry).seconds
    length = f" {seconds // 60}:{seconds % 60:02d}" if seconds else ""
    return Rich(f"{signs.get(kind, '📎')}{length}")


def attachment(entry: Entry) -> Attachment:
    """The attachment of an entry, without anything that names a person."""
    known = {field.name for field in fields(Attachment)}
    kept = entry.attachment or {}
    file = Attachment(**{k: v for k, v in kept.items() if k in known})
    return replace(file, file_id=kept["own_file_id"]) if "own_file_id" in kept else file


def _buttons(scene: Scene, case: Case, cut: bool, more: bool) -> list[tuple[Choice, ...]]:
    t, reference = scene.tongue, case.reference
    if more:
        return [*_more(scene, case), (Choice(t("Back"), f"less:{reference}"),)]
    take = () if case.taken_at else (Choice(t("✋ Take"), f"take:{reference}", "primary"),)
    rows = [(*take, Choice(t("✍️ Answer"), f"answer:{reference}", "success"))]
    if has_files(scene, case):
        rows.append((Choice(t("📎 Voice and files"), f"files:{reference}"),))
    if cut:
        rows.append((Choice(t("📜 Whole text"), f"whole:{reference}"),))
    if case.state in (OPEN, ANSWERED, ASKED):
        rows.append(
            (
                Choice(t("❓ Ask"), f"ask:{reference}"),
                Choice(t("🔁 Hand over"), f"hand:{reference}"),
                Choice(t("✔️ Close"), f"close:{reference}"),
            )
        )
    if case.state == CLOSED:
        rows = [(Choice(t("✍️ Answer"), f"answer:{reference}"),)]
    private = _possible(scene, case, "private")
    rows.append(
        (
            *((Choice(t("🔒 Private!"), f"private!:{reference}"),) if private else ()),
            Choice(t("⋯ More"), f"more:{reference}"),
        )
    )
    return rows


def _more(scene: Scene, case: Case) -> list[tuple[Choice, ...]]:
    """What is done more rarely, as far as it is possible now, two on a row."""
    possible = [
        Choice(scene.tongue(label), f"{verb}:{case.reference}")
        for verb, action, label in MORE
        if _possible(scene, case, action) and (verb != "reveal" or hides(scene, case))
    ]
    return [tuple(possible[start : start + 2]) for start in range(0, len(possible), 2)]


def _possible(scene: Scene, case: Case, action: str) -> bool:
    member = scene.session.get(Member, scene.chat.member_id) if scene.chat.member_id else None
    return member is not None and access.may(scene.session, member, case, action)

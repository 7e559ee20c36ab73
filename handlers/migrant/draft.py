"""A draft: several messages, one screen under them, and nothing sent before the person says so."""

from dataclasses import asdict
from typing import Any

from handlers import assign
from handlers.council import access
from handlers.language import Rich
from handlers.messages import Attachment, Choice
from handlers.migrant import flood, impostor, safety
from handlers.rules.masking import holds_numbers
from handlers.rules.references import new_reference
from handlers.rules.safety import Finding, look
from handlers.rules.topics import TOPICS, suggest, suggest_kind
from handlers.rules.urgent import NOTHING, Level
from handlers.screens import Screen
from handlers.told import nobody_reads, shown
from handlers.turn import QUESTION, Scene, Turn
from handlers.words import command_in
from storage import cases, outbox
from storage.model import (
    AMBER,
    DRAFT,
    ONLY_MEMBER,
    ORDINARY,
    PRIVATE,
    PROBLEM_WITHOUT_ME,
    Case,
    Entry,
    Member,
)

READ_FOR_A_TOPIC = 20
"""Messages whose words suggest a topic; of a flood of them the first are enough."""
LEVELS: tuple[Level, ...] = ("", "amber", "red")
BEFORE_PRIVATE_WORDS = ("is_it_safe", "about_whom", "about_member", "nobody_private", "not_whom")
"""Questions between the button Private and its words: words written there are private, too."""


def add(turn: Turn, text: str, attachments: tuple[Attachment, ...], message_id: str) -> Case:
    """Join a message to the draft, or begin one; help that cannot wait is given at once."""
    case = cases.draft_of(turn.session, turn.someone) or _begin(turn)
    _as_chosen(turn, case, text)
    append(turn, case, text, attachments, message_id)
    impostor.after_words(turn, case, text)
    show(turn, case, pause=True)
    return case


def append(
    scene: Scene, case: Case, text: str, attachments: tuple[Attachment, ...], message_id: str
) -> None:
    """Write a message down in a draft, look for danger in it, and say what we hid."""
    write_down(scene, case, text, attachments, message_id)
    case.touched_at, case.reminded_at = scene.now, None
    read_again(scene, case, text)


def write_down(
    scene: Scene, case: Case, text: str, attachments: tuple[Attachment, ...], message_id: str
) -> None:
    """Keep a message in a case's history; its text stands with its first attachment."""
    for part in attachments or (None,):
        entry = Entry(case_id=case.id, kind="message", text=text, message_id=message_id)
        entry.attachment, entry.at = asdict(part) if part else None, scene.now
        entry.source = message_id if part and "://" in part.file_id else ""
        scene.session.add(entry)
        text = ""
    scene.session.flush()


def look_at(scene: Scene, text: str) -> Finding:
    """Help that cannot wait, and a warning about numbers we hide."""
    if holds_numbers(text) and not flood.until(scene):
        scene.say(
            scene.tongue(
                "⚠️ You sent something that looks like a number of a passport, ID, card or phone. "
                "We do not need it and hide it. Please delete it from this chat."
            )
        )
    return safety.help_at_once(scene, text)


def read_again(scene: Scene, case: Case, newest: str) -> None:
    """See what the case is about now, and how urgent: words alone never send it anywhere."""
    finding = look_at(scene, newest)
    if safety.is_private(finding):
        case.track = PRIVATE
    elif finding.level and case.track == ORDINARY:
        case.track = AMBER
    first = cases.entries(scene.session, case, "message", limit=READ_FOR_A_TOPIC)
    whole = "\n".join(entry.text for entry in first)
    if not case.topic_chosen:
        case.topic = case.topic_suggested = suggest(whole, case.language)
    if not case.kind:
        case.kind = suggest_kind(whole, case.language) or ""


def _begin(turn: Turn) -> Case:
    case = cases.begin(turn.session, turn.someone, new_reference, turn.now)
    case.kind, case.excluded, case.share = "", [], ONLY_MEMBER
    case.about, case.subjects = "", []
    return case


def _as_chosen(turn: Turn, case: Case, text: str) -> None:
    """What was chosen before writing holds for the whole draft, of two choices the narrower."""
    chosen = _chosen(turn, text)
    case.kind = chosen.get("kind") or case.kind
    case.excluded = sorted({*case.excluded, *chosen.get("excluded", ())})
    case.about = chosen.get("about") or case.about
    case.subjects = sorted({*case.subjects, *chosen.get("subjects", ())})
    if chosen.get("track") == PRIVATE:
        case.track, case.share = PRIVATE, ONLY_MEMBER


def _chosen(turn: Turn, text: str) -> dict[str, Any]:
    """What was chosen for these words; who pressed Private or wrote /private has chosen that much."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen in BEFORE_PRIVATE_WORDS:
        about = args.get("about") or ("member" if person.screen == "about_member" else "")
        return {"track": PRIVATE, "about": about, "subjects": args.get("subjects", ())}
    if (command_in(text) or ("",))[0] == "private":
        return {"track": PRIVATE}
    return args if person.screen == "write" else {}


def is_apart(turn: Turn) -> bool:
    """Whether what comes next was promised to be read not by just any member.

    Then it begins or joins a draft, whatever number it names and whatever it replies to.
    """
    chosen = _chosen(turn, turn.incoming.text)
    apart = chosen.get("excluded") or chosen.get("subjects")
    return chosen.get("track") == PRIVATE or bool(apart)


def holds_apart(case: Case) -> bool:
    """Whether a draft may not join a request that just any member reads."""
    return case.track == PRIVATE or bool(case.excluded or case.subjects)


def show(scene: Scene, case: Case, *, pause: bool = False) -> None:
    """Put the draft's screen under its messages, a moment later if more may be coming.

    Under a flood of them it comes once, when the flood is over.
    """
    later = flood.until(scene) or scene.now + scene.charter.settle
    row = outbox.add(
        scene.session,
        scene.chat,
        "draft",
        scene.now,
        case_id=case.id,
        mode="below",
        key=QUESTION,
        urgent=True,
        due_at=later if pause else scene.now,
    )
    scene.open("draft", {"reference": case.reference}, row)


def screen(scene: Scene, reference: str) -> Screen | None:
    """What will be sent, what it is about, who may know; None once it is no draft any more."""
    case = cases.own(scene.session, scene.someone, reference)
    if case is None or case.state != DRAFT:
        return None
    t = scene.tongue
    messages = cases.count_messages(scene.session, case)
    topic = TOPICS[case.topic]
    lines = [
        t.plural(
            "📝 <b>Your message</b>: {count} part. It is not sent yet.",
            "📝 <b>Your message</b>: {count} parts. It is not sent yet.",
            messages,
        ),
        t("Topic: {icon} {topic}", icon=Rich(topic.icon), topic=t(topic.label)),
        t("Who may know: {share}", share=share_words(scene, case)),
        *_about(scene, case),
        t("You can write more, or press a button."),
        _by_itself(scene, case),
    ]
    choices = [
        Choice(t("✅ Send"), f"send:{reference}", "success"),
        Choice(t("📂 Topic"), f"topics:{reference}"),
        Choice(t("👁 Who may know"), f"share:{reference}"),
        Choice(t("✖️ Cancel"), f"cancel:{reference}"),
    ]
    if case.track == PRIVATE:
        choices += [
            Choice(t("👤 About whom?"), f"about_back:{reference}"),
            Choice(t("🕓 When may we write?"), f"when:{reference}"),
        ]
    live = [
        one for one in cases.live_of_person(scene.session, scene.someone) if one.track != PRIVATE
    ]
    if live and not holds_apart(case):
        number = shown(scene, live[0])
        choices.append(
            Choice(
                t("➕ Add to {reference}", reference=number),
                f"join:{reference}:{live[0].reference}",
            )
        )
    return Screen(
        name="draft",
        text=Rich("\n".join(lines)),
        choices=tuple(choices),
        args={"reference": reference},
        columns=2,
    )


def _about(scene: Scene, case: Case) -> list[Rich]:
    """Whom it is about, and that they never see it."""
    t = scene.tongue
    if case.about == "official":
        return [t("About: an official")]
    if not case.subjects:
        return []
    seats = [scene.session.get(Member, one) for one in case.subjects]
    names = t.listed([t.fill("{alias}", alias=seat.alias) for seat in seats if seat is not None])
    return [t("About: {aliases}. They never see it.", aliases=names)]


def _by_itself(scene: Scene, case: Case) -> Rich:
    """What becomes of it if they do nothing; where nobody could read it, the truth."""
    if assign.choice(scene, case).member_id is None:
        return nobody_reads(scene)
    t = scene.tongue
    return t(
        "If you do nothing, it goes to one person of the council on {moment}. "
        "Only that person reads it.",
        moment=t.moment(case.touched_at + scene.charter.draft_handed_in),
    )


def share_words(scene: Scene, case: Case) -> Rich:
    """Who may know, in the person's words."""
    t = scene.tongue
    if case.track == PRIVATE:
        if access.about_chair(scene.session, case):
            return t("🔒 Private: only the acting chair or a contact outside the council")
        return t("🔒 Private: only a focal person for private messages")
    if case.share == PROBLEM_WITHOUT_ME:
        return t("The {service} may hear of the problem, but not of me")
    return t("Only the council member")


def topics(scene: Scene, reference: str) -> Screen:
    """All topics, to correct the one we guessed."""
    t = scene.tongue
    return Screen(
        name="topics",
        text=t("What is it about?"),
        choices=tuple(
            Choice(f"{topic.icon} {t(topic.label)}", f"topic:{reference}:{name}")
            for name, topic in TOPICS.items()
        ),
        zero=Choice(t("Back"), f"draft:{reference}"),
        args={"reference": reference},
        columns=2,
    )


def sharing(scene: Scene, reference: str) -> Screen:
    """Who may know about it."""
    t = scene.tongue
    return Screen(
        name="sharing",
        text=t(
            "<b>Who may know about this?</b>\n"
            "1. Only the council member who reads it.\n"
            "2. The council may tell the {service} about the problem, without anything about you.\n"
            "3. Private: only a focal person for private messages reads it. "
            "For danger, abuse, or about an official or a council member."
        ),
        choices=(
            Choice(t("Only the council member"), f"may:{reference}:{ONLY_MEMBER}"),
            Choice(t("The problem, without me"), f"may:{reference}:{PROBLEM_WITHOUT_ME}"),
            Choice(t("🔒 Private"), f"may:{reference}:{PRIVATE}"),
        ),
        zero=Choice(t("Back"), f"draft:{reference}"),
        args={"reference": reference},
    )


def mine(turn: Turn, reference: str) -> Case | None:
    """This person's own draft of that reference; otherwise they see where things stand."""
    case = cases.own(turn.session, turn.someone, reference)
    if case is not None and case.state == DRAFT:
        return case
    turn.toast = turn.tongue("This message was already sent or cancelled.")
    return None


def back(turn: Turn, reference: str) -> None:
    """Back to the draft's screen."""
    if case := mine(turn, reference):
        show(turn, case)


def ask_topic(turn: Turn, reference: str) -> None:
    """Let them correct the topic."""
    if mine(turn, reference):
        turn.ask(topics(turn, reference))


def ask_share(turn: Turn, reference: str) -> None:
    """Let them say who may know."""
    if mine(turn, reference):
        turn.ask(sharing(turn, reference))


def set_topic(turn: Turn, reference: str, topic: str) -> None:
    """The person knows best what it is about."""
    case = mine(turn, reference)
    if case and topic in TOPICS:
        case.topic, case.topic_chosen = topic, True
        show(turn, case)


def set_share(turn: Turn, reference: str, share: str) -> None:
    """Only the member, the problem without me, or private."""
    case = mine(turn, reference)
    if case is None:
        return
    if share == PRIVATE:
        case.track, case.share = PRIVATE, ONLY_MEMBER
    elif share in (ONLY_MEMBER, PROBLEM_WITHOUT_ME):
        case.share = share
        if case.track == PRIVATE and not _says_danger(turn, case):
            case.track = AMBER if gravest(turn, case).level else ORDINARY
    if case.track == PRIVATE and share != PRIVATE:
        turn.say(
            turn.tongue(
                "Because of what you wrote, only a focal person for private messages will read it."
            )
        )
    show(turn, case)


def reminder_key(case: Case) -> str:
    """Under which the words "not sent yet" stand, until they are not true any more."""
    return f"quiet:{case.id}"


def gravest(scene: Scene, case: Case) -> Finding:
    """The gravest thing found in any message of a case."""
    texts = [entry.text for entry in cases.entries(scene.session, case, "message")]
    found = [look(text, case.language) for text in texts]
    level = max((one.level for one in found), key=LEVELS.index, default=NOTHING.level)
    groups = dict.fromkeys(group for one in found if one.level == level for group in one.groups)
    return Finding(level, tuple(groups))


def _says_danger(scene: Scene, case: Case) -> bool:
    return safety.is_private(gravest(scene, case))


def cancel(turn: Turn, reference: str) -> None:
    """Drop the draft and all that was written in it."""
    case = mine(turn, reference)
    if case:
        turn.tidy(reminder_key(case))
        turn.session.delete(case)
        turn.leave(reference)
        turn.say(turn.tongue("🗑️ Cancelled. Nothing was sent. What you wrote is deleted here."))

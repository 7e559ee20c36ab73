"""Help that waits for nobody: numbers at once, and the way to a person who may read it."""

from collections.abc import Sequence

from handlers import dates, numbers
from handlers.council import access
from handlers.language import N_, Rich
from handlers.messages import Choice
from handlers.rules.safety import PRIVATE_GROUPS, Finding, look
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import cases, members

NUMBERS_FOR = {
    "danger_now": ("emergency", "police", "ambulance"),
    "suicide": ("emergency",),
    "trafficking": ("trafficking", "police"),
    "sexual_abuse": ("police", "violence", "ambulance"),
    "family_violence": ("police", "violence"),
    "child": ("child", "emergency"),
    "detention_removal": ("ombudsman",),
    "reprisal": ("ombudsman", "police"),
    "official_misconduct": ("ombudsman", "corruption"),
}


GRAVEST_FIRST = (
    *("suicide", "child", "sexual_abuse", "family_violence", "trafficking", "danger_now"),
    *("detention_removal", "reprisal", "official_misconduct"),
)
"""Whose text is said where words point at several groups; the numbers of all are named."""
SAID = {
    "suicide": N_(
        "I am sorry you are in so much pain. You do not have to be alone with this. "
        "Please call now, or go to someone near you: {numbers}\n"
        "Stay with someone you trust. Are you safe now? You can write that here.\n"
        "A person will read what you send. This is an automatic message: "
        "it cannot help you by itself."
    ),
    "danger_now": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "Go where other people are, if you can.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "trafficking": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "Nobody may lock you in, take your papers or make you work. It is not your fault.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "sexual_abuse": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "It is not your fault. A doctor can help, also if you tell nobody else.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "family_violence": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "Nobody may beat you, at home either. It is not your fault.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "child": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "The call is free. You did nothing wrong.\n"
        "Tell a grown-up you trust. Please send no names and no photos."
    ),
    "detention_removal": N_(
        "📞 Help by phone: {numbers}\n"
        "You can ask for a lawyer and an interpreter. Sign nothing you cannot read.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "reprisal": N_(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "Nobody may punish you for a complaint. Keep messages and papers that show it.\n"
        "If someone checks your phone, you can delete these messages."
    ),
    "official_misconduct": N_(
        "📞 Help by phone: {numbers}\n"
        "You do not have to pay. We never ask for money.\n"
        "If someone checks your phone, you can delete these messages."
    ),
}
"""One text for each group: plain words, numbers, and nothing that we cannot keep."""


def is_private(finding: Finding) -> bool:
    """Whether these words may be read by focal persons only."""
    return finding.level == "red" and any(group in PRIVATE_GROUPS for group in finding.groups)


def help_text(scene: Scene, finding: Finding) -> Rich | None:
    """What is said at once to words of the red lists; nothing automatic to anything else."""
    if finding.level != "red":
        return None
    t = scene.tongue
    wanted = dict.fromkeys(id for group in finding.groups for id in NUMBERS_FOR.get(group, ()))
    line = numbers.line(scene.charter, t, *wanted)
    gravest = next(group for group in GRAVEST_FIRST if group in finding.groups)
    return Rich("\n".join([t(SAID[gravest], numbers=line), *_when_read(scene)]))


def _when_read(scene: Scene) -> list[Rich]:
    """Nobody is left to believe that somebody reads at night."""
    days = dates.calendar(scene.charter)
    if days.is_open(scene.now):
        return []
    return [
        scene.tongue(
            "🌙 Nobody reads here now. A person reads from {moment}.",
            moment=scene.tongue.moment(days.next_open(scene.now)),
        )
    ]


def help_at_once(scene: Scene, text: str) -> Finding:
    """Look at words as they arrive and name the numbers if they are of the red lists."""
    finding = look(text, scene.tongue.code)
    said = help_text(scene, finding)
    if said is not None:
        scene.say(said, urgent=True)
    return finding


def private(turn: Turn) -> None:
    """Private: the numbers first, then whether it is safe to write, then who may read."""
    turn.ask(is_it_safe(turn))


def is_it_safe(scene: Scene) -> Screen:
    """Whether this person can write here without danger."""
    t = scene.tongue
    return Screen(
        name="is_it_safe",
        text=t(
            "🔒 If you are in danger now, call: {numbers}\n<b>Is it safe to write here?</b>",
            numbers=numbers.line(scene.charter, t, "emergency", "police", "ambulance"),
        ),
        choices=(
            Choice(t("Yes"), "safe:yes"),
            Choice(t("No, stop"), "safe:no"),
        ),
    )


def nobody_private(
    scene: Scene, reference: str = "", about: str = "", subjects: Sequence[int] = ()
) -> Screen:
    """The truth where nobody can read it privately, the numbers, and the person's own choice."""
    t = scene.tongue
    concerns = bool(subjects or _subjects(scene, reference))
    return Screen(
        name="nobody_private",
        text=t(
            "🔒 We must tell you the truth: right now nobody in the {council} is named to read "
            "private messages. You can call: {numbers}\n"
            "<b>May an ordinary council member read it?</b> "
            "They will know your text and its number, not who you are.{never}",
            never=t("\nNever one it is about, or who stands in for them.")
            if concerns
            else Rich(""),
            numbers=numbers.line(
                scene.charter,
                t,
                "emergency",
                "trafficking",
                "violence",
                "child",
                "ombudsman",
                "corruption",
            ),
        ),
        choices=(
            Choice(t("Yes, any member"), f"ordinary:yes:{reference}"),
            Choice(t("Yes, but not a certain member"), f"ordinary:except:{reference}"),
            Choice(t("No. Delete it"), f"ordinary:no:{reference}", "danger")
            if reference
            else Choice(t("No, stop"), "ordinary:no:"),
        ),
        args={"reference": reference, "about": about, "subjects": list(subjects)},
    )


def _subjects(scene: Scene, reference: str) -> list[int]:
    """Whom their request is about."""
    case = cases.own(scene.session, scene.someone, reference) if reference else None
    return case.subjects if case is not None else []


def not_whom(
    scene: Scene, reference: str = "", about: str = "", subjects: Sequence[int] = ()
) -> Screen:
    """Which member must not see it, besides whoever it is about."""
    t = scene.tongue
    besides = access.concerned(scene.session, subjects or _subjects(scene, reference))
    seats = members.seated(scene.session, *members.READERS)
    seats = [seat for seat in seats if seat.id not in besides]
    return Screen(
        name="not_whom",
        text=t("Who must not see it?"),
        choices=tuple(
            Choice(t.isolated(seat.alias), f"ordinary:{seat.id}:{reference}") for seat in seats
        ),
        zero=Choice(t("Back"), f"ordinary:back:{reference}"),
        args={"reference": reference, "about": about, "subjects": list(subjects)},
        columns=2,
    )

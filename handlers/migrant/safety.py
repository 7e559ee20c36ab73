"""Help that waits for nobody: numbers at once, and the way to a person who may read it."""

from handlers import numbers
from handlers.language import Rich
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


NO_DANGER = frozenset({"detention_removal", "official_misconduct"})
"""Where somebody helps by phone, and nobody's life hangs on a call now."""


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
    if "suicide" in finding.groups:
        return t(
            "I am sorry you are in so much pain. You do not have to be alone with this. "
            "Please call now, or go to someone near you: {numbers}\n"
            "A person will read what you write. This is an automatic message: "
            "it cannot help you by itself.",
            numbers=line,
        )
    if NO_DANGER.issuperset(finding.groups):
        return t(
            "📞 Help by phone: {numbers}\n"
            "If someone checks your phone, you can delete these messages.",
            numbers=line,
        )
    return t(
        "🚨 If you are in danger now, do not wait for us. Call: {numbers}\n"
        "If someone checks your phone, you can delete these messages.",
        numbers=line,
    )


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


def safe(turn: Turn, answer: str) -> None:
    """They can write here, or they cannot."""
    t = turn.tongue
    if answer == "no":
        waiting = cases.draft_of(turn.session, turn.someone)
        if waiting is not None:  # no reminder of it either
            waiting.reminded_at = turn.now
        turn.close()
        turn.say(
            t(
                "OK. We stop. We do not write first about this.\n"
                "If someone checks your phone, delete this chat or only these messages. "
                "To come back, write any word."
            )
        )
    elif members.seated(turn.session, "focal"):
        begin(turn)
    else:
        turn.ask(nobody_private(turn))


def begin(turn: Turn) -> None:
    """Let them write what only a focal person will read."""
    t = turn.tongue
    turn.say(
        t(
            "🔒 Only a focal person for private messages reads what you write next. "
            "Other members of the {council} and the {service} do not see it.\n"
            "Write or send voice. You do not have to give names.\n"
            "Help by phone: {numbers}",
            numbers=numbers.line(
                turn.charter, t, "trafficking", "violence", "child", "ombudsman", "corruption"
            ),
        )
    )
    turn.open("write", {"track": "private"})


def nobody_private(scene: Scene, reference: str = "") -> Screen:
    """The truth where no focal person can read it, the numbers, and the person's own choice."""
    t = scene.tongue
    return Screen(
        name="nobody_private",
        text=t(
            "🔒 We must tell you the truth: right now nobody in the {council} is named to read "
            "private messages. You can call: {numbers}\n"
            "<b>May an ordinary council member read it?</b> "
            "They will know your text and its number, not who you are.",
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
        args={"reference": reference},
    )


def not_whom(scene: Scene, reference: str = "") -> Screen:
    """Which member must not see it."""
    t = scene.tongue
    seats = members.seated(scene.session, *members.READERS)
    return Screen(
        name="not_whom",
        text=t("Who must not see it?"),
        choices=tuple(
            Choice(t.isolated(seat.alias), f"ordinary:{seat.id}:{reference}") for seat in seats
        ),
        zero=Choice(t("Back"), f"ordinary:back:{reference}"),
        args={"reference": reference},
        columns=2,
    )

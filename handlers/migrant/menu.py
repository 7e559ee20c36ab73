"""The menu: a help for those who want one, never a wall."""

from handlers import numbers
from handlers.messages import Choice
from handlers.migrant import draft
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import cases

KINDS = ("question", "complaint", "suggestion")


def main(scene: Scene) -> Screen:
    """Everything a migrant can begin."""
    t = scene.tongue
    return Screen(
        name="menu",
        text=t("Choose a number, or just write. You can also send a voice message."),
        choices=(
            Choice(t("❓ Question"), "write:question"),
            Choice(t("📣 Problem or complaint"), "write:complaint"),
            Choice(t("💡 Idea"), "write:suggestion"),
            Choice(t("📂 My requests"), "requests"),
            Choice(t("🔒 Private: danger, abuse, officials"), "private"),
            Choice(t("🗑️ Delete my messages"), "delete"),
        ),
        zero=Choice(t("🌐 Language"), "languages"),
        resting=True,
    )


def show(turn: Turn) -> None:
    """Show the menu; a draft that is being written stays as it is."""
    turn.ask(main(turn))


def start(turn: Turn) -> None:
    """Start pressed again: the menu, or the draft that waits."""
    waiting = cases.draft_of(turn.session, turn.someone)
    if waiting is not None:
        draft.show(turn, waiting)
    else:
        show(turn)


def help_text(turn: Turn) -> None:
    """How it works, in a few lines; what they were doing goes on."""
    t = turn.tongue
    turn.say(
        t(
            "Write your question or problem here, in your language. Voice and photos are fine.\n"
            "Then press Send. You get a number and the date of the answer.\n"
            "/menu everything you can do\n"
            "/requests what you sent\n"
            "/private danger, abuse, officials\n"
            "/language change the language\n"
            "/delete delete everything\n"
            "🚨 In danger now? Call: {numbers}",
            numbers=numbers.line(turn.charter, t, "emergency", "police", "ambulance"),
        )
    )


def write(turn: Turn, kind: str) -> None:
    """Somebody chose what they want to write: let them."""
    if kind not in KINDS:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    t = turn.tongue
    prompts = {
        "question": t("❓ Write your question. You can also send voice or photos."),
        "complaint": t(
            "📣 What happened? When and where? What do you want to change?\n"
            "You can also send voice or photos. No passport or ID numbers, please."
        ),
        "suggestion": t("💡 Write your idea. You can also send voice or photos."),
    }
    turn.say(prompts[kind])
    turn.open("write", {"kind": kind})


def changed_language(turn: Turn, code: str) -> None:
    """Speak another language from now on, also about requests that are still open."""
    person = turn.someone
    person.language = code
    for case in cases.live_of_person(turn.session, person):
        case.language = code
    waiting = cases.draft_of(turn.session, person)
    if waiting is not None:
        waiting.language = code
    turn.say(turn.tongue("✅ We write in this language now."))

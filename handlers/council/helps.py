"""What a member can do on the screen they are on, in a few lines."""

from collections.abc import Mapping

from handlers.language import N_, Rich
from handlers.turn import Turn

DESK = N_(
    "This is your desk: what is most urgent stands first.\n"
    "Press a request to open it, or write its number in the list.\n"
    "<b>Show only</b>: what waits, is due today or late. <b>Filter</b>: topic, class, language."
)
WRITING = N_(
    "Write, speak or send a photo for the writer of this request.\n"
    "You see it once more before it is sent. Cancel sends nothing."
)
PREVIEW = N_(
    "This is exactly what the writer will see.\n"
    "<b>Send</b>: it goes. <b>Change</b>: write it again. <b>Cancel</b>: nothing goes.\n"
    "What you write now is added to it."
)
HANDING_OVER = N_(
    "Choose who looks after the request now, and why.\n"
    "The writer is told both. You do not see the request any more."
)
CLOSING = N_("Choose why it is closed. The writer is told and can open it again.")
WHICH = N_("Choose the request that your words are for. Nothing is sent before you do.")
FINDING = N_(
    "Write a number, a day or a topic; parts of words are enough.\n"
    "Only requests that are with you are found. At once: /find last week"
)
TEMPLATES = N_(
    "Templates are answers that the chair has approved.\n"
    "Choose one: you see it in the writer's language before it is sent."
)
AWAY = N_(
    "Say until when you are away: what is new or urgent goes to others.\n"
    "At once: /away until Friday · back earlier: /away back"
)
CHAIR = N_(
    "The chair sees how many requests wait, who has them and what is late.\n"
    "What is written in a request is seen by its reader only."
)
ELECTION = N_(
    "Propose somebody, or vote when the list is closed.\n"
    "A vote is secret and final. Nobody sees who voted for whom."
)
NOTE = N_("Write a note for members. The writer of the request never sees it.")
SORTING = N_("Choose the right topic, kind or class. The dates follow the class.")
REFERRING = N_("Choose the office. The writer is asked first what may be told to it.")

SCREENS: Mapping[str, str] = {
    "desk": DESK,
    "desk_views": DESK,
    "desk_filters": DESK,
    "desk_values": DESK,
    "compose": WRITING,
    "preview": PREVIEW,
    "whom": HANDING_OVER,
    "why": HANDING_OVER,
    "close_reasons": CLOSING,
    "which": WHICH,
    "find": FINDING,
    "found": FINDING,
}
"""Screen → what can be done on it."""
BEGINNINGS: Mapping[str, str] = {
    "template": TEMPLATES,
    "away": AWAY,
    "chair": CHAIR,
    "election": ELECTION,
    "note": NOTE,
    "sort": SORTING,
    "refer": REFERRING,
}
"""The same for every screen whose name begins so."""
CARDS = N_(
    "Requests come to this chat as cards.\n"
    "<b>Take</b>: you have read it. <b>Answer</b>: write, speak or send a photo; you see it "
    "before it is sent. You can also reply to any message of a request.\n"
    "<b>Ask</b>: one more question to the writer. <b>Hand over</b>: to another member.\n"
    "<b>More</b>: everything that is done more rarely."
)
COMMANDS = N_(
    "/desk your requests · /find find one again\n"
    "/away you are not there · /templates ready answers\n"
    "/chair for the chair · /election choose a chair\n"
    "/language language · /menu write as a migrant yourself"
)


def text(name: str) -> str:
    """What is said of the screen of this name; of any other, how cards work."""
    for beginning, says in BEGINNINGS.items():
        if name.startswith(beginning):
            return says
    return SCREENS.get(name, CARDS)


def say(turn: Turn) -> None:
    """Help for where they are; what they were doing stays open."""
    t = turn.tongue
    turn.say(Rich(f"{t(text(turn.someone.screen))}\n\n{t(COMMANDS)}"))

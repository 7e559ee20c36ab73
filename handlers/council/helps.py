"""What a member can do on the screen they are on, in a few lines."""

from collections.abc import Mapping

from handlers.language import N_, Rich
from handlers.turn import Turn

KEY = "help"
"""Only the newest help stands in a chat."""
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
    "At once: /away until Friday · back earlier: /back"
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
RELEASING = N_(
    "Write only what the unit needs. The writer sees every word first and says yes or no.\n"
    "The Service's answer comes to you. The writer never gets a message from the Service."
)

SECOND_READER = N_("Write what should be changed: only whoever asked you to read it sees it.")
LINKING = N_(
    "Link requests that ask the same: one answer goes to all their writers.\n"
    "Each writer sees it as an answer to their own request only."
)
TOGETHER = N_(
    "What you write or choose goes to every request of this list.\n"
    "You see it once more before it is sent. Cancel sends nothing."
)
CONFLICT = N_(
    "Whoever has a conflict of interest loses sight of the request at once.\n"
    "The chair decides afterwards whether they may be given it again."
)
BANNING = N_(
    "Only the chair stops a writer. The writer is told why and can appeal.\n"
    "Words of danger are always taken."
)
PROPOSING = N_(
    "A ready answer needs a source and a second person who approves it.\n"
    "What you began is kept: you find it in /templates."
)
MEMBERS = N_(
    "Choose a member to see what they take, or to suspend them or let them go.\n"
    "Whoever is invited tells you a code; you confirm it here."
)
OWN_SEAT = N_("Your own seat: your languages, your topics, and leaving.")
RECORD = N_("Who did what and when, the newest first. Nobody's words are in it.")
REASSIGNING = N_(
    "Choose who gets the request, and why. The writer is told both.\n"
    "You do not see what is written in it."
)
PRIVATE = N_("Whoever reads it now loses sight of it. The writer is told who reads it.")
REVEALING = N_("Choose why you need the numbers. It is recorded, and they go again by themselves.")

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
    "second_remark": SECOND_READER,
    "close_sure": CLOSING,
    "why_lower": SORTING,
    "go_there": REFERRING,
    "link": LINKING,
    "conflict": CONFLICT,
    "conflicts": CONFLICT,
    "judge": CONFLICT,
    "members": MEMBERS,
    "seat": MEMBERS,
    "cap": MEMBERS,
    "suspend": MEMBERS,
    "letgo": MEMBERS,
    "pending": MEMBERS,
    "me": OWN_SEAT,
    "leave": OWN_SEAT,
    "resign": OWN_SEAT,
    "record": RECORD,
    "make_private": PRIVATE,
    "reveal_why": REVEALING,
    "nominees": ELECTION,
    "ready": TEMPLATES,
    "ready_old": TEMPLATES,
    "ready_one": TEMPLATES,
    "ready_use": TEMPLATES,
    "ready_instead": TEMPLATES,
    "ready_wrong": TEMPLATES,
}
"""Screen → what can be done on it."""
BEGINNINGS: Mapping[str, str] = {
    "ready": PROPOSING,
    "correction": TEMPLATES,
    "away": AWAY,
    "substitute": AWAY,
    "chair": CHAIR,
    "election": ELECTION,
    "vote": ELECTION,
    "give_": REASSIGNING,
    "invite": MEMBERS,
    "my_": OWN_SEAT,
    "ban": BANNING,
    "bulk": TOGETHER,
    "note": NOTE,
    "sort": SORTING,
    "refer": REFERRING,
    "release": RELEASING,
}
"""The same for every other screen whose name begins so."""
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
MORE_COMMANDS = N_("/me your own seat: languages, topics, leaving")


def text(name: str) -> str:
    """What is said of the screen of this name; of any other, how cards work."""
    if name in SCREENS:
        return SCREENS[name]
    return next((says for start, says in BEGINNINGS.items() if name.startswith(start)), CARDS)


def say(turn: Turn) -> None:
    """Help for where they are; what they were doing stays open."""
    t = turn.tongue
    turn.say(
        Rich(f"{t(text(turn.someone.screen))}\n\n{t(COMMANDS)}\n{t(MORE_COMMANDS)}"),
        key=KEY,
        mode="below",
    )

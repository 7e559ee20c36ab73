"""What the digest calls things: headings, figures, kinds; the same in message, page and sheet."""

from collections.abc import Mapping

from handlers.language import N_
from handlers.rules.topics import TOPICS

HEADINGS: Mapping[str, str] = {
    "topic": N_("Top topics, and what people say is wrong"),
    "asked": N_("What the council asks of you"),
    "owed": N_("Answers that are awaited from you"),
    "gap": N_("Information that is missing, and rumours"),
    "signal": N_("Signals: online services, queues, offices"),
    "decision": N_("What recent decisions did"),
    "change": N_("What changed because of earlier digests"),
    "date": N_("Dates ahead"),
    "figures": N_("More figures"),
    "safeguarding": N_("Safeguarding"),
    "note": N_("About these figures"),
}
"""The parts after the state, in the order in which they stand."""

STATE: Mapping[str, str] = {
    "received": N_("Received"),
    "answered": N_("Answered"),
    "in_time": N_("In time"),
    "overdue": N_("Overdue"),
}
"""The state in one line."""

FIGURES: Mapping[str, str] = {
    "received": N_("People who wrote"),
    "answered": N_("People who got an answer"),
    "closed": N_("People whose request was closed"),
    "overdue": N_("People who wait longer than promised"),
    "in_time": N_("Answered or read within the promised time"),
    "reopened": N_("People whose request was opened again"),
    "unreachable": N_("People whom a message could not reach"),
    "rated": N_("People who rated an answer"),
    "referred": N_("People of whom a text was released to you"),
    "told": N_("Closed, and the person was told"),
    "helped": N_("Said that the answer helped"),
    "referral_answered": N_("Released texts that you answered"),
}
"""What was counted, in whole words."""

TIMES: Mapping[str, str] = {
    "read": N_("Until a person reads it"),
    "answered": N_("Until the first useful answer"),
    "closed": N_("Until it is closed"),
}

TABLES: Mapping[str, str] = {
    "topic": N_("Topics"),
    "kind": N_("Kinds of request"),
    "urgency": N_("Classes"),
    "language": N_("Languages"),
    "channel": N_("Channels"),
}

KINDS: Mapping[str, str] = {
    "question": N_("Question"),
    "complaint": N_("Problem or complaint"),
    "suggestion": N_("Idea"),
    "thanks": N_("Thanks"),
    "rumour": N_("Rumour"),
    "help": N_("Request for help"),
}

CLASSES: Mapping[str, str] = {
    "P1": N_("P1: danger to life or person"),
    "P2": N_("P2: urgent, or a date within days"),
    "P3": N_("P3: complaint, request for help"),
    "P4": N_("P4: question"),
    "P5": N_("P5: idea, thanks, rumour"),
}

CHANNELS: Mapping[str, str] = {"telegram": "Telegram", "whatsapp": "WhatsApp"}

ROWS: Mapping[str, Mapping[str, str]] = {
    "topic": {topic: known.label for topic, known in TOPICS.items()},
    "kind": KINDS,
    "urgency": CLASSES,
    "channel": CHANNELS,
}
"""How the rows of a table are called; languages have names of their own."""

STANDING: Mapping[str, str] = {
    "sent": N_("No answer yet"),
    "more_time": N_("You asked for more time"),
    "question": N_("You asked a question"),
    "accepted": N_("Accepted"),
    "partly": N_("Accepted in part"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back by the council"),
}
"""Where a proposal stands."""

OUTCOMES: Mapping[str, str] = {
    "accepted": N_("Proposal {number}: you accepted it."),
    "partly": N_("Proposal {number}: you accepted a part of it."),
    "refused": N_("Proposal {number}: you refused it."),
    "withdrawn": N_("Proposal {number}: the council took it back."),
}

OWED: Mapping[str, str] = {
    "proposal": N_("Answer to proposal {number}"),
    "released": N_("Answer to released request {number}"),
}

UNAPPROVED = N_(
    "Nobody of the council looked at this before it was sent: figures and approved lines only."
)
CORRECTED = N_("Correction. This takes the place of the digest that you had before.")
QUIET = N_("A quiet week: fewer than five people wrote.")
NOTHING = N_("There is nothing else to tell of this week, and nothing new is asked of you.")

"""Nothing that somebody typed vanishes without a word, and no digit answers what it was not typed to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove
from talk import Talk

from handlers.council import membership
from handlers.messages import Attachment
from handlers.migrant import draft, hand_in
from storage.model import Case, Entry, Outbox

SMALL = "How can I learn the language?"
OTHER = "And the nearest library, where is it?"
PHOTO = Attachment(kind="photo", file_id="photo-1")


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, and a migrant who agreed."""
    talk.seat("Leyla")
    talk.agreed("Farid")


def _texts(talk: Talk, case: Case) -> list[str]:
    chosen = select(Entry.text).where(Entry.case_id == case.id).order_by(Entry.id)
    return talk.work(lambda s: list(s.scalars(chosen)))


def _answer(talk: Talk, case: Case, text: str, kind: str = "answer") -> None:
    talk.press("Leyla", f"{kind}:{case.reference}")
    talk.write("Leyla", text)
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()


@pytest.mark.parametrize(
    "text", ["/help my boss beats me", "/boss he keeps my papers", "/ I need somebody"]
)
def test_words_behind_a_command(talk: Talk, text: str) -> None:
    """A message that begins with a slash is a message."""
    talk.write("Farid", text)
    assert _texts(talk, talk.case()) == [text]


def test_words_behind_private(talk: Talk) -> None:
    """Words behind /private are private words, even while adding to something else."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", SMALL)
    talk.press("Farid", f"add:{case.reference}")
    talk.write("Farid", "/private it is about Leyla")
    assert _texts(talk, case) == [SMALL]
    assert talk.case().track == "private"


def test_words_behind_private_before_agreeing(talk: Talk) -> None:
    """They are private too where they had to wait for consent."""
    talk.seat("Nigar", "focal")
    talk.somebody("Rana")
    talk.write("Rana", "/private it is about Leyla")
    talk.press("Rana", "lang:en")
    talk.press("Rana", "consent:yes")
    assert talk.case().track == "private"


def test_a_number_in_reply_to_a_card(talk: Talk) -> None:
    """A member who replies "15" to a card has answered, whatever number their desk has."""
    case = talk.hand_in("Farid", "How many days do I have?")
    talk.write("Leyla", "/desk")
    talk.deliver()
    talk.write("Leyla", "15", reply_to=talk.find("Leyla", "How many days"))
    talk.deliver()
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "\n15\n" in talk.screen("Farid")


def test_a_number_in_reply_to_a_question(talk: Talk) -> None:
    """A migrant who replies "3" to "How many children?" has not chosen who may know a draft."""
    case = talk.hand_in("Farid", SMALL)
    _answer(talk, case, "How many children have you?", "ask")
    talk.press("Farid", "menu")
    talk.write("Farid", OTHER)
    talk.deliver()
    talk.write("Farid", "3", reply_to=talk.find("Farid", "How many children"))
    talk.deliver()
    assert "3" in _texts(talk, case)
    assert "Who may know about this?" not in talk.ever_said("Farid")


def test_a_number_in_reply_to_the_open_question(talk: Talk) -> None:
    """A number in reply to the numbered question itself answers it."""
    case = talk.hand_in("Farid", SMALL)
    _answer(talk, case, "There are free courses.")
    talk.write("Farid", "1", reply_to=talk.find("Farid", "free courses"))
    assert talk.case().rating == "helped"
    talk.write("Farid", OTHER)
    talk.deliver()
    talk.write("Farid", "4", reply_to=talk.find("Farid", "Your message"))
    talk.deliver()
    assert "Cancelled" in talk.screen("Farid")
    assert case.reference


def test_what_a_button_would_say(talk: Talk) -> None:
    """A typed number that does nothing any more says so in the chat, having no button."""
    talk.seat("Samir")
    case = talk.hand_in("Farid", SMALL)
    reader, other = ("Leyla", 2) if case.responsible_id == 1 else ("Samir", 1)
    talk.write(reader, "/desk")
    talk.deliver()
    talk.press(reader, f"over:{case.reference}:{other}:topic")
    talk.write(reader, "/desk")
    talk.deliver()
    talk.write(reader, "1")
    talk.deliver()
    assert "choose one of the numbers" in talk.screen(reader) or "not with you" in talk.screen(
        reader
    )


def test_an_addition_leaves_the_draft(talk: Talk) -> None:
    """A reply to an older request does not take the screen of an unsent message away."""
    case = talk.hand_in("Farid", SMALL)
    _answer(talk, case, "There are free courses.")
    talk.press("Farid", f"rate:{case.reference}:helped")
    talk.write("Farid", OTHER)
    talk.deliver()
    talk.write("Farid", "Where?", reply_to=talk.find("Farid", "free courses"))
    talk.deliver()
    assert "Added to" in talk.screen("Farid")
    assert "It is not sent yet" in talk.screen("Farid")
    talk.write("Farid", "1")
    talk.deliver()
    assert talk.case().state == "open"


def test_a_rating_leaves_the_draft(talk: Talk) -> None:
    """👍 under an old answer does not close the question about an unsent message."""
    case = talk.hand_in("Farid", SMALL)
    _answer(talk, case, "There are free courses.")
    talk.press("Farid", "menu")
    talk.press("Farid", "write:question")
    talk.write("Farid", OTHER)
    talk.deliver()
    talk.press("Farid", f"rate:{case.reference}:helped")
    talk.deliver()
    talk.write("Farid", "4")
    talk.deliver()
    assert "Cancelled" in talk.screen("Farid")


def test_handed_in_by_itself_closes_nothing_else(talk: Talk) -> None:
    """A forgotten draft that goes by itself does not close what its writer is doing then."""
    talk.seat("Samir", agreed=True)
    talk.press("Samir", "write:question")
    talk.write("Samir", OTHER)
    draft = talk.case()
    talk.agreed("Rana")
    case = talk.hand_in("Rana", SMALL)
    if case.responsible_id == 1:
        talk.press("Leyla", f"over:{case.reference}:2:topic")
    talk.later(hours=23)
    talk.press("Samir", f"answer:{case.reference}")
    talk.write("Samir", "There are free courses.")
    talk.later(hours=2)
    assert talk.work(lambda s: s.get_one(Case, draft.id)).state == "open"
    talk.press("Samir", f"sendit:{case.reference}")
    talk.deliver()
    assert "free courses" in talk.screen("Rana")


def test_sent_is_not_said_to_be_unsent(talk: Talk) -> None:
    """ "Not sent yet" stands and waits nowhere once the message was sent or cancelled."""
    for ends in ("send", "cancel"):
        talk.press("Farid", "menu")
        talk.write("Farid", SMALL)
        talk.deliver()
        talk.later(minutes=16)
        talk.deliver()
        assert "is not sent yet. If you do nothing" in talk.screen("Farid")
        talk.press("Farid", f"{ends}:{talk.case().reference}")
        talk.deliver()
        assert "is not sent yet. If you do nothing" not in talk.screen("Farid")


def test_a_reminder_that_could_not_be_delivered(talk: Talk) -> None:
    """One that waits for its person is withdrawn when the message goes."""
    talk.write("Farid", SMALL)
    talk.later(minutes=16)
    talk.later(hours=24)
    talk.deliver()
    assert talk.case().state == "open"
    assert "is not sent yet. If you do nothing" not in talk.ever_said("Farid")


def test_an_unread_number_written_out(talk: Talk) -> None:
    """The number of a request that waits for its writer's choice shows that choice."""
    talk.write("Farid", "my uncle beats me")
    case = talk.case()
    talk.press("Farid", f"send:{case.reference}")
    talk.press("Farid", "menu")
    talk.write("Farid", case.reference)
    talk.deliver()
    assert "May an ordinary council member read it?" in talk.screen("Farid")
    assert len(list(talk.cases())) == 1


def test_all_of_an_answer_again(talk: Talk) -> None:
    """ "Show the answer again" shows its voice and photos too."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", attachments=(PHOTO,))
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    before = sum(bool(message.attachments) for _, message in talk.said)
    talk.press("Farid", f"again:{case.reference}")
    talk.deliver()
    assert sum(bool(message.attachments) for _, message in talk.said) == before + 1


def test_danger_in_an_addition(talk: Talk) -> None:
    """Words of danger added to a simple question are read as soon as if they had come first."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", SMALL)
    assert case.urgency == "P4"
    talk.write("Farid", "my uncle beats me", reply_to=talk.find("Farid", "We have your message"))
    talk.deliver()
    case = talk.case()
    assert (case.urgency, case.track) == ("P1", "private")
    assert case.read_by_at is not None
    assert case.read_by_at - talk.now < timedelta(hours=2)


def test_danger_after_closing(talk: Talk) -> None:
    """An edit that shows danger opens a closed request again for a focal person."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", SMALL)
    talk.press("Farid", f"done:{case.reference}")
    talk.edit("Farid", talk.mine["Farid"][0], "my uncle beats me")
    talk.deliver()
    case = talk.case()
    assert (case.state, case.closed_at) == ("open", None)
    talk.opens("Nigar")
    assert "beats me" in talk.screen("Nigar")


def test_an_edited_passport_number_is_warned_of(talk: Talk) -> None:
    """A number of a passport that comes by an edit is hidden and said to be."""
    case = talk.hand_in("Farid", SMALL)
    talk.edit("Farid", talk.mine["Farid"][0], "My passport is AA1234567")
    talk.deliver()
    assert "looks like a number of a passport" in talk.screen("Farid")
    assert "AA1234567" not in talk.ever_said("Leyla")
    assert case.reference


@pytest.mark.parametrize("role", ["migrant", "member"])
def test_a_shared_queue_never_parks(talk: Talk, role: str) -> None:
    """Nothing of all this ends in a row that cannot be drawn."""
    case = talk.hand_in("Farid", SMALL)
    who = "Farid" if role == "migrant" else "Leyla"
    for does in ("menu", "languages", f"add:{case.reference}", "desk", f"ask:{case.reference}"):
        talk.press(who, does)
        talk.press(who, "lang:ru")
        talk.deliver()
    errors = select(Outbox.error).where(Outbox.error.is_not(None))
    assert not talk.work(lambda s: list(s.scalars(errors)))


def test_a_reader_comes_free(talk: Talk) -> None:
    """ "We tell you as soon as somebody can" holds when a member has room again."""
    talk.charter = replace(talk.charter, open_cap=1)
    first = talk.hand_in("Farid", SMALL)
    talk.agreed("Rana")
    second = talk.hand_in("Rana", OTHER)
    assert second.responsible_id is None
    assert "no council member who can read it" in talk.screen("Rana")
    talk.work(lambda s: hand_in.find_readers(s, talk.charter, talk.now))
    assert talk.case().responsible_id is None
    talk.press("Leyla", f"closed:{first.reference}:solved")
    talk.work(lambda s: hand_in.find_readers(s, talk.charter, talk.now))
    talk.deliver()
    assert talk.case().responsible_id == 1
    assert "has a reader now" in talk.screen("Rana")


def test_a_reader_left(talk: Talk) -> None:
    """Where nobody is left, no date that was told before is told again."""
    case = talk.hand_in("Farid", SMALL)
    talk.work(lambda s: membership.leave(s, talk.charter, "Leyla", talk.now))
    talk.press("Farid", f"status:{case.reference}")
    talk.deliver()
    status = talk.chats["Farid"][talk.find("Farid", "waiting to be read")]
    assert "no council member who can read it" in status.text
    assert "Answer or news by" not in status.text


def test_deleted_is_not_said_to_be_unread(talk: Talk) -> None:
    """ "Nobody has read it" is not said of what a focal person was given before they left."""
    talk.seat("Nigar", "focal")
    case = talk.hand_in("Farid", "my uncle beats me")
    talk.work(lambda s: membership.leave(s, talk.charter, "Nigar", talk.now))
    talk.press("Farid", f"ordinary:no:{case.reference}")
    talk.deliver()
    assert "Deleted" in talk.screen("Farid")
    assert "Nobody has read it" not in talk.ever_said("Farid")
    assert not list(talk.cases())


def test_whoever_was_excluded_once_stays_so(talk: Talk) -> None:
    """A choice made before writing is not undone by the choice made after sending."""
    for does in ("private", "safe:yes", "ordinary:except:", "ordinary:1:"):
        talk.press("Farid", does)
    talk.write("Farid", "my uncle beats me, and Leyla knows him")
    case = talk.case()
    talk.press("Farid", f"send:{case.reference}")
    talk.press("Farid", f"ordinary:yes:{case.reference}")
    talk.deliver()
    assert talk.case().excluded == [1]
    assert "beats me" not in talk.ever_said("Leyla")


@pytest.mark.parametrize("sent", [False, True])
def test_another_photo_in_its_place(talk: Talk, sent: bool) -> None:
    """Who replaces a photo by an edit has replaced it, before sending and after."""
    first = replace(PHOTO, size=1000)
    second = replace(PHOTO, file_id="photo-2", size=2000)
    number = talk.write("Farid", "the paper", attachments=(first,))
    case = talk.case()
    if sent:
        talk.press("Farid", f"send:{case.reference}")
        talk.press("Farid", f"date:{case.reference}:none")
    talk.edit("Farid", number, "the paper", attachments=(second,))
    if not sent:
        talk.press("Farid", f"send:{case.reference}")
        talk.press("Farid", f"date:{case.reference}:none")
    talk.deliver()
    talk.press("Leyla", f"files:{case.reference}")
    talk.deliver()
    shown = [a.file_id for who, m in talk.said if who == "Leyla" for a in m.attachments]
    assert shown == ["photo-2"]


def test_words_that_wait_are_changed(talk: Talk) -> None:
    """A member who mends their words before saying which request they are for has mended them."""
    case = talk.hand_in("Farid", SMALL)
    number = talk.write("Leyla", "Go to Baku streat")
    talk.edit("Leyla", number, "Go to Baku street")
    talk.press("Leyla", f"which:{case.reference}")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "Baku street" in talk.screen("Farid")


def test_a_flood_of_words(talk: Talk) -> None:
    """The hundredth long message reads no more of the draft than the fiftieth: one flood stops
    nobody else."""
    read: list[object] = []

    def count(entry: Entry, _context: object) -> None:
        read.append(entry)

    counts = []
    listen(Entry, "load", count)
    try:
        for _ in range(2 * draft.READ_FOR_A_TOPIC):
            read.clear()
            talk.write("Farid", "the landlord keeps our deposit and shouts")
            counts.append(len(read))
    finally:
        remove(Entry, "load", count)
    assert counts[-1] == counts[draft.READ_FOR_A_TOPIC + 1] > 0

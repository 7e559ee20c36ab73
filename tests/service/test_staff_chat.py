"""The Service's chat: digests, proposals, released texts, and two steps before anything is sent."""

from dataclasses import replace

import pytest
from ministry import LET_READ, OTHERS_PROPOSAL, OTHERS_TEXT, Ministry
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import claims, outcomes
from handlers import profile
from handlers.council import release_send
from handlers.messages import Attachment
from handlers.service import joining
from storage import outbox, people, recipients
from storage.database import Database, WindowShut
from storage.model import Member, Outbox, Proposal, Recipient, Released, Shown


@pytest.fixture
def here(database: Database) -> Ministry:
    """Kamran and Sevda have joined."""
    return Ministry(database)


def _number(here: Ministry, words: str) -> int:
    return next(one.id for one in here.rows(Proposal) if words in one.asked["en"])


def _text(here: Ministry, words: str) -> int:
    return next(one.id for one in here.rows(Released) if words in one.text)


@pytest.mark.parametrize(
    "text", ["/start", "/help", "/start abc", "hello", "/desk", "/delete", "5"]
)
def test_what_this_chat_can_do(here: Ministry, text: str) -> None:
    """Help, and anything else that is written, shows what can be done here, and asks nothing."""
    seen = here.writes("Kamran", text)
    assert "/proposals" in seen
    assert ("Nobody reads" in seen) == (text not in ("/start", "/help", "/start abc"))


def test_proposals_are_listed_and_read(here: Ministry) -> None:
    """What waits stands first; a number opens it, whole, with what was said to it."""
    seen = here.writes("Kamran", "/proposals")
    assert seen.index("waits for your answer") < seen.index("accepted")
    assert OTHERS_PROPOSAL not in seen
    seen = here.writes("Kamran", "1")
    assert "Give the form in four languages." in seen
    assert "10 to 14" in seen
    assert "People come twice." in seen
    here.writes("Kamran", "/proposals")
    assert "In May." in here.writes("Kamran", "2")


@pytest.mark.parametrize(
    ("choice", "kind"), [("1", "accepted"), ("2", "partly"), ("3", "refused"), ("5", "question")]
)
def test_a_proposal_is_answered_in_two_steps(here: Ministry, choice: str, kind: str) -> None:
    """Words, then exactly what the council reads, then Send: nothing goes before that."""
    here.writes("Kamran", "/proposals")
    here.writes("Kamran", "1")
    here.writes("Kamran", choice)
    seen = here.writes("Kamran", "Two languages <b>are</b> possible.")
    assert "This is what the council reads" in seen
    assert "Two languages &lt;b&gt;are&lt;/b&gt; possible." in seen
    assert not here.replies()
    assert "Sent. The council reads your answer" in here.writes("Kamran", "1")
    assert here.replies() == [(kind, "Two languages <b>are</b> possible.")]
    here.writes("Kamran", "1")
    assert len(here.replies()) == 1


def test_accepting_needs_no_words(here: Ministry) -> None:
    """A number says that there are none."""
    for text in ("/proposals", "1", "1", "1"):
        here.writes("Kamran", text)
    assert not here.replies()
    here.writes("Kamran", "1")
    assert here.replies() == [("accepted", "")]


@pytest.mark.parametrize("said", ["1", "15.01.2027", "by Friday"])
def test_more_time_until_a_day(here: Ministry, said: str) -> None:
    """A button, a date or words name the day; one that is over is asked for again."""
    for text in ("/proposals", "1", "4"):
        here.writes("Kamran", text)
    assert "I do not know which day" in here.writes("Kamran", "01.01.2020")
    assert "An answer comes by" in here.writes("Kamran", said)
    here.writes("Kamran", "1")
    (reply,) = [one for one in here.rows(Proposal) if one.state == "more_time"]
    assert reply.unit == "permits"
    assert here.replies() == [("more_time", "")]


def test_changed_or_cancelled_before_it_goes(here: Ministry) -> None:
    """Change asks for the words again, Cancel leads back; neither sends anything."""
    for text in ("/proposals", "1", "3", "No money."):
        here.writes("Kamran", text)
    assert "Why not?" in here.writes("Kamran", "2")
    here.writes("Kamran", "No rooms.")
    assert "What the council proposes" in here.writes("Kamran", "0")
    assert not here.replies()


def test_a_released_text_is_read_and_answered(here: Ministry) -> None:
    """The unit reads exactly what was let go, and its answer goes to the member only."""
    seen = here.writes("Kamran", "/released")
    assert "Text" in seen
    assert LET_READ not in seen
    assert LET_READ in here.writes("Kamran", "1")
    here.writes("Kamran", "1")
    seen = here.writes("Kamran", "Two more languages come in May.")
    assert "not to the person" in seen
    assert not here.replies()
    here.writes("Kamran", "1")
    assert here.replies() == [("answer", "Two more languages come in May.")]
    assert "Two more languages" not in here.talk.ever_said("Farid")


def test_the_latest_digest_and_earlier_ones(here: Ministry) -> None:
    """The latest, one of a named week, the list; one that is not out is not there."""
    here.writes("Kamran", "/digest")
    assert [row.args["week"] for row in here.outbox("digest")] == ["2026-W47"]
    here.writes("Kamran", "2")
    for text in ("digest 2026-W46", "/digest 2026-w46", "2026-W46"):
        here.writes("Kamran", text)
    assert [row.args["week"] for row in here.outbox("digest")][1:] == ["2026-W46"] * 4
    assert "no digest of that week" in here.writes("Kamran", "digest 2026-W48")
    assert len(here.outbox("digest")) == 5


def test_leaving_in_two_steps(here: Ministry) -> None:
    """Asked first; then nothing is theirs any more, and what was queued does not arrive."""
    assert "Leave?" in here.writes("Kamran", "/leave")
    here.writes("Kamran", "0")
    assert here.recipient("permits").left_at is None
    here.presses("Kamran", "staff_gone")
    assert here.recipient("permits").left_at is None
    here.writes("Kamran", "/leave")
    here.writes("Kamran", "1")
    assert here.recipient("permits").left_at is not None
    said = len(here.talk.said)
    here.presses("Kamran", f"staff_text:{_text(here, LET_READ)}")
    here.writes("Kamran", "/released")
    assert LET_READ not in "".join(m.text for _, m in here.talk.said[said:])


def test_what_people_let_them_read_stays_with_nobody_who_left(here: Ministry) -> None:
    """It leaves their chat with them: once they are forgotten nobody could take it away."""
    _notify(here, "released", _text(here, LET_READ), "permits")
    here.talk.deliver()
    here.writes("Kamran", "/released")
    here.writes("Kamran", "1")
    assert here.talk.screen("Kamran").count(LET_READ) == 2
    here.talk.work(lambda s: joining.leave(s, here.talk.charter, _joined(s), here.talk.now))
    here.talk.deliver()
    assert LET_READ not in here.talk.screen("Kamran")
    assert "no more messages" in here.talk.screen("Kamran")
    address = people.chat_hash("telegram", here.talk.addresses["Kamran"])
    assert {one.show for one in here.rows(Shown) if one.chat == address} <= {"service_left"}


def _joined(session: Session) -> Recipient:
    found = recipients.of_name(session, "permits")
    assert found is not None
    return found


@pytest.mark.parametrize("what", ["voice", "file", "contact", "edit"])
def test_what_is_not_taken(here: Ministry, what: str) -> None:
    """Voice, files, contacts and edits are answered kindly, and an open question stays open."""
    talk = here.talk
    for text in ("/proposals", "1", "3"):
        here.writes("Kamran", text)
    before = here.picture()
    if what == "edit":
        talk.edit("Kamran", talk.mine["Kamran"][-1], "something else")
    elif what == "contact":
        talk._receive("Kamran", "m:99", message_id="99", refused="contact")
    else:
        talk.write("Kamran", "words", attachments=(Attachment("voice", "f", "audio/ogg"),))
    talk.deliver()
    assert "Why not?" in talk.screen("Kamran")
    assert "🙂" in talk.screen("Kamran")
    assert here.picture() == before


def test_an_answer_that_is_too_long_is_asked_for_again(here: Ministry) -> None:
    """Ten thousand letters are not cut silently."""
    for text in ("/proposals", "1", "3"):
        here.writes("Kamran", text)
    assert "2,000" in here.writes("Kamran", "x" * 10_000)
    assert not here.replies()


def test_words_over_a_preview_change_nothing(here: Ministry) -> None:
    """While Send or Change is asked, other words are no answer."""
    for text in ("/proposals", "1", "3", "No money."):
        here.writes("Kamran", text)
    assert "Please choose" in here.writes("Kamran", "Or perhaps")
    here.writes("Kamran", "1")
    assert here.replies() == [("refused", "No money.")]


def test_in_the_language_of_council_toml(here: Ministry) -> None:
    """Not in that of their telephone: texts of the council's in it, where it wrote them so."""
    here.comes("Aysel", "contact")
    here.talk.work(lambda s: s.add(here.proposal("council_contact", "Once a month.", "sent")))
    assert "Ailə kartı" in here.writes("Aysel", "/proposals")


def test_a_week_from_before_their_language(here: Ministry) -> None:
    """What was published without it is shown in a language that there is, not left unanswered."""
    turkish = tuple(replace(one, language="tr") for one in here.talk.charter.recipients)
    here.talk.charter = replace(here.talk.charter, recipients=turkish)
    here.writes("Kamran", "digest 2026-W47")
    assert "2026-W47:en" in str(here.talk.said)


def test_what_was_taken_back_says_so_once_more(here: Ministry) -> None:
    """With the council's words, in their language like everything else."""
    here.comes("Aysel", "contact")
    here.talk.work(lambda s: s.add(here.proposal("council_contact", "Once a month.", "sent")))
    number = _number(here, "Once a month.")
    here.talk.press("Vusal", f"pwithdraw:{number}")
    here.talk.write("Vusal", "It was solved otherwise.")
    here.talk.deliver()
    assert "It was solved otherwise." in here.talk.screen("Aysel")
    assert "withdrawn" not in here.talk.screen("Aysel")


def test_an_entry_that_vanished(here: Ministry) -> None:
    """Whoever stands in council.toml no more is told so, and shown nothing."""
    here.talk.charter = replace(here.talk.charter, recipients=())
    for text in ("/proposals", "/released", "hello"):
        assert "receives nothing" in here.writes("Kamran", text)
    assert len(here.talk.chats["Kamran"]) == 1


def test_a_shut_window_shows_nothing(here: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be opened the chat says so, operators hear of it once, and nothing is shown."""

    def shut(*_: object) -> None:
        raise WindowShut

    with monkeypatch.context() as broken:
        broken.setattr("storage.view.weeks", shut)
        for text in ("/proposals", "/released", "/digest"):
            assert here.writes("Kamran", text).count("does not work now") == 1
        assert not here.outbox("digest")
        assert here.talk.ever_said("Olga").count("window_shut") == 1
    assert "Proposal" in here.writes("Kamran", "/proposals")


def _notify(here: Ministry, show: str, number: int, entry: str, **more: object) -> None:
    one = here.recipient(entry)
    args = {"number": number, "recipient": one.id, **more}
    here.talk.work(
        lambda s: outbox.add(s, recipients.chat_of(s, one), show, here.talk.now, args=args)
    )


def test_a_proposal_reaches_its_unit(here: Ministry) -> None:
    """Drawn when it is sent, with the way to answer it."""
    number = _number(here, "four languages")
    _notify(here, "proposal", number, "permits")
    here.talk.deliver()
    assert "Give the form in four languages." in here.talk.screen("Kamran")
    assert "What the council proposes" in here.presses("Kamran", f"staff_proposal:{number}")
    _notify(here, "proposal", number, "permits", reminder=True)
    here.talk.deliver()
    assert "A reminder" in here.talk.screen("Kamran")


def test_what_comes_unasked_says_its_language(here: Ministry) -> None:
    """A letter names its sender in the language that it is written in."""
    proposal, text = _number(here, "four languages"), _text(here, LET_READ)
    before = len(here.talk.said)
    for show, number in (("proposal", proposal), ("proposal_reply", proposal), ("released", text)):
        _notify(here, show, number, "permits")
    here.talk.deliver()
    language = next(
        rule.language for rule in here.talk.charter.recipients if rule.name == "permits"
    )
    came = [message.language for who, message in here.talk.said[before:] if who == "Kamran"]
    assert came == [language] * 3


def test_a_released_text_reaches_its_unit(here: Ministry) -> None:
    """With what may be done with it; nobody can pass it on from the chat."""
    _notify(here, "released", _text(here, LET_READ), "permits")
    here.talk.deliver()
    (_, message) = here.talk.said[-1]
    assert LET_READ in message.text
    assert message.protect


@pytest.mark.parametrize("why", ["another unit", "left", "withdrawn", "not sent", "another chat"])
def test_what_was_queued_is_looked_at_again(here: Ministry, why: str) -> None:
    """Queued, then not theirs any more: not a word of it arrives."""
    entry = "fines" if why == "another unit" else "permits"
    number = _text(here, "not agreed" if why == "not sent" else LET_READ)
    _notify(here, "released", number, entry)

    fines = here.recipient("fines").id

    def changes(session: Session) -> None:
        if why == "left":
            session.get_one(Recipient, here_id).left_at = here.talk.now
        if why == "withdrawn":
            session.get_one(Released, number).state = "withdrawn"
        if why == "another chat":
            for row in session.scalars(select(Outbox).where(Outbox.show == "released")):
                row.args = {**row.args, "recipient": fines}

    here_id = here.recipient(entry).id
    here.talk.work(changes)
    said = len(here.talk.said)
    here.talk.deliver()
    arrived = "".join(m.text for _, m in here.talk.said[said:])
    assert LET_READ not in arrived
    assert OTHERS_TEXT not in arrived
    assert "not agreed" not in arrived


def test_a_notice_waits_for_a_shut_window(here: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued while the window is shut goes out once it is mended."""

    def shut(*_: object) -> None:
        raise WindowShut

    _notify(here, "released", _text(here, LET_READ), "permits")
    with monkeypatch.context() as broken:
        broken.setattr("storage.view.weeks", shut)
        here.talk.deliver(20)
        assert LET_READ not in here.talk.screen("Kamran")
    here.talk.later(minutes=11)
    here.talk.deliver()
    assert LET_READ in here.talk.screen("Kamran")


@pytest.mark.parametrize("opened", [("/released", "1"), ("/released", "1", "1")])
def test_deleted_while_they_read_it(here: Ministry, opened: tuple[str, ...]) -> None:
    """What they opened themselves leaves their chat, too, once its writer deletes everything."""
    for text in opened[:2]:
        here.writes("Kamran", text)
    assert LET_READ in here.talk.screen("Kamran")
    for text in opened[2:]:
        here.talk.write("Kamran", text)
    for step in ("forget:ask", "forget:sure", "forget:now"):
        here.talk.press("Farid", step)
    here.talk.deliver()
    assert LET_READ not in here.talk.screen("Kamran")
    here.writes("Kamran", "We know who that is.")
    assert not here.replies()


def test_deleted_while_it_is_under_way(here: Ministry) -> None:
    """A text that Telegram is just taking when its writer deletes everything is taken back."""
    talk = here.talk
    _notify(here, "released", _text(here, LET_READ), "permits")
    waiting, _ = claims.look(talk.ledger, (), (), 100)
    (errand,) = filter(None, (claims.claim(talk.ledger, chat) for chat in waiting))
    for step in ("forget:ask", "forget:sure", "forget:now"):
        talk.press("Farid", step)
    outcomes.done(talk.ledger, errand, talk.carry(errand))
    assert LET_READ in talk.screen("Kamran")
    talk.deliver()
    assert LET_READ not in talk.screen("Kamran")


def test_another_texts_page_stays(here: Ministry) -> None:
    """What somebody else let them read is not taken from their screen."""
    here.writes("Sevda", "/released")
    here.writes("Sevda", "1")
    here.talk.work(lambda s: release_send.take_away(s, here.ranas, here.talk.now))
    here.talk.deliver()
    assert OTHERS_TEXT in here.talk.screen("Sevda")


def test_whoever_reads_it_next_knows_the_answer(here: Ministry) -> None:
    """After a hand-over the Service's answer stands on the card, word for word."""
    talk, reference = here.talk, here.ordinary.reference
    for text in ("/released", "1", "1", "It comes in May."):
        here.writes("Kamran", text)
    reader, other = sorted(("Leyla", "Vusal"), key=lambda name: not here.reads(name, reference))
    here.talk.write("Kamran", "1")
    to = next(one.id for one in here.rows(Member) if one.alias == other)
    talk.press(reader, f"over:{reference}:{to}:topic")
    talk.deliver()
    assert here.reads(other, reference)
    assert "It comes in May." in talk.screen(other)
    assert "It comes in May." not in talk.screen(reader)
    assert "It comes in May." not in talk.ever_said("Farid")


def test_blocked_and_back(here: Ministry) -> None:
    """Whoever blocked the chat gets what waited once they are back."""
    talk = here.talk
    for happened in ("blocked", "unblocked"):
        talk._receive("Kamran", happened, happened=happened)
        kamran = here.person("Kamran")
        assert kamran is not None
        assert (kamran.unreachable_since is not None) == (happened == "blocked")


def test_nobody_there_can_be_reached(here: Ministry) -> None:
    """Where the whole unit blocked the bot, no text is let go, and none is said to be sent."""
    talk, reference = here.talk, here.ordinary.reference
    reader = next(name for name in ("Leyla", "Vusal") if here.reads(name, reference))
    (asked_only,) = [one.id for one in here.rows(Released) if one.state == "asked"]
    talk.press("Farid", f"releasing:{asked_only}:yes")
    talk._receive("Kamran", "blocked", happened="blocked")
    talk.later(hours=2)
    talk.deliver()
    assert "<b>not</b> sent" in talk.screen("Farid")
    assert not here.outbox("released")
    talk.press(reader, f"release:{reference}")
    talk.deliver()
    assert f"releases:{reference}:fines" in talk.buttons(reader)
    assert f"releases:{reference}:permits" not in talk.buttons(reader)
    talk._receive("Kamran", "unblocked", happened="unblocked")
    talk.press(reader, f"release:{reference}")
    talk.deliver()
    assert f"releases:{reference}:permits" in talk.buttons(reader)


def test_their_commands(here: Ministry) -> None:
    """Telegram's menu names what this chat can do and nothing else."""
    listed = here.talk.work(
        lambda s: profile.commands_of_recipients(s, here.talk.charter, "telegram")
    )
    assert [name for name, _ in listed[here.talk.addresses["Kamran"]]] == [
        *("digest", "proposals", "released", "help", "leave"),
    ]
    assert here.talk.addresses["Leyla"] not in listed


def test_a_digit_typed_before_the_question_was_seen(here: Ministry) -> None:
    """It answers nothing that could not be read yet."""
    for text in ("/proposals", "1", "3"):
        here.writes("Kamran", text)
    here.talk.write("Kamran", "No money.")
    here.talk.write("Kamran", "1")
    here.talk.deliver()
    assert not here.replies()


def test_a_command_without_its_sign(here: Ministry) -> None:
    """Whoever writes the bare word is understood; while words are asked for, it is an answer."""
    assert "proposes to your unit" in here.writes("Kamran", "Proposals")
    for text in ("1", "3"):
        here.writes("Kamran", text)
    assert "This is what the council reads" in here.writes("Kamran", "digest")

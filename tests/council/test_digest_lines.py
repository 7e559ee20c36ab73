"""The council's hand in the digest: lines that members word, and what the chair does with them."""

import pytest
from sqlalchemy.orm import Session
from weekly import Weekly

from handlers.council import membership, offices
from handlers.messages import Attachment
from handlers.service import digests as service
from storage.database import Database
from storage.model import Member

WAGES = "Two building sites pay wages late, month after month."
QUEUE = "The office in Ganja opens one counter of four."


@pytest.fixture
def town(sqlite_in_use: Database) -> Weekly:
    """A chair, two members, somebody of the Service; Tuesday."""
    return Weekly.of_three(sqlite_in_use)


def texts(town: Weekly) -> list[dict[str, str]]:
    """The texts of every line."""
    return [one.texts for one in town.lines()]


def published(town: Weekly, week: str = "2026-W48", language: str = "en") -> list[str]:
    """The lines that a digest was published with."""
    digest = service.published(town.run(week), language)
    assert digest is not None
    return [one.text for one in digest.lines]


class TestWriting:
    """A member words a line."""

    def test_a_line_from_its_first_word_to_the_service(self, town: Weekly) -> None:
        """Proposed on Tuesday, seen in Friday's draft, approved in one tap, sent on Monday."""
        town.writes("Leyla", "/digest")
        assert "No lines yet" in town.screen("Leyla")
        town.presses("Leyla", "line_new")
        town.presses("Leyla", "line_in:topic")
        town.presses("Leyla", "line_about:labour")
        assert "at most 600 letters" in town.screen("Leyla")
        town.writes("Leyla", WAGES)
        town.writes("Leyla", "İki tikinti maaşı gec verir.")
        assert "Written by" in town.screen("Leyla")
        (line,) = town.lines()
        assert (line.state, line.author_id) == ("proposed", town.seat_of("Leyla").id)
        assert line.texts == {"en": WAGES, "az": "İki tikinti maaşı gec verir."}
        town.until("2026-11-27 10:00")
        assert "1 line waits for your approval" in town.screen("Vusal")
        town.presses("Vusal", "digest")
        assert WAGES in town.screen("Vusal")
        assert town.presses("Vusal", town.button("Vusal", "digest_yes")) == "✅ Approved"
        assert "has approved it" in town.screen("Vusal")
        town.until("2026-11-30 09:00")
        assert published(town) == [WAGES]
        assert published(town, language="az") == ["İki tikinti maaşı gec verir."]
        digest = service.published(town.run("2026-W48"), "az")
        assert digest is not None
        assert digest.approved
        (message,) = town.digests_to("Gunel")
        assert "İki tikinti maaşı gec verir." in message.text
        assert town.noted() == [
            *("line_proposed", "line_changed", "digest_drafted"),
            *("line_approved", "digest_approved", "digest_sent"),
        ]

    def test_a_language_that_is_missing_is_marked(self, town: Weekly) -> None:
        """A line in English alone stands in the Azerbaijani digest, marked."""
        line = town.line("Vusal", QUEUE)
        assert line.texts == {"en": QUEUE}
        assert line.state == "approved"
        town.until("2026-11-30 09:00")
        digest = service.published(town.run("2026-W48"), "az")
        assert digest is not None
        assert [(one.text, one.language) for one in digest.lines] == [(QUEUE, "en")]

    def test_one_language_at_least(self, town: Weekly) -> None:
        """Whoever skips all of them is asked again, and nothing is kept."""
        town.presses("Leyla", "line_about:labour")
        town.presses("Leyla", "line_skip:en")
        assert town.presses("Leyla", "line_skip:az") == (
            "Please write it in one language at least."
        )
        assert not town.lines()
        town.writes("Leyla", WAGES)
        assert texts(town) == [{"en": WAGES}]

    def test_only_topics_that_they_cover(self, town: Weekly) -> None:
        """Nobody else's topic by any button; the chair's are all."""
        town.becomes("Leyla", topics=["labour"])
        town.becomes("Vusal", topics=["labour"])
        town.presses("Leyla", "line_in:topic")
        assert [one for one in town.buttons("Leyla") if one.startswith("line_about")] == [
            "line_about:labour"
        ]
        town.presses("Leyla", "line_about:citizenship")
        town.writes("Leyla", WAGES)
        assert not town.lines()
        assert town.line("Vusal", WAGES, topic="citizenship").topic == "citizenship"

    def test_topics_of_this_week_come_first(self, town: Weekly) -> None:
        """What people wrote about stands on top."""
        town.agreed("Farid")
        town.hand_in("Farid", "How do I become a citizen of this country?")
        topic = town.case().topic
        town.presses("Leyla", "line_in:topic")
        first = next(one for one in town.buttons("Leyla") if one.startswith("line_about"))
        assert first == f"line_about:{topic}"

    @pytest.mark.parametrize("section", ["gap", "signal", "decision", "change"])
    def test_every_other_section(self, town: Weekly, section: str) -> None:
        """Gaps, signals, decisions and changes need no topic."""
        town.presses("Samir", f"line_in:{section}")
        town.writes("Samir", QUEUE)
        (line,) = town.lines()
        assert (line.section, line.topic, line.on) == (section, "", None)

    def test_a_day_ahead(self, town: Weekly) -> None:
        """A day that is over, or none at all, is asked again; the line carries its day."""
        town.presses("Leyla", "line_in:date")
        town.writes("Leyla", "soon")
        assert "Please write the day like this: 24.11.2026" in town.screen("Leyla")
        town.writes("Leyla", "01.11.2026")
        assert "This day is over" in town.screen("Leyla")
        town.writes("Leyla", "15.12")
        town.writes("Leyla", "The scheme for old cards ends.")
        (line,) = town.lines()
        assert f"{line.on}" == "2026-12-15"

    @pytest.mark.parametrize(
        "words",
        [
            "Farid's passport is AZE1234567.",
            "Call him on 050 123 45 67.",
            "Write to farid@example.com.",
            "Ask @farid_baku about it.",
            "See t.me/farid_baku",
            "Ask ＠farid_baku about it.",
            "Ask @\u200bfarid_baku about it.",
            "As in MC 4827 1935 6, nobody answers.",
        ],
    )
    def test_nothing_that_points_at_anybody(self, town: Weekly, words: str) -> None:
        """A number, an address, a handle or a reference is refused with a clear word."""
        if words.startswith("As in"):
            from handlers.rules import references

            shown = references.shown(references.new_reference(), "MC")
            words = f"As in {shown}, nobody answers."
        town.presses("Leyla", "line_about:labour")
        town.writes("Leyla", words)
        assert "may be somebody's own" in town.screen("Leyla")
        assert not town.lines()

    def test_what_is_nobody_s_stays(self, town: Weekly) -> None:
        """Dates, sums, years, public numbers and the Service's own address are no one's."""
        words = "Since 1 March 2026 a card costs 120 AZN; 919 and info@migration.gov.az say 60."
        assert town.line("Leyla", words).texts == {"en": words}

    def test_too_long_empty_and_files(self, town: Weekly) -> None:
        """10,000 letters, nothing but spaces, unseen signs and files are refused."""
        town.presses("Leyla", "line_about:labour")
        town.writes("Leyla", "a" * 10_000)
        assert "That is too long: 10000 letters. At most 600, please." in town.screen("Leyla")
        for words in ("   \n ", "\u200b\u200d", "…!?"):
            town.writes("Leyla", words)
        photo = Attachment("photo", "file")
        town.writes("Leyla", "a photo", attachments=(photo,))
        assert "Please write it as text." in town.screen("Leyla")
        assert not town.lines()
        town.writes("Leyla", "a" * 600)
        assert texts(town) == [{"en": "a" * 600}]

    def test_what_looks_like_markup_is_text(self, town: Weekly) -> None:
        """HTML, and Persian in an Azerbaijani digest, arrive as they were written."""
        words = "Forms ask for <b>father's</b> name & 'fin'."
        town.line("Vusal", words, az="صف در گنجه طولانی است")
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        assert "&lt;b&gt;father" in town.screen("Vusal")
        town.until("2026-11-30 09:00")
        assert published(town) == [words]
        (message,) = town.digests_to("Gunel")
        assert "صف در گنجه طولانی است" in message.text

    def test_lines_are_one_line(self, town: Weekly) -> None:
        """Breaks become spaces, marks of direction go."""
        line = town.line("Leyla", "Queues\n\nare \u202elong.")
        assert line.texts == {"en": "Queues are long."}

    def test_an_edited_message_changes_the_line(self, town: Weekly) -> None:
        """Until it is sent; what may not stand there does not come in by an edit either."""
        town.presses("Leyla", "line_about:labour")
        first = town.writes("Leyla", "Wages come late.")
        town.edit("Leyla", first, WAGES)
        town.deliver()
        assert texts(town) == [{"en": WAGES}]
        town.writes("Leyla", "Maaş gecikir.")
        town.edit("Leyla", first, "Call 050 123 45 67")
        town.deliver()
        assert texts(town) == [{"en": WAGES, "az": "Maaş gecikir."}]
        town.edit("Leyla", first, QUEUE)
        town.deliver()
        assert texts(town)[0]["en"] == QUEUE
        assert QUEUE in town.screen("Leyla")


class TestDeciding:
    """The chair approves, holds, edits."""

    def test_held_lines_come_again(self, town: Weekly) -> None:
        """Held or undecided, a line is not lost: it stands in the next draft."""
        held, undecided = town.line("Leyla", WAGES), town.line("Samir", QUEUE)
        town.presses("Vusal", f"line:{held.id}")
        assert "held back" in town.presses("Vusal", f"line_hold:{held.id}")
        town.until("2026-11-30 09:00")
        assert published(town) == []
        assert [(one.week, one.state) for one in town.lines()] == [
            ("2026-W49", "held"),
            ("2026-W49", "proposed"),
        ]
        town.until("2026-12-04 10:00")
        assert "1 line is held back" in town.screen("Vusal")
        town.presses("Vusal", "digest")
        assert WAGES in town.screen("Vusal")
        town.presses("Vusal", f"line:{held.id}")
        town.presses("Vusal", town.button("Vusal", f"line_yes:{held.id}"))
        town.until("2026-12-07 09:00")
        assert published(town, "2026-W49") == [WAGES]
        assert town.lines()[1].id == undecided.id
        assert town.noted("line_held") == ["line_held"]

    def test_approving_all_leaves_held_ones(self, town: Weekly) -> None:
        """One tap for all that waits; what is held stays back."""
        held = town.line("Leyla", WAGES)
        town.line("Samir", QUEUE)
        town.presses("Vusal", f"line_hold:{held.id}")
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        town.presses("Vusal", town.button("Vusal", "digest_yes"))
        town.until("2026-11-30 09:00")
        assert published(town) == [QUEUE]

    def test_what_was_not_seen_is_not_approved(self, town: Weekly) -> None:
        """A line that changed, or came, after the chair looked: it is shown again first."""
        line = town.line("Leyla", WAGES)
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        every = town.button("Vusal", "digest_yes")
        town.presses("Vusal", f"line:{line.id}")
        one = town.button("Vusal", "line_yes")
        town.presses("Leyla", f"line_text:{line.id}:en")
        town.writes("Leyla", QUEUE)
        for does in (one, every):
            assert "changed meanwhile" in town.presses("Vusal", does)
        assert town.lines()[0].state == "proposed"
        assert town.run("2026-W48").approved_at is None

    def test_the_chair_is_told_of_what_comes_after_the_draft(self, town: Weekly) -> None:
        """A line proposed on Saturday does not pass unseen."""
        town.until("2026-11-27 10:00")
        town.until("2026-11-28 12:00")
        town.line("Leyla", WAGES)
        assert "1 line waits for your approval" in town.screen("Vusal")

    def test_an_approved_line_that_its_author_changes(self, town: Weekly) -> None:
        """It waits for the chair again; what the chair words is approved at once."""
        line = town.line("Leyla", WAGES)
        town.presses("Vusal", f"line:{line.id}")
        town.presses("Vusal", town.button("Vusal", "line_yes"))
        assert town.lines()[0].state == "approved"
        town.presses("Leyla", f"line_text:{line.id}:en")
        town.writes("Leyla", QUEUE)
        assert town.lines()[0].state == "proposed"
        town.presses("Vusal", f"line_text:{line.id}:en")
        town.writes("Vusal", "Wages are late.")
        changed = town.lines()[0]
        assert (changed.state, changed.texts["en"]) == ("approved", "Wages are late.")
        assert changed.decided_by == town.seat_of("Vusal").id

    def test_thrown_away(self, town: Weekly) -> None:
        """By its author or the chair, by nobody else."""
        mine, other = town.line("Leyla", WAGES), town.line("Leyla", QUEUE)
        assert "does not work" in town.presses("Samir", f"line_drop:{mine.id}")
        town.presses("Leyla", f"line_drop:{mine.id}")
        town.presses("Vusal", f"line_drop:{other.id}")
        assert not town.lines()

    def test_nobody_but_the_chair_decides(self, town: Weekly) -> None:
        """Not even of their own lines."""
        line = town.line("Leyla", WAGES)
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        every = town.button("Vusal", "digest_yes")
        town.presses("Vusal", f"line:{line.id}")
        one = town.button("Vusal", "line_yes")
        for does in (one, every, f"line_hold:{line.id}"):
            assert town.presses("Leyla", does) == "This is for the chair only."
        assert town.lines()[0].state == "proposed"
        assert "digest_yes" not in " ".join(town.buttons("Leyla"))

    def test_what_was_sent_is_changed_no_more(self, town: Weekly) -> None:
        """Old buttons of a digest that went do nothing."""
        line = town.line("Vusal", WAGES)
        town.presses("Vusal", f"line_text:{line.id}:en")
        town.until("2026-11-30 09:00")
        town.writes("Vusal", QUEUE)
        assert "cannot be changed any more" in town.screen("Vusal")
        for does in (f"line_hold:{line.id}", f"line_drop:{line.id}", f"line_text:{line.id}:en"):
            assert "does not work" in town.presses("Vusal", does)
        assert [(one.week, one.state, one.texts) for one in town.lines()] == [
            ("2026-W48", "approved", {"en": WAGES})
        ]

    def test_many_lines_turn_pages(self, town: Weekly) -> None:
        """The yes to all of it stands on the last page."""
        for number in range(8):
            town.line("Leyla", f"Line of the letter {'abcdefgh'[number]}.")
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        assert "digest_yes" not in " ".join(town.buttons("Vusal"))
        assert "letter h" not in town.screen("Vusal")
        town.presses("Vusal", "digest:1")
        assert "letter h" in town.screen("Vusal")
        town.presses("Vusal", town.button("Vusal", "digest_yes"))
        assert {one.state for one in town.lines()} == {"approved"}

    def test_as_it_will_look(self, town: Weekly) -> None:
        """The draft can be seen as the Service will read it."""
        town.line("Vusal", WAGES)
        town.line("Leyla", QUEUE)
        town.presses("Vusal", "digest_see:en")
        seen = town.ever_said("Vusal")
        assert "Weekly digest" in seen
        assert "does not work" in town.presses("Vusal", "digest_see:fa")
        assert not town.copies()


class TestSeats:
    """Who has a hand in it."""

    def test_its_author_left(self, town: Weekly) -> None:
        """Their line stays for the chair; they can do nothing with it any more."""
        line = town.line("Leyla", WAGES)
        town.presses("Leyla", f"line_text:{line.id}:en")
        town.work(lambda s: membership.leave(s, town.charter, "Leyla", town.now))
        town.writes("Leyla", QUEUE)
        town.presses("Leyla", f"line_drop:{line.id}")
        assert texts(town) == [{"en": WAGES}]
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        town.presses("Vusal", f"line:{line.id}")
        assert "Written by" in town.screen("Vusal")
        town.presses("Vusal", "digest")
        town.presses("Vusal", town.button("Vusal", "digest_yes"))
        town.until("2026-11-30 09:00")
        assert published(town) == [WAGES]

    def test_the_chair_changes_between_draft_and_sending(self, town: Weekly) -> None:
        """The former one decides no more; what they approved stays so; the new one goes on."""
        first, second = town.line("Leyla", WAGES), town.line("Leyla", QUEUE)
        town.until("2026-11-27 10:00")
        town.presses("Vusal", f"line:{first.id}")
        town.presses("Vusal", town.button("Vusal", f"line_yes:{first.id}"))
        town.presses("Vusal", f"line:{second.id}")
        late = town.button("Vusal", f"line_yes:{second.id}")

        samir = town.seat_of("Samir").id

        def elect(session: Session) -> None:
            offices.make_chair(session, town.charter, session.get_one(Member, samir), town.now)

        town.work(elect)
        assert town.presses("Vusal", late) == "This is for the chair only."
        assert [one.state for one in town.lines()] == ["approved", "proposed"]
        town.presses("Samir", "digest")
        town.presses("Samir", town.button("Samir", "digest_yes"))
        town.until("2026-11-30 09:00")
        assert published(town) == [WAGES, QUEUE]
        assert town.run("2026-W48").approved_by == town.seat_of("Samir").id

    @pytest.mark.parametrize("who", ["Olga", "Ombud", "Farid", "Tural", "Murad", "Gunel"])
    def test_forged_by_somebody_else(self, town: Weekly, who: str) -> None:
        """An operator, an outside contact, a migrant, a former and a suspended member, staff."""
        town.seat("Olga", "operator", agreed=True)
        town.seat("Ombud", "outside")
        town.agreed("Farid")
        for name in ("Tural", "Murad"):
            town.seat(name)
        town.becomes("Tural", left_at=town.now)
        town.becomes("Murad", suspended_at=town.now)
        line = town.line("Leyla", WAGES)
        town.until("2026-11-27 10:00")
        town.presses("Vusal", "digest")
        every = town.button("Vusal", "digest_yes")
        town.presses("Vusal", f"line:{line.id}")
        one = town.button("Vusal", "line_yes")
        said = len(town.said)
        for does in (
            *(every, one, "digest", "digest:0", "digest_see:en", "line_new", "line_in:gap"),
            *("line_in:topic", "line_in:date", "line_about:labour", "line_skip:en"),
            *(f"line:{line.id}", f"line_text:{line.id}:en", f"line_hold:{line.id}"),
            *(f"line_drop:{line.id}", "line:99999999999999999999", "line:²", "line_in:x:y"),
        ):
            town.presses(who, does)
        town.writes(who, "/digest")
        assert not any(WAGES in message.text for name, message in town.said[said:] if name == who)
        town.writes(who, QUEUE)
        assert [(each.state, each.texts) for each in town.lines()] == [("proposed", {"en": WAGES})]
        assert town.run("2026-W48").approved_at is None


def test_it_stands_where_it_is_looked_for(town: Weekly) -> None:
    """The chair's queue leads to it, and help says what it is."""
    town.writes("Vusal", "/chair")
    assert "digest" in town.buttons("Vusal")
    town.presses("Vusal", "digest")
    town.writes("Vusal", "/help")
    assert "reads each week" in town.screen("Vusal")

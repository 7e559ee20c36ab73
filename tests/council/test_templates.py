"""Ready answers: written step by step, listed, sent as previewed, gone on their last day."""

from datetime import date, timedelta

import answers_kit as kit
import pytest
from sqlalchemy import select
from talk import Talk

from handlers.rules.typed_dates import past_day
from storage.audit import Audit
from storage.database import Database
from storage.model import Template, TemplateText


@pytest.fixture
def talk(sqlite_in_use: Database) -> Talk:
    """A council with a chair, two members and two people who ask."""
    return kit.council(Talk(sqlite_in_use))


def test_it_is_sent_as_it_was_previewed(talk: Talk) -> None:
    """The writer sees what the member saw: text, source, and the day it was checked."""
    template, case = kit.ready(talk), kit.asked(talk)
    talk.press("Leyla", f"template:{case.reference}")
    talk.deliver()
    assert f"use:{case.reference}:{template}" in talk.buttons("Leyla")
    talk.press("Leyla", f"use:{case.reference}:{template}")
    talk.deliver()
    for line in (kit.RIGHT, "Source: migration.gov.az/en/useful_detail/594, checked Tue 24 Nov."):
        assert line in talk.screen("Leyla")
        assert line not in talk.ever_said("Rana")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    for line in (kit.RIGHT, "Source: migration.gov.az/en/useful_detail/594, checked Tue 24 Nov."):
        assert line in talk.screen("Rana")
    assert [entry.template_id for entry in kit.answers(talk, case)] == [template]
    assert talk.case().state == "answered"
    noted = talk.work(lambda s: set(s.scalars(select(Audit.what))))
    assert {"answer_proposed", "answer_approved", "answer_used"} <= noted


def test_the_list_and_one_of_it(talk: Talk) -> None:
    """Title, languages, day and days left in the list; people and use on the page of one."""
    template, case = kit.ready(talk, {"en": kit.RIGHT, "ru": "За три дня."}), kit.asked(talk)
    kit.sent(talk, case, template)
    talk.write("Leyla", "/templates")
    talk.deliver()
    for part in (kit.TITLE, "en, ru", "Checked Tue 24 Nov", "89 days left"):
        assert part in talk.screen("Leyla")
    talk.press("Leyla", f"ready:{template}")
    talk.deliver()
    for part in (kit.RIGHT, "Proposed by Samir, approved by Vusal", "Sent 1 time: Leyla 1."):
        assert part in talk.screen("Leyla")
    talk.press("Leyla", f"ready:{template}:ru")
    talk.deliver()
    assert "За три дня." in talk.screen("Leyla")


def test_a_missing_language_is_said_and_never_silent(talk: Talk) -> None:
    """Without a text in the writer's language the member is asked, and the preview says so."""
    talk.agreed("Nasrin", "tr")
    template = kit.ready(talk, {"en": kit.RIGHT, "az": "Üç gün əvvəl.", "ru": "За три дня."})
    case = kit.asked(talk, "Nasrin", text="Vizem bitiyor, nasıl uzatırım?")
    talk.press("Leyla", f"use:{case.reference}:{template}")
    talk.deliver()
    assert "has no text in Turkish" in talk.screen("Leyla")
    offered = [b for b in talk.buttons("Leyla") if b.startswith(f"use:{case.reference}")]
    assert offered == [f"use:{case.reference}:{template}:{code}" for code in ("az", "en")]
    talk.press("Leyla", offered[1])
    talk.deliver()
    assert "There is no text in Turkish. This one is in English." in talk.screen("Leyla")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert kit.RIGHT in talk.screen("Nasrin")


@pytest.mark.parametrize("how", ["change", "words"])
def test_a_changed_one_is_the_members_own(talk: Talk, how: str) -> None:
    """Whoever changes a ready answer is told that it is theirs; it carries no source then."""
    template, case = kit.ready(talk), kit.asked(talk)
    talk.press("Leyla", f"use:{case.reference}:{template}")
    if how == "change":
        talk.press("Leyla", f"change:{case.reference}")
    talk.write("Leyla", "And bring a photo.")
    talk.deliver()
    assert "this is now your own answer" in talk.ever_said("Leyla")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "bring a photo" in talk.screen("Rana")
    assert "checked Tue" not in talk.screen("Rana")
    assert [entry.template_id for entry in kit.answers(talk, case)] == [None]


def test_it_is_gone_on_its_last_day(talk: Talk) -> None:
    """Ninety days after it was checked it is offered no more, to the minute."""
    template, case = kit.ready(talk), kit.asked(talk)
    ends = kit.known(talk, template).expires_at
    assert ends is not None
    assert (ends.astimezone(talk.now.tzinfo).date() - date(2026, 11, 24)).days == 90
    talk.now = ends - timedelta(minutes=1)
    talk.press("Leyla", f"use:{case.reference}:{template}")
    talk.deliver()
    assert kit.RIGHT in talk.screen("Leyla")
    talk.now = ends
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    assert "not offered any more. Nothing was sent." in talk.screen("Leyla")
    said = talk.press("Leyla", f"use:{case.reference}:{template}")
    assert said == "This ready answer is not offered any more."
    assert kit.answers(talk, case) == []
    talk.later(seconds=1)
    assert kit.known(talk, template).state == "expired"


def test_two_weeks_before_its_end_two_people_hear_it_once(talk: Talk) -> None:
    """Whoever proposed them and the chair get one notice for all that end soon, and no second."""
    kit.ready(talk)
    second = kit.propose(talk, "Samir", title="Visa fees")
    kit.approve(talk, "Vusal", second)
    talk.later(days=75)
    talk.deliver()
    assert "look these ready answers up again" not in talk.ever_said("Samir")
    talk.later(days=2)
    talk.deliver()
    for who in ("Samir", "Vusal"):
        told = [m for name, m in talk.said if name == who and "up again" in m.text]
        assert len(told) == 1, who
        assert kit.TITLE in told[0].text
        assert "Visa fees" in told[0].text
    assert "up again" not in talk.ever_said("Leyla")
    talk.later(days=5)
    talk.deliver()
    assert talk.ever_said("Samir").count("up again") == 1


def test_checked_again_needs_a_second_person_again(talk: Talk) -> None:
    """Who says that it is still right does not make it so alone."""
    template = kit.ready(talk)
    talk.later(days=91)
    talk.press("Samir", f"recheck:{template}")
    again = kit.newest(talk)
    assert (again.state, again.replaces_id) == ("proposed", template)
    assert talk.work(lambda s: s.scalar(select(TemplateText.text).limit(1))) == kit.RIGHT
    said = talk.press("Leyla", f"recheck:{template}")
    assert said == "A new version waits for approval."
    kit.approve(talk, "Vusal", again.id)
    assert kit.known(talk, again.id).state == "approved"
    assert kit.known(talk, template).state == "replaced"
    assert kit.corrections(talk) == []


def test_a_draft_outlives_what_comes_between(talk: Talk) -> None:
    """A card, another question, a new language: the draft goes on where it stood."""
    talk.press("Samir", "propose")
    talk.write("Samir", kit.TITLE)
    made = kit.newest(talk).id
    case = kit.asked(talk, reader="Samir")
    talk.press("Samir", f"close:{case.reference}")
    talk.press("Samir", "propose")
    talk.deliver()
    assert "You have not finished this one yet." in talk.screen("Samir")
    assert "What is it about?" in talk.screen("Samir")
    assert talk.work(lambda s: s.scalars(select(Template.id)).all()) == [made]
    talk.press("Samir", f"rdrop:{made}")
    assert talk.work(lambda s: s.scalars(select(Template)).all()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("x" * 2501, "too long: 2501 letters"),
        ("Write to officer AZE1234567 for help.", "may be somebody's own"),
        ("Ask my friend at rana.k@example.com.", "may be somebody's own"),
    ],
)
def test_what_a_text_may_not_hold(talk: Talk, words: str, said: str) -> None:
    """Too long, or a number or an address of somebody: it is refused and not kept."""
    made = kit.draft(talk, "Samir", {"en": kit.RIGHT})
    talk.press("Samir", f"rtext:{made}:en")
    talk.write("Samir", words)
    talk.deliver()
    assert said in talk.screen("Samir")
    assert talk.work(lambda s: s.scalars(select(TemplateText.text)).all()) == [kit.RIGHT]


def test_markup_is_words(talk: Talk) -> None:
    """Tags stand as they were typed, and nothing turns the direction of the text."""
    template = kit.ready(talk, "Press <b>Apply</b>\u202e & wait.")
    case = kit.asked(talk)
    kit.sent(talk, case, template)
    assert "Press &lt;b&gt;Apply&lt;/b&gt; &amp; wait." in talk.screen("Rana")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("25.11.2026", "still to come"),
        ("25.08.2026", "more than 90 days ago"),
        ("last week", "write the day like this: 24.11.2026"),
    ],
)
def test_days_that_are_not_taken(talk: Talk, typed: str, said: str) -> None:
    """Not in the future, not too long ago, and a day at all."""
    made = kit.draft(talk, "Samir", {"en": kit.RIGHT})
    talk.press("Samir", f"redit:{made}:checked")
    talk.write("Samir", typed)
    talk.deliver()
    assert said in talk.screen("Samir")
    assert kit.known(talk, made).checked_on == date(2026, 11, 24)


def test_one_of_two_languages_must_be_there(talk: Talk) -> None:
    """Neither English nor a language of the member's: it is asked for and not handed in."""
    made = kit.propose(talk, "Samir", {"fa": "سه روز پیش از پایان"})
    assert kit.known(talk, made).state == "draft"
    assert "The answer in: English" in talk.screen("Samir")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20.11.2026", date(2026, 11, 20)),
        ("20/11", date(2026, 11, 20)),
        ("25.12", date(2025, 12, 25)),
        ("2026-11-02", date(2026, 11, 2)),
        ("۲۰.۱۱.۲۰۲۶", date(2026, 11, 20)),
        ("31.02.2026", None),
        ("29.02", None),
        ("soon", None),
        ("1", None),
    ],
)
def test_typed_days(typed: str, meant: date | None) -> None:
    """A day as people type it; without a year the last one that has been."""
    assert past_day(typed, date(2026, 11, 24)) == meant


def test_forged_buttons_do_nothing(talk: Talk) -> None:
    """Strangers, migrants and other members move no draft, and numbers may be anything."""
    made = kit.draft(talk, "Samir", {"en": kit.RIGHT})
    talk.seat("Olga", "operator", agreed=True)
    before = kit.known(talk, made)
    for who in ("Leyla", "Vusal", "Rana", "Olga"):
        for does in (
            *(f"rdraft:{made}", f"rhand:{made}", f"rdrop:{made}", f"rtopic:{made}:health"),
            *(f"rtext:{made}:en", f"rskip:{made}:az", f"rwithout:{made}:en", f"redit:{made}:title"),
            *(f"rchecked:{made}:yesterday", f"ready:{made}", f"approve:{made}", f"wrong:{made}"),
            *(f"approved:{made}:00000000", f"refused:{made}", f"sendback:{made}"),
            *(
                f"redo:{made}:fix",
                f"recheck:{made}",
                "ready:²",
                "ready:99999999999999",
                "fixsend:1",
            ),
            *("fixall:1:1", "fixno:1:knows", "corrections:x", "templates:-1", "redit:1:whole"),
        ):
            talk.press(who, does)
        talk.deliver()
        assert kit.RIGHT not in talk.ever_said(who), who
    after = kit.known(talk, made)
    for name in ("state", "title", "topic", "checked_on", "source"):
        assert getattr(after, name) == getattr(before, name)
    for does in (f"rtopic:{made}:nonsense", f"redit:{made}:nothing", f"rtext:{made}:xx"):
        talk.press("Samir", does)
    assert kit.known(talk, made).topic == "visa_entry"

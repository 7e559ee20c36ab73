"""Every text in the person's language, or in English as a whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from town import charter

from bot import catalogues
from bot.catalogue_gaps import gaps
from handlers import numbers
from handlers.language import CATALOGUES, Tongue, offered, rich
from handlers.words import WORDS, meaning_of

AT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
COUNCIL = charter()
UNKNOWN = "No catalogue has this: {moment}, {language}, {council}, {numbers}"


def test_what_is_not_translated_is_english_as_a_whole() -> None:
    """Dates, names and numbers inside an English sentence are English too."""
    t = Tongue("fa", COUNCIL)
    said = t(
        UNKNOWN,
        moment=t.moment(AT),
        language=t.language("az"),
        numbers=numbers.line(COUNCIL, t, "emergency"),
    )
    assert said.startswith("No catalogue has this: Fri 27 Nov, 18:00, Azerbaijani, ")
    assert COUNCIL.council["en"] in said
    assert COUNCIL.council["fa"] not in said


def test_what_is_translated_has_its_values_in_the_language() -> None:
    """A Persian sentence names the day in Persian, kept apart by isolates."""
    t = Tongue("fa", COUNCIL)
    said = t("📖 Read by: {moment}", moment=t.moment(AT))
    assert "Read by" not in said
    assert "Fri" not in said
    assert "\u2068" in said


def test_values_are_made_safe() -> None:
    """What people wrote never becomes markup."""
    t = Tongue("en", COUNCIL)
    assert "<b>" not in t.fill("{text}", text="<b>bold</b> & {braces}")
    assert t.fill("{text}", text=rich("<i>")) == "&lt;i&gt;"


def test_a_name_that_runs_the_other_way_is_isolated() -> None:
    """An alias in Persian inside an English line does not drag the line along."""
    said = Tongue("en", COUNCIL).fill("{alias} reads it", alias="نسرین")
    assert said == "\u2068نسرین\u2069 reads it"


def test_every_text_that_is_said_is_drawn() -> None:
    """Nothing the code says is left out of the catalogues, to stay English for ever."""
    assert not [fault for fault in catalogues.faults() if "not drawn" in fault.what]


def test_what_the_drawing_does_not_see_is_found(tmp_path: Path) -> None:
    """A text in an f-string, and a plural of which only one form was drawn."""
    said = 'f"{t(\'hidden\')}"\nt.plural("one", "many", n)\nt("seen")\nN_("other")\nx("nothing")\n'
    (tmp_path / "said.py").write_text(said)
    found = {text for _, text in gaps(tmp_path, {"seen", "one", "other"})}
    assert found == {"hidden", "one\nmany"}


@pytest.mark.parametrize("language", ["az", "ru", "tr", "fa"])
def test_catalogues_are_whole(language: str) -> None:
    """No text is missing, stale, fuzzy, or has other placeholders or tags than its source."""
    assert [
        str(fault) for fault in catalogues.faults() if fault.language in (language, "pot")
    ] == []


@pytest.mark.parametrize("language", ["az", "ru", "tr", "fa"])
def test_catalogues_are_marked_for_review(language: str) -> None:
    """Nobody takes a draft for a reviewed translation."""
    text = (CATALOGUES / language / "LC_MESSAGES" / "messages.po").read_text()
    assert "review" in text.split("msgid")[0]


def test_russian_counts_in_three_forms() -> None:
    """Plural forms are chosen by the language's own rule."""
    t = Tongue("ru", COUNCIL)
    forms = {
        count: t.plural("{count} working hour", "{count} working hours", count)
        for count in (1, 2, 5, 21)
    }
    words = {count: said.split(" ", 1)[1] for count, said in forms.items()}
    assert len({words[1], words[2], words[5]}) == 3
    assert words[21] == words[1]


@pytest.mark.parametrize(
    ("hint", "language"), [("az", "az"), ("ru-RU", "ru"), ("pt-br", None), ("", None), ("FA", "fa")]
)
def test_the_apps_language(hint: str, language: str | None) -> None:
    """The app's language is suggested if it is offered."""
    assert offered(hint, COUNCIL) == language


@pytest.mark.parametrize("language", sorted(WORDS))
def test_words_that_are_commands(language: str) -> None:
    """Each word means itself, in any case and with a dot, and only when it stands alone."""
    for meaning, spellings in WORDS[language].items():
        for spelling in spellings:
            assert meaning_of(spelling, language) == meaning
            assert meaning_of(f" {spelling.lower()}. ", language) == meaning
            assert meaning_of(f"{spelling} {spelling} x", language) is None

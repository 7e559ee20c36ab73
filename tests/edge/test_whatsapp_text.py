"""How words look on WhatsApp."""

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.richtext import escape, plain, storable, units
from bot.whatsapp_text import cut, marked, render, titles, with_numbers
from handlers.messages import Choice, Outgoing

FAMILY = "👨‍👩‍👧‍👦"
FSI, PDI = "\u2068", "\u2069"
TAGS = ("b", "i", "u", "s", "code", "pre", "blockquote")
MARKS = "*_~`"
SEND, BACK, OPEN = Choice("1 ✅ Send", "send"), Choice("0 Back", "back"), Choice("Open", "open:5")


@pytest.mark.parametrize(
    ("rich", "shown"),
    [
        ("", ""),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<b>bold</b> <i>italic</i> <s>gone</s> <u>under</u>", "*bold* _italic_ ~gone~ under"),
        ("<code>MC 4827</code>", "```MC 4827```"),
        ("<pre>one\ntwo</pre>", "```one```\n```two```"),
        ("<b>all <i>both</i> all</b>", "*all _both_ all*"),
        ("<b>bold <code>code <i>x</i></code></b>", "*bold* ```code x```"),
        ("<b> bold </b>text", " *bold* text"),
        ("<b>one\ntwo</b>", "*one*\n*two*"),
        ("<b> \n</b>", " \n"),
        ("<b></b>", ""),
        ("wo<b>r</b>d", "word"),
        ("<b>salary</b>s", "salarys"),
        ("<b>112</b>, (<b>102</b>)", "*112*, (*102*)"),
        ("<b>one</b><i>two</i>", "onetwo"),
        ("*<b>x</b>", "*x"),
        ("<b>5*3</b> <i>a_b</i> <s>~</s> <code>`</code>", "5*3 a_b ~ `"),
        ("<b>e</b>\u0301 <b>👍</b>🏽", "e\u0301 👍🏽"),
        ("<b>.</b>\u0301 .<b>\u0301x</b>", ".\u0301 .\u0301x"),
        ("<b>a\u0600</b>.", "a\u0600."),
        (f"<b>{FSI}4827{PDI}</b>: x", f"*{FSI}4827{PDI}*: x"),
        (f"{FSI}<b>4827</b>{PDI}", f"{FSI}*4827*{PDI}"),
        ("<blockquote>one\n\ntwo</blockquote>\nthree", "> one\n\n> two\nthree"),
        ("<blockquote>one</blockquote>two", "> one\ntwo"),
        ("two<blockquote><b>one</b></blockquote>", "two\n> *one*"),
        ("a\r\nb\x00c", "a\nbc"),
        ("<b>پاسخ</b>، <i>سلام</i>", "*پاسخ*، _سلام_"),
    ],
)
def test_marks(rich: str, shown: str) -> None:
    """Tags become the marks of WhatsApp where WhatsApp understands them, and nothing elsewhere."""
    assert marked(rich) == shown


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (Outgoing("<b>Send it?</b>", ((SEND,), (BACK,))), "*Send it?*\n\n1 ✅ Send\n0 Back"),
        (Outgoing("Send it?", ((SEND, BACK),)), "Send it?\n\n1 ✅ Send\n0 Back"),
        (Outgoing("A card", ((OPEN,),)), "A card"),
        (Outgoing("A card", ((OPEN,), (BACK,))), "A card\n\n0 Back"),
        (Outgoing("", ((SEND,),)), "1 ✅ Send"),
        (Outgoing("x", ((Choice("12 months", "x"),),)), "x\n\n12 months"),
        (Outgoing("x", ((Choice("123 months", "x"),),)), "x"),
        (Outgoing("x", ((Choice("1", "x"),),)), "x"),
        (Outgoing("x", ((Choice("1 <b>A & B</b>", "x"),),)), "x\n\n1 <b>A & B</b>"),
        (Outgoing("x", ((Choice(f"{FSI}1{PDI} ارسال", "x"),),)), f"x\n\n{FSI}1{PDI} ارسال"),
        (Outgoing("x", ((Choice("1 one\n2 two", "x"),),)), "x\n\n1 one 2 two"),
    ],
)
def test_choices_to_type(message: Outgoing, shown: str) -> None:
    """A choice with a number stands on a line of its own; one without can only be pressed."""
    assert render(message) == shown
    assert marked(with_numbers(message)) == shown


def test_all_choices() -> None:
    """Where it is asked for, every choice is named."""
    message = Outgoing("A card", ((OPEN, BACK),))
    assert render(message, listed=True) == "A card\n\n• Open\n0 Back"


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["1 Send", "2 Change"], [("1 Send", ""), ("2 Change", "")]),
        (["1 " + "a" * 18], [("1 " + "a" * 18, "")]),
        (["1 " + "a" * 19], [("1 " + "a" * 17 + "…", "aa")]),
        (["1 Only the council member"] * 4, [("1 Only the council memb…", "er")] * 4),
        (["1 Only the council membe"] * 4, [("1 Only the council membe", "")] * 4),
        (["1 one two three four five"], [("1 one two three fou…", "r five")]),
        ([FAMILY * 2], [(FAMILY + "…", FAMILY)]),
        (["😀" * 11], [("😀" * 9 + "…", "😀😀")]),
        ([f"{FSI}1{PDI} a\nb"], [(f"{FSI}1{PDI} a b", "")]),
        ([f"1 {FSI}{'a' * 20}{PDI} b"], [(f"1 {FSI}{'a' * 15}…{PDI}", "aaaaa b")]),
        (["a" * 200] * 4, [("a" * 23 + "…", "a" * 71 + "…")] * 4),
        ([], []),
    ],
)
def test_titles(labels: list[str], shown: list[tuple[str, str]]) -> None:
    """A title fits a button or a row, the rest goes into its description."""
    rows = tuple((Choice(label, f"does:{index}"),) for index, label in enumerate(labels))
    wanted = [(*pair, f"does:{index}") for index, pair in enumerate(shown)]
    assert titles(rows) == wanted


EVERY_CHARACTER = st.characters(exclude_categories=[])
LEAF = st.one_of(
    st.lists(
        st.sampled_from(["a", "b ", " ", ".", "слово ", "你", "\n", "\n\n", "<", "&", "😀", FAMILY, "e\u0301", "\u0301", "سلام ", "🇦🇿", FSI, PDI, "🏽", "\u200d", *MARKS]),
        max_size=8,
    ).map("".join),
    st.text(EVERY_CHARACTER, max_size=6),
).map(escape)  # fmt: skip
RICH = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(TAGS), inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0]}>"),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=10,
)


def bare(text: str) -> str:
    """The characters that nobody adds."""
    return "".join(one for one in text if one not in MARKS + ">" and not one.isspace())


@settings(max_examples=150, deadline=None)
@given(RICH)
def test_marks_around_anything(rich: str) -> None:
    """Nothing is lost, and each line has its marks in pairs."""
    shown = marked(rich)
    seen = storable(plain(rich))
    assert bare(shown) == bare(seen)
    for line in shown.split("\n"):
        if not set(MARKS + ">") & set(seen):
            assert all(line.count(mark) % 2 == 0 for mark in MARKS)
            assert not regex.search(r"(?<![^\s>])[*_~`]+(\s|$)", line)


@settings(max_examples=150, deadline=None)
@given(RICH)
@example("<blockquote><b>\N{EMOJI MODIFIER FITZPATRICK TYPE-4}</b></blockquote>")
def test_marks_cut_no_character(rich: str) -> None:
    """No mark stands inside a character."""
    shown, seen = marked(rich), storable(plain(rich))
    if set(MARKS + ">") & set(seen):
        return
    bounds = {0, *(match.end() for match in regex.finditer(r"\X", bare_of_marks(shown)))}
    position = 0
    for one in shown:
        assert one not in MARKS or position in bounds
        position += one not in MARKS


def bare_of_marks(shown: str) -> str:
    """What is shown without its marks."""
    return "".join(one for one in shown if one not in MARKS)


@given(st.text(EVERY_CHARACTER, max_size=80).map(storable), st.integers(2, 80))
def test_cut(text: str, limit: int) -> None:
    """Whatever the label, it fits, and nothing but white space is lost of it."""
    kept, rest = cut(text, limit)
    assert units(kept) <= limit
    if not rest:
        assert kept.rstrip(f"…{PDI}").split() == text.rstrip(f"…{PDI}").split()
    else:
        whole = "".join(kept.rstrip(PDI).removesuffix("…").split()) + "".join(rest.split())
        assert whole == "".join(text.split())


@given(
    st.lists(st.text(EVERY_CHARACTER, max_size=150), max_size=11),
    st.sampled_from(["", "1 ", f"{FSI}10{PDI} "]),
)
def test_titles_of_anything(labels: list[str], number: str) -> None:
    """Every title, description and id fits what WhatsApp takes."""
    rows = (tuple(Choice(number + label, "x" * 64) for label in labels),)
    limit = 20 if len(labels) <= 3 else 24
    for title, description, does in titles(rows):
        assert units(title) <= limit
        assert units(description) <= 72
        assert units(does) <= 200
        assert "\n" not in title + description

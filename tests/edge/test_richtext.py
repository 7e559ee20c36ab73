"""Rich text: its length, its plain form, and how it is cut."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.richtext import escape, plain, split, storable, units

FAMILY = "👨‍👩‍👧‍👦"
TAGS = ("b", "i", "u", "s", "code", "pre", "blockquote")
EVERY_CHARACTER = st.characters(exclude_categories=[])


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("é", 1), ("مرحبا", 5), ("😀", 2), (FAMILY, 11)]
)
def test_units(text: str, length: int) -> None:
    """Telegram counts UTF-16 units."""
    assert units(text) == length


@pytest.mark.parametrize(
    ("rich", "seen"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<b>bold <i>both</i></b> &amp;lt;", "bold both &lt;"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ('<a href="x">link</a>', '<a href="x">link</a>'),
    ],
)
def test_plain(rich: str, seen: str) -> None:
    """Tags go, escapes become characters, anything else stays."""
    assert plain(rich) == seen


@pytest.mark.parametrize(
    ("text", "clean"),
    [("a\x00b", "ab"), ("\ud800x", "\ufffdx"), ("\ud83d\ude00", "😀"), ("سلام", "سلام")],
)
def test_storable(text: str, clean: str) -> None:
    """What no database and no wire takes is gone."""
    assert storable(text) == clean


@pytest.mark.parametrize(
    ("rich", "limit", "pieces"),
    [
        ("short", 10, ("short",)),
        (" \n ", 10, ()),
        ("", 10, ()),
        ("one two.\n\nthree four", 14, ("one two.", "three four")),
        ("one two three\nfour five six", 16, ("one two three", "four five six")),
        ("It is so. It is not so. Yes", 25, ("It is so. It is not so.", "Yes")),
        ("alpha beta gamma", 12, ("alpha beta", "gamma")),
        ("alpha beta gamma", 10, ("alpha beta", "gamma")),
        ("你好吗。我很好。谢谢你", 9, ("你好吗。我很好。", "谢谢你")),
        ("abcdefghij", 4, ("abcd", "efgh", "ij")),
        (FAMILY * 2, 12, (FAMILY, FAMILY)),
        ("😀😀😀", 3, ("😀", "😀", "😀")),
        ("aaaa bbb \u0301ccc", 10, ("aaaa bbb \u0301", "ccc")),
        ("<b>alpha beta</b>", 6, ("<b>alpha</b>", "<b>beta</b>")),
        (
            "<b>one <i>two three</i> four</b>",
            8,
            ("<b>one <i>two</i></b>", "<b><i>three</i></b>", "<b>four</b>"),
        ),
        ("&amp;&amp;&amp;&lt;", 2, ("&amp;&amp;", "&amp;&lt;")),
        ("<code>a\nb</code>", 2, ("<code>a</code>", "<code>b</code>")),
    ],
)
def test_split(rich: str, limit: int, pieces: tuple[str, ...]) -> None:
    """Cut at the best place: paragraph, line, sentence, word, character."""
    assert split(rich, limit) == pieces


def test_a_monstrous_character_is_cut() -> None:
    """One letter under five thousand accents still goes out."""
    pieces = split("a" + "\u0301" * 5000, 4096)
    assert [units(piece) for piece in pieces] == [4096, 905]


@st.composite
def rich_texts(draw: st.DrawFn) -> str:
    """Well-formed rich text, deep and in all scripts."""
    leaf = st.lists(
        st.sampled_from(["a", "b ", "слово ", "你", "。", ". ", "\n", "\n\n", "<", "&", "😀", FAMILY, "e\u0301", "سلام ", "🇦🇿"]),
        max_size=12,
    ).map("".join).map(escape)  # fmt: skip
    nested = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(TAGS), inner).map(lambda t: f"<{t[0]}>{t[1]}</{t[0]}>"),
            st.lists(inner, max_size=4).map("".join),
        ),
        max_leaves=12,
    )
    return draw(nested)


def is_well_formed(piece: str) -> bool:
    """Every tag closed in its order, every escape whole."""
    open_tags: list[str] = []
    for closes, tag in regex.findall(rf"<(/?)({'|'.join(TAGS)})>", piece):
        if not closes:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            return False
    bare = regex.sub(rf"</?({'|'.join(TAGS)})>|&(lt|gt|amp);", "", piece)
    return not open_tags and not regex.search("[<>&]", bare)


@given(rich=rich_texts(), limit=st.integers(11, 40))
def test_every_piece_is_whole(rich: str, limit: int) -> None:
    """Pieces fit, are well formed, say together what was said, and cut no character in two."""
    pieces = split(rich, limit)
    assert all(0 < units(plain(piece)) <= limit for piece in pieces)
    assert all(is_well_formed(piece) for piece in pieces)
    said = "".join(plain(piece) for piece in pieces)
    assert "".join(said.split()) == "".join(plain(rich).split())
    characters = set(regex.findall(r"\X", plain(rich)))
    for piece in pieces[1:]:
        first = regex.match(r"\X", plain(piece))
        assert first is not None
        assert first[0] in characters


@given(
    text=st.text(EVERY_CHARACTER, max_size=300),
    limit=st.integers(2, 60),
)
def test_any_text_at_all(text: str, limit: int) -> None:
    """Nothing anybody types breaks the knife."""
    pieces = split(escape(storable(text)), limit)
    assert all(0 < units(plain(piece)) <= limit for piece in pieces)
    said = "".join(plain(piece) for piece in pieces)
    assert "".join(said.split()) == "".join(storable(text).split())


@given(st.text(EVERY_CHARACTER))
def test_plain_undoes_escape(text: str) -> None:
    """What was escaped reads as it was."""
    assert plain(escape(text)) == text

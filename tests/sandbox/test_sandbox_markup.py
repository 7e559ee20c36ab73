"""HTML read as Telegram reads it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import clean, to_html, utf16_length
from bot.sandbox.markup import parse_html
from bot.sandbox.refusals import Refusal
from bot.sandbox.spotting import spotted


def e(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("written", "plain", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"', []),
        ("&nbsp; &copy; &", "&nbsp; &copy; &", []),
        ("&#65;&#x42;&#1601", "ABف", []),
        ("&amp;lt;", "&lt;", []),
        ("<b>bold</b>", "bold", [e("bold", 0, 4)]),
        ("<STRONG>bold</strong>", "bold", [e("bold", 0, 4)]),
        ("😀<i>x</i>", "😀x", [e("italic", 2, 1)]),
        ("<u>سلام</u>", "سلام", [e("underline", 0, 4)]),
        ("<b>a<i>b</i></b>", "ab", [e("bold", 0, 2), e("italic", 1, 1)]),
        ("<b>a</>", "a", [e("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<s>a</s><del>b</del>", "ab", [e("strikethrough", 0, 1), e("strikethrough", 1, 1)]),
        ("<pre>x</pre>", "x", [e("pre", 0, 1)]),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [e("pre", 0, 1, language="python")],
        ),
        ('<code class="language-python">x</code>', "x", [e("code", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [e("expandable_blockquote", 0, 1)]),
        ("<span class='tg-spoiler'>x</span>", "x", [e("spoiler", 0, 1)]),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [e("text_link", 0, 1, url="https://example.org/?a=1&b=2")],
        ),
        ('<a href="nonsense">x</a>', "x", []),
        ("1 > 0", "1 > 0", []),
    ],
)
def test_what_is_read(written: str, plain: str, entities: list[dict[str, object]]) -> None:
    """Tags become entities counted in UTF-16 units; only four names are references."""
    assert parse_html(written) == (plain, entities)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<3", "Unclosed start tag at byte offset 0"),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("سل<br/>", 'Unsupported start tag "br/" at byte offset 4'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<span>x</span>",
            'Tag "span" must have class "tg-spoiler" at byte offset 0',
        ),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=http://x.org>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_what_is_refused(written: str, words: str) -> None:
    """What is not well formed is refused with the reason and its place in bytes."""
    with pytest.raises(Refusal) as refused:
        parse_html(written)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(TEXT)
def test_escaped_text_arrives_as_it_was(text: str) -> None:
    """Whatever is escaped is plain again."""
    assert parse_html(html.escape(text, quote=False)) == (text, [])


@given(TEXT)
def test_anything_is_read_or_refused(text: str) -> None:
    """No text breaks the reader, and no entity leaves its text."""
    try:
        plain, entities = parse_html(text)
    except Refusal:
        return
    plain, entities = clean(plain, entities)
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(plain)


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "u", "s", "code", "blockquote"]), TEXT)))
def test_what_is_shown_reads_the_same_again(pieces: list[tuple[str, str]]) -> None:
    """The HTML of a screen means the same text and the same formatting."""
    written = "".join(f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in pieces)
    plain, entities = parse_html(written)
    assert parse_html(to_html(plain, entities)) == (plain, entities)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" \n<b>x</b> ", "<b>x</b>"),
        ("a\r\n<b>b\tc</b>", "a\n<b>b c</b>"),
        ("\u202e<b>a\u202c</b>b", "<b>a</b>b"),
        ("\u2068<b>a</b>\u2069", "\u2068<b>a</b>\u2069"),
        ("😀\u2028<i>\u2028</i>x", "😀x"),
        ("<b> a </b>", "<b>a</b>"),
    ],
)
def test_what_is_kept_of_a_text(written: str, kept: str) -> None:
    """White space around, overrides of direction and odd lines go, and formatting stays in place."""
    assert to_html(*clean(*parse_html(written))) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start abc", [e("bot_command", 0, 6)]),
        ("see 😀 /help, please", [e("bot_command", 7, 5)]),
        ("a/b 3/4", []),
        ("https://example.org/a?b=c.", [e("url", 0, 25)]),
        ("write to nodira@example.org", [e("email", 9, 18)]),
        ("ask @council_demo_bot", [e("mention", 4, 17)]),
        ("call +994 50 123 45 67", [e("phone_number", 5, 17)]),
        ("#housing", [e("hashtag", 0, 8)]),
    ],
)
def test_what_is_found_in_a_text(text: str, found: list[dict[str, object]]) -> None:
    """Commands, addresses and numbers are marked though nobody marked them."""
    assert spotted(text) == found


def test_nothing_is_found_inside_code() -> None:
    """What was marked as code stays code."""
    code = [e("code", 0, 5)]
    assert spotted("/help", code) == code

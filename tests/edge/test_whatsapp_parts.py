"""How a message is cut into calls of Twilio's API for WhatsApp."""

from typing import get_args

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.richtext import escape, plain, storable, units
from bot.whatsapp_parts import ABOVE, parts
from bot.whatsapp_text import render
from handlers.messages import Attachment, AttachmentKind, Choice, Outgoing

PHOTO = Attachment("photo", "x", "image/jpeg")
PDF = Attachment("document", "x", "application/pdf")
VOICE = Attachment("voice", "x", "audio/ogg")
VIDEO = Attachment("video", "x", "video/mp4")
STICKER = Attachment("sticker", "x", "image/webp")
PLACE = Attachment("location", latitude=40.41, longitude=49.87)
NOWHERE = Attachment("location")
ROWS = ((Choice("1 Send", "send"),), (Choice("0 Back", "back"),))
UNNUMBERED = ((Choice("Open", "open:1"),),)
FAMILY = "👨‍👩‍👧‍👦"


def shape(message: Outgoing) -> list[str]:
    """Each part as its kinds, whether it has words, and whether it has choices."""
    return [
        " ".join(
            [
                *(attachment.kind for attachment in part.attachments),
                *(["text"] if part.text else []),
                *(["choices"] if part.choices else []),
            ]
        )
        for part in parts(message)
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Outgoing(), []),
        (Outgoing(" \n\x00"), []),
        (Outgoing("", (), (NOWHERE,)), []),
        (Outgoing("hello"), ["text"]),
        (Outgoing("hello", ROWS), ["text choices"]),
        (Outgoing("", ROWS), ["text choices"]),
        (Outgoing("word " * 1000), ["text"] * 4),
        (Outgoing("w" * 1600), ["text"]),
        (Outgoing("w" * 1601), ["text", "text"]),
        (Outgoing("😀" * 801), ["text", "text"]),
        (Outgoing("&amp;" * 1600), ["text"]),
        (Outgoing(f"<b>{'w' * 1598}</b>"), ["text"]),
        (Outgoing(f"<b>{'w' * 1599}</b>"), ["text", "text"]),
        (Outgoing("<u>" + "w" * 1600 + "</u>"), ["text"]),
        (Outgoing("w" * 1585, ROWS), ["text choices"]),
        (Outgoing("w" * 1586, ROWS), ["text", "text choices"]),
        (Outgoing("w" * 1600, UNNUMBERED), ["text choices"]),
        (Outgoing("hello", (), (PHOTO,)), ["photo text"]),
        (Outgoing("", (), (PHOTO,)), ["photo"]),
        (Outgoing(" \n", (), (PHOTO,)), ["photo"]),
        (Outgoing("hello", ROWS, (PHOTO,)), ["photo", "text choices"]),
        (Outgoing("", ROWS, (PHOTO,)), ["photo", "text choices"]),
        (Outgoing("w" * 1024, (), (PHOTO,)), ["photo text"]),
        (Outgoing("w" * 1025, (), (PHOTO,)), ["text", "photo"]),
        (Outgoing(f"<b>{'w' * 1023}</b>", (), (PHOTO,)), ["text", "photo"]),
        (Outgoing("hello", (), (PHOTO, PHOTO)), ["photo text", "photo"]),
        (Outgoing("hello", (), (PDF,)), ["text", "document"]),
        (Outgoing("hello", (), (VOICE,)), ["text", "voice"]),
        (Outgoing("hello", (), (VIDEO, PHOTO)), ["text", "video", "photo"]),
        (Outgoing("hello", (), (STICKER,)), ["text", "sticker"]),
        (Outgoing("hello", (), (PLACE,)), ["text", "text"]),
        (Outgoing("hello", ROWS, (PDF, PLACE)), ["document", "text", "text choices"]),
        (Outgoing("w" * 2000, ROWS, (PDF,)), ["document", "text", "text choices"]),
    ],
)
def test_what_goes_together(message: Outgoing, expected: list[str]) -> None:
    """Captions, files and choices stand where WhatsApp lets them."""
    assert shape(message) == expected


def test_a_place_in_words() -> None:
    """A place is its degrees and a link to a map."""
    [part] = parts(Outgoing("", (), (PLACE,)))
    assert part == Outgoing("📍 40.41, 49.87\nhttps://maps.google.com/?q=40.41,49.87")
    [far] = parts(Outgoing("", (), (Attachment("location", latitude=-10, longitude=1e-9),)))
    assert far.text.startswith("📍 -10, 0\n")


def test_choices_need_words() -> None:
    """Choices without words get a hand; those that do not fit beneath the words stand alone."""
    assert parts(Outgoing("", ROWS)) == (Outgoing(ABOVE, ROWS),)
    assert parts(Outgoing("w" * 1600, ROWS))[-1] == Outgoing(ABOVE, ROWS)


def test_more_choices_than_a_message_holds() -> None:
    """Choices too many for one message are all named in words."""
    rows = tuple((Choice(f"{n} {'w' * 60}", f"do:{n}"),) for n in range(40)) + UNNUMBERED
    cut = parts(Outgoing("Which?", rows))
    assert cut[0] == Outgoing("Which?")
    assert len(cut) == 3
    said = "\n".join(part.text for part in cut[1:])
    assert said == "\n".join([*(row[0].label for row in rows[:-1]), "• Open"])
    assert not any(part.choices for part in cut)


def test_manner_of_parts() -> None:
    """Every part is protected and silent; only the first is an answer."""
    cut = parts(Outgoing("word " * 500, reply_to="SM5", protect=True, silent=True))
    assert [part.reply_to for part in cut] == ["SM5", ""]
    assert all(part.protect and part.silent for part in cut)


def test_a_template_is_one_part() -> None:
    """A template goes as it was approved."""
    template = Outgoing("word " * 500, template="update", values=("MC 1",), language="az")
    assert parts(template) == (template,)


LEAF = st.one_of(
    st.lists(
        st.sampled_from(["a ", "слово ", "你。", ". ", "\n", "<", "&", "😀", FAMILY, "e\u0301", "سلام ", "⁨٤⁩ ", "🇦🇿", "x" * 90]),
        max_size=30,
    ).map("".join),
    st.text(st.characters(exclude_categories=[]), max_size=20),
).map(escape)  # fmt: skip
RICH = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["b", "i", "s", "code", "blockquote"]), inner).map(
            lambda t: f"<{t[0]}>{t[1]}</{t[0]}>"
        ),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=8,
)
ATTACHMENTS = st.builds(
    Attachment,
    kind=st.sampled_from(get_args(AttachmentKind)),
    file_id=st.sampled_from(["x", "y"]),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)
LABELS = st.sampled_from(["1 Send", "⁨2⁩ ارسال", "Open", "3 " + "word " * 12])


@settings(max_examples=150, deadline=None)
@given(
    text=RICH,
    times=st.integers(1, 6),
    attachments=st.lists(ATTACHMENTS, max_size=4).map(tuple),
    labels=st.lists(LABELS, max_size=40),
)
def test_every_part_is_one_call(
    text: str, times: int, attachments: tuple[Attachment, ...], labels: list[str]
) -> None:
    """Nothing is lost, nothing exceeds a limit, no character is cut, the choices come last."""
    rows = tuple((Choice(label, f"do:{n}"),) for n, label in enumerate(labels))
    message = Outgoing(text * times, rows, attachments)
    cut = parts(message)
    files = tuple(one for one in attachments if one.kind != "location")
    assert tuple(one for part in cut for one in part.attachments) == files
    places = [part for part in cut if "maps.google.com" in part.text]
    assert len(places) == len(attachments) - len(files)
    for part in cut:
        assert part.text or part.attachments
        assert len(part.attachments) <= 1
        assert not part.attachments or not part.choices
        assert units(render(part)) <= (1024 if part.attachments else 1600)
        assert not part.text or not part.attachments or part.attachments[0].kind == "photo"
    said_and_shown(message, [part for part in cut if part not in places and part.text])


def said_and_shown(message: Outgoing, cut: list[Outgoing]) -> None:
    """These parts say the words and the choices of the message, in whole characters."""
    wanted = storable(plain(message.text))
    said = "".join(plain(part.text) for part in cut if part.text != ABOVE)
    if message.choices and not cut[-1].choices:
        wanted += "".join(row[0].label for row in message.choices)
        said = said.replace("•", "")
        wanted = wanted.replace("•", "")
    assert "".join(said.split()) == "".join(wanted.split())
    assert [part.choices for part in cut[:-1] if part.choices] == []
    assert not cut or not cut[-1].choices or cut[-1].choices == message.choices
    characters = set(regex.findall(r"\X", wanted))
    for part in cut[1:]:
        first = regex.match(r"\X", plain(part.text))
        assert part.text == ABOVE or "•" in part.text or (first and first[0] in characters)

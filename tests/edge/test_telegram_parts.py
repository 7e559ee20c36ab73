"""How a message is cut into calls of the Bot API."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.richtext import plain, units
from bot.telegram_files import EXTENSIONS, needs_upload, neutral_name
from bot.telegram_parts import ABOVE, ALBUMS, parts
from handlers.messages import Attachment, AttachmentKind, Choice, Outgoing

PHOTO = Attachment("photo", "AgAC")
VIDEO = Attachment("video", "ours:BAAC")
PDF = Attachment("document", "BQAC", "application/pdf", 900_000)
HEAVY = Attachment("document", "BQAC", "application/pdf", 15 << 20)
AUDIO = Attachment("audio", "CQAC", "audio/mpeg", 10)
VOICE = Attachment("voice", "AwAC")
STICKER = Attachment("sticker", "CAAC")
NOTE = Attachment("video_note", "DQAC")
PLACE = Attachment("location", latitude=1, longitude=2)
ROWS = ((Choice("Take", "take:1"),),)


def shape(message: Outgoing) -> list[str]:
    """Each part as its kinds, whether it has words, and whether it has buttons."""
    return [
        " ".join(
            [
                *(attachment.kind for attachment in part.attachments),
                *(["text"] if part.text else []),
                *(["buttons"] if part.choices else []),
            ]
        )
        for part in parts(message)
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Outgoing(), []),
        (Outgoing(" \n"), []),
        (Outgoing("hello", ROWS), ["text buttons"]),
        (Outgoing("", ROWS), ["text buttons"]),
        (Outgoing("word " * 1000, ROWS), ["text", "text buttons"]),
        (Outgoing("hello", ROWS, (PHOTO,)), ["photo text buttons"]),
        (Outgoing("", ROWS, (PHOTO,)), ["photo buttons"]),
        (Outgoing("", (), (PHOTO,)), ["photo"]),
        (Outgoing("w" * 1024, ROWS, (PHOTO,)), ["photo text buttons"]),
        (Outgoing("w" * 1025, ROWS, (PHOTO,)), ["text", "photo buttons"]),
        (Outgoing("&amp;" * 1024, (), (PHOTO,)), ["photo text"]),
        (Outgoing("😀" * 513, (), (PHOTO,)), ["text", "photo"]),
        (Outgoing("hello", ROWS, (STICKER,)), ["text", "sticker buttons"]),
        (Outgoing("hello", (), (NOTE,)), ["text", "video_note"]),
        (Outgoing("hello", (), (PLACE,)), ["text", "location"]),
        (Outgoing("hello", (), (VOICE, VOICE)), ["voice text", "voice"]),
        (Outgoing("hello", (), (PHOTO, VIDEO, PHOTO)), ["photo video photo text"]),
        (Outgoing("hello", ROWS, (PHOTO, VIDEO)), ["photo video", "text buttons"]),
        (Outgoing("", ROWS, (PHOTO, VIDEO)), ["photo video", "text buttons"]),
        (Outgoing("hello", (), (PHOTO, PDF, AUDIO)), ["photo text", "document", "audio"]),
        (Outgoing("hello", (), (PDF, PDF, PHOTO)), ["document document text", "photo"]),
        (Outgoing("", (), (HEAVY, HEAVY)), ["document", "document"]),
        (Outgoing("", (), (PHOTO,) * 11), [" ".join(["photo"] * 10), "photo"]),
        (Outgoing("", ROWS, (PHOTO,) * 11), [" ".join(["photo"] * 10), "photo buttons"]),
        (Outgoing("hi", ROWS, (PHOTO, PDF, PDF)), ["photo", "document document", "text buttons"]),
    ],
)
def test_what_goes_together(message: Outgoing, expected: list[str]) -> None:
    """Captions, albums and buttons stand where Telegram lets them."""
    assert shape(message) == expected


def test_an_album_without_words_gets_a_hand_for_its_buttons() -> None:
    """Buttons need a message of their own under an album."""
    assert parts(Outgoing("", ROWS, (PHOTO, PHOTO)))[-1] == Outgoing(ABOVE, ROWS)


def test_manner_of_parts() -> None:
    """Every part is protected and silent; only the first is an answer."""
    cut = parts(Outgoing("word " * 2000, reply_to="5", protect=True, silent=True))
    assert [part.reply_to for part in cut] == ["5", "", ""]
    assert all(part.protect and part.silent for part in cut)


ATTACHMENTS = st.builds(
    Attachment,
    kind=st.sampled_from(get_args(AttachmentKind)),
    file_id=st.sampled_from(["x", "ours:x", "https://api.example.org/media/1"]),
    size=st.none() | st.integers(0, 20 << 20),
)


@given(
    text=st.text(max_size=3000).map(lambda text: text.replace("<", "").replace("&", "") * 3),
    attachments=st.lists(ATTACHMENTS, max_size=25).map(tuple),
    choices=st.sampled_from([(), ROWS]),
)
def test_every_part_is_one_call(
    text: str, attachments: tuple[Attachment, ...], choices: tuple[tuple[Choice, ...], ...]
) -> None:
    """Nothing is lost, nothing exceeds a limit, files keep their order, the choices come last."""
    cut = parts(Outgoing(text, choices, attachments))
    assert tuple(one for part in cut for one in part.attachments) == attachments
    assert [part.choices for part in cut if part.choices] == ([choices] if choices else [])
    assert not choices or cut[-1].choices
    said = "".join(plain(part.text) for part in cut if part.text != ABOVE)
    assert "".join(said.split()) == "".join(text.split())
    for part in cut:
        assert part.text or part.attachments
        assert units(plain(part.text)) <= (1024 if part.attachments else 4096)
        if len(part.attachments) > 1:
            assert len(part.attachments) <= 10
            assert len({ALBUMS[one.kind] for one in part.attachments}) == 1
            assert not part.choices
            heavy = [one for one in part.attachments if needs_upload(one)]
            assert len(heavy) < 2 or sum(one.size or 20 << 20 for one in heavy) <= 20 << 20


@pytest.mark.parametrize(
    ("attachment", "name"),
    [
        (PDF, "document.pdf"),
        (Attachment("document", "x", "image/jpeg"), "document.jpg"),
        (Attachment("document", "x", "application/x-msdownload"), "document.bin"),
        (Attachment("audio", "x", "audio/mp4"), "audio.m4a"),
        (Attachment("video", "x"), "video.mp4"),
        (Attachment("animation", "x", "image/gif"), "animation.gif"),
        (Attachment("voice", "x", "audio/ogg"), "voice.ogg"),
    ],
)
def test_neutral_names(attachment: Attachment, name: str) -> None:
    """A name tells the kind of file and nothing else."""
    assert neutral_name(attachment) == name
    assert all(extension.isalnum() for extension in EXTENSIONS.values())


@pytest.mark.parametrize(
    ("attachment", "upload"),
    [
        (PDF, True),
        (AUDIO, True),
        (Attachment("video", "BAAC"), True),
        (Attachment("animation", "CgAC"), True),
        (VIDEO, False),
        (PHOTO, False),
        (VOICE, False),
        (NOTE, False),
        (STICKER, False),
        (PLACE, False),
        (Attachment("photo", "https://api.example.org/media/1"), True),
    ],
)
def test_which_files_are_uploaded(attachment: Attachment, upload: bool) -> None:
    """Files that carry their sender's name, and files that are elsewhere."""
    assert needs_upload(attachment) is upload

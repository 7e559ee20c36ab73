"""An e-mail as it leaves: words for every mail program, the page for most, files beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from itertools import chain, dropwhile, islice, takewhile

import regex

from bot import richtext
from bot.charter_values import EMAIL

POLICY = SMTP.clone(cte_type="7bit")
"""Every relay carries it as it is: no letter beyond ASCII, no long line."""
SUBJECT_LINES, LONGEST_SUBJECT = 2, 150
_BREAKS = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}]+")
_TURNS = regex.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EMBEDDED = regex.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")
"""A picture within the page, as browsers show it; many mail programs do not."""
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"></head>
<body style="font-family: sans-serif; line-height: 1.4"><div dir="auto">{text}</div>{pictures}</body></html>
"""


@dataclass(frozen=True, slots=True)
class MailFile:
    """Something that goes with a message. `what` is what it is called in the page: `cid:chart`."""

    what: str
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom and when, and the name by which mail programs know this message again."""

    sender: Address
    to: str
    message_id: str
    at: datetime


def compose(envelope: Envelope, rich: str, files: Sequence[MailFile] = ()) -> EmailMessage:
    """A message whose subject are the first lines of its text.

    A file of HTML is the page; pictures stand in it; any other file goes along. Raises ValueError
    where the address is none.
    """
    if not EMAIL.fullmatch(envelope.to):
        raise ValueError("no address")
    rich = richtext.storable(rich)
    message = EmailMessage(policy=POLICY)
    message["Date"] = envelope.at
    message["From"] = envelope.sender
    message["To"] = Address(addr_spec=envelope.to)
    message["Subject"] = subject(rich)
    message["Message-ID"] = envelope.message_id
    # no holiday notes back; a list's headers it has not: each of its few readers was asked
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(richtext.plain(rich).strip() + "\n")
    pictures = [file for file in files if file.mime.startswith("image/")]
    page = next((file for file in files if file.mime == "text/html"), None)
    shown = page.content.decode("utf-8") if page else _page(rich, pictures)
    # mail programs that show many messages at once take a picture's name for one in all of them
    ids = {file.what: f"{file.what}.{envelope.message_id.strip('<>')}" for file in pictures}
    for what, content_id in ids.items():
        shown = _EMBEDDED.sub(f"cid:{what}", shown).replace(f"cid:{what}", f"cid:{content_id}")
    message.add_alternative(shown, subtype="html")
    for file in pictures:
        _add_picture(message, file, ids[file.what])
    for file in files:
        if file is not page and file not in pictures:
            kind, _, subtype = file.mime.partition("/")
            message.add_attachment(
                file.content, maintype=kind, subtype=subtype, filename=one_line(file.name)
            )
    return message


def subject(rich: str) -> str:
    """The first lines, up to a blank one and two at most, as one line of plain letters."""
    lines = (one_line(line) for line in richtext.plain(rich).splitlines())
    first = takewhile(bool, dropwhile(lambda line: not line, lines))
    return " · ".join(islice(first, SUBJECT_LINES))[:LONGEST_SUBJECT].strip()


def one_line(text: str) -> str:
    """Fit to stand in a header: nothing that ends it or turns its direction."""
    return _TURNS.sub("", _BREAKS.sub(" ", text)).strip()


def as_html(rich: str) -> str:
    """Rich text as a piece of HTML; what is no tag of ours is text there too."""
    pieces = chain.from_iterable(
        (
            *(f"<{tag}>" for tag in run.tags),
            richtext.escape(run.text),
            *(f"</{tag}>" for tag in reversed(run.tags)),
        )
        for run in richtext.runs(rich)
    )
    return "".join(pieces).replace("\n", "<br>\n")


def _page(rich: str, pictures: Sequence[MailFile]) -> str:
    shown = "".join(f'<p><img src="cid:{one.what}" alt=""></p>' for one in pictures)
    return _PAGE.format(text=as_html(rich), pictures=shown)


def _add_picture(message: EmailMessage, file: MailFile, content_id: str) -> None:
    body = message.get_body(("related", "html"))
    assert isinstance(body, EmailMessage)
    body.add_related(
        file.content,
        *file.mime.split("/"),
        cid=f"<{content_id}>",
        filename=one_line(file.name),
        disposition="inline",
    )

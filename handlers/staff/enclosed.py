"""What goes with a digest: chart, page and sheet, each drawn when it is sent."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from handlers.messages import Attachment, AttachmentKind

MADE = "digest:"
"""In front of a handle: no provider holds this file, it is made of what was published."""


class Form(NamedTuple):
    """How a file is sent, and what it is."""

    kind: AttachmentKind
    mime: str
    extension: str


FORMS: Mapping[str, Form] = {
    "chart": Form("photo", "image/png", "png"),
    "page": Form("document", "text/html", "html"),
    "sheet": Form(
        "document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"
    ),
}

_HANDLE = re.compile(r"digest:(\d{4}-W\d{2}):([a-z]{2,3}):(chart|page|sheet)")


class Enclosed(NamedTuple):
    """One file of one digest in one language: chart, page or sheet."""

    week: str
    language: str
    form: str

    @property
    def file_id(self) -> str:
        """Its handle."""
        return f"{MADE}{self.week}:{self.language}:{self.form}"

    @property
    def name(self) -> str:
        """A file name that says which digest it is and nothing else: digest-2026-W48.png."""
        return f"digest-{self.week}.{FORMS[self.form].extension}"

    @property
    def attachment(self) -> Attachment:
        """As it goes with a message."""
        form = FORMS[self.form]
        return Attachment(form.kind, self.file_id, form.mime)


def read(file_id: str) -> Enclosed:
    """Which file a handle means; raises ValueError for one that is not ours."""
    found = _HANDLE.fullmatch(file_id)
    if found is None:
        raise ValueError("no file of a digest")
    return Enclosed(*found.groups())

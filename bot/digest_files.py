"""The files of a digest, drawn from what was published whenever one is sent."""

from dataclasses import dataclass

from sqlalchemy import select

from bot import digest_chart, digest_page, digest_sheet
from handlers.charter import Charter
from handlers.language import Tongue
from handlers.rules import published
from handlers.staff import digest, enclosed
from handlers.staff.digest import Digest
from handlers.staff.enclosed import FORMS, Enclosed
from storage import windows
from storage.database import Database


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file as it goes out, under a name that says which digest it is."""

    name: str
    mime: str
    content: bytes


class NoSuchFile(LookupError):
    """No digest of that week was sent in that language, or the handle is none of ours."""


class DigestFiles:
    """Draws chart, page and sheet of any digest that was sent; good for many threads."""

    def __init__(self, database: Database, charter: Charter) -> None:
        self._database, self._charter = database, charter

    def make(self, file_id: str) -> MadeFile:
        """The file that `digest:WEEK:LANGUAGE:chart|page|sheet` means; raises NoSuchFile.

        It is drawn in the calling thread, which takes a second at most.
        """
        try:
            wanted = enclosed.read(file_id)
        except ValueError:
            raise NoSuchFile("no handle of a digest's file") from None
        content = drawn(self._digest(wanted), Tongue(wanted.language, self._charter), wanted.form)
        return MadeFile(wanted.name, FORMS[wanted.form].mime, content)

    def _digest(self, wanted: Enclosed) -> Digest:
        """What was published, as it is seen from the Service's side."""
        view = windows.digests
        query = select(view.c.published, view.c.content).where(view.c.week == wanted.week)
        with self._database.window() as session:
            found = session.execute(query).first()
        if found is None or wanted.language not in (found.content or {}):
            raise NoSuchFile(f"no digest of {wanted.week} was sent in {wanted.language!r}")
        return digest.from_json(
            found.content[wanted.language], published.from_json(found.published)
        )


def drawn(shown: Digest, tongue: Tongue, form: str) -> bytes:
    """One digest as chart, page or sheet."""
    match form:
        case "chart":
            return digest_chart.png(shown, tongue)
        case "page":
            picture = digest_page.as_data(digest_chart.png(shown, tongue))
            return digest_page.html(shown, tongue, chart=picture).encode()
        case _:
            return digest_sheet.xlsx(shown, tongue)

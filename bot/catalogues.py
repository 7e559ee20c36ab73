"""The catalogues of texts: drawn from the handlers, merged into every language, checked."""

import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.catalogue_gaps import gaps
from handlers.language import CATALOGUES
from handlers.rules.topics import TOPICS

ROOT = CATALOGUES.parent
TEMPLATE = CATALOGUES / "messages.pot"
KEYWORDS = {"t": None, "tongue": None, "speaks": None, "theirs": None, "N_": None, "plural": (1, 2)}
PROJECT = "Migrant Council bot"
TAG = re.compile(r"</?[a-z]+>")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one text of one language."""

    language: str
    message: str
    what: str

    def __str__(self) -> str:
        return f"{self.language}: {self.what}: {self.message[:60]!r}"


def drawn() -> Catalog:
    """The source texts as they stand in the code now."""
    catalog = Catalog(project=PROJECT, copyright_holder=PROJECT, charset="utf-8")
    with redirect_stderr(StringIO()):  # it complains of f-strings: `gaps` finds what they hide
        found = sorted(
            extract_from_dir(
                ROOT / "handlers",
                method_map=[("**.py", "python")],
                keywords=KEYWORDS,
                comment_tags=("Translators:",),
                strip_comment_tags=True,
            ),
            key=lambda one: (one[0], one[1]),
        )
    for path, _, message, comments, _ in found:
        catalog.add(message, locations=[(f"handlers/{path}", 0)], auto_comments=comments)
    for topic in TOPICS.values():
        catalog.add(topic.label, locations=[("handlers/rules/topics.py", 0)])
    return catalog


def languages() -> list[str]:
    """Every language with a catalogue."""
    return sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def path_of(language: str) -> Path:
    """Where a language's texts stand."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's texts."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def update(*new: str) -> None:
    """Draw the texts anew and merge them into every language; `new` ones are begun."""
    template = drawn()
    TEMPLATE.write_bytes(_written(template))
    for language in sorted({*languages(), *new}):
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read(language) if path.exists() else Catalog(locale=language, project=PROJECT)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path.write_bytes(_written(catalog))


def _written(catalog: Catalog) -> bytes:
    """The file without dates and line numbers, so that it changes only when a text does."""
    out = BytesIO()
    write_po(out, catalog, width=100, omit_header=False, include_lineno=False, sort_by_file=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
    kept = [
        line for line in lines if not line.startswith((*dated, "# FIRST AUTHOR", "# Copyright"))
    ]
    return "".join(kept).encode()


def faults() -> Iterator[Fault]:
    """Everything that would show a stale, half or broken text."""
    template = drawn()
    if not TEMPLATE.exists() or TEMPLATE.read_bytes() != _written(template):
        yield Fault("pot", "", "stale; run `council-bot catalogues update`")
    drawn_texts = {_identity(message) for message in template}
    for path, text in gaps(ROOT / "handlers", drawn_texts):
        yield Fault(path, text, "not drawn; say it outside f-strings and without a call beside it")
    for language in languages():
        catalog = read(language)
        for message in template:
            if message.id:
                yield from _faults_of(language, message, catalog.get(message.id))


def _identity(message: Message) -> str:
    return message.id if isinstance(message.id, str) else "\n".join(message.id)


def _faults_of(language: str, source: Message, found: Message | None) -> Iterator[Fault]:
    identity = source.id if isinstance(source.id, str) else source.id[0]
    if found is None or not found.string or (found.pluralizable and not all(found.string)):
        yield Fault(language, identity, "not translated")
        return
    if found.fuzzy:
        yield Fault(language, identity, "fuzzy: shown in English")
    sources = [source.id] if isinstance(source.id, str) else list(source.id)
    texts = [found.string] if isinstance(found.string, str) else list(found.string)
    for text in texts:
        wanted = _fields(sources[-1])
        if _fields(text) != wanted and not (len(texts) > 1 and _fields(text) | {"count"} == wanted):
            yield Fault(
                language, identity, f"placeholders differ: {sorted(_fields(text) ^ wanted)}"
            )
        if sorted(TAG.findall(text)) != sorted(TAG.findall(sources[-1])):
            yield Fault(language, identity, "tags differ")


def _fields(text: str) -> set[str]:
    """The placeholders of a text; one that cannot be read is a placeholder of its own."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError as error:
        return {f"unreadable: {error}"}

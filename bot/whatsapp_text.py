"""Words as WhatsApp shows them: its own marks, and choices as numbers to type.

Quick replies and lists need a resource made beforehand, and go lost with old telephones. A choice
whose label begins with a number stands in the text too, on a line of its own, and typing the number
does the same. A choice without a number can only be pressed: naming it would promise what nobody
can do.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

import regex

from bot.richtext import Run, escape, runs, storable, units
from handlers.messages import Choice, Outgoing

MARKS: tuple[tuple[str, str], ...] = (("code", "```"), ("b", "*"), ("i", "_"), ("s", "~"))
"""What WhatsApp puts around words; within code nothing else is a mark. It cannot underline."""

QUOTE = "> "

QUICK_REPLIES = 3
"""So many choices are buttons; more are rows of a list."""
BUTTON_LIMIT = 20
ROW_LIMIT = 24
DESCRIPTION_LIMIT = 72

Rows = tuple[tuple[Choice, ...], ...]

_NUMBERED = regex.compile(r"[\u2066-\u2068]?\d{1,2}\u2069?\s")
_GRAPHEME = regex.compile(r"\X")
_OPENERS, _CLOSER = "\u2066\u2067\u2068", "\u2069"
_MARK_SIGNS = frozenset("*_~`")
_SAME = {"pre": "code"}


def render(message: Outgoing, *, listed: bool = False) -> str:
    """The text as it goes to WhatsApp, with the choices that have a number beneath it."""
    return marked(with_numbers(message, listed=listed))


def with_numbers(message: Outgoing, *, listed: bool = False) -> str:
    """The rich text, and under it each choice that has a number; all of them where `listed`."""
    lines = "\n".join(escape(label) for label in _labels(message.choices, listed))
    return "\n\n".join(part for part in (message.text, lines) if part)


def marked(rich: str) -> str:
    """Rich text with WhatsApp's marks: never across lines, never beside white space.

    Marks that WhatsApp would show as they are, because they touch a letter, are left out.
    """
    return "\n".join(_line(line) for line in _lines(rich))


def titles(choices: Rows) -> list[tuple[str, str, str]]:
    """Each choice as title, description and id: of a button where there are few, else of a row.

    A title is cut where it is too long; a row says the rest in its description.
    """
    flat = [choice for row in choices for choice in row]
    limit = BUTTON_LIMIT if len(flat) <= QUICK_REPLIES else ROW_LIMIT
    return [_title(choice, limit) for choice in flat]


def cut(text: str, limit: int) -> tuple[str, str]:
    """As much of a text as fits, with "…" where that is not all; and what did not fit.

    No character is cut in two, and what keeps directions apart is closed.
    """
    if units(text) <= limit:
        return text, ""
    kept, still_open = "", 0
    for character in _GRAPHEME.findall(text):
        opened = still_open + _opening(character)
        if units(kept + character) + 1 + max(opened, 0) > limit:
            break
        kept, still_open = kept + character, opened
    return f"{kept.rstrip()}…{_CLOSER * still_open}", text[len(kept) :].strip()


def _labels(choices: Rows, listed: bool) -> Iterator[str]:
    for choice in (choice for row in choices for choice in row):
        label = " ".join(storable(choice.label).split())
        if _NUMBERED.match(label):
            yield label
        elif listed and label:
            yield f"• {label}"


def _title(choice: Choice, limit: int) -> tuple[str, str, str]:
    title, rest = cut(" ".join(storable(choice.label).split()), limit)
    description, _ = cut(_balanced(rest), DESCRIPTION_LIMIT)
    return title, description, storable(choice.does)


def _balanced(rest: str) -> str:
    """What follows a cut, without the end of what was begun before it."""
    still_open, kept = 0, []
    for character in rest:
        if character == _CLOSER and not still_open:
            continue
        still_open += _opening(character)
        kept.append(character)
    return "".join(kept)


def _opening(characters: str) -> int:
    """How many isolates these characters open, less those they close."""
    return sum((one in _OPENERS) - (one == _CLOSER) for one in characters)


def _lines(rich: str) -> Iterator[list[Run]]:
    """The lines of a text; a quotation begins and ends a line."""
    line: list[Run] = []
    for run in runs(storable(rich).replace("\r\n", "\n")):
        tags = tuple(_SAME.get(tag, tag) for tag in run.tags)
        for index, text in enumerate(run.text.split("\n")):
            if index or (text and line and _quoted(line[-1].tags) != _quoted(tags)):
                yield line
                line = []
            if text:
                line.append(Run(text, tags))
    yield line


def _line(line: Sequence[Run]) -> str:
    quote = QUOTE if _seen(line).strip() and _quoted(line[0].tags) else ""
    return quote + _dressed(line, MARKS, quote, "")


def _quoted(tags: Sequence[str]) -> bool:
    return "blockquote" in tags


def _dressed(line: Sequence[Run], marks: Sequence[tuple[str, str]], before: str, after: str) -> str:
    """These runs with these marks around what wears them; `before` and `after` touch them."""
    if not marks:
        return _seen(line)
    (tag, mark), *inner = marks
    groups = [(worn, list(group)) for worn, group in groupby(line, lambda run: tag in run.tags)]
    texts = [before, *(_seen(group) for _, group in groups), after]
    pieces = []
    for (worn, group), previous, following in zip(groups, texts, texts[2:], strict=False):
        within = () if worn and tag == "code" else inner
        said = _dressed(group, within, previous[-1:], following[:1])
        wears = worn and _can_wear(mark, _seen(group), previous[-1:], following[:1])
        pieces.append(_worn(mark, said) if wears else said)
    return "".join(pieces)


def _worn(mark: str, said: str) -> str:
    """The mark around the words, with the white space outside."""
    start, end = len(said) - len(said.lstrip()), len(said.rstrip())
    return f"{said[:start]}{mark}{said[start:end]}{mark}{said[end:]}"


def _can_wear(mark: str, seen: str, before: str, after: str) -> bool:
    """Whether WhatsApp would understand the mark around these words, between these neighbours."""
    said = seen.strip()
    if not said or mark[0] in said:
        return False
    left, right = (before + seen).partition(said)[0], seen.rpartition(said)[2] + after
    return (
        _stands_apart(left[-1:])
        and _stands_apart(right[:1])
        and not _is_one_character(left[-1:] + said[0])
        and not _is_one_character(said[-1] + right[:1])
    )


def _stands_apart(neighbour: str) -> bool:
    """Whether a mark may touch this: nothing, white space, punctuation, an isolate."""
    if neighbour in _MARK_SIGNS:
        return False
    return (
        not neighbour
        or neighbour.isspace()
        or neighbour in _OPENERS + _CLOSER
        or unicodedata.category(neighbour)[0] == "P"
    )


def _is_one_character(two: str) -> bool:
    return len(two) > 1 and _GRAPHEME.fullmatch(two) is not None


def _seen(line: Sequence[Run]) -> str:
    return "".join(run.text for run in line)

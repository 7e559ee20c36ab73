"""Rich text: its plain form, its length as Telegram counts it, and where it may be cut.

Rich text is plain characters with `&lt; &gt; &amp;` escaped and the tags b, i, u, s, code, pre and
blockquote. Anything else that looks like a tag is text.
"""

from collections.abc import Iterator
from typing import NamedTuple

import regex

_TOKEN = regex.compile(
    r"<(?P<closes>/?)(?P<tag>b|i|u|s|code|pre|blockquote)>|&(?P<escape>lt|gt|amp|quot);|(?P<text>[^<&]+|.)",
    regex.DOTALL,
)
_ESCAPES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_GRAPHEME = regex.compile(r"\X")
_BREAKS = (
    regex.compile(r"\n\s*\n"),
    regex.compile(r"\n"),
    regex.compile(r"(?<=[.!?…؟۔।։])\s+|(?<=[。！？])"),
    regex.compile(r"\s+"),
)
"""Where a text may be cut, best first: paragraph, line, sentence, word."""


class Run(NamedTuple):
    """Characters as they are read, and the tags around them, outermost first."""

    text: str
    tags: tuple[str, ...]


def storable(text: str) -> str:
    """The text without NUL and without halves of characters: no database or wire takes those."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def escape(text: str) -> str:
    """Make rich text of plain characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(rich: str) -> str:
    """The characters a reader sees, without tags and escapes."""
    if "<" not in rich and "&" not in rich:
        return rich
    return "".join(run.text for run in runs(rich))


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(rich: str, limit: int) -> tuple[str, ...]:
    """Cut rich text into pieces of at most `limit` units as read, each complete in itself.

    White space at a cut is dropped; a text of nothing else has no pieces.
    """
    seen = plain(rich)
    if not seen.strip():
        return ()
    if units(seen) <= limit:
        return (rich,)
    marked = tuple(runs(rich))
    return tuple(_rendered(marked, start, end) for start, end in _spans(seen, limit))


def runs(rich: str) -> Iterator[Run]:
    """Read rich text from left to right; a closing tag closes what was opened inside it, too."""
    tags: tuple[str, ...] = ()
    for token in _TOKEN.finditer(rich):
        tag = token["tag"]
        if tag is None:
            yield Run(_ESCAPES[token["escape"]] if token["escape"] else token["text"], tags)
        elif not token["closes"]:
            tags = (*tags, tag)
        elif tag in tags:
            tags = tags[: len(tags) - 1 - tags[::-1].index(tag)]


def _spans(text: str, limit: int) -> Iterator[tuple[int, int]]:
    start = _skip_space(text, 0)
    while start < len(text):
        end = _end(text, start, limit)
        trimmed = start + len(text[start:end].rstrip())
        yield start, trimmed
        start = _skip_space(text, end)


def _skip_space(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip())


def _end(text: str, start: int, limit: int) -> int:
    """Where the piece from `start` ends: the last good break in the second half of what fits."""
    furthest = _fitting(text, start, limit)
    if furthest == len(text):
        return furthest
    whole = _graphemes(text, start, furthest)
    half = start + (furthest - start) // 2
    for pattern in _BREAKS:
        found = pattern.finditer(text, half, furthest + 1)
        ends = {min(match.end(), furthest) for match in found if match.start() <= furthest}
        if ends & whole:
            return max(ends & whole)
    return max(whole, default=furthest)


def _fitting(text: str, start: int, limit: int) -> int:
    """The index up to which `limit` units reach."""
    left = limit
    for index in range(start, min(len(text), start + limit)):
        left -= 2 if text[index] > "\uffff" else 1
        if left < 0:
            return max(index, start + 1)
    return min(len(text), start + limit)


def _graphemes(text: str, start: int, furthest: int) -> set[int]:
    """The ends of whole characters, as people count them, in this stretch."""
    beyond = min(len(text), furthest + 64)
    ends = {match.end() for match in _GRAPHEME.finditer(text, start, beyond)}
    return {end for end in ends if start < end <= furthest}


def _rendered(marked: tuple[Run, ...], start: int, end: int) -> str:
    """The stretch from `start` to `end` as rich text, its tags opened and closed within it."""
    pieces: list[str] = []
    open_tags: tuple[str, ...] = ()
    position = 0
    for run in marked:
        stretch = run.text[max(0, start - position) : max(0, end - position)]
        position += len(run.text)
        if stretch:
            pieces += [_turn(open_tags, run.tags), escape(stretch)]
            open_tags = run.tags
    return "".join([*pieces, _turn(open_tags, ())])


def _turn(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Close what ends and open what begins between two stretches."""
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    closing = "".join(f"</{tag}>" for tag in reversed(old[common:]))
    return closing + "".join(f"<{tag}>" for tag in new[common:])

"""Texts that the code says and that are not drawn into the catalogues: they would stay English.

The drawing reads names and brackets, not the language's grammar: it sees nothing inside an f-string,
and of a plural beside another call only half.
"""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

SAYS = ("t", "tongue", "speaks", "theirs", "N_", "plural")
"""Names of what says a text, alone or after a dot."""


def gaps(folder: Path, drawn: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each such text with the file it stands in; `drawn` are all that were."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = _said(node)
            if text is not None and text not in drawn:
                yield path.relative_to(folder.parent).as_posix(), text


def _said(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    called, first = node.func, node.args[0]
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name not in SAYS or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    if name == "plural":
        second = getattr(node.args[1], "value", None)
        return f"{first.value}\n{second}" if isinstance(second, str) else None
    return first.value

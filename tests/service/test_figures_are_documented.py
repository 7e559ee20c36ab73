"""What a figure means stands in the rules and, in the same words, in docs/figures.md."""

import ast
from pathlib import Path

import pytest

from handlers.rules import figures

DOCS = (Path(__file__).parents[2] / "docs/figures.md").read_text()
SHAPES = (figures.Exact, figures.Safeguarding)


def _defined() -> dict[tuple[str, str], str]:
    """The words under each field in the rules."""
    source = ast.parse(Path(figures.__file__).read_text())
    found = {}
    for shape in ast.walk(source):
        if isinstance(shape, ast.ClassDef):
            for field, words in zip(shape.body, shape.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(words, ast.Expr):
                    assert isinstance(field.target, ast.Name)
                    assert isinstance(words.value, ast.Constant)
                    found[shape.name, field.target.id] = " ".join(str(words.value.value).split())
    return found


@pytest.mark.parametrize(
    ("shape", "field"),
    [(shape, field) for shape in SHAPES for field in shape.__dataclass_fields__],
)
def test_each_figure(shape: type, field: str) -> None:
    """It is defined once, and the page repeats that."""
    words = _defined()[shape.__name__, field]
    assert f"**{field}** — {words}\n" in DOCS


def test_each_part_of_a_time() -> None:
    """So are the three numbers of a time."""
    for field in figures.Times.__dataclass_fields__:
        assert f"**{field}**" in DOCS


def test_nothing_else_is_defined_there() -> None:
    """The page knows no figure that is not counted."""
    fields = {field for shape in SHAPES for field in shape.__dataclass_fields__}
    named = {line.split("**")[1] for line in DOCS.splitlines() if line.startswith("**")}
    assert named == fields

"""The chair reads the record: who did what, never what somebody wrote, nothing of what is private."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from talk import Talk

import handlers
from handlers.council import record

SMALL = "How can I learn the language?"
RED = "My uncle beats me and keeps my passport."


@pytest.fixture(autouse=True)
def there(talk: Talk) -> None:
    """A member, a focal person, a chair, and a migrant."""
    talk.seat("Leyla")
    talk.seat("Nasrin", "focal")
    talk.seat("Vusal", "chair")
    talk.agreed("Farid")


def test_the_chair_reads_it(talk: Talk) -> None:
    """Aliases and references, without a word of anybody's."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Leyla", f"answer:{case.reference}")
    talk.write("Leyla", "There are courses.")
    talk.press("Leyla", f"sendit:{case.reference}")
    talk.deliver()
    talk.write("Vusal", "/record")
    talk.deliver()
    seen = talk.screen("Vusal")
    assert "Leyla: saw MC " in seen
    assert SMALL not in seen
    assert "There are courses" not in seen


def test_what_is_private_has_no_number(talk: Talk) -> None:
    """That somebody saw something private is told, and not which."""
    case = talk.hand_in("Farid", RED)
    talk.write("Vusal", "/record")
    talk.deliver()
    digits = f"{case.reference[:4]} {case.reference[4:8]}"
    assert "a private request" in talk.screen("Vusal")
    assert digits not in talk.screen("Vusal")


@pytest.mark.parametrize("who", ["Leyla", "Nasrin"])
def test_nobody_else_does(talk: Talk, who: str) -> None:
    """A member is told so; a migrant's command is no command of theirs."""
    talk.hand_in("Farid", SMALL)
    talk.press(who, "record")
    talk.deliver()
    assert "Only the chair reads the record." in talk.screen(who)


def test_after_erasure(talk: Talk) -> None:
    """Somebody erased stands there as nobody."""
    case = talk.hand_in("Farid", SMALL)
    for does in ("delete", "forget:sure", "forget:now"):
        talk.press("Farid", does)
    talk.deliver()
    talk.write("Vusal", "/record")
    talk.deliver()
    assert case.reference[:4] not in talk.screen("Vusal")
    assert "erased" in talk.screen("Vusal")


def test_it_pages(talk: Talk) -> None:
    """The older lines are behind a button."""
    for _ in range(8):
        talk.hand_in("Farid", SMALL)
    talk.write("Vusal", "/record")
    talk.deliver()
    older = next(does for does in talk.buttons("Vusal") if does.startswith("record:"))
    first = talk.screen("Vusal")
    talk.press("Vusal", older)
    talk.deliver()
    assert talk.screen("Vusal") != first


def test_everything_has_a_name() -> None:
    """Whatever the program writes into the record is said there in plain words."""
    written = {
        name
        for path in Path(handlers.__file__).parent.rglob("*.py")
        for name in _noted(ast.parse(path.read_text()))
    }
    assert {"taken", "referral_passed_on", "bulk_closed", "answer_sent_back"} <= written
    assert written - set(record.DID) == set()


def _noted(module: ast.Module) -> Iterator[str]:
    """The names that a module hands to the record, there or a few lines before."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.note", "_noted"):
            words = [part for argument in call.args for part in _said(argument)]
        elif isinstance(call, ast.Assign) and ast.unparse(call.targets[0]) == "what":
            words = [part for part in ast.walk(call.value) if "_" in ast.unparse(part)]
        else:
            continue
        yield from (w.value for w in words if isinstance(w, ast.Constant) and _is_name(w.value))


def _said(argument: ast.AST) -> Iterator[ast.AST]:
    """All of it but what is only compared."""
    yield argument
    for part in ast.iter_child_nodes(argument):
        if not isinstance(part, ast.Compare):
            yield from _said(part)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[a-z]+(_[a-z]+)*", value) is not None


def test_again_and_again_is_one_line(talk: Talk) -> None:
    """A request opened five times stands in one line, with how often."""
    case = talk.hand_in("Farid", SMALL)
    for _ in range(5):
        talk.press("Leyla", f"open:{case.reference}")
        talk.deliver()
    talk.press("Vusal", "record")
    talk.deliver()
    assert re.search(r"Leyla: saw MC [\d ]+ × \d", talk.screen("Vusal"))


def test_no_word_of_the_program_s_own(talk: Talk) -> None:
    """Why and to whom stand there as people say it."""
    case = talk.hand_in("Farid", SMALL)
    talk.press("Vusal", "chair")
    talk.press("Leyla", f"sorted:{case.reference}:class:P5")
    talk.press("Leyla", f"closed:{case.reference}:not_ours")
    talk.press("Vusal", "record")
    talk.deliver()
    seen = talk.screen("Vusal")
    assert "(Not a matter for the council)" in seen
    assert "(P4 → P5)" in seen
    for raw in ("not_ours", "card", "True", "False"):
        assert raw not in seen

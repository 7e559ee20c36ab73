"""Stand-in."""

from collections.abc import Sequence

from handlers.rules.figures import Exact, Safeguarding
from handlers.rules.published import Band, Published, Span


def publish(
    week: str,
    exact: Exact,
    of_span: tuple[Span, Exact] | None,
    safeguarding: tuple[str, Safeguarding] | None,
    before: Sequence[Published],
    languages: Sequence[str] = (),
) -> Published:
    """Stand-in."""
    raise NotImplementedError


def span_to_show(week: str, received: Band, before: Sequence[Published]) -> Span | None:
    """Stand-in."""
    raise NotImplementedError

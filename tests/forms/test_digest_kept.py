"""A digest is kept and read again exactly as it was."""

import json

import digests
import pytest

from handlers.staff.digest import Digest, as_json, from_json


@pytest.mark.parametrize("made", [digests.rich, digests.empty, digests.overfull])
@pytest.mark.parametrize("language", ["az", "en"])
def test_kept_and_read(made: "type[Digest]", language: str) -> None:
    """Through JSON and back, nothing is lost and nothing changes its kind."""
    digest = made(language)  # type: ignore[call-arg]
    kept = json.loads(json.dumps(as_json(digest)))
    assert "published" not in kept
    assert from_json(kept, digest.published) == digest


def test_kept_by_an_older_program() -> None:
    """What was not kept yet is as if there were none; what is not known any more does no harm."""
    kept = as_json(digests.rich())
    del kept["sent_on"], kept["holidays"]
    kept["weather"] = "rain"
    read = from_json(kept, digests.PUBLISHED)
    assert (read.sent_on, read.holidays) == (None, ())

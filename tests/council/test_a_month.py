"""A month of council life: always one reader, every told date kept or apologised for."""

import pytest
from month import Month

from storage.database import Database


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1])
def test_a_month(sqlite_in_use: Database, seed: int) -> None:
    """Arrivals, absences, holidays, somebody leaves, the chair changes hands."""
    month = Month.of(sqlite_in_use, seed)
    for _ in month.play():
        month.holds()
    month.record_is_whole()
    assert len(month.marks) > 30

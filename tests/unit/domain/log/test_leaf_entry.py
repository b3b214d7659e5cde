"""The bytes of an event that its leaf is the hash of."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.log.event import LogEvent
from domain.log.leaf import entry_of
from tests.support.log_events import an_event


def test_an_entry_is_laid_out_as_documented():
    event = LogEvent(
        type="met",
        data=b"\xff",
        tags=["b", "a", "b"],
        event_id=UUID(int=1),
        version=2,
        partition_id=UUID(int=3),
        occurred_at=datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC),
        envelope=b"",
        position=5,
        recorded_at=datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    )
    assert entry_of(event).hex() == (
        "0000000000000005"
        "00000000000000000000000000000001"
        "00000003" + b"met".hex() + "0002"
        "00000000000000000000000000000003"
        "00000000000f4240"
        "ffffffffffffffff"
        "0002" + "00000001" + b"a".hex() + "00000001" + b"b".hex() + "00000000" + "00000001ff"
    )


def test_an_event_that_is_not_stored_has_no_entry():
    with pytest.raises(ValueError, match="only a stored event"):
        entry_of(an_event())

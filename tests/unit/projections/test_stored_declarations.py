"""A projection that is stored is refused when declared where its table could not hold it."""

import pytest

from domain.events.asks import AskRaised
from domain.events.outcomes import OutcomeObserved
from projections.declaration import ProjectionRow
from tests.support.stored_declarations import declare_stored


@pytest.mark.parametrize("name", ["run", "build", "row_set", "parked", "shard", "sent", "drift", "tracking"])
def test_a_stored_projection_does_not_take_the_name_of_a_table(name):
    with pytest.raises(TypeError, match="meaning of its own"):
        declare_stored(
            name, type("Row", (ProjectionRow,), {"__annotations__": {"thing": str}}, frozen=True, kw_only=True)
        )


@pytest.mark.parametrize("column", ["partition_id", "row_key"])
def test_a_stored_projection_does_not_take_a_column_that_every_table_has(column):
    row = type("Row", (ProjectionRow,), {"__annotations__": {column: str}}, frozen=True, kw_only=True)
    with pytest.raises(TypeError, match=column):
        declare_stored("benches", row)


def test_what_is_recorded_elsewhere_than_in_partnerships_is_not_stored():
    with pytest.raises(TypeError, match="no partnership has outcome-observed"):
        declare_stored("benches", ProjectionRow, handles=(AskRaised, OutcomeObserved))

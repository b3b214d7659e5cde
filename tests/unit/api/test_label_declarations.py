"""The columns and fields from which labels come are declared for every view and every event."""

import typing
from uuid import UUID

from api.reading.labels import RECORD, TITLES
from domain.events import declarations
from domain.log.beginnings import BEGINNINGS
from projections.views import projections


def test_every_column_of_ids_says_of_which_kind_they_are():
    for projection in projections().values():
        hints = typing.get_type_hints(projection.row)
        of_ids = {name for name, hint in hints.items() if UUID in {hint, *typing.get_args(hint)}}
        assert of_ids == set(projection.kinds), projection.name
        assert set(projection.kinds.values()) <= {*BEGINNINGS, RECORD, "thing"}, projection.name


def test_titles_are_fields_of_events_that_begin_something():
    for body, fields in TITLES.items():
        assert set(fields) <= set(body.__struct_fields__), body
    first_events = {each.body for each in declarations() if not each.about}
    assert set(TITLES) - first_events == {body for body in TITLES if body.__name__ == "FundingVariationRequested"}

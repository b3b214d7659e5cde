"""The lists of all partnerships as they are declared: their columns, and the statistics that come to a figure."""

from api.reading.figures import FIGURED
from api.resources.lists import NOT_ASKED_FOR, ListQuery
from projections.views import stored_projections


def test_no_column_is_called_as_what_every_list_can_be_asked():
    every = set(ListQuery.__struct_encode_fields__) | set(ListQuery.__struct_fields__)
    assert not [
        name
        for declaration in stored_projections().values()
        for name in declaration.columns
        if name in every - NOT_ASKED_FOR
    ]
    for projection in stored_projections().values():
        ranges = {f"{name}{end}" for name in projection.columns for end in ("_since", "_until")}
        assert ranges.isdisjoint(projection.columns)


def test_every_stored_statistic_comes_to_a_figure():
    figured = {name for name, each in stored_projections().items() if {"r", "s", "a"} <= set(each.columns)}
    assert figured == FIGURED.keys()

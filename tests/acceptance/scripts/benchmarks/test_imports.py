"""The bench of imports: it imports all of a register, and the second time nothing of it."""

from argparse import Namespace

from scripts.benchmarks import imports


def test_a_register_is_imported_once_and_its_events_are_counted():
    measured = imports.measure(Namespace(rows=120, seed=5))
    assert measured["rows"] == sum(measured["outcomes"].values()) == 120
    assert measured["outcomes"]["imported"] > 100
    assert measured["events"] > measured["outcomes"]["imported"]
    again = measured["again"]
    assert (again["events"], again["outcomes"]["imported"]) == (0, 0)
    assert again["outcomes"]["refused"] == measured["outcomes"]["refused"]
    assert 0 < measured["peak_mib"] < 1024

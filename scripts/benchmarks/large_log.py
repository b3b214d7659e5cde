"""A generated log in a database, made once where it is kept, and a slice of it for what is too slow for the whole."""

from itertools import groupby
from pathlib import Path
from typing import Final

from domain.embedded_server import EmbeddedPostgres
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from scripts.benchmarks.databases import database, drop
from scripts.benchmarks.generated_log import GeneratedAppend, copies, write
from scripts.benchmarks.processes import alone
from scripts.benchmarks.template import county_template
from scripts.demonstration.county import plan_county
from scripts.demonstration.words import NEIGHBOURHOODS

_TEMPLATE: Final = "template"
_SLICE: Final = "slice"
_TYPICAL: Final = """
    WITH partnership AS (
        SELECT partition_id, count(*) AS events FROM log.event
        WHERE partition_id IN (SELECT partition_id FROM log.event WHERE type = 'partnership-formed')
        GROUP BY partition_id
    )
    SELECT partition_id, events FROM partnership, (SELECT avg(events) AS usual FROM partnership) AS length
    ORDER BY abs(events - usual), partition_id
"""


def large_log(postgres: EmbeddedPostgres, *, events: int, partnerships: int, seed: int) -> str:
    """The address of a database that holds the log of so many events; one that does is taken as it is."""
    name = f"log_{events}_{partnerships}_{seed}"
    dsn = database(postgres, name)
    if _held(dsn) == 0:
        drop(postgres, _TEMPLATE)
        try:
            template = database(postgres, _TEMPLATE)
            alone(fill, dsn, template, events=events, partnerships=partnerships, seed=seed)
        finally:
            drop(postgres, _TEMPLATE)
    return dsn


def fill(dsn: str, template: str, *, events: int, partnerships: int, seed: int) -> int:
    """Fill an empty log with copies of a county that is played into another; give how many events it then holds."""
    county = county_template(template, plan_county(seed, places=min(partnerships, len(NEIGHBOURHOODS))))
    return write(dsn, copies(county, events=events, partnerships=partnerships, seed=seed), events)


def slice_of(postgres: EmbeddedPostgres, dsn: str, events: int) -> str:
    """Copy the partnerships of the most usual length into a database of their own, until there are enough events.

    Very long ones are cut short at twice as many, in favour of whoever cannot do with long histories.
    """
    partnerships, event_count = [], 0
    with connect(dsn, application_name="folkmoot-bench") as connection:
        for partition_id, length in connection.execute(_TYPICAL):
            partnerships.append(partition_id)
            event_count += length
            if event_count >= events:
                break
    with LogRecorder(dsn, application_name="folkmoot-bench") as recorder:
        chosen_events = [event for each in partnerships for event in recorder.read_partition(each)]
    in_order = sorted(chosen_events, key=lambda event: event.position or 0)
    appends = (
        GeneratedAppend(at, list(group)) for at, group in groupby(in_order, key=lambda event: event.recorded_at) if at
    )
    drop(postgres, _SLICE)
    sliced = database(postgres, _SLICE)
    write(sliced, appends, min(event_count, 2 * events))
    return sliced


def kept_folder(text: str) -> Path:
    """Read an argument that names a folder to keep a database in."""
    return Path(text).absolute()


def _held(dsn: str) -> int:
    with connect(dsn, application_name="folkmoot-bench") as connection:
        row = connection.execute("SELECT coalesce(max(position), 0) FROM log.event").fetchone()
    return row[0] if row else 0

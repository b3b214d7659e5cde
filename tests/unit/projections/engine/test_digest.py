"""Digests: equal for the same rows however they come, different for any other rows."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from domain.events.partnerships import PartnershipFormed
from domain.vocabulary import Side
from projections.declaration import Projection, ProjectionRow
from projections.engine.digest import digest, encoded, encoded_values

ONE = UUID(int=1)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    where: UUID
    since: datetime
    cost: float | None


class Row(ProjectionRow, frozen=True, kw_only=True):
    who: Annotated[UUID, Meta(description="The key")] = ONE
    at: Annotated[datetime, Meta(description="An instant")] = NOON
    on: Annotated[date, Meta(description="A day")] = date(2026, 3, 14)
    share: Annotated[float, Meta(description="A float")] = 0.0
    side: Annotated[Side | None, Meta(description="A code")] = None
    counts: Annotated[dict[Side, int], Meta(description="A mapping")] = msgspec.field(default_factory=dict)
    stays: Annotated[tuple[Stay, ...], Meta(description="Nested rows")] = ()
    last: Annotated[Stay | None, Meta(description="A nested row")] = None
    causes: Annotated[tuple[UUID, ...], Meta(description="Ids")] = ()


STAY = Stay(where=ONE, since=NOON, cost=0.25)
PROJECTION = Projection(
    name="test",
    version=1,
    question="What is it?",
    row=Row,
    key=("who", "at"),
    handles=(PartnershipFormed,),
    ignores_rest="A test.",
    project=lambda _history, _method: [],
)


def digest_of(*rows):
    return digest(PROJECTION, rows)


instants = st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1))  # noqa: DTZ001 - Hypothesis adds the zone
stays = st.builds(Stay, where=st.uuids(), since=instants, cost=st.none() | st.floats(0, 1e6))
rows = st.builds(
    Row,
    who=st.uuids(),
    at=instants,
    on=st.dates(),
    share=st.floats(allow_nan=False, allow_infinity=False),
    side=st.none() | st.sampled_from(Side),
    counts=st.dictionaries(st.sampled_from(Side), st.integers(0, 99)),
    stays=st.lists(stays, max_size=2).map(tuple),
    last=st.none() | stays,
    causes=st.lists(st.uuids(), max_size=3).map(tuple),
)


def test_no_rows_have_the_digest_of_nothing():
    assert digest_of() == hashlib.sha256(b"").hexdigest()


def test_a_row_is_digested_as_message_pack_of_its_columns_in_order():
    row = Row(share=1 / 3, side=Side.FUNDER, counts={Side.RESIDENTS: 2, Side.AGENCY: 1}, stays=(STAY,), causes=(ONE,))
    encoding = msgspec.msgpack.encode(
        [
            ONE.bytes,
            1_773_489_600_000_000,
            "2026-03-14",
            0.333333333,
            "funder",
            [["agency", 1], ["residents", 2]],
            [[ONE.bytes, 1_773_489_600_000_000, 0.25]],
            None,
            [ONE.bytes],
        ]
    )
    assert digest_of(row) == hashlib.sha256(encoding).hexdigest()


@given(st.lists(rows, max_size=5), st.randoms())
def test_the_order_in_which_rows_come_plays_no_part(some_rows, random):
    shuffled = random.sample(some_rows, len(some_rows))
    assert digest_of(*shuffled) == digest_of(*some_rows)


@given(rows, rows)
def test_other_rows_have_another_digest(one, other):
    same = msgspec.structs.replace(other, share=round(other.share, 9)) == msgspec.structs.replace(
        one, share=round(one.share, 9)
    )
    assert (digest_of(one) == digest_of(other)) == same


@pytest.mark.parametrize(
    "changed",
    [
        {"who": UUID(int=2)},
        {"at": NOON + timedelta(microseconds=1)},
        {"on": date(2026, 3, 15)},
        {"share": 1e-8},
        {"side": Side.AGENCY},
        {"counts": {Side.AGENCY: 0}},
        {"causes": (ONE,)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_change_in_any_column_changes_it(changed):
    assert digest_of(Row(**changed)) != digest_of(Row())


def test_a_row_twice_is_not_a_row_once():
    assert digest_of(Row(), Row()) != digest_of(Row())


def test_minus_zero_is_zero_and_the_tenth_place_is_nothing():
    assert digest_of(Row(share=-0.0)) == digest_of(Row(share=0.0)) == digest_of(Row(share=-4e-10))


def test_an_instant_is_the_same_in_any_zone():
    summer = timezone(timedelta(hours=1))
    assert digest_of(Row(at=NOON.astimezone(summer))) == digest_of(Row())


@given(st.lists(rows, max_size=4))
def test_rows_read_back_have_the_digest_of_those_written(some_rows):
    read = msgspec.json.decode(msgspec.json.encode(some_rows), type=list[Row])
    assert digest_of(*read) == digest_of(*some_rows)


def test_what_no_row_can_hold_is_refused():
    class Unordered(ProjectionRow, frozen=True, kw_only=True):
        causes: Annotated[set[UUID], Meta(description="Ids in no order")]

    with pytest.raises(TypeError, match="a row cannot hold set"):
        digest(msgspec.structs.replace(PROJECTION, row=Unordered, key=("causes",)), [Unordered(causes={ONE})])


def as_a_table_gives_it_back(row):
    """Columns as psycopg reads them: code lists as text, instants in any zone, what is nested as parsed JSON."""
    summer = timezone(timedelta(hours=1))
    return (
        row.who,
        row.at.astimezone(summer),
        row.on,
        row.share,
        None if row.side is None else str(row.side),
        msgspec.json.decode(msgspec.json.encode(row.counts)),
        msgspec.json.decode(msgspec.json.encode(row.stays)),
        msgspec.json.decode(msgspec.json.encode(row.last)),
        list(row.causes),
    )


@given(st.lists(rows, max_size=4, unique_by=lambda row: (row.who, row.at)))
def test_values_read_back_from_a_table_have_the_digest_of_the_rows_written(some_rows):
    values = [as_a_table_gives_it_back(row) for row in some_rows]
    assert encoded_values(PROJECTION, values) == encoded(PROJECTION, some_rows)


def test_json_that_no_row_was_written_as_is_refused():
    values = list(as_a_table_gives_it_back(Row(last=Stay(where=ONE, since=NOON, cost=1.5))))
    values[7] = {"where": "nowhere"}
    with pytest.raises(msgspec.ValidationError):
        encoded_values(PROJECTION, [values])

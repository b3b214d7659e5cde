"""The trail of openings: kept for a time and no longer, marked anew with the keys, and marked where many are read."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from domain.audit.opening_trail import opening_alterations
from domain.log.memorandum import Memorandum
from domain.vault import Asker, Ground, OpeningTrail, Vault, WrappingKey
from domain.vault.bulk_reading import BulkReading
from domain.vault.kept_openings import cut_openings, marked_openings, remark_openings
from domain.vault.readers import Opening
from scripts.commands.scrub import years_before
from tests.support.word_readers import OneConnection

SOMEBODY = Asker(actor_id=uuid4())


@pytest.fixture
def memorandum(tmp_path):
    return Memorandum(tmp_path / "memorandum.jsonl")


class Clock:
    """A clock that stands where a test puts it."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


NOW = datetime(2026, 3, 27, 10, 30, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def trail(vault, writer, clock):
    return OpeningTrail(vault, OneConnection(writer), clock=clock)


def open_for(trail, *subjects, asker=SOMEBODY):
    trail.add(asker, "read-record", uuid4(), {uuid4(): Ground.SEAT}, subjects)


def numbers(owner):
    return [number for (number,) in owner.execute("SELECT number FROM vault.opening ORDER BY number").fetchall()]


def bulk(owner):
    return [each for (each,) in owner.execute("SELECT is_bulk FROM vault.opening ORDER BY number").fetchall()]


@pytest.fixture
def aged(trail, owner, clock):
    """Five rows, the first two of them written seven years ago."""
    for age_years in (7, 7, 1, 0, 0):
        clock.at = years_before(NOW, age_years)
        open_for(trail, uuid4())
    assert numbers(owner) == [1, 2, 3, 4, 5]
    return NOW


def test_rows_are_taken_out_once_they_are_older_than_they_are_kept_for(aged, owner, vault, memorandum):
    assert opening_alterations(owner, vault, memorandum) == []
    assert cut_openings(owner, vault, years_before(aged, 6)) == 2
    assert numbers(owner) == [3, 4, 5]
    assert opening_alterations(owner, vault, memorandum) == []
    assert cut_openings(owner, vault, years_before(aged, 6)) == 0


def test_numbers_go_on_where_everything_was_taken_out(aged, owner, vault, trail, memorandum):
    assert cut_openings(owner, vault, aged + timedelta(days=1)) == 5
    assert numbers(owner) == []
    open_for(trail)
    assert numbers(owner) == [6]
    assert opening_alterations(owner, vault, memorandum) == []


def test_a_row_between_younger_ones_stays_until_they_go(trail, owner, vault, clock):
    open_for(trail)
    clock.at = years_before(NOW, 10)
    open_for(trail)
    assert cut_openings(owner, vault, years_before(NOW, 1)) == 0
    assert numbers(owner) == [1, 2]


def test_the_writer_cannot_take_rows_out(aged, writer):
    assert aged
    for statement in (
        "SELECT vault.cut_openings(2, now(), '')",
        "INSERT INTO vault.opening_cut VALUES (2, now(), '')",
        "DELETE FROM vault.opening",
        "INSERT INTO vault.opening SELECT * FROM vault.opening",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute(statement)


def test_a_leap_day_has_a_day_before_it_in_every_year():
    assert years_before(datetime(2028, 2, 29, 12, tzinfo=UTC), 6) == datetime(2022, 2, 28, 12, tzinfo=UTC)


def test_rows_and_cuts_are_marked_anew_under_a_new_wrapping_key(aged, owner, vault, wrapping_key):
    cut_openings(owner, vault, years_before(aged, 6))
    new = WrappingKey.generate()
    assert opening_alterations(owner, Vault(new), None) != []
    remark_openings(owner, Vault(new, wrapping_key))
    assert opening_alterations(owner, Vault(new), None) == []


def test_what_bears_no_mark_of_ours_is_not_marked_anew(aged, owner, wrapping_key):
    assert aged
    owner.execute("UPDATE vault.opening SET mark = 'x' WHERE number = 3")
    new = WrappingKey.generate()
    remark_openings(owner, Vault(new, wrapping_key))
    assert [each.where for each in opening_alterations(owner, Vault(new), None)] == ["who opened words, row 3"]


def test_a_row_is_read_back_as_it_was_marked(trail, owner, vault):
    person = uuid4()
    open_for(trail, person)
    [(opening, mark)] = marked_openings(owner)
    assert isinstance(opening, Opening)
    assert opening.subject_ids == (person,)
    assert mark == vault.marks(opening.content())[0]


def test_reading_the_words_of_more_people_than_anybody_does_at_work_is_marked_and_warned_of(
    vault, writer, owner, clock
):
    trail = OpeningTrail(vault, OneConnection(writer), BulkReading(an_hour=3, a_day=100), clock=clock)
    people = [uuid4() for _ in range(5)]
    with capture_logs() as lines:
        open_for(trail, *people[:3])
        open_for(trail, *people[1:3])
        open_for(trail, people[3])
        open_for(trail, *people[:4])  # nobody new
        open_for(trail, people[4], asker=Asker(actor_id=uuid4()))
    assert bulk(owner) == [False, False, True, False, False]
    [line] = [each for each in lines if each["log_level"] == "warning"]
    assert (line["actor"], line["opening"]) == (str(SOMEBODY.actor_id), 3)
    assert not any(str(person) in str(line) for person in people)


def test_a_process_that_was_just_started_knows_what_was_read_before(vault, writer, owner, clock):
    for person in [uuid4() for _ in range(4)]:
        open_for(OpeningTrail(vault, OneConnection(writer), BulkReading(an_hour=3, a_day=100), clock=clock), person)
    assert bulk(owner) == [False, False, False, True]


def test_the_keys_of_one_account_are_counted_together(vault, writer, owner, clock):
    trail, account = OpeningTrail(vault, OneConnection(writer), BulkReading(an_hour=9, a_day=3), clock=clock), uuid4()
    for _ in range(4):
        open_for(trail, uuid4(), asker=Asker(actor_id=uuid4(), account_id=account))
    assert bulk(owner) == [False, False, False, True]


def test_an_hour_and_a_day_begin_anew(vault, writer, owner, clock):
    trail = OpeningTrail(vault, OneConnection(writer), BulkReading(an_hour=2, a_day=5), clock=clock)
    for hours in (0, 0, 1, 1, 2, 2, 24, 24):
        clock.at = NOW + timedelta(hours=hours)
        open_for(trail, uuid4())
    assert bulk(owner) == [False, False, False, False, False, True, False, False]

"""FormDrafts are kept sealed for their owner alone, and go when they are recorded, old, or name somebody forgotten."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from api.pages.ground.drafts import FormDrafts, drafts_naming
from domain.log.sessions import connect
from tests.support.destruction_events import forget
from tests.support.word_readers import a_reader

OWNER, OTHER, BOARD = uuid4(), uuid4(), uuid4()
ANN, BEN = uuid4(), uuid4()
ANSWERS = {"kind": ["meeting"], "came": ["a", "b"], "promised-1-text": ["Mend the lamps, said Ann"], "held-day": ["x"]}


@pytest.fixture
def services(services):
    with a_reader(services.vault, services.recorder) as reader:
        yield replace(services, reader=reader)


@pytest.fixture
def drafts(services):
    return FormDrafts(services, OWNER)


def save(drafts, draft_id=None, answers=ANSWERS, names=(), board=BOARD):
    draft_id = draft_id or uuid4()
    assert drafts.save(draft_id, board, "meeting", answers, names)
    return draft_id


def stored(database_url, query, *values):
    with psycopg.connect(database_url) as owner:
        return owner.execute(query, values).fetchall()


KEYS = "SELECT count(*) FROM vault.key"


def test_a_draft_comes_back_with_every_answer_good_or_bad(drafts):
    draft_id = save(drafts)
    draft = drafts.find(draft_id)
    assert (draft.answers, draft.partnership_id, draft.form) == (ANSWERS, BOARD, "meeting")


def test_a_draft_saved_again_stands_once_with_its_latest_answers_under_a_new_key(drafts, database_url):
    draft_id = save(drafts, names=[ANN])
    before = stored(database_url, "SELECT key_id, box FROM api.draft")
    save(drafts, draft_id, {"kind": ["call"]}, names=[BEN])
    assert [draft.answers for draft in drafts.listed()] == [{"kind": ["call"]}]
    assert stored(database_url, "SELECT key_id, box FROM api.draft") != before
    assert stored(database_url, KEYS) == [(1,)]
    assert stored(database_url, "SELECT subject_id FROM vault.key_subject") == [(BEN,)]


def test_the_newest_draft_is_listed_first(drafts):
    older, newer = save(drafts), save(drafts)
    save(drafts, older)
    assert [draft.draft_id for draft in drafts.listed()] == [older, newer]


def test_a_draft_is_its_owners_only(drafts, services):
    draft_id = save(drafts)
    other = FormDrafts(services, OTHER)
    assert (other.find(draft_id), other.listed(), other.drop(draft_id)) == (None, [], False)
    assert not other.save(draft_id, BOARD, "meeting", {"kind": ["call"]}, ())
    assert not drafts.save(draft_id, uuid4(), "meeting", {"kind": ["call"]}, ())
    assert drafts.find(draft_id).answers == ANSWERS


def test_what_another_may_not_save_leaves_no_key_behind(drafts, services, database_url):
    FormDrafts(services, OTHER).save(save(drafts), BOARD, "meeting", ANSWERS, [ANN])
    assert stored(database_url, KEYS) == [(1,)]


def test_nothing_that_was_written_stands_readable_in_the_database(drafts, database_url):
    save(drafts)
    (row,) = stored(database_url, "SELECT d::text FROM api.draft d")
    (box,) = stored(database_url, "SELECT box FROM api.draft")
    assert "lamps" not in row[0]
    assert b"lamps" not in box[0]


def test_a_draft_says_nothing_of_its_answers_when_it_is_printed(drafts):
    assert "lamps" not in repr(drafts.find(save(drafts)))


def test_a_draft_thrown_away_leaves_neither_row_nor_key(drafts, database_url):
    draft_id = save(drafts, names=[ANN])
    assert drafts.drop(draft_id)
    assert not drafts.drop(draft_id)
    assert stored(database_url, "SELECT count(*) FROM api.draft") == [(0,)]
    assert stored(database_url, KEYS) == [(0,)]
    assert stored(database_url, "SELECT count(*) FROM vault.key_subject") == [(0,)]


@pytest.mark.parametrize(("days", "is_there"), [(89, True), (91, False)])
def test_a_draft_is_gone_90_days_after_it_was_saved_last(drafts, database_url, days, is_there):
    draft_id = save(drafts, names=[ANN])
    with psycopg.connect(database_url) as owner:
        owner.execute("UPDATE api.draft SET saved_at = saved_at - make_interval(days => %s)", (days,))
    assert (drafts.find(draft_id) is not None) == is_there
    assert stored(database_url, KEYS) == [(int(is_there),)]


def test_whoever_saves_sweeps_the_old_drafts_of_all(drafts, services, database_url):
    save(drafts)
    with psycopg.connect(database_url) as owner:
        owner.execute("UPDATE api.draft SET saved_at = saved_at - interval '91 days'")
    save(FormDrafts(services, OTHER))
    assert stored(database_url, "SELECT owner_id FROM api.draft") == [(OTHER,)]


def test_forgetting_somebody_destroys_the_drafts_that_name_them_and_no_other(drafts, services, database_url):
    save(drafts, names=[ANN, BEN])
    draft_id = save(drafts, names=[BEN])
    with services.recorder.transaction() as cursor:
        assert forget(services.recorder, services.vault, cursor, ANN) == 1
    assert [draft.draft_id for draft in drafts.listed()] == [draft_id]
    assert stored(database_url, "SELECT draft_id FROM api.draft") == [(draft_id,)]


def test_a_draft_that_names_somebody_forgotten_is_saved_without_listing_them(drafts, services, database_url):
    with services.recorder.transaction() as cursor:
        forget(services.recorder, services.vault, cursor, ANN)
    assert drafts.find(save(drafts, names=[ANN, BEN])).answers == ANSWERS
    assert stored(database_url, "SELECT subject_id FROM vault.key_subject") == [(BEN,)]


def test_the_drafts_that_name_somebody_are_listed_whoever_writes_them(drafts, services):
    first, second = save(drafts, names=[ANN]), save(FormDrafts(services, OTHER), names=[ANN, BEN])
    save(drafts)
    assert [draft.draft_id for draft in drafts_naming(services, ANN)] == [first, second]
    assert [draft.draft_id for draft in drafts_naming(services, BEN)] == [second]


def test_a_draft_whose_key_a_restore_lost_is_no_error(drafts, database_url):
    save(drafts)
    with psycopg.connect(database_url) as owner:
        owner.execute("DELETE FROM vault.key")
    assert drafts.listed() == []


def test_a_person_forgotten_over_the_api_takes_their_drafts_along(services, steward):
    receipt = steward.records("/v1/people", name="Ann Example", happened="2026-01-01")
    reference = receipt["created"]["person"][0]
    person_id = services.vault.person_of(reference)
    owner = FormDrafts(services, OTHER)
    save(owner, names=[person_id])
    steward.records("/v1/erasures", person=reference)
    assert owner.listed() == []


OTHER_WAYS = [
    "INSERT INTO api.draft SELECT gen_random_uuid(), key_id, key_id, 'meeting', key_id, '' FROM api.key",
    "UPDATE api.draft SET owner_id = gen_random_uuid()",
    "DELETE FROM api.draft",
    "SELECT api.discard_draft_keys('{}')",
    "SELECT * FROM vault.key_subject",
]


@pytest.mark.parametrize("statement", OTHER_WAYS)
def test_the_writer_changes_drafts_by_their_functions_only(database_url, statement):
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as writer:
        writer.execute("SET ROLE folkmoot_writer")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute(statement)


def test_a_key_of_the_log_is_never_discarded_as_a_drafts(services, database_url, neighbourhood):
    neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions",
        kind="meeting",
        happened="2026-03-27",
        notes="Of the playground",
        participants=[{"party": neighbourhood.council}],
    )
    ((key_id, wrapping, wrapped),) = stored(
        database_url, "SELECT key_id, wrapping_key_id, wrapped FROM vault.key WHERE purpose = 'text' LIMIT 1"
    )
    with pytest.raises(psycopg.errors.UniqueViolation), services.recorder.transaction() as cursor:
        cursor.execute(
            "SELECT api.save_draft(%s, %s, %s, 'meeting', '', %s, %b, %b, '{}')",
            (uuid4(), OWNER, BOARD, key_id, wrapping, wrapped),
        )
    assert stored(database_url, "SELECT count(*) FROM api.draft") == [(0,)]

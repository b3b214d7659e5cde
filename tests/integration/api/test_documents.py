"""Documents over the API: what is taken away is what was sent, by whom it may be read, and gone once erased."""

import hashlib
import json
import zipfile
from base64 import b64encode
from io import BytesIO
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access.keys import Scope
from api.limits.request_sizes import BODY_BYTES, DOCUMENT_BODY_BYTES
from domain.vault.contents import CHUNK_BYTES
from tests.integration.api.test_a_meeting import meeting
from tests.support.document_files import CAMERA, PLACE, WHOLE, a_jpeg, a_pdf, a_png, an_exif

SECRET = b"The Hendersons are to be rehoused"
MINUTES = a_pdf(said=SECRET)


@pytest.fixture
def held(neighbourhood):
    """The id of a meeting of the board."""
    return neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))["created"][
        "interaction"
    ][0]


def sent(content=MINUTES, name="minutes.pdf", kind="minutes", **more):
    return {"name": name, "kind": kind, "content": b64encode(content).decode(), **more}


def attach(board, held, content=MINUTES, name="minutes.pdf", **more):
    """The id of a document that an officer attached to a meeting."""
    receipt = board.officer.records(f"{board.path}/documents", **sent(content, name, interaction=held, **more))
    return receipt["created"]["document"][0]


def fetched(person, board, document):
    return person.get(f"{board.path}/documents/{document}/content")


def rows(database_url, query="SELECT count(*) FROM vault.contents"):
    with psycopg.connect(database_url) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_taken_away_is_what_was_sent(neighbourhood, held, name):
    document = attach(neighbourhood, held, WHOLE[name], name)
    answer = fetched(neighbourhood.resident, neighbourhood, document)
    assert answer.status_code == 200
    assert answer.content == WHOLE[name]


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_fits_is_handed_out_to_the_byte(neighbourhood, held, data):
    """Across the edges of chunks, and of any length."""
    edge = data.draw(st.sampled_from([0, CHUNK_BYTES, 2 * CHUNK_BYTES]))
    content = a_pdf(said=b"x" * max(0, edge - len(a_pdf()) + data.draw(st.integers(-40, 40))))
    document = attach(neighbourhood, held, content)
    assert fetched(neighbourhood.officer, neighbourhood, document).content == content


def test_it_is_handed_out_as_a_file_that_no_browser_shows(neighbourhood, held):
    document = attach(neighbourhood, held, name="procès-verbal, 1.pdf")
    headers = fetched(neighbourhood.officer, neighbourhood, document).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''proc%C3%A8s-verbal%2C%201.pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(MINUTES))


def test_the_log_holds_kind_size_and_a_hash_that_the_salt_opens(neighbourhood, held):
    document = attach(neighbourhood, held)
    [listed] = neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"]
    assert (listed["document_id"], listed["kind"], listed["format"]) == (document, "minutes", "pdf")
    assert (listed["size"], listed["stands_at"], listed["thing_id"]) == (len(MINUTES), "interaction", held)
    assert listed["name"]["text"] == "minutes.pdf"
    answer = fetched(neighbourhood.officer, neighbourhood, document)
    salt = bytes.fromhex(answer.headers["Document-Salt"])
    assert answer.headers["Document-Sha256"] == listed["sha256"] == hashlib.sha256(salt + MINUTES).hexdigest()
    assert listed["sha256"] != hashlib.sha256(MINUTES).hexdigest()


def test_of_a_photograph_no_place_and_no_camera_is_kept(neighbourhood, held):
    document = attach(neighbourhood, held, a_jpeg(an_exif()), "hall.jpg")
    content = fetched(neighbourhood.officer, neighbourhood, document).content
    assert content == a_jpeg()
    assert PLACE not in content
    assert CAMERA not in content


def test_minutes_attached_before_they_are_approved_are_named_by_the_approval(neighbourhood, held):
    attach(neighbourhood, held)
    later = neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions", **{**meeting(neighbourhood), "happened": "2026-05-01"}
    )["created"]["interaction"][0]
    path = f"{neighbourhood.path}/interactions/{held}/minutes-approvals"
    approved = neighbourhood.officer.records(path, approved_at=later)
    [listed] = neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"]
    record = neighbourhood.officer.reads(f"/v1/records/{approved['events'][0]['event_id']}")["record"]["body"]
    assert (record["sha256"], record["document_id"]) == (listed["sha256"], listed["document_id"])


# Once, and as a whole


def test_sent_again_it_is_kept_once(neighbourhood, held, database_url):
    key, path = str(uuid4()), f"{neighbourhood.path}/documents"
    first = neighbourhood.officer.post(path, sent(interaction=held), idempotency_key=key)
    again = neighbourhood.officer.post(path, sent(interaction=held), idempotency_key=key)
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json()["created"] == again.json()["created"]
    assert rows(database_url) == 1
    other = neighbourhood.officer.post(path, sent(WHOLE["minutes.pdf"], interaction=held), idempotency_key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("name", "content", "pointer"),
    [
        ("minutes.pdf", WHOLE["hall.png"], "#/content"),
        ("minutes.pdf", b"", "#/content"),
        ("minutes.pdf", MINUTES[:-20], "#/content"),
        ("../minutes.pdf", MINUTES, "#/name"),
        ("minutes.exe", MINUTES, "#/name"),
    ],
)
def test_what_lies_or_is_broken_is_refused_and_leaves_nothing(
    neighbourhood, held, database_url, name, content, pointer
):
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/documents", sent(content, name, interaction=held))
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("unfit-document", pointer)
    assert rows(database_url) == 0
    assert neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"] == []


def test_one_of_eleven_million_bytes_is_refused(neighbourhood, held):
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/documents", sent(a_pdf(said=bytes(11_000_000)), interaction=held)
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.json()["detail"] == f"A request may have {DOCUMENT_BODY_BYTES:,} bytes."


def test_no_other_request_may_have_as_much(neighbourhood):
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/interactions", {"notes": "x" * BODY_BYTES})
    assert answer.json()["detail"] == f"A request may have {BODY_BYTES:,} bytes."


def test_the_largest_document_is_kept_and_handed_out(neighbourhood, held):
    length = 9_900_000
    largest = a_pdf(said=b" " * (length + 10_000_000 - len(a_pdf(said=b" " * length))))
    document = attach(neighbourhood, held, largest)
    assert fetched(neighbourhood.officer, neighbourhood, document).content == largest


# Who reads it


def test_who_has_no_seat_and_reads_no_words_reads_no_document(neighbourhood, held, people, steward):
    document = attach(neighbourhood, held)
    stranger = steward.records("/v1/parties", name="A stranger", kind="other-body", happened="2020")
    reader = people(Scope.RECORD, stranger["created"]["party"][0])
    assert fetched(reader, neighbourhood, document).status_code == 403
    assert reader.get(f"{neighbourhood.path}/documents/archive").status_code == 403
    [listed] = reader.reads(f"{neighbourhood.path}/documents")["data"]
    assert listed["name"] == {"text": None, "withheld": "not-yours-to-read"}
    assert fetched(people(Scope.READ), neighbourhood, document).status_code == 403


def test_a_document_is_found_in_its_own_partnership_alone(boards, neighbourhood, held):
    document = attach(neighbourhood, held)
    other = next(each for each in boards if each != neighbourhood.partnership)
    answer = neighbourhood.officer.get(f"/v1/partnerships/{other}/documents/{document}/content")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert neighbourhood.officer.get(f"{neighbourhood.path}/documents/{uuid4()}/content").status_code == 404
    assert neighbourhood.officer.get(f"/v1/partnerships/{uuid4()}/documents").status_code == 404


def test_reading_it_leaves_a_row_in_the_trail_and_listing_it_does_not_touch_its_content(
    neighbourhood, held, database_url
):
    document = attach(neighbourhood, held)
    [(key,)] = _keys_of_contents(database_url)
    neighbourhood.officer.reads(f"{neighbourhood.path}/documents")
    neighbourhood.officer.reads(f"{neighbourhood.path}/timeline")
    assert _openings_of(database_url, key) == []
    fetched(neighbourhood.officer, neighbourhood, document)
    neighbourhood.officer.get(f"{neighbourhood.path}/documents/archive")
    assert _openings_of(database_url, key) == ["download-document", "download-documents"]


def _keys_of_contents(database_url):
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT DISTINCT key_id FROM vault.contents").fetchall()


def _openings_of(database_url, key):
    query = "SELECT operation FROM vault.opening WHERE %s = ANY (key_ids) ORDER BY number"
    with psycopg.connect(database_url) as connection:
        return [operation for (operation,) in connection.execute(query, (key,)).fetchall()]


# Erased


def test_an_erased_document_is_gone_and_stays_listed_as_erased(neighbourhood, held, steward, database_url):
    document = attach(neighbourhood, held)
    kept = attach(neighbourhood, held, WHOLE["hall.png"], "hall.png")
    path = f"{neighbourhood.path}/documents/{document}/erasures"
    assert neighbourhood.officer.post(path, {"ground": "names a family"}).status_code == 403
    steward.records(path, ground="names a family")
    assert steward.post(path, {"ground": "names a family"}).status_code == 201
    assert rows(database_url) == 1
    answer = fetched(neighbourhood.officer, neighbourhood, document)
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "This document was erased: what it held is gone for good.",
    )
    first, second = neighbourhood.officer.reads(f"{neighbourhood.path}/documents")["data"]
    assert (first["is_erased"], first["name"]) == (True, {"text": None, "withheld": "destroyed"})
    assert (second["is_erased"], second["document_id"]) == (False, kept)


def test_who_is_forgotten_takes_the_documents_that_list_them_along(neighbourhood, held, steward, database_url):
    person = steward.records("/v1/people", name="Amina Henderson", happened="2020")["created"]["person"][0]
    steward.records(f"{neighbourhood.path}/documents", **sent(interaction=held, people=[person]))
    attach(neighbourhood, held, WHOLE["hall.png"], "hall.png")
    steward.records("/v1/erasures", person=person)
    assert rows(database_url) == 1
    listed = steward.reads(f"{neighbourhood.path}/documents")["data"]
    assert [each["is_erased"] for each in listed] == [True, False]


def test_a_withdrawn_document_is_not_handed_out(neighbourhood, held):
    path = f"{neighbourhood.path}/documents"
    receipt = neighbourhood.officer.records(path, **sent(interaction=held))
    record, document = receipt["events"][0]["event_id"], receipt["created"]["document"][0]
    neighbourhood.officer.records(f"/v1/records/{record}/withdrawals", reasons="The wrong file")
    assert fetched(neighbourhood.officer, neighbourhood, document).status_code == 404


# The archive


def test_the_archive_holds_every_document_under_a_safe_name_and_says_what_is_erased(neighbourhood, held, steward):
    gone = attach(neighbourhood, held)
    attach(neighbourhood, held, name="Minutes (1), 'final'.PDF")
    attach(neighbourhood, held, a_png(), "café & hall.png", kind="photograph")
    steward.records(f"{neighbourhood.path}/documents/{gone}/erasures", ground="x")
    answer = neighbourhood.officer.get(f"{neighbourhood.path}/documents/archive")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = ["0002-Minutes (1), 'final'.pdf", "0003-café _ hall.png"]
        assert archive.namelist() == [*names, "manifest.json"]
        assert [archive.read(name) for name in names] == [MINUTES, a_png()]
        manifest = json.loads(archive.read("manifest.json"))
    first, second, third = manifest["documents"]
    assert (first["is_erased"], first["file"], first["name"], first["salt"]) == (True, None, None, None)
    assert (second["file"], third["file"]) == tuple(names)
    assert hashlib.sha256(bytes.fromhex(second["salt"]) + MINUTES).hexdigest() == second["sha256"]
    assert [each["position"] for each in manifest["documents"]] == sorted(
        each["position"] for each in manifest["documents"]
    )
    assert manifest["partnership_id"] == neighbourhood.partnership


# Nothing of it anywhere else


def test_no_table_holds_what_a_document_says(neighbourhood, held, database_url):
    attach(neighbourhood, held)
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND n.nspname IN ('log', 'vault', 'api', 'projection')"
        ).fetchall()
        for (table,) in tables:
            for (row,) in connection.execute(f"SELECT t::text FROM {table} t").fetchall():  # noqa: S608 - our own tables
                assert SECRET.hex() not in row
                assert SECRET.decode() not in row
                assert b"minutes.pdf".hex() not in row

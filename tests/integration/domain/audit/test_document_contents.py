"""The contents of documents beside the log: whatever is done to them is found, and nothing altered is handed out."""

import psycopg
import pytest

from domain.audit.document_contents import contents_alterations
from domain.decisions.documents import AttachDocument, EraseDocument
from domain.log.recorder import LogRecorder
from domain.vault import ContentsCipher, ContentsMissing, Ground, SealBroken, content_of
from domain.vault.contents import CHUNK_BYTES
from domain.vocabulary import DocumentKind
from tests.integration.domain.handling.test_handler import House
from tests.support.document_files import WHOLE, a_pdf
from tests.support.word_readers import a_reader

LONG = a_pdf(said=b"agreed " * 100_000)


@pytest.fixture
def house(database_url):
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


@pytest.fixture
def attached(house):
    """The event that attached a document of three chunks."""
    meeting = house.does(house.meeting(), house.officer).events[0]
    command = AttachDocument(
        name="minutes.pdf", kind=DocumentKind.MINUTES, content=LONG, interaction=meeting.body.interaction_id
    )
    assert -(-len(LONG) // CHUNK_BYTES) == 3
    return house.does(command, house.officer).events[0]


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def found(owner, house, *, with_key=True):
    keys = {house.wrapping_key.key_id: house.wrapping_key} if with_key else {}
    return [each.detail for each in contents_alterations(owner, keys)]


def read(house, event):
    """The content, as whoever may read it gets it."""
    key_id, size = event.body.salt.key_id, event.body.size
    with a_reader(house.vault, house.recorder) as reader, house.recorder.transaction() as cursor:
        key = house.vault.key_of(cursor, key_id, reader, Ground.CARE)
    cipher = ContentsCipher(key, event.event_id, key_id)
    with house.recorder.connections.borrow() as connection:
        return b"".join(content_of(connection, cipher, key_id, number, size) for number in range(3))


def test_what_was_attached_is_there_as_the_log_says(owner, house, attached):
    assert found(owner, house) == found(owner, house, with_key=False) == []
    assert read(house, attached) == LONG


WHOLE_NO_MORE = "its contents are not whole, and nobody erased them: restore the vault's dump"


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("DELETE FROM vault.contents WHERE number = 2", WHOLE_NO_MORE),
        ("DELETE FROM vault.contents WHERE number = 0", WHOLE_NO_MORE),
        ("DELETE FROM vault.contents", WHOLE_NO_MORE),
        ("INSERT INTO vault.contents SELECT key_id, 3, sealed FROM vault.contents WHERE number = 2", WHOLE_NO_MORE),
        (
            "UPDATE vault.contents SET sealed = set_byte(sealed, 9, 255 - get_byte(sealed, 9)) WHERE number = 1",
            "its contents were altered",
        ),
        (
            "UPDATE vault.contents SET sealed = (SELECT sealed FROM vault.contents WHERE number = 0) WHERE number = 1",
            "its contents were altered",
        ),
    ],
)
def test_contents_that_were_changed_are_found_and_not_handed_out(owner, house, attached, what, detail):
    owner.execute(what)
    assert found(owner, house) == [detail]
    if "INSERT" not in what:
        with pytest.raises((ContentsMissing, SealBroken)):
            read(house, attached)


def test_contents_of_no_document_are_found(owner, house, attached):
    assert attached
    owner.execute(
        "INSERT INTO vault.contents SELECT k.key_id, 0, c.sealed FROM vault.contents c, vault.key k"
        " WHERE c.number = 0 AND k.key_id <> c.key_id LIMIT 1"
    )
    assert found(owner, house, with_key=False) == ["no event of the log attached them: they are forged"]


def test_another_content_under_the_right_key_is_found_by_its_hash(owner, house, attached):
    """Whoever holds the keys can seal anything; the log still says what was attached."""
    key_id = attached.body.salt.key_id
    row = owner.execute("SELECT wrapped FROM vault.key WHERE key_id = %s", (key_id,)).fetchone()
    key = house.wrapping_key.unwrap(key_id, "text", row[0])
    forged = bytes(len(LONG))
    for number, chunk in ContentsCipher(key, attached.event_id, key_id).sealed(forged):
        owner.execute("UPDATE vault.contents SET sealed = %s WHERE number = %s", (chunk, number))
    assert found(owner, house) == ["its contents are not what was attached"]


def test_an_erased_document_leaves_nothing_and_is_nothing_amiss(owner, house, attached):
    house.does(EraseDocument(document=attached.body.document_id, ground="x"))
    assert owner.execute("SELECT count(*) FROM vault.contents").fetchone() == (0,)
    assert found(owner, house) == []


def test_whoever_serves_reads_chunks_by_name_alone_and_changes_none(owner, attached):
    assert attached
    owner.execute("SET ROLE folkmoot_writer")
    for what in ("SELECT * FROM vault.contents", "DELETE FROM vault.contents", "UPDATE vault.contents SET number = 9"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(what)


def test_a_key_without_contents_is_kept_for_no_document_that_was_refused(owner, house):
    """What is refused after it was looked through leaves neither key nor content."""
    before = owner.execute("SELECT count(*) FROM vault.key").fetchone()
    command = AttachDocument(name="x.pdf", kind=DocumentKind.MINUTES, content=WHOLE["hall.png"])
    house.ask(command, house.officer)
    assert owner.execute("SELECT count(*) FROM vault.key").fetchone() == before
    assert owner.execute("SELECT count(*) FROM vault.contents").fetchone() == (0,)

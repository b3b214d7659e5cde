"""Documents in backups: put back to the byte, and gone again where they, or whom they list, were destroyed since."""

import pytest

from domain.decisions.documents import AttachDocument, EraseDocument
from domain.decisions.registries import RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.vault import ContentsCipher, Erased, Ground, chunks_of, content_of
from domain.vocabulary import DocumentKind
from scripts.support.exits import Exit
from tests.acceptance.scripts.test_backing_up import back_up, empty
from tests.acceptance.scripts.test_privileges import give
from tests.acceptance.scripts.test_restoring import house_over, memorandum
from tests.support.document_files import WHOLE, a_pdf
from tests.support.word_readers import a_reader

__all__ = ["back_up", "empty", "give", "memorandum"]
LISTING, OTHER = a_pdf(said=b"of the person " * 40_000), WHOLE["hall.png"]
LEFT = {"forgotten": [None, OTHER], "erased": [LISTING, None]}
"""What can still be read of the two once one of them is gone."""


class Papers:
    """A meeting with a document that lists somebody, and one that lists nobody."""

    def __init__(self, dsn, memorandum):
        with house_over(dsn, memorandum) as house:
            registered = house.does(RegisterPerson(name="Quillon Farthingale"), house.officer)
            self.person = house.vault.reference(registered.events[0].partition_id)
            meeting = house.does(house.meeting(), house.officer).events[0].body.interaction_id
            at = {"kind": DocumentKind.REPORT, "interaction": meeting}
            listing = AttachDocument(name="a.pdf", content=LISTING, people=(self.person,), **at)
            other = AttachDocument(name="b.png", content=OTHER, **at)
            self.events = [house.does(each, house.officer).events[0] for each in (listing, other)]
            self.parts = dict(house.__dict__)

    def over(self, dsn, memorandum=None):
        return house_over(dsn, memorandum, self.parts)

    def destroys(self, house, what):
        if what == "forgotten":
            return house.does(ForgetPerson(person=self.person))
        return house.does(EraseDocument(document=self.events[1].body.document_id, ground="child"))

    def reads(self, house):
        """The two contents, as far as they can still be read."""
        return [self._read(house, event) for event in self.events]

    @staticmethod
    def _read(house, event):
        key_id, size = event.body.salt.key_id, event.body.size
        with a_reader(house.vault, house.recorder) as reader, house.recorder.transaction() as cursor:
            key = house.vault.key_of(cursor, key_id, reader, Ground.CARE)
        if isinstance(key, Erased):
            return None
        cipher = ContentsCipher(key, event.event_id, key_id)
        with house.recorder.connections.borrow() as connection:
            numbers = range(chunks_of(size))
            return b"".join(content_of(connection, cipher, key_id, number, size) for number in numbers)


@pytest.fixture
def remembered(memorandum, monkeypatch):
    monkeypatch.setenv("FOLKMOOT_MEMORANDUM_FILE", str(memorandum.file))
    return memorandum


@pytest.fixture
def papers(database_url, memorandum):
    return Papers(database_url, memorandum)


def test_documents_are_put_back_to_the_last_byte_and_verified(papers, back_up, give, empty, remembered):
    assert remembered
    assert give(empty, "restore", str(back_up("taken")))[0] == Exit.DONE
    with papers.over(empty) as house:
        assert papers.reads(house) == [LISTING, OTHER]
    code, messages = give(empty, "verify")
    assert (code, "are as they were recorded" in messages) == (Exit.DONE, True), messages


@pytest.mark.parametrize("what", LEFT)
def test_an_older_vault_hands_out_nothing_that_was_destroyed_since(papers, back_up, give, empty, database_url, what):
    before = back_up("before")
    with papers.over(database_url) as house:
        papers.destroys(house, what)
        assert papers.reads(house) == LEFT[what]
    code, messages = give(empty, "restore", str(back_up("after")), "--vault", str(before))
    assert code == Exit.DONE, messages
    with papers.over(empty) as house:
        assert papers.reads(house) == LEFT[what]


@pytest.mark.parametrize("what", LEFT)
def test_a_backup_from_before_destroys_again_by_the_memorandum(
    papers, back_up, give, empty, database_url, remembered, what
):
    before = back_up("before")
    with papers.over(database_url, remembered) as house:
        papers.destroys(house, what)
    code, messages = give(empty, "restore", str(before))
    assert code == Exit.DONE, messages
    with papers.over(empty) as house:
        assert papers.reads(house) == LEFT[what]

"""Links to promises in backups: none that was good on that day is good once it is put back."""

from datetime import timedelta
from uuid import uuid4

import psycopg

from api.access.answer_links import (
    AnswerLink,
    LinkState,
    LinkWay,
    begin_sitting,
    create_answer_link,
    find_by_code,
    find_sitting,
    make_code,
)
from api.access.tampering import forged_access
from scripts.support.exits import Exit
from tests.acceptance.scripts.test_backing_up import back_up, empty
from tests.acceptance.scripts.test_privileges import give
from tests.acceptance.scripts.test_restoring import memorandum, story

__all__ = ["back_up", "empty", "give", "memorandum", "story"]


def test_a_link_and_its_sitting_are_withdrawn_once_they_are_put_back(
    story, memorandum, back_up, give, empty, database_url
):
    with story.over(database_url, memorandum) as house:
        now = house.recorder.head().now
        link = AnswerLink(
            **dict.fromkeys(("partnership_id", "record_id", "commitment_id", "party_id", "made_by"), uuid4()),
            link_id=uuid4(),
            way=LinkWay.PASSED_ON,
            made_at=now,
            expires_at=now + timedelta(days=14),
        )
        with house.recorder.connections.borrow() as connection:
            create_answer_link(connection, house.vault, link)
            code = make_code(connection, house.vault, link.link_id)
        token = begin_sitting(house.recorder, link.link_id)
        assert find_sitting(house.recorder, token).state(now) is LinkState.OPENED
    code_of_restore, messages = give(empty, "restore", str(back_up("taken")))
    assert (code_of_restore, "withdrawn: 1." in messages) == (Exit.DONE, True), messages
    with story.over(empty, memorandum) as house:
        assert find_by_code(house.recorder, code).state(now) is LinkState.WITHDRAWN
        assert find_sitting(house.recorder, token) is None
        with psycopg.connect(empty) as connection:
            assert forged_access(connection, house.vault) == []

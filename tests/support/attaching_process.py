"""Somebody who attaches documents in a process of their own, to be killed.

Run as `python -m tests.support.attaching_process DSN`. Says `ready`, waits for a line, then prints `begun` before each
document, and the id of its event once it was acknowledged.
"""

import sys

from domain.decisions.documents import AttachDocument
from domain.log.recorder import LogRecorder
from domain.vault import WrappingKey
from domain.vocabulary import DocumentKind
from tests.integration.domain.handling.test_handler import House
from tests.support.document_files import a_pdf

KEY = WrappingKey(b"k" * 32)
CONTENT = a_pdf(said=b"agreed " * 600_000)


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(dsn: str) -> None:
    with LogRecorder(dsn, application_name="folkmoot-test-attaching", pool_size=2) as log:
        house = House(log, KEY)
        meeting = house.does(house.meeting(), house.officer).events[0].body.interaction_id
        say("ready")
        sys.stdin.readline()
        for number in range(1_000):
            command = AttachDocument(
                name=f"minutes {number}.pdf", kind=DocumentKind.MINUTES, content=CONTENT, interaction=meeting
            )
            say("begun")
            say(house.does(command, house.officer).events[0].event_id)


if __name__ == "__main__":
    main(sys.argv[1])

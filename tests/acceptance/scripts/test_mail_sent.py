"""`folkmoot work` sends mail by a real mail server over TLS, and `folkmoot mail` says what became of it."""

import base64
import os
import secrets
import subprocess
import sys
from uuid import uuid4

import psycopg
import pytest

from api.access.account_mail import MailFrequency, keep_address
from api.access.accounts import AccountKind, create_account
from api.jobs.mail_kinds import CONFIRM_ADDRESS
from api.jobs.mail_tasks import put_mail
from api.mail.outbox import Recipient, RecipientKind
from api.runtime.services import connected
from domain.vault import load_wrapping_keys
from tests.support.log_events import eventually
from tests.support.mail_server import NAME, PASSWORD, mail_server
from tests.support.queue_workers import at_work


@pytest.fixture
def post(tmp_path):
    with mail_server(tmp_path, "smtps") as running:
        yield running


@pytest.fixture
def environment(database_url, post, tmp_path):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    password_file = tmp_path / "password"
    password_file.write_text(PASSWORD)
    password_file.chmod(0o600)
    return {
        **ours,
        "DATABASE_URL": database_url,
        "FOLKMOOT_WRAPPING_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "FOLKMOOT_PUBLIC_URL": "https://folkmoot.council.example",
        "FOLKMOOT_MAIL_SERVER": f"smtps://localhost:{post.port}",
        "FOLKMOOT_MAIL_FROM": "folkmoot@council.example",
        "FOLKMOOT_MAIL_USER": NAME,
        "FOLKMOOT_MAIL_PASSWORD_FILE": str(password_file),
        "SSL_CERT_FILE": str(post.certificate),
    }


def ask_to_confirm(environment, address):
    """Put the mail that asks somebody to confirm an address."""
    with (
        connected(environment["DATABASE_URL"], load_wrapping_keys(environment)) as services,
        services.recorder.transaction() as cursor,
    ):
        account_id, connection = uuid4(), cursor.connection
        create_account(
            connection,
            services.vault,
            kind=AccountKind.PERSON,
            organisation_id=None,
            name="Sam Example",
            account_id=account_id,
        )
        key_id = keep_address(connection, services.vault, account_id, address, MailFrequency.DAILY)
        put_mail(cursor, CONFIRM_ADDRESS, Recipient(RecipientKind.ACCOUNT, account_id), (key_id,))


def told(environment, *words):
    command = [sys.executable, "-P", "-m", "scripts.cli", "mail", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


def test_mail_is_sent_by_the_worker_and_what_was_refused_is_listed_and_sent_again(environment, post, database_url):
    ask_to_confirm(environment, "sam@council.example")
    ask_to_confirm(environment, "nobody@council.example")
    with at_work(environment) as worker, psycopg.connect(database_url, autocommit=True) as owner:
        states = "SELECT array_agg(state ORDER BY state) FROM api.mail"
        eventually(lambda: owner.execute(states).fetchone() == (["dead", "sent"],))
        (letter,) = post.taken()
        assert letter["To"] == "sam@council.example"
        assert "https://folkmoot.council.example/mail/confirm/" in letter.get_content()
        shown = told(environment)
        assert shown.startswith("0 waiting, 1 sent, 0 dropped, 1 dead\n")
        assert "confirm-address  to account  address  tried 1 times" in shown
        assert "council.example" not in shown
        assert told(environment, "--again") == "1 are to be sent again.\n"
        eventually(lambda: owner.execute("SELECT max(tries) FROM api.mail").fetchone() == (2,))
        assert len(post.taken()) == 1
        worker.end()
        assert "council.example" not in str(worker.log)

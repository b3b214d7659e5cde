"""A mail server for all tests of mail: a process is started once, and each test finds it without a mail."""

import pytest

from tests.support.mail_server import mail_server


@pytest.fixture(scope="session")
def mail_service(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def post(mail_service):
    mail_service.empty()
    return mail_service

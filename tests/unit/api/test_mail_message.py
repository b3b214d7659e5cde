"""A mail is refused that would be another than it seems."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mail.mail_message import MailMessage, MailRefused, is_mail_address
from api.mail.smtp_sender import letter_of

TEXT = "Good morning.\n\nTwo promises are due."


def message(**other):
    return MailMessage(
        **{"mail_id": uuid4(), "to": "ann@council.example", "subject": "What waits", "text": TEXT} | other
    )


@pytest.mark.parametrize(
    "address",
    ["ann@council.example", "a.b+c@mail.council.example", "x@y.z", f"{'a' * 64}@{'b' * 63}.example"],
)
def test_the_address_of_a_mailbox_is_one(address):
    assert is_mail_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "ann@",
        "@council.example",
        "ann@council",
        "ann@council.example\n",
        "ann@council.example\r\nBcc: all@council.example",
        "ann@council.example, ben@council.example",
        "Ann <ann@council.example>",
        '"ann"@council.example',
        "ann@council..example",
        ".ann@council.example",
        "ann@-council.example",
        "änn@council.example",
        f"{'a' * 65}@council.example",
        f"ann@{'b' * 64}.example",
        f"ann@{'b.' * 130}example",
    ],
)
def test_anything_else_is_none(address):
    assert not is_mail_address(address)
    with pytest.raises(MailRefused):
        message(to=address)


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "What waits\r\nBcc: all@council.example"},
        {"subject": "What waits\nBcc: all@council.example"},
        {"subject": "What waits\x00"},
        {"subject": "What\u2028waits"},
        {"stop_url": "https://folkmoot.example/stop\r\nBcc: all@council.example"},
        {"stop_url": "https://folkmoot.example/stop>, <https://other.example"},
    ],
)
def test_what_would_begin_a_header_of_its_own_is_refused(other):
    with pytest.raises(MailRefused) as refused:
        message(**other)
    assert refused.value.code == "header"


@given(st.text(), st.text(min_size=1))
def test_a_letter_has_the_headers_that_it_was_given_and_no_others(subject, text):
    try:
        letter = letter_of(message(subject=subject, text=text), "folkmoot@council.example")
    except MailRefused:
        assert not subject.isprintable()
        return
    head, _, _ = letter.as_bytes().partition(b"\r\n\r\n")
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted",
        b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version",
    ]  # fmt: skip


def test_a_mail_shows_neither_address_nor_words():
    shown = repr(message())
    assert "ann" not in shown
    assert "What waits" not in shown

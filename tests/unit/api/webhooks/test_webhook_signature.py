"""Signatures of webhooks: as the libraries of Standard Webhooks verify them."""

import time
from base64 import b64decode

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.webhooks.webhook_signature import new_secret, secret_text, signed_headers

BODY = b'{"test": 2432232314}'


def test_the_published_example_is_signed_as_published():
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY, [key])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_library_verifies_each_secret_that_signs_and_no_other():
    former, present, other = new_secret(), new_secret(), new_secret()
    headers = signed_headers("msg_1", int(time.time()), BODY, [present, former])
    for secret in (former, present):
        assert Webhook(secret_text(secret)).verify(BODY, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(other)).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(present)).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(present)).verify(BODY, headers | {"webhook-id": "msg_2"})

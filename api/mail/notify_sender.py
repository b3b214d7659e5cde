"""Sending by GOV.UK Notify: its HTTP API, a token signed under the service's key, one template for every mail."""

import time
from typing import Final
from uuid import UUID

import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey

from api.mail.mail_message import MailMessage, MailNotTaken, MailRefused, MailUnclear
from api.mail.mail_settings import NotifyService
from domain.errors import FolkmootError

_PATIENCE_S: Final = 30.0
_ID: Final = 36
_CREATED, _BAD = 201, 400


class NotifyKeyInvalid(FolkmootError):
    """The key for GOV.UK Notify is not one: it ends in the ids of the service and of the secret, with hyphens."""


class NotifySender:
    """The sender by one service at GOV.UK Notify."""

    def __init__(self, service: NotifyService, key: str) -> None:
        """Raises NotifyKeyInvalid."""
        self._service, self._secret = service, key[-_ID:]
        self._issuer = key[-2 * _ID - 1 : -_ID - 1]
        try:
            UUID(self._secret), UUID(self._issuer)
        except ValueError:
            raise NotifyKeyInvalid(str(NotifyKeyInvalid.__doc__)) from None

    def __repr__(self) -> str:
        """Show no key: representations end up in logs."""
        return f"NotifySender({self._service.url})"

    def send(self, message: MailMessage, *, may_be_sent: bool) -> None:
        """Send a mail; after a try that broke off, only where Notify has none under its reference."""
        body = {
            "email_address": message.to,
            "template_id": self._service.template_id,
            "personalisation": {"subject": message.subject, "body": message.text},
            "reference": str(message.mail_id),
        }
        if message.stop_url is not None:
            body["one_click_unsubscribe_url"] = message.stop_url
        try:
            with httpx2.Client(base_url=self._service.url, timeout=_PATIENCE_S, headers=self._headers()) as client:
                if may_be_sent and self._has(client, message.mail_id):
                    return
                answer = client.post("/v2/notifications/email", json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise MailNotTaken("unreachable") from None
        except httpx2.HTTPError:
            raise MailUnclear("broken-off") from None
        _refuse(answer.status_code)

    def _has(self, client: httpx2.Client, mail_id: UUID) -> bool:
        answer = client.get("/v2/notifications", params={"reference": str(mail_id)})
        if answer.status_code != httpx2.codes.OK:
            raise MailUnclear("not-now")
        return bool(answer.json()["notifications"])

    def _headers(self) -> dict[str, str]:
        claims = {"iss": self._issuer, "iat": int(time.time())}
        token = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(self._secret))
        return {"Authorization": f"Bearer {token}"}


def _refuse(status: int) -> None:
    """Raise what an answer means: wrong for good, or not now; where Notify failed, it may have been taken."""
    if status == _CREATED:
        return
    if status == _BAD:
        raise MailRefused("content")
    if status >= httpx2.codes.INTERNAL_SERVER_ERROR:
        raise MailUnclear("broken-off")
    raise MailNotTaken("login" if status in {401, 403} else "not-now")

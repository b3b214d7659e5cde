"""Signed cookies, and the tokens in forms that tell our own from those of other sites."""

import hashlib
import secrets
from hmac import compare_digest
from typing import Final

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from api.runtime.services import Services

_SESSION: Final = "folkmoot-session"
_VISITOR: Final = "folkmoot-visitor"
_ERRAND: Final = "folkmoot-errand"
_ERRAND_S: Final = 1_800
_SITTING: Final = "folkmoot-answer"


class Cookies:
    """The cookies of one browser: its session's token, or, before it has one, a random number for its forms."""

    def __init__(self, services: Services, request: Request) -> None:
        self._secrets = list(reversed(services.cookie_secrets))  # the library signs with the last
        self._https = services.public_url.startswith("https://")
        self.token = self._opened(request, _SESSION)
        self.errand = self._opened(request, _ERRAND) or ""
        self.sitting = self._opened(request, _SITTING)
        """The token of the sitting that a link opened in this browser."""
        self._visitor = self._opened(request, _VISITOR)
        self._visitor_is_new = self._visitor is None
        if self._visitor is None:
            self._visitor = secrets.token_urlsafe(16)

    def form_token(self) -> str:
        """The token for a form shown to this browser in this session."""
        return str(self._serializer("form").dumps(self._browser()))

    def is_own_form(self, form_token: str) -> bool:
        """A form was shown by us, to this browser, in this session."""
        try:
            shown_to = self._serializer("form").loads(form_token)
        except BadSignature:
            return False
        return compare_digest(str(shown_to).encode(), self._browser().encode())

    def hand_out(self, response: Response) -> None:
        """Set what a browser needs to send forms, where it has nothing yet."""
        if self.token is None and self._visitor_is_new:
            self._set(response, _VISITOR, str(self._visitor))

    def begin(self, response: Response, token: str) -> None:
        """Set the cookie of a session that begins; whatever errand led to it is done."""
        self._set(response, _SESSION, token)
        if self.errand:
            response.delete_cookie(self._name(_ERRAND), secure=self._https, httponly=True, samesite="lax")

    def sit(self, response: Response, token: str) -> None:
        """Set the cookie of a sitting that a link opened, gone when the browser closes."""
        self._set(response, _SITTING, token)

    def send(self, response: Response, errand: str) -> None:
        """Set what a browser carries to the provider that signs it on and back, for as long as that may take."""
        self._set(response, _ERRAND, errand, _ERRAND_S)

    def end(self, response: Response) -> None:
        """Take the cookies away."""
        for name in (_SESSION, _VISITOR, _ERRAND):
            response.delete_cookie(self._name(name), secure=self._https, httponly=True, samesite="lax")

    def _browser(self) -> str:
        """A name for this browser in this session, which opens nothing: a form may show it."""
        return hashlib.sha256(f"{self.token or self._visitor}".encode()).hexdigest()

    def _opened(self, request: Request, name: str) -> str | None:
        text = request.cookies.get(self._name(name))
        try:
            return None if text is None else str(self._serializer(name).loads(text))
        except BadSignature:
            return None

    def _set(self, response: Response, name: str, content: str, lasts_s: int | None = None) -> None:
        text = str(self._serializer(name).dumps(content))
        response.set_cookie(self._name(name), text, lasts_s, secure=self._https, httponly=True, samesite="lax")

    def _name(self, name: str) -> str:
        """The name, with the mark by which browsers keep such a cookie to this host and to https."""
        return f"__Host-{name}" if self._https else name

    def _serializer(self, salt: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._secrets, salt=salt)

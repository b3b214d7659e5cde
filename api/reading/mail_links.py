"""Links in mail that do one thing without signing in: confirm an address, or stop mail.

Each is signed under the secrets that sign what browsers hold, so that nobody makes one who was not sent one. It names
an account by its id, and holds no address.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from api.runtime.services import Services

CONFIRMING_LASTS: Final = timedelta(days=7)
CONFIRM: Final = "/mail/confirm"
STOP: Final = "/mail/stop"
STOP_NEWS: Final = "/mail/stop-news"


def confirming_link(services: Services, account_id: UUID, key_id: UUID) -> str:
    """The link that confirms an address, by the key under which it is sealed; good for seven days."""
    return f"{services.public_url}{CONFIRM}/{_timed(services).dumps([account_id.hex, key_id.hex])}"


def confirmed_by(services: Services, token: str) -> tuple[UUID, UUID] | None:
    """The account and the key of the address that a link confirms; None for one that is old or not ours."""
    try:
        account_id, key_id = _timed(services).loads(token, max_age=int(CONFIRMING_LASTS.total_seconds()))
    except BadData:
        return None
    return UUID(account_id), UUID(key_id)


def stopping_link(services: Services, account_id: UUID) -> str:
    """The link that stops the mail of what waits; good for as long as the secret that signed it is known."""
    return f"{services.public_url}{STOP}/{_lasting(services).dumps(account_id.hex)}"


def stopped_by(services: Services, token: str) -> UUID | None:
    """The account whose mail a link stops; None for one that is not ours."""
    try:
        return UUID(_lasting(services).loads(token))
    except BadData:
        return None


def stopping_news_link(services: Services, wish_id: UUID) -> str:
    """The link that ends a wish to hear what becomes of an ask; good as long as the one above."""
    return f"{services.public_url}{STOP_NEWS}/{_of_news(services).dumps(wish_id.hex)}"


def news_stopped_by(services: Services, token: str) -> UUID | None:
    """The wish that a link ends; None for one that is not ours."""
    try:
        return UUID(_of_news(services).loads(token))
    except BadData:
        return None


def _of_news(services: Services) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(services.cookie_secrets)), salt="stop news of an ask")


def _timed(services: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(services.cookie_secrets)), salt="confirm a mail address")


def _lasting(services: Services) -> URLSafeSerializer:
    return URLSafeSerializer(list(reversed(services.cookie_secrets)), salt="stop mail")

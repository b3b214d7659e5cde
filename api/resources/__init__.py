"""Resources of the API, each in a file, and the list of all operations in the order in which they are described."""

import re
from functools import cache, lru_cache
from typing import Any, Final

from api.http.openapi import openapi
from api.http.operations import Call, Operation
from api.http.reference_page import reference_page
from api.resources import (
    access_trails,
    account_entries,
    account_keys,
    account_roles,
    backtest,
    crosswalks,
    documents,
    expressed_trust,
    figure_causes,
    grants_to_publish,
    health,
    health_comparison,
    links_to_promises,
    lists,
    log_pages,
    log_stream,
    me,
    news,
    openings,
    own_keys,
    own_mail,
    own_webhooks,
    parties,
    partnerships,
    places,
    proofs,
    public_reports,
    records,
    replays,
    returns,
    reviews,
    service,
    sought_things,
    status,
    stewardship,
    timeline,
    told_asks,
    trust,
    trust_marks,
    warnings_across,
    what_if,
    write_routes,
)
from api.resources.public_names import PUBLIC_NAMES

_ON_THIS_MACHINE: Final = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


def _document(call: Call) -> dict[str, Any]:
    """The description of the API as it is reached here."""
    return {**described(call.services.public_url, call.services.contact_email), "servers": [{"url": _server(call)}]}


def _page(call: Call) -> bytes:
    return _page_at(call.services.public_url, call.services.contact_email, _server(call))


@lru_cache(maxsize=4)
def _page_at(public_url: str, contact_email: str, server: str) -> bytes:
    return reference_page({**described(public_url, contact_email), "servers": [{"url": server}]}).encode()


def _server(call: Call) -> str:
    """The public address of the API, else that of the port of this machine at which it was reached."""
    here = _ON_THIS_MACHINE.fullmatch(call.headers.get("Host", ""))
    if call.services.public_url or here is None:
        (server,) = described(call.services.public_url, call.services.contact_email)["servers"]
        return str(server["url"])
    return f"http://localhost{here[1] or ''}"


@cache
def described(public_url: str = "", contact_email: str = "") -> dict[str, Any]:
    """The OpenAPI document of all operations."""
    return openapi(OPERATIONS, PUBLIC_NAMES, public_url=public_url, contact_email=contact_email)


OPERATIONS: tuple[Operation, ...] = (
    *service.service_operations(_document, _page),
    *me.OPERATIONS,
    *own_keys.OPERATIONS,
    *own_mail.OPERATIONS,
    *own_webhooks.OPERATIONS,
    *news.OPERATIONS,
    *sought_things.OPERATIONS,
    *status.OPERATIONS,
    *places.OPERATIONS,
    *parties.OPERATIONS,
    *write_routes.PEOPLE,
    *partnerships.OPERATIONS,
    *write_routes.AFFAIRS,
    *links_to_promises.OPERATIONS,
    *documents.OPERATIONS,
    *told_asks.OPERATIONS,
    *records.OPERATIONS,
    *timeline.OPERATIONS,
    *trust.OPERATIONS,
    *trust_marks.OPERATIONS,
    *expressed_trust.OPERATIONS,
    *health.OPERATIONS,
    *health_comparison.OPERATIONS,
    *figure_causes.OPERATIONS,
    *warnings_across.OPERATIONS,
    *what_if.OPERATIONS,
    *crosswalks.OPERATIONS,
    *reviews.OPERATIONS,
    *backtest.OPERATIONS,
    *replays.OPERATIONS,
    *public_reports.OPERATIONS,
    *returns.OPERATIONS,
    *lists.OPERATIONS,
    *grants_to_publish.OPERATIONS,
    *log_pages.OPERATIONS,
    *log_stream.OPERATIONS,
    *stewardship.OPERATIONS,
    *openings.OPERATIONS,
    *proofs.OPERATIONS,
    *account_entries.OPERATIONS,
    *account_roles.OPERATIONS,
    *account_keys.OPERATIONS,
    *access_trails.OPERATIONS,
)

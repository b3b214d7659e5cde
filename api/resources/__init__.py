"""What the API can be asked, one resource a file."""

from functools import cache
from typing import Any

from api.openapi import openapi
from api.operations import Call, Operation
from api.resources import (
    asks,
    commitments,
    consultations,
    decisions,
    disputes,
    experience,
    funding,
    health,
    interactions,
    outcomes,
    parties,
    partnerships,
    people,
    places,
    records,
    reviews,
    service,
    state,
    stewardship,
    stored,
    timeline,
    trust,
    views,
    what_if,
)


def _document(call: Call) -> dict[str, Any]:
    return described(call.services.public_url, call.services.contact_email)


@cache
def described(public_url: str = "", contact_email: str = "") -> dict[str, Any]:
    """Describe all of it (OpenAPI)."""
    return openapi(OPERATIONS, public_url=public_url, contact_email=contact_email)


OPERATIONS: tuple[Operation, ...] = (
    *service.service_operations(_document),
    *state.OPERATIONS,
    *places.OPERATIONS,
    *parties.OPERATIONS,
    *people.OPERATIONS,
    *partnerships.OPERATIONS,
    *interactions.OPERATIONS,
    *asks.OPERATIONS,
    *commitments.OPERATIONS,
    *decisions.OPERATIONS,
    *consultations.OPERATIONS,
    *disputes.OPERATIONS,
    *funding.OPERATIONS,
    *outcomes.OPERATIONS,
    *experience.OPERATIONS,
    *records.OPERATIONS,
    *timeline.OPERATIONS,
    *trust.OPERATIONS,
    *health.OPERATIONS,
    *what_if.OPERATIONS,
    *reviews.OPERATIONS,
    *views.OPERATIONS,
    *stored.OPERATIONS,
    *stewardship.OPERATIONS,
)

"""What the API can be asked, one resource a file."""

from api.operations import Operation
from api.resources import (
    asks,
    commitments,
    consultations,
    decisions,
    disputes,
    experience,
    funding,
    interactions,
    outcomes,
    parties,
    partnerships,
    people,
    places,
    records,
    service,
    stewardship,
    timeline,
)

OPERATIONS: tuple[Operation, ...] = (
    *service.OPERATIONS,
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
    *stewardship.OPERATIONS,
)

"""Places: what neighbourhoods, wards and towns are called, and when that came to mean another area."""

from functools import partial

from api.operations import Operation
from api.recording import recording
from api.register import PageQuery, Register, RegisterEntry, RegisterPage
from domain.decisions.registries import ChangePlaceBoundary, RegisterPlace
from domain.events.registries import PlaceBoundaryChanged, PlaceRegistered

_REGISTER = Register("place", PlaceRegistered, PlaceBoundaryChanged)

OPERATIONS = (
    recording("/v1/places", RegisterPlace, tag="Places", at="/v1/places/{place}"),
    recording("/v1/places/{place}/boundary-changes", ChangePlaceBoundary, tag="Places"),
    Operation(
        method="GET",
        path="/v1/places",
        name="list-places",
        summary="List places, oldest entries first.",
        tag="Places",
        handle=_REGISTER.listed,
        query=PageQuery,
        answers={200: RegisterPage},
    ),
    Operation(
        method="GET",
        path="/v1/places/{place}",
        name="read-place",
        summary="Read one place as it stands.",
        tag="Places",
        handle=partial(_REGISTER.one, parameter="place"),
        answers={200: RegisterEntry},
        conditional=True,
    ),
)

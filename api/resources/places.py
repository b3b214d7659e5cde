"""Places: what neighbourhoods, wards and towns are called, and when that came to mean another area."""

from api.recording import recording
from api.register import Register
from domain.decisions.registries import ChangePlaceBoundary, RegisterPlace
from domain.events.registries import PlaceBoundaryChanged, PlaceRegistered

_REGISTER = Register("place", PlaceRegistered, PlaceBoundaryChanged)

OPERATIONS = (
    recording("/v1/places", RegisterPlace, tag="Places", at="/v1/places/{place}"),
    recording("/v1/places/{place}/boundary-changes", ChangePlaceBoundary, tag="Places"),
    _REGISTER.listing("/v1/places", name="list-places", summary="List places, oldest entries first.", tag="Places"),
    _REGISTER.reading("/v1/places/{place}", name="read-place", summary="Read one place as it stands.", tag="Places"),
)

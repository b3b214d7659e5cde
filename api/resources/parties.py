"""Parties: the organisations, groups and offices that work together."""

from api.reading.register import Register
from api.recording.command_route import command_route
from domain.decisions.registries import AmendParty, FindPartiesSame, RegisterParty, SucceedParty
from domain.events.registries import PartyAmended, PartyRegistered

_REGISTER = Register("party", PartyRegistered, PartyAmended)

OPERATIONS = (
    command_route("/v1/parties", RegisterParty, tag="Organisations", at="/v1/parties/{party}"),
    command_route("/v1/parties/{party}/amendments", AmendParty, tag="Organisations"),
    command_route("/v1/successions", SucceedParty, tag="Organisations"),
    command_route("/v1/parties-found-same", FindPartiesSame, tag="Organisations"),
    _REGISTER.listing(
        "/v1/parties",
        name="list-parties",
        summary="List organisations, groups and offices, oldest entries first: all, or by name.",
        tag="Organisations",
    ),
    _REGISTER.reading(
        "/v1/parties/{party}",
        name="read-party",
        summary="Read one organisation, group or office as it stands.",
        tag="Organisations",
    ),
)

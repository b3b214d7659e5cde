"""Partnerships: formed, joined, left, given rules and a method, paused and closed."""

from typing import Final

from msgspec import Struct

from api.http.conditional import etag
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import link
from api.http.problems import Problem
from api.reading.partnership_entries import (
    PartnershipEntry,
    PartnershipQuery,
    partnership_entries,
    partnerships_asked_for,
)
from api.recording.command_route import command_route
from api.recording.precondition import affairs_of
from domain.decisions import partnerships
from domain.decisions.publication import DecidePublication
from domain.decisions.records import AttachReply
from domain.log.find_records import last_position

_TAG: Final = "Partnerships"
_PARTNERSHIP: Final = "/v1/partnerships/{partnership_id}"


class PartnershipPage(Struct, frozen=True, kw_only=True):
    """Some partnerships, oldest first, and where to go on."""

    data: tuple[PartnershipEntry, ...]
    next: str | None


def _read(call: Call) -> OperationAnswer:
    """The partnership as it was formed, at the position of the last event in its affairs."""
    partnership_id = call.id_in_path("partnership_id")
    listed = partnership_entries(call, [partnership_id]).get(partnership_id)
    if listed is None:
        raise Problem("not-found", "There is no partnership with this id.")
    position = last_position(call.services.recorder, affairs_of(partnership_id))
    return OperationAnswer(content=listed, headers={"ETag": etag(position)}, personal=True)


def _list(call: Call) -> OperationAnswer:
    entries, address = partnerships_asked_for(call)
    return OperationAnswer(content=PartnershipPage(data=entries, next=address), headers=link(address), personal=True)


OPERATIONS = (
    command_route("/v1/partnerships", partnerships.FormPartnership, tag=_TAG, at="/v1/partnerships/{partnership}"),
    command_route(f"{_PARTNERSHIP}/members", partnerships.AddMember, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/members/{{member}}/acceptances", partnerships.AcceptSeat, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/members/{{member}}/departures", partnerships.EndMembership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/rules", partnerships.AdoptRule, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/method-adoptions", partnerships.AdoptMethod, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/expected-bodies", partnerships.SetExpectedBodies, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/data-sharing", partnerships.RecordDataSharing, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/publications", DecidePublication, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/pauses", partnerships.PausePartnership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/closings", partnerships.ClosePartnership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/replies", AttachReply, tag=_TAG),
    Operation(
        method="GET",
        path="/v1/partnerships",
        name="list-partnerships",
        summary="List partnerships, oldest first: all, or by name, by a body at the table, or by place.",
        tag=_TAG,
        handle=_list,
        query=PartnershipQuery,
        answers={200: PartnershipPage},
    ),
    Operation(
        method="GET",
        path=_PARTNERSHIP,
        name="read-partnership",
        summary="Read how a partnership was formed and stands; its ETag is the position of its last event.",
        tag=_TAG,
        handle=_read,
        answers={200: PartnershipEntry},
        conditional=True,
    ),
)

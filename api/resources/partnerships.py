"""Partnerships: formed, joined, left, given rules and a method, paused and closed."""

from api.http.conditional import etag
from api.http.operations import Call, Operation, OperationAnswer
from api.reading.register import Register, RegisterEntry
from api.recording.command_route import command_route
from api.recording.precondition import affairs_of
from domain.decisions import partnerships
from domain.decisions.records import AttachReply
from domain.events.partnerships import PartnershipFormed
from domain.log.find_records import last_position

_TAG = "Partnerships"
_PARTNERSHIP = "/v1/partnerships/{partnership_id}"
_REGISTER = Register("partnership", PartnershipFormed)


def _read(call: Call) -> OperationAnswer:
    """The partnership as it was formed, at the position of the last event in its affairs."""
    entry = _REGISTER.one(call, parameter="partnership_id")
    position = last_position(call.services.recorder, affairs_of(call.id_in_path("partnership_id")))
    return OperationAnswer(content=entry.content, headers={"ETag": etag(position)}, personal=True)


OPERATIONS = (
    command_route("/v1/partnerships", partnerships.FormPartnership, tag=_TAG, at="/v1/partnerships/{partnership}"),
    command_route(f"{_PARTNERSHIP}/members", partnerships.AddMember, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/members/{{member}}/acceptances", partnerships.AcceptSeat, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/members/{{member}}/departures", partnerships.EndMembership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/rules", partnerships.AdoptRule, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/method-adoptions", partnerships.AdoptMethod, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/expected-bodies", partnerships.SetExpectedBodies, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/data-sharing", partnerships.RecordDataSharing, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/pauses", partnerships.PausePartnership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/closings", partnerships.ClosePartnership, tag=_TAG),
    command_route(f"{_PARTNERSHIP}/replies", AttachReply, tag=_TAG),
    _REGISTER.listing(
        "/v1/partnerships", name="list-partnerships", summary="List partnerships, oldest first.", tag=_TAG
    ),
    Operation(
        method="GET",
        path=_PARTNERSHIP,
        name="read-partnership",
        summary="Read how a partnership was formed; its ETag is the position of the last event in its affairs.",
        tag=_TAG,
        handle=_read,
        answers={200: RegisterEntry},
        conditional=True,
    ),
)

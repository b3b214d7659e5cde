"""Links to promises: made for one body to answer once, without an account; listed with their state, and withdrawn."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from api.access.answer_links import (
    LINK_LASTS,
    LIVE,
    AnswerLink,
    LinkEnd,
    LinkState,
    LinkWay,
    create_answer_link,
    find_answer_link,
    hold_link,
    list_answer_links,
    make_code,
)
from api.access.principal import is_registered
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault, problem_of_refusal
from api.http.validation import invalid
from api.jobs.link_mail import ANSWER_LINK
from api.jobs.mail_tasks import put_mail
from api.mail.outbox import Recipient, RecipientKind
from api.reading.mail_recipients import address_of, entered_by
from api.reading.names_and_texts import NamesAndTexts
from api.reading.term import Until, end_of
from api.recording.account_deeds import AskedDeed, Why, done_once
from api.recording.answer_by_link import may_be_handed, records_of_promise, refusal_of_link, state_of_link
from domain.decisions.refusals import Code
from domain.events.commitments import CommitmentMade

_TAG: Final = "Links to promises"
_LONGEST: Final = timedelta(days=90)
_IN_PATH: Final = frozenset({"#", "#/commitment"})
_NO_ADDRESS: Final = "its contact in the register is no email address: put one there, or pass the link on"
_NOT_YOU: Final = (
    "You recorded this promise, or a report that it was kept, or belong to who promised: somebody else has to pass on "
    "the link, so that who was promised answers for themselves."
)
_NOT_YOUR_ADDRESS: Final = (
    "You recorded this promise, or a report that it was kept, or belong to who promised, and you also entered the "
    "address in the register last: somebody else has to enter it, or to send the link, so that who was promised "
    "answers for themselves."
)


class AnswerLinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link by which a body answers once whether a promise was kept."""

    asked: Annotated[UUID, Meta(description="The body that is asked: one it was promised to, or any for residents")]
    until: Annotated[Until | UnsetType, Meta(description="When the link runs out; by default after 14 days")] = UNSET
    way: Annotated[
        LinkWay | UnsetType,
        Meta(description="By mail to its registered contact, which is usual where mail is on, or passed on"),
    ] = UNSET


class LinkWithdrawal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The withdrawal of a link."""

    why: Why


class AnswerLinkEntry(Struct, frozen=True, kw_only=True):
    """A link as it stands; nothing here opens it."""

    link_id: Annotated[UUID, Meta(description="The link, which is the actor of the answer that it gives")]
    commitment_id: Annotated[UUID, Meta(description="The promise")]
    record_id: Annotated[UUID, Meta(description="The record of the promise")]
    asked: Annotated[UUID, Meta(description="The body that is asked")]
    asked_name: Annotated[str | None, Meta(description="What it is called; null where that cannot be read")]
    way: Annotated[LinkWay, Meta(description="Whether it goes by mail, or is passed on by whoever made it")]
    state: Annotated[LinkState, Meta(description="Whether it waits, was opened, or why it can be used no more")]
    made_at: Annotated[datetime, Meta(description="When it was made")]
    expires_at: Annotated[datetime, Meta(description="When it runs out")]
    opened_at: Annotated[
        datetime | None, Meta(description="When it was opened first, perhaps by a scanner of mail; null while not")
    ]
    ended_at: Annotated[datetime | None, Meta(description="When it was used, withdrawn or given back; null else")]


class AnswerLinkList(Struct, frozen=True, kw_only=True):
    """The links of a partnership, the newest first."""

    data: Annotated[tuple[AnswerLinkEntry, ...], Meta(description="The links")]


class MadeAnswerLink(Struct, frozen=True, kw_only=True):
    """A link that was made. Its address and code are shown this once, and kept nowhere."""

    address: Annotated[
        str | None, Meta(description="What to pass on; null where it goes by mail, and in the answer to a repeat")
    ]
    code: Annotated[str | None, Meta(description="The same code to be read out or printed; null as above")]
    entry: Annotated[AnswerLinkEntry, Meta(description="The link as it stands")]


def _list(call: Call) -> OperationAnswer:
    links = list_answer_links(call.services.recorder, call.id_in_path("partnership_id"))
    return OperationAnswer(content=AnswerLinkList(data=_entries(call, links)), personal=True)


def _make(call: Call) -> OperationAnswer:
    codes: list[str] = []

    def prepare(body: AnswerLinkRequest) -> AskedDeed:
        link = _wanted(call, body)

        def carry_out(connection: psycopg.Connection) -> None:
            create_answer_link(connection, call.services.vault, link)
            if link.way is LinkWay.PASSED_ON:
                codes.append(make_code(connection, call.services.vault, link.link_id).text)
                return
            with connection.cursor() as cursor:
                put_mail(cursor, ANSWER_LINK, Recipient(RecipientKind.PARTY, link.party_id), (link.link_id,))

        return AskedDeed(account_id=None, made=link.link_id, carry_out=carry_out)

    outcome = done_once(call, AnswerLinkRequest, prepare)
    code = codes[0] if codes else None
    content = MadeAnswerLink(
        address=None if code is None else f"{call.services.public_url}/answer#{code}",
        code=code,
        entry=_entry(call, outcome.made),
    )
    return OperationAnswer(
        content=content, status=200 if outcome.is_repeat else 201, headers=outcome.headers, personal=True
    )


def _wanted(call: Call, body: AnswerLinkRequest) -> AnswerLink:
    """The link that is asked for. Raises Problem where it would be of no use, or the asker may not be shown it."""
    now = call.services.now()
    until, faults = end_of(body.until)
    if until is not None and not now < until <= now + _LONGEST:
        detail = f"give a day to come, within {_LONGEST.days} days"
        faults = [ProblemFault(code="out-of-bounds", detail=detail, pointer="#/until")]
    if not is_registered(call.services.recorder, body.asked):
        detail = "no organisation or group has this id: name the body that was promised"
        faults = [*faults, ProblemFault(code=Code.UNKNOWN_PARTY, detail=detail, pointer="#/asked")]
    if faults:
        raise invalid(faults)
    link = AnswerLink(
        link_id=uuid4(),
        partnership_id=call.id_in_path("partnership_id"),
        record_id=call.id_in_path("commitment"),
        commitment_id=call.id_in_path("commitment"),
        party_id=body.asked,
        way=_way(call, body),
        made_by=call.asker.principal_id,
        made_at=now,
        expires_at=until or now + LINK_LASTS,
    )
    refusal = refusal_of_link(call.services, link)
    if refusal is not None:
        raise problem_of_refusal(refusal, _IN_PATH.__contains__)
    records = records_of_promise(call.services, link)
    if not may_be_handed(call.asker, records):
        if link.way is LinkWay.PASSED_ON:
            raise Problem("not-allowed", _NOT_YOU)
        if entered_by(call.services, link.party_id) in {call.asker.principal_id, call.asker.key_id}:
            raise Problem("not-allowed", _NOT_YOUR_ADDRESS)
    if link.way is LinkWay.MAIL and address_of(call.services, Recipient(RecipientKind.PARTY, link.party_id)) is None:
        raise invalid([ProblemFault(code="missing", detail=_NO_ADDRESS, pointer="#/asked")])
    commitment_id = next(record.event_id for record in records if isinstance(record.body, CommitmentMade))
    return replace(link, record_id=commitment_id)


def _way(call: Call, body: AnswerLinkRequest) -> LinkWay:
    """The way of a link. Raises Problem where mail is asked for and off."""
    if isinstance(body.way, UnsetType):
        return LinkWay.MAIL if call.services.sends_mail else LinkWay.PASSED_ON
    if body.way is LinkWay.MAIL and not call.services.sends_mail:
        detail = "this service sends no mail: pass the link on"
        raise invalid([ProblemFault(code="not-in-list", detail=detail, pointer="#/way")])
    return body.way


def _withdraw(call: Call) -> OperationAnswer:
    link_id = call.id_in_path("link")
    link = find_answer_link(call.services.recorder, link_id)
    if link is None or link.partnership_id != call.id_in_path("partnership_id"):
        raise Problem("not-found", "This partnership has no link with this id.")

    def prepare(body: LinkWithdrawal) -> AskedDeed:
        def carry_out(connection: psycopg.Connection) -> None:
            locked = hold_link(connection, call.services.vault, link_id)
            if state_of_link(call.services, locked.link) not in LIVE:
                raise Problem("conflict", "This link can be used no more already.")
            locked.end(LinkEnd.WITHDRAWN)

        return AskedDeed(account_id=None, made=link_id, carry_out=carry_out, why=body.why)

    outcome = done_once(call, LinkWithdrawal, prepare)
    return OperationAnswer(content=_entry(call, link_id), status=201, headers=outcome.headers, personal=True)


def _entry(call: Call, link_id: UUID) -> AnswerLinkEntry:
    link = find_answer_link(call.services.recorder, link_id)
    assert link is not None  # noqa: S101 - it was made by this request or an earlier one, and none is deleted
    return _entries(call, [link])[0]


def _entries(call: Call, links: list[AnswerLink]) -> tuple[AnswerLinkEntry, ...]:
    log = call.services.recorder
    names = NamesAndTexts(call.services, entitled=None).names(
        {each.party_id for each in links}, upto=log.head().position
    )
    return tuple(
        AnswerLinkEntry(
            link_id=link.link_id,
            commitment_id=link.commitment_id,
            record_id=link.record_id,
            asked=link.party_id,
            asked_name=names.get(link.party_id),
            way=link.way,
            state=state_of_link(call.services, link),
            made_at=link.made_at,
            expires_at=link.expires_at,
            opened_at=link.opened_at,
            ended_at=link.ended_at,
        )
        for link in links
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/answer-links",
        name="list-answer-links",
        summary="List the links by which bodies without an account answer for promises, with the state of each.",
        tag=_TAG,
        handle=_list,
        right=Right.LOOK_AFTER,
        answers={200: AnswerLinkList},
    ),
    Operation(
        method="POST",
        path="/v1/partnerships/{partnership_id}/commitments/{commitment}/answer-links",
        name="make-answer-link",
        summary="Make a link by which those promised to answer once whether a promise was kept, without an account.",
        tag=_TAG,
        handle=_make,
        right=Right.LOOK_AFTER,
        request=AnswerLinkRequest,
        answers={201: MadeAnswerLink, 200: MadeAnswerLink},
    ),
    Operation(
        method="POST",
        path="/v1/partnerships/{partnership_id}/answer-links/{link}/withdrawals",
        name="withdraw-answer-link",
        summary="Withdraw a link that nobody has answered by: it opens nothing from now on.",
        tag=_TAG,
        handle=_withdraw,
        right=Right.LOOK_AFTER,
        request=LinkWithdrawal,
        answers={201: AnswerLinkEntry},
    ),
)

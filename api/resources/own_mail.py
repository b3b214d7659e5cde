"""Own mail: where whoever asks has mail sent, and how often they are told what waits for them."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.account_mail import (
    MailFrequency,
    choose_frequency,
    drop_address,
    find_choice,
    keep_address,
)
from api.access.grants import holds_a_role
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.http.validation import invalid
from api.jobs.mail_kinds import CONFIRM_ADDRESS
from api.jobs.mail_tasks import put_mail
from api.mail.mail_message import is_mail_address
from api.mail.outbox import Recipient, RecipientKind, count_put
from api.reading.mail_recipients import own_address
from api.recording.account_deeds import AskedDeed, done_once
from domain.values import Label

_TAG: Final = "Your mail"
_NO_ACCOUNT: Final = "A key that belongs to no account has no mail: sign in with one of an account."
_MOST_A_DAY: Final = 5
_A_DAY: Final = timedelta(days=1)
_ENOUGH: Final = (
    "Five links to confirm an address were sent for you within a day: try again tomorrow, so that nobody gets mail "
    "again and again who did not ask for it."
)
_OFF: Final = "No mail is sent from here: whoever runs this Folkmoot has not told it how."
_BY_PROVIDER: Final = (
    "Your roles are what your provider says of you when you sign on, so that nobody can tell between two visits what "
    "waits for you: ask whoever looks after accounts to give you a role here."
)


class OwnMail(Struct, frozen=True, kw_only=True):
    """Where somebody has mail sent, and how often they are told what waits for them."""

    is_sent: Annotated[bool, Meta(description="Whether mail is sent from here at all")]
    wants: Annotated[MailFrequency, Meta(description="How often they want to be told what waits for them")]
    address: Annotated[str | None, Meta(description="The address that they gave; null for none")]
    given_at: Annotated[datetime | None, Meta(description="When they gave it")]
    confirmed_at: Annotated[
        datetime | None, Meta(description="When they confirmed it by the link sent there; nothing is sent before")
    ]


class OwnMailChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often somebody wants mail, and where."""

    wants: Annotated[MailFrequency, Meta(description="How often to be told what waits for you, in the morning")]
    address: Annotated[
        Label | UnsetType | None,
        Meta(description="The address to send it to, which is sent a link to confirm; null to forget the one given"),
    ] = UNSET


def _read(call: Call) -> OperationAnswer:
    return OperationAnswer(content=_own_mail(call), personal=True)


def _choose(call: Call) -> OperationAnswer:
    def prepare(body: OwnMailChoice) -> AskedDeed:
        account_id = _account(call)
        with call.services.recorder.connections.borrow() as connection:
            before = find_choice(connection, account_id)
        _refuse(call, body, has_address=before is not None)

        def carry_out(connection: psycopg.Connection) -> None:
            if isinstance(body.address, str):
                key_id = keep_address(connection, call.services.vault, account_id, body.address, body.wants)
                recipient = Recipient(RecipientKind.ACCOUNT, account_id)
                put_mail(connection.cursor(), CONFIRM_ADDRESS, recipient, (key_id,))
            elif body.address is None:
                drop_address(connection, account_id)
            else:
                choose_frequency(connection, account_id, body.wants)

        return AskedDeed(account_id=account_id, made=account_id, carry_out=carry_out)

    outcome = done_once(call, OwnMailChoice, prepare)
    status = 200 if outcome.is_repeat else 201
    return OperationAnswer(content=_own_mail(call), status=status, headers=outcome.headers, personal=True)


def _refuse(call: Call, body: OwnMailChoice, *, has_address: bool) -> None:
    """Refuse what cannot be kept, all of it at once. Raises Problem."""
    errors = []
    if isinstance(body.address, str):
        if not call.services.sends_mail:
            raise Problem("conflict", _OFF)
        if not holds_a_role(call.services.recorder, _account(call)):
            raise Problem("conflict", _BY_PROVIDER)
        with call.services.recorder.connections.borrow() as connection:
            recipient = Recipient(RecipientKind.ACCOUNT, _account(call))
            if count_put(connection, CONFIRM_ADDRESS, recipient, _A_DAY) >= _MOST_A_DAY:
                raise Problem("conflict", _ENOUGH)
        if not is_mail_address(body.address):
            detail = "Enter one email address, such as name@council.example."
            errors.append(ProblemFault(code="out-of-bounds", detail=detail, pointer="#/address"))
    will_have = isinstance(body.address, str) or (has_address and body.address is UNSET)
    if body.wants is not MailFrequency.NEVER and not will_have:
        errors.append(ProblemFault(code="missing", detail="Say where to send it.", pointer="#/address"))
    if errors:
        raise invalid(errors)


def _account(call: Call) -> UUID:
    if call.asker.account_id is None:
        raise Problem("not-allowed", _NO_ACCOUNT)
    return call.asker.account_id


def _own_mail(call: Call) -> OwnMail:
    account_id, choice = call.asker.account_id, None
    if account_id is not None:
        with call.services.recorder.connections.borrow() as connection:
            choice = find_choice(connection, account_id)
    return OwnMail(
        is_sent=call.services.sends_mail,
        wants=MailFrequency.NEVER if choice is None else choice.wants,
        address=None if choice is None else own_address(call.services, choice),
        given_at=None if choice is None else choice.given_at,
        confirmed_at=None if choice is None else choice.confirmed_at,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me/mail",
        name="read-own-mail",
        summary="Read where you have mail sent, and how often you are told what waits for you.",
        tag=_TAG,
        handle=_read,
        right=Right.OWN_KEYS,
        answers={200: OwnMail},
    ),
    Operation(
        method="POST",
        path="/v1/me/mail-choices",
        name="choose-own-mail",
        summary="Say how often to be told by mail what waits for you, and where to; a new address is to be confirmed.",
        tag=_TAG,
        handle=_choose,
        right=Right.OWN_KEYS,
        request=OwnMailChoice,
        answers={201: OwnMail, 200: OwnMail},
    ),
)

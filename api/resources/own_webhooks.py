"""Webhooks of one's own: made, listed, paused and resumed, their secret changed, what was sent sent again, and ended.

Whatever is done to one is an act on the account that it belongs to, and stands in the trail.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Annotated, Final, TypeVar
from uuid import UUID, uuid4

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.grants import holds_a_role
from api.access.kept_webhooks import (
    NewWebhook,
    Webhook,
    WhyStopped,
    create_webhook,
    find_webhook,
    rotate_secret,
    stop_webhook,
    webhooks_of,
)
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.http.validation import invalid
from api.reading.shown_webhooks import (
    DeadLetter,
    DeadLetters,
    MadeWebhook,
    WebhookEntries,
    WebhookEntry,
    webhook_entry,
)
from api.recording.account_deeds import AskedDeed, DeedOutcome, done_once
from api.webhooks.sent_again import dead_letters, go_back_to, resume, revive_dead
from api.webhooks.webhook_address import ADDRESS_FAULTS_IN_WORDS, LONGEST_URL, AddressRefused, WebhookAddress
from api.webhooks.webhook_signature import new_secret, secret_text
from api.webhooks.webhook_tasks import put_when_due
from domain.events import declarations
from domain.log.recorder import LogRecorder
from domain.values import Label

_TAG: Final = "Your webhooks"
_MOST: Final = 20
_MOST_HOURS: Final = 7 * 24
_LAST: Final = 10**18 - 1
_AFTER: Final = "It is told of what was recorded after this position"
S = TypeVar("S", bound=Struct)


class WebhookRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to which what is recorded is to be sent, as far as the reach of whoever makes it."""

    name: Annotated[Label, Meta(description="What it is for, such as a system; not a person's name")]
    url: Annotated[
        str, Meta(min_length=1, max_length=LONGEST_URL, description="Where it is sent: https, in a public network")
    ]
    event_types: Annotated[
        tuple[str, ...], Meta(max_length=200, description="The types of event that it is told of; none for all")
    ] = ()
    partnerships: Annotated[
        tuple[UUID, ...],
        Meta(max_length=500, description="The partnerships that it is told of; none for all within your reach"),
    ] = ()
    after: (
        Annotated[int, Meta(ge=0, le=_LAST, description=f"{_AFTER}; by default of what is recorded from now on")]
        | UnsetType
    ) = UNSET


class WebhookPauseRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pause: nothing is sent until it is resumed, and nothing is forgotten."""


class WebhookResumptionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a pause. Where the log was put back from a backup, it goes on from the present end of the log."""


class WebhookRotationRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new secret; those before it sign beside it for a while, so that receivers can be given the new one."""

    overlap_hours: Annotated[
        int, Meta(ge=0, le=_MOST_HOURS, description="For how many hours former secrets sign beside the new one")
    ] = 24


class WebhookReplayRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to send events again: all after a position, or, without one, those that could not be delivered."""

    after: (
        Annotated[
            int,
            Meta(
                ge=0, le=_LAST, description="The position after which all is sent again; without it, the dead letters"
            ),
        ]
        | UnsetType
    ) = UNSET


class WebhookEndRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a webhook, for good."""


def _list(call: Call) -> OperationAnswer:
    content = WebhookEntries(data=tuple(webhook_entry(each) for each in _own(call)))
    return OperationAnswer(content=content, personal=True)


def _make(call: Call) -> OperationAnswer:
    secrets: list[bytes] = []

    def prepare(body: WebhookRequest) -> AskedDeed:
        account_id = call.asker.account_id
        if account_id is None or not holds_a_role(call.services.recorder, account_id):
            detail = "A webhook belongs to an account that was given a role here: use a key of one."
            raise Problem("conflict", detail)
        if sum(each.ended_at is None for each in _own(call)) >= _MOST:
            raise Problem("conflict", f"An account has {_MOST} webhooks at most: end one first.")
        if faults := list(_faults(call, body)):
            raise invalid(faults)
        log = call.services.handler.recorder
        position = log.head().position if body.after is UNSET else body.after
        secret = new_secret()
        webhook = NewWebhook(
            webhook_id=uuid4(),
            account_id=account_id,
            name=body.name,
            url=body.url,
            event_types=body.event_types,
            partnership_ids=body.partnerships,
            position=position,
            event_id=event_at(log, position),
            secret=secret,
        )

        def carry_out(connection: psycopg.Connection) -> None:
            create_webhook(connection, call.services.vault, webhook)
            secrets.append(secret)

        return AskedDeed(account_id=account_id, made=webhook.webhook_id, carry_out=carry_out)

    return _with_secret(call, done_once(call, WebhookRequest, prepare), secrets)


def _faults(call: Call, body: WebhookRequest) -> Iterator[ProblemFault]:
    try:
        WebhookAddress(body.url, call.services.webhook_hosts)
    except AddressRefused as refused:
        yield ProblemFault(code=refused.fault, detail=ADDRESS_FAULTS_IN_WORDS[refused.fault], pointer="/url")
    names = {each.name for each in declarations()}
    for index, name in enumerate(body.event_types):
        if name not in names:
            yield ProblemFault(code="not-in-list", detail="is no type of event", pointer=f"/event_types/{index}")
    for index, partnership_id in enumerate(body.partnerships):
        if not call.asker.may(Right.SEND_ON, partnership_id) or not _is_partnership(call, partnership_id):
            detail = "is no partnership within your reach"
            yield ProblemFault(code="not-in-list", detail=detail, pointer=f"/partnerships/{index}")
    if body.after is not UNSET and body.after > (head := call.services.handler.recorder.head().position):
        yield ProblemFault(code="out-of-bounds", detail=f"the record reaches position {head}", pointer="/after")


def _is_partnership(call: Call, partnership_id: UUID) -> bool:
    return bool(call.services.handler.recorder.read_partition(partnership_id))


def event_at(log: LogRecorder, position: int) -> UUID | None:
    """The event at a position; None at the beginning of the log."""
    return next((each.event_id for each in log.at([position])), None)


def _rotate(call: Call) -> OperationAnswer:
    webhook = _in_path(call)
    secrets: list[bytes] = []

    def prepare(body: WebhookRotationRequest) -> AskedDeed:
        _must_be_under_way(webhook)
        secret = new_secret()

        def carry_out(connection: psycopg.Connection) -> None:
            rotate_secret(
                connection, call.services.vault, webhook.webhook_id, secret, timedelta(hours=body.overlap_hours)
            )
            secrets.append(secret)

        return AskedDeed(account_id=webhook.account_id, made=webhook.webhook_id, carry_out=carry_out)

    return _with_secret(call, done_once(call, WebhookRotationRequest, prepare), secrets)


def _pause(call: Call) -> OperationAnswer:
    def pause(connection: psycopg.Connection, webhook: Webhook, _: WebhookPauseRequest) -> None:
        stop_webhook(connection, call.services.vault, webhook.webhook_id, WhyStopped.PAUSED)

    return _done(call, WebhookPauseRequest, pause)


def _resume(call: Call) -> OperationAnswer:
    log = call.services.handler.recorder

    def go_on(connection: psycopg.Connection, webhook: Webhook, _: WebhookResumptionRequest) -> None:
        head = log.head().position
        resume(connection, webhook, head, event_at(log, head))

    return _done(call, WebhookResumptionRequest, go_on)


def _replay(call: Call) -> OperationAnswer:
    log = call.services.handler.recorder

    def again(connection: psycopg.Connection, webhook: Webhook, body: WebhookReplayRequest) -> None:
        if body.after is UNSET:
            revive_dead(connection, webhook.webhook_id, 0)
            return
        if body.after > (head := log.head().position):
            detail = f"the record reaches position {head}"
            raise invalid([ProblemFault(code="out-of-bounds", detail=detail, pointer="/after")])
        revive_dead(connection, webhook.webhook_id, body.after)
        go_back_to(connection, webhook.webhook_id, body.after, event_at(log, body.after))

    return _done(call, WebhookReplayRequest, again)


def _end(call: Call) -> OperationAnswer:
    def end(connection: psycopg.Connection, webhook: Webhook, _: WebhookEndRequest) -> None:
        stop_webhook(connection, call.services.vault, webhook.webhook_id, WhyStopped.ENDED)

    return _done(call, WebhookEndRequest, end)


def _dead(call: Call) -> OperationAnswer:
    webhook = _in_path(call)
    with call.services.recorder.connections.borrow() as connection:
        rows = dead_letters(connection, webhook.webhook_id)
    data = tuple(DeadLetter(**dict(zip(DeadLetter.__struct_fields__, row, strict=True))) for row in rows)
    return OperationAnswer(content=DeadLetters(data=data), personal=True)


def _done(call: Call, request: type[S], act: Callable[[psycopg.Connection, Webhook, S], None]) -> OperationAnswer:
    """Do something to the webhook in the address, once, and see that what is due is sent."""
    webhook = _in_path(call)

    def prepare(body: S) -> AskedDeed:
        _must_be_under_way(webhook)

        def carry_out(connection: psycopg.Connection) -> None:
            act(connection, webhook, body)
            put_when_due(connection, webhook.webhook_id)

        return AskedDeed(account_id=webhook.account_id, made=webhook.webhook_id, carry_out=carry_out)

    outcome = done_once(call, request, prepare)
    content = webhook_entry(_in_path(call))
    return OperationAnswer(content=content, status=201, headers=outcome.headers, personal=True)


def _with_secret(call: Call, outcome: DeedOutcome, secrets: list[bytes]) -> OperationAnswer:
    secret = None if outcome.is_repeat else secret_text(secrets[0])
    (webhook,) = (each for each in _own(call) if each.webhook_id == outcome.made)
    content = MadeWebhook(secret=secret, entry=webhook_entry(webhook))
    status = 200 if outcome.is_repeat else 201
    return OperationAnswer(content=content, status=status, headers=outcome.headers, personal=True)


def _own(call: Call) -> list[Webhook]:
    account_id = call.asker.account_id
    if account_id is None:
        return []
    with call.services.recorder.connections.borrow() as connection:
        return webhooks_of(connection, account_id)


def _in_path(call: Call) -> Webhook:
    """The webhook in the address, which must be the asker's own. Raises Problem 404."""
    webhook_id = call.id_in_path("webhook")
    with call.services.recorder.connections.borrow() as connection:
        webhook = find_webhook(connection, webhook_id)
    if webhook is None or call.asker.account_id is None or webhook.account_id != call.asker.account_id:
        raise Problem("not-found", "You have no webhook with this id.")
    return webhook


def _must_be_under_way(webhook: Webhook) -> None:
    if webhook.ended_at is not None:
        raise Problem("conflict", "The webhook has ended: make another.")


def _act(
    path: str, name: str, summary: str, handle: Callable[[Call], OperationAnswer], request: type[Struct]
) -> Operation:
    shows_secret = name in {"make-webhook", "rotate-webhook"}
    answers = {201: MadeWebhook, 200: MadeWebhook} if shows_secret else {201: WebhookEntry}
    return Operation(
        method="POST",
        path=path,
        name=name,
        summary=summary,
        tag=_TAG,
        handle=handle,
        right=Right.SEND_ON,
        request=request,
        answers=answers,
    )


_AT: Final = "/v1/me/webhooks"
_ONE: Final = f"{_AT}/{{webhook}}"
OPERATIONS = (
    Operation(
        method="GET",
        path=_AT,
        name="list-webhooks",
        summary="List your webhooks, with how far each has come, what waits and what could not be delivered.",
        tag=_TAG,
        handle=_list,
        right=Right.SEND_ON,
        answers={200: WebhookEntries},
    ),
    _act(
        _AT,
        "make-webhook",
        "Have what is recorded within your reach sent to an address, signed; the secret is shown once.",
        _make,
        WebhookRequest,
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/dead-letters",
        name="list-dead-letters",
        summary="List what a webhook could not deliver within three days.",
        tag=_TAG,
        handle=_dead,
        right=Right.SEND_ON,
        answers={200: DeadLetters},
    ),
    _act(f"{_ONE}/pauses", "pause-webhook", "Send nothing until you resume it.", _pause, WebhookPauseRequest),
    _act(
        f"{_ONE}/resumptions",
        "resume-webhook",
        "Go on after a pause; what waits is tried at once.",
        _resume,
        WebhookResumptionRequest,
    ),
    _act(
        f"{_ONE}/rotations",
        "rotate-webhook",
        "Sign under a new secret, for a while under the former one too. It is shown once.",
        _rotate,
        WebhookRotationRequest,
    ),
    _act(
        f"{_ONE}/replays",
        "replay-webhook",
        "Send again all after a position, or what could not be delivered.",
        _replay,
        WebhookReplayRequest,
    ),
    _act(f"{_ONE}/endings", "end-webhook", "End a webhook for good.", _end, WebhookEndRequest),
)

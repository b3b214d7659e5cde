"""The rights of Folkmoot's roles in the database, object by object: what is not declared here nobody but the owner may.

A schema file grants; this says what may be granted. A test tries every role at every object, so a new table, view,
function or sequence needs its line here: nothing else is to be changed.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from domain.log.connections import READER, WORKER, WRITER
from projections.engine.builds import PROJECTOR
from scripts.support.logins import VAULT

_EVERY_ROLE: Final = (WRITER, READER, PROJECTOR, VAULT)  # the worker takes the writer's


class TableRights(Struct, frozen=True, kw_only=True):
    """Who may do what with a table or a view, by role; `update_columns` for who may change only some columns."""

    select: tuple[str, ...] = ()
    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    truncate: tuple[str, ...] = ()
    update_columns: Mapping[str, tuple[str, ...]] = {}


_NOBODYS: Final = TableRights()
_READ_BY_EVERYBODY: Final = TableRights(select=_EVERY_ROLE)
_READ_BY_THE_WRITER: Final = TableRights(select=(WRITER,))
_READ_FOR_THE_VAULT: Final = TableRights(select=(VAULT,))
_THE_PROJECTORS: Final = TableRights(select=_EVERY_ROLE, insert=(PROJECTOR,), update=(PROJECTOR,), delete=(PROJECTOR,))
_THE_WORKERS: Final = TableRights(select=(WORKER,), insert=(WORKER,), update=(WORKER,), delete=(WORKER,))
_PUT_INTO: Final = TableRights(select=(WRITER, WORKER), insert=(WRITER, WORKER), update=(WORKER,), delete=(WORKER,))
_ADDED_TO: Final = TableRights(select=(WRITER,), insert=(WRITER,), update=(WRITER,))
_FORGOTTEN_IN_TIME: Final = TableRights(select=(WRITER, WORKER), insert=(WRITER,), update=(WRITER,), delete=(WORKER,))


def _marked(*writers_columns: str) -> TableRights:
    """A table of the API whose rows are marked: the writer adds rows and changes some columns, the vault marks anew."""
    columns = {WRITER: writers_columns} if writers_columns else {}
    return TableRights(select=(WRITER, VAULT), insert=(WRITER,), update_columns={**columns, VAULT: ("mark",)})


TABLES: Final[Mapping[str, TableRights]] = {
    "log.event": _READ_BY_EVERYBODY,
    "log.header": _READ_BY_EVERYBODY,
    "log.kept": _READ_BY_EVERYBODY,
    "log.migration": _READ_BY_EVERYBODY,
    "log.tag": _READ_BY_EVERYBODY,
    "log.writer": _NOBODYS,
    "vault.contents": _NOBODYS,
    "vault.handed_out": _NOBODYS,
    "vault.key": TableRights(select=(VAULT,), update_columns={VAULT: ("wrapping_key_id", "wrapped")}),
    "vault.key_subject": _READ_FOR_THE_VAULT,
    "vault.opening": TableRights(select=(WRITER, VAULT), update_columns={VAULT: ("mark",)}),
    "vault.opening_cut": TableRights(select=(WRITER, VAULT), update_columns={VAULT: ("mark",)}),
    "vault.opening_lock": _NOBODYS,
    "vault.replayed": _READ_FOR_THE_VAULT,
    "vault.subject": _READ_FOR_THE_VAULT,
    "vault.tombstone": _READ_FOR_THE_VAULT,
    "vault.wrapping": _READ_FOR_THE_VAULT,
    "projection.build": _THE_PROJECTORS,
    "projection.drift": TableRights(select=(PROJECTOR,), insert=(PROJECTOR,), update=(PROJECTOR,), delete=(PROJECTOR,)),
    "projection.parked": _THE_PROJECTORS,
    "projection.row_set": _THE_PROJECTORS,
    "projection.run": TableRights(select=(WRITER, PROJECTOR), insert=(PROJECTOR,), update=(PROJECTOR,)),
    "projection.sent": _THE_PROJECTORS,
    "projection.shard": _THE_PROJECTORS,
    "projection.tracking": _THE_PROJECTORS,
    "api.account": _marked("name", "closed_at", "mark"),
    "api.account_act": _marked(),
    "api.answer_link": TableRights(
        select=(WRITER, VAULT), insert=(WRITER,), update=(WRITER,), update_columns={VAULT: ("mark",)}
    ),
    "api.answer_sitting": TableRights(select=(WRITER, WORKER), insert=(WRITER,), delete=(WRITER, WORKER)),
    "api.ask_teller": _ADDED_TO,
    "api.ask_told": TableRights(select=(WRITER,), insert=(WRITER,), delete=(WRITER,)),
    "api.ask_wish": TableRights(select=(WRITER,), insert=(WRITER,), update=(WRITER,), delete=(WRITER,)),
    "api.draft": _READ_BY_THE_WRITER,
    "api.grant_entry": _marked(),
    "api.job": _FORGOTTEN_IN_TIME,
    "api.job_file": TableRights(select=(WRITER,), insert=(WRITER,), delete=(WRITER,)),
    "api.key": _marked("name", "expires_at", "revoked_at", "mark"),
    "api.calendar_link": TableRights(
        select=(WRITER,), insert=(WRITER,), update_columns={WRITER: ("ended_at", "last_used_at")}
    ),
    "api.key_use": _ADDED_TO,
    "api.last_look": _ADDED_TO,
    "api.mail": TableRights(
        select=(WRITER, WORKER),
        insert=(WRITER,),
        delete=(WRITER, WORKER),
        update_columns={WRITER: ("next_try_at", "tries", "may_be_sent", "state", "fault", "ended_at")},
    ),
    "api.mail_choice": TableRights(select=(WRITER,), update_columns={WRITER: ("wants", "confirmed_at")}),
    "api.session": TableRights(select=(WRITER, WORKER), insert=(WRITER,), update=(WRITER,), delete=(WRITER, WORKER)),
    "api.sign_in_link": _FORGOTTEN_IN_TIME,
    "api.sign_on_subject": _marked("subject", "mark"),
    "api.webhook": _marked("ended_at", "mark"),
    "api.webhook_delivery": TableRights(
        select=(WRITER, WORKER),
        insert=(WRITER,),
        delete=(WRITER, WORKER),
        update_columns={WRITER: ("put_at", "next_try_at", "tries", "fault", "died_at")},
    ),
    "api.webhook_progress": _ADDED_TO,
    "api.webhook_secret": TableRights(
        select=(WRITER, VAULT),
        insert=(WRITER,),
        delete=(WRITER,),
        update_columns={WRITER: ("good_until",), VAULT: ("wrapping_key_id", "wrapped")},
    ),
    "work.procrastinate_events": _PUT_INTO,
    "work.procrastinate_jobs": _PUT_INTO,
    "work.procrastinate_periodic_defers": _THE_WORKERS,
    "work.procrastinate_workers": _THE_WORKERS,
    "work.schedule": _THE_WORKERS,
}
"""The tables of the schema files, each with its schema."""

STORED_PROJECTION: Final = TableRights(
    select=_EVERY_ROLE, insert=(PROJECTOR,), update=(PROJECTOR,), delete=(PROJECTOR,), truncate=(PROJECTOR,)
)
"""The tables and views of stored projections, which rebuilds make: the projector's own."""

SEQUENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "projection.build_build_seq": (),
    "work.procrastinate_events_id_seq": (WRITER, WORKER),
    "work.procrastinate_jobs_id_seq": (WRITER, WORKER),
    "work.procrastinate_periodic_defers_id_seq": (WORKER,),
    "work.procrastinate_workers_id_seq": (WORKER,),
}
"""The sequences, each with who may take its next number by itself; an identity column needs no such right."""

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "log.append": (WRITER,),
    "log.begin_seeding": (),
    "log.guard_header": (),
    "log.hold": (WRITER,),
    "log.keep_root": (WRITER, PROJECTOR),
    "log.leaf": (),
    "log.matching": _EVERY_ROLE,
    "log.now": (),
    "log.position_at": _EVERY_ROLE,
    "log.refuse_change": (),
    "log.selected": _EVERY_ROLE,
    "vault.contents_of": (WRITER,),
    "vault.cut_openings": (),
    "vault.destroy": (),
    "vault.erase": (WRITER, VAULT),
    "vault.find_keys": (WRITER, VAULT),
    "vault.introduce": (WRITER, VAULT),
    "vault.is_behind": (WRITER, VAULT),
    "vault.is_key_of": (),
    "vault.is_wrapped_otherwise": (WRITER, VAULT),
    "vault.keep": (WRITER,),
    "vault.keep_and_append": (WRITER,),
    "vault.keep_contents": (WRITER,),
    "vault.known": (WRITER, VAULT),
    "vault.listed": (WRITER, VAULT),
    "vault.next_opening": (),
    "vault.outstanding": (WRITER, VAULT),
    "vault.record_opening": (WRITER,),
    "vault.redact": (WRITER, VAULT),
    "vault.refuse_opening_change": (),
    "vault.require_event": (),
    "vault.require_read_committed": (VAULT,),
    "projection.is_shown": _EVERY_ROLE,
    "api.discard_draft_keys": (),
    "api.drafts_naming": (WRITER,),
    "api.drop_draft": (WRITER,),
    "api.drop_mail_address": (WRITER,),
    "api.is_held": (WRITER, VAULT, WORKER),
    "api.job_lock": (WRITER, VAULT, WORKER),
    "api.keep_account_act": (WRITER, VAULT, WORKER),
    "api.keep_grant_entry": (WRITER, VAULT, WORKER),
    "api.keep_mail_address": (WRITER,),
    "api.save_draft": (WRITER,),
    "api.sweep_drafts": (WRITER,),
    "work.procrastinate_cancel_job_v1": (WORKER,),
    "work.procrastinate_defer_jobs_v1": (WRITER, WORKER),
    "work.procrastinate_defer_periodic_job_v2": (WORKER,),
    "work.procrastinate_fetch_job_v2": (WORKER,),
    "work.procrastinate_finish_job_v1": (WORKER,),
    "work.procrastinate_notify_queue_abort_job_v1": (WORKER,),
    "work.procrastinate_notify_queue_job_inserted_v1": (WORKER,),
    "work.procrastinate_prune_stalled_workers_v1": (WORKER,),
    "work.procrastinate_register_worker_v1": (WORKER,),
    "work.procrastinate_retry_job_v1": (WORKER,),
    "work.procrastinate_retry_job_v2": (WORKER,),
    "work.procrastinate_trigger_abort_requested_events_procedure_v1": (WORKER,),
    "work.procrastinate_trigger_function_scheduled_events_v1": (WORKER,),
    "work.procrastinate_trigger_function_status_events_insert_v1": (WORKER,),
    "work.procrastinate_trigger_function_status_events_update_v1": (WORKER,),
    "work.procrastinate_unlink_periodic_defers_v1": (WORKER,),
    "work.procrastinate_unregister_worker_v1": (WORKER,),
    "work.procrastinate_update_heartbeat_v1": (WORKER,),
}
"""The functions, of every form, each with who may execute it."""

MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    WRITER: (READER,),
    READER: (),
    PROJECTOR: (READER,),
    VAULT: (READER,),
    WORKER: (WRITER, READER),
}
"""The other roles that each role may take."""

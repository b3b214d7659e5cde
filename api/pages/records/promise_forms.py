"""The forms on which those between whom a promise stands settle for the part that was done, or name a date for it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.in_words import count_of, day_in_words, in_hundred, sentence_case
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.pointed_out import identifiers_in_words, to_point_out
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.records.mend_record import RecordInHand, in_hand
from domain.vocabulary import PartyKind, Side
from projections.lifecycles.commitment_states import OWED, CommitmentState
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.views.commitments import CommitmentRow

_MADE: Final = "commitment-made"
_REASONS: Final = "reasons"
_WHOLE: Final = 100
_OUTCOMES: Final = {
    PromiseOutcome.KEPT_IN_TIME: "kept in time",
    PromiseOutcome.KEPT_LATE: "kept late",
    PromiseOutcome.DONE_WITHOUT_DATE: "done",
    PromiseOutcome.IN_PART: "done in part so far",
    PromiseOutcome.OVERDUE: "overdue",
    PromiseOutcome.SETTLED: "settled for a part",
    PromiseOutcome.LET_OFF: "let off",
    PromiseOutcome.NOT_KEPT: "given up",
    PromiseOutcome.OPEN: "open",
}


class PromiseStanding(Struct, frozen=True, kw_only=True):
    """A promise as it stands, in words, and which of the visitor's bodies can say what of it."""

    row: CommitmentRow
    words: str
    settlers: frozenset[UUID]
    """Those it was promised to, or that speak for residents at large."""
    promisers: frozenset[UUID]
    owed_to: frozenset[UUID]
    """Whoever it was promised to, or speaks for residents at large; no promiser."""

    @property
    def is_owed(self) -> bool:
        """It is still to be done."""
        return self.row.state in OWED

    @property
    def may_settle(self) -> bool:
        """One of the visitor's bodies may take a part of it for the whole."""
        return self.is_owed and bool(self.settlers)

    @property
    def may_ask_for_date(self) -> bool:
        """One of the visitor's bodies is among those between whom it stands."""
        return self.is_owed and bool(self.settlers | self.promisers)

    @property
    def lacks_date(self) -> bool:
        """It is still to be done, and due on no day."""
        return self.is_owed and self.row.due_on is None and self.row.state is not CommitmentState.REPORTED


def promise_standing(visit: Visit, partnership_id: UUID | None, record: RecordInHand | None) -> PromiseStanding | None:
    """How the promise stands that a record made; None for any other record."""
    if record is None or partnership_id is None or record.type != _MADE:
        return None
    view = visit.ask("read-commitments", {"partnership_id": partnership_id}, {"causes": 1})
    commitment_id = UUID(str(record.stands["commitment_id"]))
    row = next((each for each in view.rows if each.commitment_id == commitment_id), None)
    if row is None:
        return None
    own = frozenset(visit.visitor.speaks_for)
    promisers = own & frozenset(row.promiser_ids)
    owed_to = frozenset(row.promisee_ids) | _voices_at_large(visit, partnership_id, record)
    return PromiseStanding(
        row=row,
        words=_standing_in_words(row),
        settlers=own & owed_to - promisers,
        promisers=promisers,
        owed_to=owed_to - frozenset(row.promiser_ids),
    )


def _voices_at_large(visit: Visit, partnership_id: UUID, record: RecordInHand) -> frozenset[UUID]:
    """The voting members that speak for residents at large, where a promise was made to those."""
    if not any(each.get("kind") == PartyKind.RESIDENTS_AT_LARGE for each in record.stands["promisees"]):
        return frozenset()
    seats = visit.ask("read-members", {"partnership_id": partnership_id}).rows
    voters = (seat for seat in seats if seat.is_taken and seat.is_accepted and seat.is_voting)
    return frozenset(seat.party_id for seat in voters if seat.side == Side.RESIDENTS)


def _standing_in_words(row: CommitmentRow) -> str:
    outcome = None if row.outcome is None else PromiseOutcome(str(row.outcome))
    words = "not agreed yet" if outcome is None else _OUTCOMES[outcome]
    if row.days_past_due and outcome is PromiseOutcome.OVERDUE:
        words += f" by {count_of(row.days_past_due, 'day')}"
    if row.days_late and outcome is PromiseOutcome.KEPT_LATE:
        words += f", {count_of(row.days_late, 'day')} after it was due"
    parts = [words, f"due {day_in_words(row.due_on)}" if row.due_on else "no date was named"]
    if row.fraction is not None:
        parts.append(f"{in_hundred(row.fraction)} in 100 of it done")
    return f"{sentence_case('; '.join(parts))}."


class _PromiseInHand(Struct, frozen=True, kw_only=True):
    """A promise of which the visitor may say something: its record, where it is and how it stands."""

    partnership_id: UUID
    record: RecordInHand
    standing: PromiseStanding

    @property
    def path(self) -> dict[str, Any]:
        """The parameters in the API's addresses."""
        return {"partnership_id": self.partnership_id, "commitment": self.standing.row.commitment_id}


def _find(visit: Visit) -> _PromiseInHand:
    """The promise that the address names. Raises Problem 403 and 404."""
    answer = visit.ask("read-record", {"record": visit.id_in_path("record")})
    record = in_hand(answer)
    standing = promise_standing(visit, answer.partnership_id, record)
    if record is None or standing is None or answer.partnership_id is None:
        raise Problem("not-found", "This is no promise, or it was withdrawn.")
    if not may_record(visit, answer.partnership_id):
        raise Problem("not-allowed", "Only who records for a body at the table says something of a promise.")
    return _PromiseInHand(partnership_id=answer.partnership_id, record=record, standing=standing)


def _find_to_settle(visit: Visit) -> _PromiseInHand:
    """The same, for a body that it was promised to. Raises Problem 403 and 404."""
    promise = _find(visit)
    if not promise.standing.settlers:
        raise Problem("not-allowed", "Only those it was promised to settle for the part of it that was done.")
    return promise


def _find_to_date(visit: Visit) -> _PromiseInHand:
    """The same, for a body between which and another it stands. Raises Problem 403 and 404."""
    promise = _find(visit)
    if not promise.standing.settlers | promise.standing.promisers:
        raise Problem("not-allowed", "Only those between whom a promise stands ask for another date.")
    return promise


def _show_settlement(visit: Visit) -> PageAnswer:
    promise = _find_to_settle(visit)
    part = promise.standing.row.fraction
    return _shown(visit, "settlement", "Settle for a part", promise, FormFields(), (), part=_percent(part))


def _take_settlement(visit: Visit) -> PageAnswer:
    promise, form = _find_to_settle(visit), visit.form
    part = whole_number(form.one("part").removesuffix("%").strip())
    errors = []
    if part is None or not 0 < part < _WHOLE:
        errors.append(FieldError("part", "How much was done must be a whole number from 1 to 99"))
    if not form.one("body"):
        errors.append(FieldError("body", "Choose who settles for it"))
    if not errors and part is not None and not to_point_out(form, [_REASONS]):
        body = {"settled_by": form.one("body"), "fraction": part / _WHOLE, **_reasons(form)}
        at = {"/settled_by": "body", "/fraction": "part", "/reasons": _REASONS}
        errors = faults_in_recording(visit, "settle-part", body, at, path=promise.path, otherwise="part")
        if not errors:
            return SeeOther(promise.record.address)
    return _shown(visit, "settlement", "Settle for a part", promise, form, errors, part=form.one("part"))


def _show_date(visit: Visit) -> PageAnswer:
    return _shown(visit, "first_date", "Name a date", _find_to_date(visit), FormFields(), ())


def _take_date(visit: Visit) -> PageAnswer:
    promise, form = _find_to_date(visit), visit.form
    due = entered_date(form, "due", "The day by which it is to be done")
    errors = [] if due.fault is None else [due.fault]
    if due.when is None and due.fault is None:
        errors.append(FieldError("due-day", "Enter the day by which it is to be done"))
    if not form.one("body"):
        errors.append(FieldError("body", "Choose who says so"))
    if not errors:
        body = {"asked_by": form.one("body"), "due": due.when}
        at = {"/asked_by": "body", "/due": "due-day"}
        errors = faults_in_recording(visit, "renegotiate-commitment", body, at, path=promise.path, otherwise="due-day")
        if not errors:
            return SeeOther(promise.record.address)
    return _shown(visit, "first_date", "Name a date", promise, form, errors)


def _reasons(form: FormFields) -> dict[str, str]:
    return {_REASONS: form.one(_REASONS)} if form.one(_REASONS) else {}


def _percent(part: float | None) -> str:
    return "" if part is None else in_hundred(part)


def _shown(
    visit: Visit,
    name: str,
    title: str,
    promise: _PromiseInHand,
    form: FormFields,
    errors: Sequence[FieldError],
    **more: Any,  # noqa: ANN401 - values of templates
) -> Shown:
    standing, me = promise.standing, visit.ask("read-me")
    may_say = standing.settlers if name == "settlement" else standing.settlers | standing.promisers
    values = {
        "record": promise.record,
        "standing": standing,
        "form": form,
        "key": key_of(form),
        "looks_like": identifiers_in_words(form, [_REASONS]),
        "bodies": [(str(each.party_id), each.name or "") for each in me.bodies if each.party_id in may_say],
        **more,
    }
    return Shown(template=f"records/{name}.html", title=f"{title}: {promise.record.said}", values=values, errors=errors)


PAGES = (
    Page(
        path="/records/{record}/settle",
        name="settle-for-part",
        show=_show_settlement,
        take=_take_settlement,
        right=Right.RECORD,
        section="partnerships",
    ),
    Page(
        path="/records/{record}/date",
        name="name-date",
        show=_show_date,
        take=_take_date,
        right=Right.RECORD,
        section="partnerships",
    ),
)

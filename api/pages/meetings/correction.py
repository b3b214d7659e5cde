"""A meeting put right: what stands in the form beside what stands on record, and the fields that change by it."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from api.pages.ground.page import FieldError
from api.pages.meetings.answers import Answers
from api.pages.meetings.form_values import USUAL_KINDS
from api.pages.meetings.meeting_choices import Choices
from api.pages.meetings.meeting_form import ANOTHER_DAY, ANOTHER_KIND, FilledForm, read_meeting
from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.vault import Vault
from domain.vocabulary import Attendance, Role, Side

_DAY: Final = len("2026-03-27")
_PARTS: Final = ("year", "month", "day")
_FIELDS: Final = {"/changes/happened": "held-day", "/changes/kind": "kind", "/changes/participants": "came"}


def answers_on_record(body: InteractionRecorded) -> Answers:
    """The form filled in as the meeting stands."""
    parts = body.happened[:_DAY].split("-")
    day_parts = {f"held-{name}": [str(int(part))] for name, part in zip(_PARTS, parts, strict=False)}
    is_usual = body.kind in USUAL_KINDS
    crowd = sum(crowd.count for crowd in body.crowds if crowd.side is Side.RESIDENTS)
    return Answers(
        {
            "when": [ANOTHER_DAY],
            **day_parts,
            "kind": [str(body.kind) if is_usual else ANOTHER_KIND],
            "other-kind": [] if is_usual else [str(body.kind)],
            "came": _party_ids(body, Attendance.ATTENDED),
            "apologies": _party_ids(body, Attendance.APOLOGIES),
            "public": [str(crowd)] if crowd else [],
        }
    )


def read_correction(
    answers: Answers, body: InteractionRecorded, choices: Choices, today: date, vault: Vault
) -> FilledForm:
    """The body of the command that puts a meeting right: the fields that read otherwise now, and why."""
    filled, as_recorded = read_meeting(answers, choices, today), answers_on_record(body)
    is_same_day = all(answers.one(f"held-{part}") == as_recorded.one(f"held-{part}") for part in _PARTS)
    is_same_day = is_same_day and answers.one("when") in {"", ANOTHER_DAY}
    were_both = set(as_recorded.many("came")) & set(as_recorded.many("apologies"))
    are_both = set(answers.many("came")) & set(answers.many("apologies"))
    fields = {"apologies"} if are_both <= were_both else set()
    fields |= {"when", "held-day", "held-month", "held-year"} if is_same_day else set()
    faults = [fault for fault in filled.faults if fault.field not in fields]
    changes: dict[str, Any] = {} if is_same_day else {"happened": filled.body.get("happened")}
    if filled.body.get("kind") != str(body.kind):
        changes["kind"] = filled.body.get("kind")
    if any(set(answers.many(name)) != set(as_recorded.many(name)) for name in ("came", "apologies")):
        changes["participants"] = list(_participants(answers, body, choices, vault))
    if answers.one("public") != as_recorded.one("public"):
        others = [
            {"side": str(crowd.side), "count": crowd.count} for crowd in body.crowds if crowd.side is not Side.RESIDENTS
        ]
        changes["crowds"] = [*filled.body.get("crowds", ()), *others]
    if not answers.one("reasons"):
        faults.append(FieldError("reasons", "Enter what was wrong"))
    elif not changes and not faults:
        faults.append(FieldError("held-day", "Nothing reads otherwise than it does on record. Change what is wrong"))
    return FilledForm({"changes": changes, "reasons": answers.one("reasons")}, _FIELDS, tuple(faults))


def _party_ids(body: InteractionRecorded, attendance: Attendance) -> list[str]:
    return [str(who.party.party_id) for who in body.participants if who.attendance is attendance]


def _participants(
    answers: Answers, body: InteractionRecorded, choices: Choices, vault: Vault
) -> Iterator[dict[str, Any]]:
    """Who was there as it should read: whoever stays keeps their role, person and number."""
    ticked = {
        Attendance.ATTENDED: set(answers.many("came")),
        Attendance.APOLOGIES: set(answers.many("apologies")),
    }
    new = {
        attendance: [each for each in sorted(party_ids) if each not in _party_ids(body, attendance)]
        for attendance, party_ids in ticked.items()
    }
    for who in body.participants:
        party_id = str(who.party.party_id)
        turned_to = next((attendance for attendance, party_ids in new.items() if party_id in party_ids), None)
        if party_id in ticked.get(who.attendance, ()) or (who.attendance not in ticked and turned_to is None):
            yield _as_it_was(who, who.attendance, vault)
        elif turned_to is not None:
            new[turned_to].remove(party_id)
            yield _as_it_was(who, turned_to, vault)
    members = {member.party_id for member in (*choices.members, *choices.other_members)}
    for attendance, party_ids in new.items():
        for party_id in party_ids:
            role = Role.MEMBER if party_id in members else Role.VISITOR
            yield {"party": party_id, "role": str(role), "attendance": str(attendance)}


def _as_it_was(who: Participant, attendance: Attendance, vault: Vault) -> dict[str, Any]:
    person = {} if who.person_id is None else {"person": vault.reference(who.person_id)}
    channel = {} if who.channel is None else {"channel": str(who.channel)}
    return {
        "party": str(who.party.party_id),
        "role": str(who.role),
        "attendance": str(attendance),
        "count": who.count,
        **person,
        **channel,
    }

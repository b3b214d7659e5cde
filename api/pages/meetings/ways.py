"""Ways between the pages of one partnership's meetings: their addresses, drafts, what stands already."""

from uuid import UUID

from api.pages.ground.drafts import FormDraft, FormDrafts
from api.pages.ground.page import Shown, Visit
from domain.events.interactions import InteractionRecorded

RECORDING = "record-interaction"
FORM = "meeting"


def meetings_address(partnership_id: UUID) -> str:
    """The address under which the meetings of a partnership are."""
    return f"/partnerships/{partnership_id}/meetings"


def form_address(partnership_id: UUID, key: UUID | str, at: str = "") -> str:
    """The address of a form, or draft, by its key; `at` is the field to go on to."""
    return f"{meetings_address(partnership_id)}/new?form={key}{'#' if at else ''}{at}"


def check_address(partnership_id: UUID, key: UUID) -> str:
    """The address at which the answers of a draft are checked before they are recorded."""
    return f"{meetings_address(partnership_id)}/check?form={key}"


def meeting_address(partnership_id: UUID, interaction_id: UUID | str) -> str:
    """The address of one meeting."""
    return f"{meetings_address(partnership_id)}/{interaction_id}"


def drafts_of(visit: Visit) -> FormDrafts:
    """The drafts of whoever visits."""
    return FormDrafts(visit.services, visit.visitor.actor.actor_id)


def form_key(text: str) -> UUID | None:
    """The key of a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def not_yours(partnership_id: UUID, name: str) -> Shown:
    """The page for whoever may read here, and not record."""
    values = {"name": name, "back": f"/partnerships/{partnership_id}"}
    return Shown(template="meetings/not_yours.html", title="You cannot record this", values=values, status=403)


def own_draft(visit: Visit, partnership_id: UUID, key: UUID) -> FormDraft | None:
    """The visitor's draft of a meeting of this partnership, by the key of its form; None where there is none."""
    draft = drafts_of(visit).find(key)
    return draft if draft is not None and (draft.partnership_id, draft.form) == (partnership_id, FORM) else None


def recorded_under(visit: Visit, partnership_id: UUID, key: UUID) -> UUID | None:
    """The meeting of this partnership that was recorded with a form, by its key; None while none was."""
    records = visit.recorded_before(RECORDING, str(key))
    bodies = (record.body for record in records if record.partition_id == partnership_id)
    return next((body.interaction_id for body in bodies if isinstance(body, InteractionRecorded)), None)

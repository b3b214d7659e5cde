"""Rights at pages: whose visit may put something on record in a partnership."""

from uuid import UUID

from api.access.user_roles import Right
from api.pages.ground.page import Visit
from api.reading.access import may_read_words


def may_record(visit: Visit, partnership_id: UUID) -> bool:
    """The visitor may record there, and a seat there or the care of the record."""
    visitor = visit.visitor
    return visitor.may(Right.RECORD, partnership_id) and bool(
        may_read_words(visit.services.recorder, visitor, partnership_id)
    )

"""Every partnership by its name, for forms that choose some of them."""

from uuid import UUID

from api.pages.ground.list_pages import every_answer
from api.pages.ground.page import Visit


def partnership_names(visit: Visit) -> dict[UUID, str]:
    """The names of all partnerships, by id, in order of name."""
    entries = [entry for answer in every_answer(visit, "list-partnerships", {}) for entry in answer.data]
    return {entry.partnership_id: entry.name for entry in sorted(entries, key=lambda entry: entry.name.casefold())}

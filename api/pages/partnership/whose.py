"""The partnership that a page is about: what it is called, where it is, and how it stood on the days asked about."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from api.access.whereabouts import whereabouts
from api.http.problems import Problem
from api.pages.ground.page import Download, PageAnswer, SeeOther, Shown, Visit
from api.pages.partnership.asked_past import AskedPast, DatesForm, asked_past, changed_dates
from api.reading.partnership_entries import PartnershipEntry, PartnershipState

_WIDER_PLACES: Final = 3


class PartnershipVisit:
    """A visit to one page of one partnership, about one past."""

    def __init__(self, visit: Visit) -> None:
        """Find the partnership. Raises Problem 404 for one that is not there, and 400 for dates that are none."""
        self.visit = visit
        self.partnership_id: UUID = visit.id_in_path("partnership_id")
        self.path = {"partnership_id": self.partnership_id}
        self.entry: PartnershipEntry = visit.ask("read-partnership", self.path)
        self.past: AskedPast = asked_past(visit)
        self.dates: SeeOther | DatesForm = changed_dates(visit, self.past)

    @property
    def address(self) -> str:
        """The address of the partnership's own page, of today."""
        return f"/partnerships/{self.partnership_id}"

    @property
    def is_closed(self) -> bool:
        """The partnership has ended, so that nothing new is recorded in it."""
        return self.entry.state is PartnershipState.CLOSED

    def seated(self) -> list[tuple[str, str]]:
        """The bodies that sit here on the day asked about, by id, with their names, in order of these."""
        members = self.ask("read-members")
        names = {str(row.party_id): members.names.get(row.party_id, "") for row in members.rows if row.is_taken}
        return sorted(names.items(), key=itemgetter(1))

    def ask(self, name: str, **query: object) -> Any:  # noqa: ANN401 - the operation's own answer
        """The answer of an operation about this partnership and this past. Raises Problem."""
        return self.visit.ask(name, self.path, {**self.past.query, **query})

    def table(self, name: str, file: str, **query: object) -> Download:
        """The answer of an operation about this partnership and this past, as a table to take away. Raises Problem."""
        form = self.visit.query["format"]
        return self.visit.file(name, self.path, {**self.past.query, **query, "format": form}, called=f"{file}.{form}")

    def shown(self, template: str, title: str, values: Mapping[str, object]) -> PageAnswer:
        """The page, with what every page of a partnership is shown with."""
        if isinstance(self.dates, SeeOther):
            return self.dates
        shared = {"partnership": self.entry, "past": self.past, "dates": self.dates, "address": self.address}
        shared["here"] = self.visit.address.partition("?")[0]
        return Shown(template=template, title=title, values={**shared, **values}, errors=self.dates.errors)

    def nothing_by_then(self, problem: Problem) -> PageAnswer:
        """The page that says that nothing was on record by the dates asked about. Raises any other problem."""
        if problem.code != "not-found" or not self.past.is_past:
            raise problem
        return self.shown("partnership/nothing_by_then.html", self.entry.name, {})

    def places(self) -> list[str]:
        """The names of the place it is for and of the wider ones around that, the nearest first."""
        known = whereabouts(self.visit.services.recorder)
        place_id = None if self.entry.place is None else self.entry.place.place_id
        names: list[str] = []
        while place_id is not None and len(names) < _WIDER_PLACES:
            names.append(self.visit.ask("read-place", {"place": place_id}).details["name"])
            place_id = known.wider_than(place_id)
        return names

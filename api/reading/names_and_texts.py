"""The words beside the figures: names of organisations and places, and texts opened for who may read them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.services import Services
from domain.decisions.references import READS
from domain.events import EventBody, name_of, texts_of
from domain.events.partnership import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.registries import (
    PartyAmended,
    PartyRegistered,
    PersonRegistered,
    PlaceBoundaryChanged,
    PlaceRegistered,
)
from domain.events.selection import Selection, on
from domain.events.stewardship import TextRedacted
from domain.handling.sealing import to_open
from domain.log.find_records import find_records
from domain.values import Plain, Sealed
from domain.vault import Erased

NOT_SHOWN: Final = "[not shown]"
DESTROYED: Final = "[no longer readable]"
UNNAMED: Final = "An organisation or group without a name"
RESIDENTS: Final = "Residents at large"
_REGISTERED: Final = (PartyRegistered, PartyAmended)


class ShownText(Struct, frozen=True):
    """A sealed text for one reader: its words, or why there are none."""

    text: str | None
    withheld: str | None = None


_WITHHELD: Final = ShownText(None, "not-yours-to-read")
ShownTexts = Mapping[Sealed, ShownText]


class NamesAndTexts:
    """Finds the words that go with events, for one reader: `entitled` says whether texts are opened for them."""

    def __init__(self, services: Services, *, entitled: bool) -> None:
        self._services = services
        self.log = services.recorder
        self.entitled = entitled

    def texts(self, facts: Iterable[Effective], amendments: Iterable[Recorded] = ()) -> ShownTexts:
        """Open every text of what stands for some events, with one query; `amendments` hold their corrections."""
        corrections = {each.event_id: each for each in amendments}
        places = [
            to_open(fact.recorded, [corrections[each] for each in fact.corrected_by], field, text)
            for fact in facts
            for field, text in texts_of(fact.body)
            if isinstance(text, Sealed)
        ]
        if not self.entitled or not places:
            return {place.sealed: _WITHHELD for place in places}
        with self._services.recorder.transaction() as cursor:
            found = self._services.vault.open(cursor, places)
        return {place.sealed: _text(words) for place, words in zip(places, found, strict=True)}

    def names(self, ids: Iterable[UUID], *, formed: PartnershipFormed | None = None, upto: int) -> dict[UUID, str]:
        """Name parties and places as the register had them at a position; whatever else has an id is left out."""
        known = {} if formed is None else {formed.itself.party_id: formed.name, formed.residents.party_id: RESIDENTS}
        return self._names(set(ids), known, upto)

    def names_across(self, partnership_ids: Iterable[UUID], ids: Iterable[UUID], *, upto: int) -> dict[UUID, str]:
        """Name partnerships too, and the two bodies that each began with."""
        partnerships = set(partnership_ids)
        began = frozenset(on("partnership", each, PartnershipFormed) for each in partnerships)
        later = find_records(self._services.recorder, taken_out_of(began), after=upto)
        standing, _ = resolve(find_records(self._services.recorder, began, upto=upto), later)
        known: dict[UUID, str] = {}
        for fact in standing:
            if isinstance(fact.body, PartnershipFormed):
                known[fact.body.partnership_id] = known[fact.body.itself.party_id] = fact.body.name
                known[fact.body.residents.party_id] = RESIDENTS
        return self._names(partnerships.union(ids), known, upto)

    def _names(self, wanted: set[UUID], known: dict[UUID, str], upto: int) -> dict[UUID, str]:
        names = dict(known)
        selections: frozenset[Selection] = frozenset(
            on(kind, each, *READS[kind]) for each in wanted - set(names) for kind in ("party", "place")
        )
        records = find_records(self._services.recorder, selections, upto=upto)
        later = find_records(self._services.recorder, taken_out_of(selections), after=upto)
        standing, _ = resolve(records, later)
        parties: dict[UUID, Effective] = {}
        for fact in standing:
            match fact.body:
                case PartyRegistered(party_id=party_id) | PartyAmended(party_id=party_id):
                    parties[party_id] = fact
                case PlaceRegistered(place_id=place_id, name=name) | PlaceBoundaryChanged(place_id=place_id, name=name):
                    names[place_id] = name
        texts = self.texts(parties.values(), records)
        names |= {party_id: _party_name(fact.body, texts) for party_id, fact in parties.items()}
        return {each: names[each] for each in sorted(wanted & set(names))}

    def people(self, ids: Iterable[UUID]) -> dict[str, ShownText]:
        """Name people by their references, for who may read names; for others there is nobody to name."""
        if not self.entitled:
            return {}
        records = find_records(
            self._services.recorder, frozenset(on("person", each, PersonRegistered) for each in set(ids))
        )
        standing, _ = resolve(records)
        texts = self.texts(standing, records)
        found: dict[str, ShownText] = {}
        for fact in standing:
            if isinstance(fact.body, PersonRegistered) and isinstance(fact.body.name, Sealed):
                found[self.reference(fact.body.person_id)] = texts[fact.body.name]
        return dict(sorted(found.items()))

    def reference(self, person_id: UUID) -> str:
        """Name a person outside."""
        return self._services.vault.reference(person_id)


def taken_out_of(selections: Iterable[Selection]) -> frozenset[Selection]:
    """Select what takes texts out of the records selected: it holds for the past as well."""
    return frozenset(Selection(frozenset({name_of(TextRedacted)}), each.tags) for each in selections)


def _text(found: str | Erased) -> ShownText:
    return ShownText(None, "destroyed") if isinstance(found, Erased) else ShownText(found)


def said(text: Plain | Sealed, texts: ShownTexts) -> str:
    """Give the words of a text inside a sentence."""
    found = ShownText(text.text) if isinstance(text, Plain) else texts.get(text, _WITHHELD)
    if found.text is not None:
        return found.text
    return NOT_SHOWN if found is _WITHHELD else DESTROYED


def _party_name(body: EventBody, texts: ShownTexts) -> str:
    if not isinstance(body, _REGISTERED):
        return UNNAMED
    if body.name:
        return body.name
    return UNNAMED if body.sole_trader_name is None else said(body.sole_trader_name, texts)


def ids_in(value: object, *kinds: str) -> Iterator[UUID]:
    """Give every id in a body or a row whose field names one of these kinds, such as `party` and `person`."""
    match value:
        case Struct():
            for name in value.__struct_fields__:
                each = getattr(value, name)
                if isinstance(each, UUID):
                    if name.removesuffix("_id").endswith(kinds):
                        yield each
                elif isinstance(each, tuple) and name.endswith("_ids"):
                    yield from each if name.removesuffix("_ids").endswith(kinds) else ()
                else:
                    yield from ids_in(each, *kinds)
        case tuple():
            for each in value:
                yield from ids_in(each, *kinds)

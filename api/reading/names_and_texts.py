"""Words beside figures: names of bodies and places, and texts opened for those who may read them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.runtime.services import Services
from domain.decisions.references import READS
from domain.events import EventBody, name_of, texts_of
from domain.events.documents import WITH_CONTENT, DocumentAttached
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.registries import (
    PartyAmended,
    PartyRegistered,
    PersonRegistered,
    PlaceBoundaryChanged,
    PlaceRegistered,
)
from domain.events.selection import Selection, entry, on
from domain.events.stewardship import TextRedacted
from domain.handling.sealing import opening_request
from domain.log.find_records import find_records, with_corrections
from domain.log.read_once import once_a_page
from domain.values import Plain, Sealed
from domain.vault import Erased, Ground

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
    """The words that go with events, for one reader; texts are opened for one who is `entitled`, on that ground."""

    def __init__(self, services: Services, *, entitled: Ground | None) -> None:
        self._services = services
        self.log = services.recorder
        self.entitled = entitled

    def texts(self, facts: Iterable[Effective], amendments: Iterable[Recorded] = ()) -> ShownTexts:
        """Every text of some facts, opened with one query; `amendments` hold their corrections."""
        corrections = {each.event_id: each for each in amendments}
        places = [
            opening_request(fact.recorded, [corrections[each] for each in fact.corrected_by], field, text)
            for fact in facts
            for field, text in texts_of(fact.body)
            if isinstance(text, Sealed) and not _goes_with_content(fact.body, field)
        ]
        if not self.entitled:
            return {place.sealed: _WITHHELD for place in places}
        opened: dict[Sealed, ShownText] = once_a_page(self.log, "texts", dict)
        closed = [place for place in places if place.sealed not in opened]
        if closed:
            with self.log.transaction() as cursor:
                contents = self._services.vault.open(cursor, closed, self._services.reading, self.entitled)
            opened |= {place.sealed: _text(words) for place, words in zip(closed, contents, strict=True)}
        return {place.sealed: opened[place.sealed] for place in places}

    def destroyed(self, texts: Iterable[Sealed]) -> set[Sealed]:
        """Those of some texts that nobody can read any more, whoever asks."""
        sealed = set(texts)
        if not sealed:
            return set()
        with self.log.transaction() as cursor:
            keys = self._services.vault.destroyed(cursor, {each.key_id for each in sealed})
        return {each for each in sealed if each.key_id in keys}

    def names(self, ids: Iterable[UUID], *, formed: PartnershipFormed | None = None, upto: int) -> dict[UUID, str]:
        """Names of parties and places, by id, as the register had them at a position; any other id is left out."""
        own_names = (
            {} if formed is None else {formed.itself.party_id: formed.name, formed.residents.party_id: RESIDENTS}
        )
        return self._names(set(ids), own_names, upto)

    def names_across(self, partnership_ids: Iterable[UUID], ids: Iterable[UUID], *, upto: int) -> dict[UUID, str]:
        """The same with names of partnerships, and of the two bodies that each began with."""
        partnerships = set(partnership_ids)
        began = frozenset(entry("partnership", id_, PartnershipFormed) for id_ in partnerships)
        records = with_corrections(self.log, find_records(self.log, began, upto=upto))
        later = [record for record in records if record.position > upto]
        standing, _ = resolve([record for record in records if record.position <= upto], later)
        own_names: dict[UUID, str] = {}
        for fact in standing:
            if isinstance(fact.body, PartnershipFormed):
                own_names[fact.body.partnership_id] = own_names[fact.body.itself.party_id] = fact.body.name
                own_names[fact.body.residents.party_id] = RESIDENTS
        return self._names(partnerships.union(ids), own_names, upto)

    def _names(self, ids: set[UUID], own_names: dict[UUID, str], upto: int) -> dict[UUID, str]:
        known_names: dict[UUID, str | None] = once_a_page(self.log, ("names", upto, self.entitled), dict)
        unknown = ids - own_names.keys() - known_names.keys()
        if unknown:
            known_names |= dict.fromkeys(unknown) | self._registered(unknown, upto)
        return {id_: name for id_ in sorted(ids) if (name := own_names.get(id_) or known_names.get(id_)) is not None}

    def _registered(self, ids: Iterable[UUID], upto: int) -> dict[UUID, str]:
        """Names of parties and places as the register had them at a position."""
        selections: frozenset[Selection] = frozenset(
            on(kind, id_, *READS[kind]) for id_ in ids for kind in ("party", "place")
        )
        records = find_records(self.log, selections, upto=upto)
        later = find_records(self.log, redactions_of(selections), after=upto)
        standing, _ = resolve(records, later)
        names: dict[UUID, str] = {}
        parties: dict[UUID, Effective] = {}
        for fact in standing:
            match fact.body:
                case PartyRegistered(party_id=party_id) | PartyAmended(party_id=party_id):
                    parties[party_id] = fact
                case PlaceRegistered(place_id=place_id, name=name) | PlaceBoundaryChanged(place_id=place_id, name=name):
                    names[place_id] = name
        texts = self.texts(parties.values(), records)
        return names | {party_id: _party_name(fact.body, texts) for party_id, fact in parties.items()}

    def people(self, ids: Iterable[UUID]) -> dict[str, ShownText]:
        """Names of people by their references; none for a reader who may not read names."""
        if not self.entitled:
            return {}
        records = find_records(
            self._services.recorder, frozenset(on("person", each, PersonRegistered) for each in set(ids))
        )
        standing, _ = resolve(records)
        texts = self.texts(standing, records)
        people: dict[str, ShownText] = {}
        for fact in standing:
            if isinstance(fact.body, PersonRegistered) and isinstance(fact.body.name, Sealed):
                people[self.reference(fact.body.person_id)] = texts[fact.body.name]
        return dict(sorted(people.items()))

    def reference(self, person_id: UUID) -> str:
        """The reference by which a person is known outside."""
        return self._services.vault.reference(person_id)


def redactions_of(selections: Iterable[Selection]) -> frozenset[Selection]:
    """Selections of the redactions of selected records, which hold for the past as well."""
    return frozenset(Selection(frozenset({name_of(TextRedacted)}), each.tags) for each in selections)


def _goes_with_content(body: EventBody, field: str) -> bool:
    """A text that is opened with the content of a document alone, so that the trail tells who read which."""
    return field == WITH_CONTENT and isinstance(body, DocumentAttached)


def _text(content: str | Erased) -> ShownText:
    return ShownText(None, "destroyed") if isinstance(content, Erased) else ShownText(content)


def plain_words(text: Plain | Sealed, texts: ShownTexts) -> str:
    """A text as it stands inside a sentence: its words, or why there are none."""
    words = ShownText(text.text) if isinstance(text, Plain) else texts.get(text, _WITHHELD)
    if words.text is not None:
        return words.text
    return NOT_SHOWN if words is _WITHHELD else DESTROYED


def _party_name(body: EventBody, texts: ShownTexts) -> str:
    if not isinstance(body, _REGISTERED):
        return UNNAMED
    if body.name:
        return body.name
    return UNNAMED if body.sole_trader_name is None else plain_words(body.sole_trader_name, texts)


def ids_in(value: object, *kinds: str) -> Iterator[UUID]:
    """Every id in a body or a row whose field names one of these kinds, such as `party` and `person`."""
    match value:
        case Struct():
            for name in value.__struct_fields__:
                member = getattr(value, name)
                if isinstance(member, UUID):
                    if name.removesuffix("_id").endswith(kinds):
                        yield member
                elif isinstance(member, tuple) and name.endswith("_ids"):
                    yield from member if name.removesuffix("_ids").endswith(kinds) else ()
                else:
                    yield from ids_in(member, *kinds)
        case tuple():
            for member in value:
                yield from ids_in(member, *kinds)

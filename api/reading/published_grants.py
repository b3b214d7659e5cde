"""Grants as the 360Giving Data Standard (1.4) writes them, made of what stands readable on record.

Nothing sealed goes out: a title and a description follow from days, sums and names of organisations. Grants to or from
people, sole traders and office holders are left out and counted, and so is what the standard has no room for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.reading.grant_parties import GrantParty
from domain.events.english import money_in_words, when_in_words
from domain.events.funding import FundingAwarded
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective
from domain.values import Money, last_day
from domain.vocabulary import Allocation
from projections.history.history import History
from projections.lifecycles.awards import Award, AwardState, awards, runs_until

VERSION: Final = "1.4"
_DAY_LENGTH: Final = len("2026-03-27")
_CURRENCIES: Final = frozenset({"GBP", "EUR", "USD"})
_IN_ENGLAND: Final = {
    "E00": "OA",
    "E01": "LSOA",
    "E02": "MSOA",
    "E04": "PAR",
    "E05": "WD",
    "E06": "UA",
    "E07": "NMD",
    "E08": "MD",
    "E09": "LONB",
    "E10": "CTY",
    "E12": "RGN/GOR",
    "E14": "WPC",
}
"""Kinds of areas in the standard's list `geoCodeType`, by how codes of the Office for National Statistics begin."""
_OPEN_CALL: Final = {
    Allocation.OPEN_CALL: "Yes",
    Allocation.DIRECT: "No",
    Allocation.SOLICITED: "No",
    Allocation.FORMULA: "No",
    Allocation.DEVOLVED: "No",
}
"""Whether a recipient was chosen by an open call, where the record tells it."""
_NO_SUCH_REGRANT: Final = "FRG000"
_MONTHS_A_YEAR: Final = 12


class _Written(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A part of a package: what is not on record is not in it."""


class GrantOrganization(_Written, frozen=True, kw_only=True):
    """An organisation that gives or gets a grant."""

    id: Annotated[str, Meta(description="Its identifier by org-id.guide, else the prefix and its id on record")]
    name: Annotated[str, Meta(description="Its name")]
    charity_number: Annotated[str | None, Meta(description="Its number with the Charity Commission")] = None
    company_number: Annotated[str | None, Meta(description="Its number with Companies House")] = None


class GrantDates(_Written, frozen=True, kw_only=True):
    """When a grant is to run, or ran."""

    end_date: Annotated[date | None, Meta(description="Its last day")] = None
    duration: Annotated[int | None, Meta(description="For how many months")] = None


class GrantProgramme(_Written, frozen=True, kw_only=True):
    """The scheme that a grant belongs to."""

    title: Annotated[str, Meta(description="Its name")]


class GrantLocation(_Written, frozen=True, kw_only=True):
    """The place that a grant is for: the one its partnership was formed for."""

    name: Annotated[str, Meta(description="Its name")]
    country_code: Annotated[str, Meta(description="Its country")]
    geo_code: Annotated[str | None, Meta(description="Its code by the Office for National Statistics")] = None
    geo_code_type: Annotated[str | None, Meta(description="The kind of area that the code is of")] = None


class PublishedGrant(_Written, frozen=True, kw_only=True):
    """One grant by the standard: sums in the currency's own unit."""

    id: Annotated[str, Meta(description="The prefix of the publisher and the id of the award on record")]
    title: Annotated[str, Meta(description="The award in few words: of which day, to whom, from whom")]
    description: Annotated[str, Meta(description="How much, in the work of which partnership, and what went back")]
    currency: Annotated[str, Meta(description="The currency of its sums, by ISO 4217")]
    amount_applied_for: Annotated[float | None, Meta(description="How much was applied for")] = None
    amount_awarded: Annotated[float, Meta(description="How much was awarded")]
    amount_disbursed: Annotated[float, Meta(description="How much was paid so far")]
    award_date: Annotated[date, Meta(description="The day of the award, or the last day on which it may have been")]
    planned_dates: Annotated[tuple[GrantDates, ...], Meta(description="Until when it was to run, as awarded")] = ()
    actual_dates: Annotated[tuple[GrantDates, ...], Meta(description="When it ended")] = ()
    recipient_organization: Annotated[tuple[GrantOrganization, ...], Meta(description="Who gets it")]
    funding_organization: Annotated[tuple[GrantOrganization, ...], Meta(description="Who gives it")]
    grant_programme: Annotated[tuple[GrantProgramme, ...], Meta(description="The scheme it belongs to")] = ()
    from_open_call: Annotated[str | None, Meta(description="Whether it was won in an open call: Yes or No")] = None
    beneficiary_location: Annotated[tuple[GrantLocation, ...], Meta(description="The place that it is for")] = ()
    regrant_type: Annotated[str | None, Meta(description="Why it is given on, by the standard's codes")] = None
    date_modified: Annotated[datetime, Meta(description="When the last event about it was recorded")]
    data_source: Annotated[str | None, Meta(description="Where it was read")] = None


class GrantsOfPartnership(Struct, frozen=True, kw_only=True):
    """The awards of one partnership, and all that is needed to write them down as grants."""

    partnership_id: UUID
    history: History
    parties: Mapping[UUID, GrantParty]
    place: GrantLocation | None
    prefix: str
    public_url: str

    def grants(self, left_out: Counter[str]) -> Iterator[PublishedGrant]:
        """The grants in the order in which they were first written down; those left out are counted by why."""
        for award in awards(self.history):
            if award.awarded is None:
                continue
            sides = self.parties.get(award.funder.party_id), self.parties.get(award.recipient.party_id)
            reason = _reason_to_leave_out(award, award.awarded, sides)
            if reason:
                left_out[reason] += 1
                continue
            yield self._grant(award, award.awarded, *(self._organization(each) for each in sides if each))

    def _grant(
        self, award: Award, awarded: FundingAwarded, funder: GrantOrganization, recipient: GrantOrganization
    ) -> PublishedGrant:
        story = self.history.about(award.award_id)
        fact = next(each for each in story if each.body is awarded)
        amount, applied = awarded.amount, award.applied
        asked = applied.amount if applied else None
        scheme = awarded.scheme or (applied.scheme if applied else None)
        allocation = awarded.allocation or (applied.allocation if applied else None)
        ended = runs_until(self.history, fact, awarded) if award.state is AwardState.ENDED else None
        return PublishedGrant(
            id=f"{self.prefix}-{award.award_id}",
            title=f"Award of {_day_as_known(awarded.happened)} to {recipient.name} from {funder.name}",
            description=self._description(award, awarded, recipient.name, funder.name),
            currency=amount.currency,
            amount_applied_for=float(asked.exact) if asked and asked.currency == amount.currency else None,
            amount_awarded=float(amount.exact),
            amount_disbursed=float(Money(award.paid_minor, amount.currency).exact),
            award_date=last_day(awarded.happened),
            planned_dates=_planned(awarded),
            actual_dates=(GrantDates(end_date=ended),) if ended else (),
            recipient_organization=(recipient,),
            funding_organization=(funder,),
            grant_programme=(GrantProgramme(title=scheme),) if scheme else (),
            from_open_call=_OPEN_CALL.get(allocation) if allocation else None,
            beneficiary_location=(self.place,) if self.place else (),
            regrant_type=None if awarded.regrant_type == _NO_SUCH_REGRANT else awarded.regrant_type,
            date_modified=self._last_recorded(story),
            data_source=f"{self.public_url}/v1/grants?partnership={self.partnership_id}" if self.public_url else None,
        )

    def _organization(self, party: GrantParty) -> GrantOrganization:
        return GrantOrganization(
            id=party.identifier or f"{self.prefix}-org-{party.party_id}",
            name=party.name,
            charity_number=party.number_in("GB-CHC"),
            company_number=party.number_in("GB-COH"),
        )

    def _description(self, award: Award, awarded: FundingAwarded, recipient: str, funder: str) -> str:
        formed = next(body for _, body in self.history.each(PartnershipFormed))
        amount = awarded.amount
        sentences = [
            f"{funder} awarded {recipient} {money_in_words(amount)} in the work of the partnership {formed.name}."
        ]
        if award.returned_minor:
            sentences.append(f"{money_in_words(Money(award.returned_minor, amount.currency))} of it went back.")
        if len(awarded.happened) < _DAY_LENGTH:
            sentences.append("The day is not on record: the award date is the last on which it may have been.")
        return " ".join(sentences)

    def _last_recorded(self, story: Sequence[Effective]) -> datetime:
        """The instant at which the last event about an award, or correction of one, was recorded."""
        causes = {cause for each in story for cause in each.causes}
        mended = [each.recorded_at for each in self.history.amendments if each.event_id in causes]
        return max([each.recorded_at for each in story] + mended)


def _reason_to_leave_out(award: Award, awarded: FundingAwarded, sides: Sequence[GrantParty | None]) -> str:
    """The reason for which a grant is not to be published; empty where it is."""
    if any(each.office_holder for each in (award.funder, award.recipient)) or any(
        each is not None and each.is_person for each in sides
    ):
        return "given or got by a person"
    if any(each is None or not each.name for each in sides):
        return "given or got by nobody with a name on record"
    return "" if awarded.amount.currency in _CURRENCIES else "in another currency than pounds, euros or dollars"


def _day_as_known(when: str) -> str:
    """A day, month or year in words, without the time of day."""
    return when_in_words(when if "T" not in when else last_day(when).isoformat())


def _planned(awarded: FundingAwarded) -> tuple[GrantDates, ...]:
    if awarded.years is None and awarded.spend_by is None:
        return ()
    end = None if awarded.spend_by is None else last_day(awarded.spend_by)
    months = None if awarded.years is None else round(awarded.years * _MONTHS_A_YEAR)
    return (GrantDates(end_date=end, duration=months),)


def location_of(name: str, code: str | None) -> GrantLocation:
    """A place by its name and its code, as the standard writes it."""
    return GrantLocation(name=name, country_code="GB", geo_code=code, geo_code_type=_IN_ENGLAND.get((code or "")[:3]))

"""The code lists of partnership working in England: what a side, a tier, a contact or an answer is called.

A list may grow; a value is never reused with another meaning. Values are kebab-case, as on the wire.
"""

from enum import StrEnum, auto
from typing import Final


class CodeList(StrEnum):
    """A closed list whose values are the member names in kebab-case."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        del start, count, last_values
        return name.lower().replace("_", "-")


class Side(CodeList):
    """Where a body stands. Officials are government and agency; residents: the bodies residents control."""

    RESIDENTS = auto()
    GOVERNMENT = auto()
    AGENCY = auto()
    COMMUNITY_SECTOR = auto()
    FUNDER = auto()
    BUSINESS = auto()
    PARTNERSHIP = auto()
    OTHER = auto()


OFFICIALS: Final = frozenset({Side.GOVERNMENT, Side.AGENCY})


class PartyKind(CodeList):
    """What an organisation or group is. Each kind belongs to exactly one side."""

    RESIDENTS_AT_LARGE = auto()
    BIG_LOCAL_PARTNERSHIP = auto()
    NEIGHBOURHOOD_FORUM = auto()
    TENANTS_RESIDENTS_ASSOCIATION = auto()
    COMMUNITY_LAND_TRUST = auto()
    COMMUNITY_INTEREST_COMPANY = auto()
    DEVELOPMENT_TRUST = auto()
    FRIENDS_OF_GROUP = auto()
    YOUTH_FORUM = auto()
    FAITH_GROUP = auto()
    MUTUAL_AID_GROUP = auto()
    INFORMAL_GROUP = auto()
    RESIDENT_INDIVIDUAL = auto()

    CENTRAL_DEPARTMENT = auto()
    MAYORAL_STRATEGIC_AUTHORITY = auto()
    COMBINED_AUTHORITY = auto()
    COUNTY = auto()
    UNITARY = auto()
    METROPOLITAN_DISTRICT = auto()
    LONDON_BOROUGH = auto()
    DISTRICT_BOROUGH = auto()
    PARISH_TOWN_COUNCIL = auto()
    JOINT_COMMITTEE = auto()
    UK_PARLIAMENT = auto()
    WARD_COUNCILLOR = auto()
    LOCAL_AUTHORITY_UNSPECIFIED = auto()

    ICB = auto()
    NHS_TRUST = auto()
    GP_PCN = auto()
    POLICE_FORCE = auto()
    PCC = auto()
    FIRE_RESCUE = auto()
    JOBCENTRE_PLUS = auto()
    ENVIRONMENT_AGENCY = auto()
    HOMES_ENGLAND = auto()
    SCHOOLS = auto()
    ACADEMY_TRUST = auto()
    FE_COLLEGE = auto()
    PROBATION = auto()
    NATIONAL_HIGHWAYS = auto()
    NETWORK_RAIL = auto()
    NATIONAL_PARK = auto()

    LOCALLY_TRUSTED_ORGANISATION = auto()
    CVS_INFRASTRUCTURE = auto()
    COMMUNITY_FOUNDATION = auto()
    REP_AREA_ADVISOR = auto()
    EVALUATOR = auto()
    SUPPORT_PARTNER = auto()
    REGISTERED_PROVIDER = auto()
    UNIVERSITY = auto()
    CHARITY = auto()

    LOTTERY = auto()
    TRUST_FOUNDATION = auto()
    CORPORATE_GIVING = auto()
    COMMUNITY_SHARES = auto()

    LOCAL_BUSINESS = auto()
    ANCHOR_EMPLOYER = auto()
    DEVELOPER = auto()
    BUS_OPERATOR = auto()
    BROADBAND_OPERATOR = auto()
    UTILITY = auto()

    NEIGHBOURHOOD_BOARD = auto()
    INQUIRY = auto()
    JOINT_WORKING_GROUP = auto()

    OTHER_BODY = auto()


def _kinds_by_side() -> dict[Side, tuple[PartyKind, ...]]:
    first_of = {
        Side.RESIDENTS: PartyKind.RESIDENTS_AT_LARGE,
        Side.GOVERNMENT: PartyKind.CENTRAL_DEPARTMENT,
        Side.AGENCY: PartyKind.ICB,
        Side.COMMUNITY_SECTOR: PartyKind.LOCALLY_TRUSTED_ORGANISATION,
        Side.FUNDER: PartyKind.LOTTERY,
        Side.BUSINESS: PartyKind.LOCAL_BUSINESS,
        Side.PARTNERSHIP: PartyKind.NEIGHBOURHOOD_BOARD,
        Side.OTHER: PartyKind.OTHER_BODY,
    }
    kinds = list(PartyKind)
    starts = sorted((kinds.index(kind), side) for side, kind in first_of.items())
    ends = [start for start, _ in starts[1:]] + [len(kinds)]
    return {side: tuple(kinds[start:end]) for (start, side), end in zip(starts, ends, strict=True)}


KINDS_BY_SIDE: Final = _kinds_by_side()
SIDE_OF_KIND: Final = {kind: side for side, kinds in KINDS_BY_SIDE.items() for kind in kinds}
PARTNERSHIP_KINDS: Final = frozenset(KINDS_BY_SIDE[Side.PARTNERSHIP])
OFFICE_HOLDER_KINDS: Final = frozenset({PartyKind.WARD_COUNCILLOR, PartyKind.RESIDENT_INDIVIDUAL})


class Role(CodeList):
    """What someone is there as."""

    CHAIR = auto()
    INDEPENDENT_CHAIR = auto()
    ACCOUNTABLE_BODY = auto()
    EXPERT_WITNESS = auto()
    RESIDENT_MEMBER = auto()
    COUNCILLOR = auto()
    MP = auto()
    OFFICER = auto()
    PAID_WORKER = auto()
    TREASURER = auto()
    ADVISER = auto()
    OBSERVER = auto()
    MEMBER = auto()
    VISITOR = auto()


class InteractionKind(CodeList):
    """What sort of contact took place."""

    MEETING = auto()
    CALL = auto()
    MESSAGE = auto()
    WALKABOUT = auto()
    SITE_VISIT = auto()
    WORKSHOP = auto()
    FOCUS_GROUP = auto()
    DROP_IN = auto()
    DOOR_KNOCKING = auto()
    PUBLIC_EVENT = auto()
    CONSULTATION = auto()
    SURVEY = auto()
    DEPUTATION = auto()
    PETITION = auto()
    QUESTION_TO_COUNCIL = auto()
    EVIDENCE_SESSION = auto()
    EVIDENCE_SUBMISSION = auto()
    SCRUTINY_HEARING = auto()
    TRAINING_SUPPORT = auto()
    MEDIATION = auto()
    CELEBRATION = auto()
    MEDIA_STATEMENT = auto()
    INFORMAL_ENCOUNTER = auto()
    PARTNERSHIP_REVIEW = auto()


TOGETHER: Final = {
    InteractionKind.MEETING: True,
    InteractionKind.CALL: True,
    InteractionKind.MESSAGE: False,
    InteractionKind.WALKABOUT: True,
    InteractionKind.SITE_VISIT: True,
    InteractionKind.WORKSHOP: True,
    InteractionKind.FOCUS_GROUP: True,
    InteractionKind.DROP_IN: True,
    InteractionKind.DOOR_KNOCKING: True,
    InteractionKind.PUBLIC_EVENT: True,
    InteractionKind.CONSULTATION: False,
    InteractionKind.SURVEY: False,
    InteractionKind.DEPUTATION: True,
    InteractionKind.PETITION: False,
    InteractionKind.QUESTION_TO_COUNCIL: False,
    InteractionKind.EVIDENCE_SESSION: True,
    InteractionKind.EVIDENCE_SUBMISSION: False,
    InteractionKind.SCRUTINY_HEARING: True,
    InteractionKind.TRAINING_SUPPORT: True,
    InteractionKind.MEDIATION: True,
    InteractionKind.CELEBRATION: True,
    InteractionKind.MEDIA_STATEMENT: False,
    InteractionKind.INFORMAL_ENCOUNTER: True,
    InteractionKind.PARTNERSHIP_REVIEW: True,
}
"""Whether people are with one another at this kind of contact, in a room, in the street or on a line. Where they are
not, those counted with it signed, answered or wrote: that is support or a view, and nobody attended."""

NOTED_KINDS: Final = frozenset(
    {InteractionKind.MEETING, InteractionKind.WORKSHOP, InteractionKind.EVIDENCE_SESSION},
)
"""Kinds after which those who were there expect notes."""


class Mode(CodeList):
    """How people came together."""

    IN_PERSON = auto()
    ONLINE = auto()
    HYBRID = auto()
    PHONE = auto()
    IN_WRITING = auto()


class Attendance(CodeList):
    """Whether those invited came."""

    ATTENDED = auto()
    APOLOGIES = auto()
    ABSENT = auto()
    INVITED = auto()


class Channel(CodeList):
    """How someone was invited."""

    LETTER = auto()
    EMAIL = auto()
    PHONE = auto()
    IN_PERSON = auto()
    SOCIAL_MEDIA = auto()
    THROUGH_A_GROUP = auto()
    PUBLIC_NOTICE = auto()


class Support(CodeList):
    """What was offered so that people could take part."""

    CHILDCARE = auto()
    INTERPRETER = auto()
    STEP_FREE = auto()
    PAYMENT_FOR_TIME = auto()
    TRAVEL = auto()
    FOOD = auto()


class Level(CodeList):
    """Participation level, lowest first (the five steps of the IAP2 spectrum)."""

    INFORM = auto()
    CONSULT = auto()
    INVOLVE = auto()
    COLLABORATE = auto()
    EMPOWER = auto()

    @property
    def rank(self) -> int:
        """Place on the spectrum, inform 0 to empower 4."""
        return list(Level).index(self)


class Confidence(CodeList):
    """How the recorder knows."""

    WITNESSED = auto()
    SECOND_HAND = auto()
    IMPORTED = auto()


class Sensitivity(CodeList):
    """Who may be told."""

    OPEN = auto()
    PARTNERS_ONLY = auto()


class Challenge(CodeList):
    """Shared challenges of neighbourhoods."""

    TRANSPORT_CONNECTIVITY = auto()
    DIGITAL_CONNECTIVITY = auto()
    SOCIAL_INFRASTRUCTURE = auto()
    ACCESS_TO_WORK = auto()
    ACCESS_TO_EDUCATION = auto()
    ACCESS_TO_SERVICES = auto()
    HOUSING = auto()
    HEALTH = auto()
    COMMUNITY_SAFETY = auto()
    ENVIRONMENT = auto()
    HIGH_STREET = auto()
    YOUTH_PROVISION = auto()
    COST_OF_LIVING = auto()
    SOCIAL_ISOLATION = auto()
    TRUST_AND_VOICE = auto()
    CAPACITY_AND_CONFIDENCE = auto()


class OutcomeDomain(CodeList):
    """What an outcome is about."""

    PRIDE_IN_PLACE = auto()
    BELONGING = auto()
    CIVIC_PARTICIPATION = auto()
    WELLBEING = auto()
    PHYSICAL_HEALTH = auto()
    MENTAL_HEALTH = auto()
    HOUSING = auto()
    LOCAL_ENVIRONMENT = auto()
    SAFETY = auto()
    SKILLS = auto()
    EMPLOYMENT = auto()
    ENTERPRISE = auto()
    INCOME = auto()
    TRANSPORT_ACCESS = auto()
    DIGITAL_INCLUSION = auto()
    COMMUNITY_ASSETS = auto()
    INSTITUTIONAL_TRUST = auto()


class AskKind(CodeList):
    """What sort of thing residents, or anyone, asked for."""

    ASPIRATION = auto()
    REQUEST = auto()
    QUESTION = auto()
    RECOMMENDATION = auto()


class Answer(CodeList):
    """What became of an ask."""

    ADOPTED = auto()
    ADAPTED = auto()
    DECLINED = auto()


class Materiality(CodeList):
    """How much a promise matters, as agreed by those promised to."""

    MINOR = auto()
    ORDINARY = auto()
    MAJOR = auto()


class Extent(CodeList):
    """How far a promise was kept."""

    WHOLE = auto()
    PART = auto()


class Restriction(CodeList):
    """What an award may be spent on."""

    UNRESTRICTED = auto()
    PROGRAMME = auto()
    PROJECT = auto()
    CAPITAL = auto()


class Allocation(CodeList):
    """How the recipient was chosen."""

    FORMULA = auto()
    DEVOLVED = auto()
    DIRECT = auto()
    SOLICITED = auto()
    OPEN_CALL = auto()
    COMPETITIVE = auto()
    PROCURED = auto()


class Payment(CodeList):
    """When the money comes."""

    ADVANCE = auto()
    HALF_IN_ADVANCE = auto()
    MILESTONE = auto()
    ARREARS = auto()


class Control(CodeList):
    """Who decides how the money is spent."""

    RESIDENTS = auto()
    JOINT = auto()
    ACCOUNTABLE_BODY = auto()
    FUNDER = auto()


class ConditionChange(CodeList):
    """What happened to a condition of an award."""

    ADDED = auto()
    LIFTED = auto()


class VariationAnswer(CodeList):
    """What the funder said to a requested change."""

    GRANTED = auto()
    PART = auto()
    REFUSED = auto()


class Delegated(CodeList):
    """What was put into residents' hands, or refused or taken back."""

    SPENDING = auto()
    DECISION = auto()


class DelegationStep(CodeList):
    """Whether control was handed over, refused or taken back."""

    GRANTED = auto()
    REFUSED = auto()
    TAKEN_BACK = auto()


class ResolutionOutcome(CodeList):
    """How a dispute about a record ended."""

    STANDS = auto()
    SET_ASIDE = auto()


class Facet(CodeList):
    """An aspect of trust. Expressed experience is never merged with behaviour."""

    RELIABILITY = auto()
    RESPONSIVENESS = auto()
    OPENNESS = auto()
    INTEGRITY = auto()
    FLEXIBILITY = auto()
    ENTRUSTED = auto()
    EXPRESSED = auto()


class Basis(CodeList):
    """On what a contribution to an outcome is said to rest."""

    EXPERIENCE = auto()
    DOCUMENT = auto()
    BEFORE_AND_AFTER = auto()
    COMPARISON = auto()
    EXPERIMENT = auto()


class Stance(CodeList):
    """Whether a body claims or contests a contribution."""

    CLAIMS = auto()
    CONTESTS = auto()


class ContributorKind(CodeList):
    """What is said to have contributed to an outcome."""

    INTERVENTION = auto()
    DECISION = auto()
    OUTCOME = auto()


class PlaceKind(CodeList):
    """What sort of place."""

    NEIGHBOURHOOD = auto()
    LSOA = auto()
    MSOA = auto()
    WARD = auto()
    PARISH = auto()
    DISTRICT = auto()
    COUNTY = auto()
    COMBINED_AUTHORITY = auto()
    REGION = auto()
    OTHER_AREA = auto()


class Source(CodeList):
    """By which door a record came in."""

    API = auto()
    IMPORT = auto()
    DEMONSTRATION = auto()
    OPERATOR = auto()

"""The code lists of places, their challenges and outcomes, of trust, and of what an outcome is owed to."""

from enum import auto

from domain.vocabulary.code_list import CodeList


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

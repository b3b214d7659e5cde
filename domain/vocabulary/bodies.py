"""The code lists of who takes part: sides, kinds of organisation and group, and roles."""

from enum import auto
from typing import Final

from domain.vocabulary.code_list import CodeList


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

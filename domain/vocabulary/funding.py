"""The code lists of money: how it is awarded, paid, restricted and controlled, and what is delegated."""

from enum import auto

from domain.vocabulary.code_list import CodeList


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

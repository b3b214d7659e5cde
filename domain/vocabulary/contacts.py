"""The code lists of contact: its kinds and modes, who came, how they were invited and how far they took part."""

from enum import auto
from typing import Final

from domain.vocabulary.code_list import CodeList


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

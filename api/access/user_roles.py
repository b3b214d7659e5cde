"""Rights and roles: the things that somebody may do, and which of them go with a role. Data; it decides nothing."""

from typing import Final

from domain.vocabulary import CodeList


class Right(CodeList):
    """One thing that somebody may do, within the reach of the role that it goes with."""

    OWN_KEYS = "own-keys"
    READ_FIGURES = "read-figures"
    READ_WORDS = "read-words"
    READ_ALL_WORDS = "read-all-words"
    RECORD = "record"
    REVIEW = "review"
    LOOK_AFTER = "look-after"
    FORGET = "forget"
    READ_PROOFS = "read-proofs"
    READ_TRAILS = "read-trails"
    OPERATE = "operate"
    LET_IN = "let-in"
    SEND_ON = "send-on"


RIGHTS_IN_WORDS: Final[dict[Right, str]] = {
    Right.OWN_KEYS: "see who it is, and make, renew and take away its own keys",
    Right.READ_FIGURES: "read figures, counts, dates and events of partnerships within its reach",
    Right.READ_WORDS: "read the texts and names of people of partnerships in which one of its bodies has a seat",
    Right.READ_ALL_WORDS: "read the texts and names of people of every partnership within its reach",
    Right.RECORD: "record what happened, as the word of its bodies",
    Right.REVIEW: "register and freeze reviews",
    Right.LOOK_AFTER: "look after the record: join bodies and people found to be the same, vouch for seats, "
    "set down what others said",
    Right.FORGET: "take out texts, and forget people",
    Right.READ_PROOFS: "read what proves that the record was not altered",
    Right.READ_TRAILS: "see who opened sealed words, and who was given which role",
    Right.OPERATE: "see how the installation runs",
    Right.LET_IN: "make accounts, and give and take away roles",
    Right.SEND_ON: "have what is recorded within its reach sent to other systems",
}


class UserRole(CodeList):
    """A role in the installation, held by a person or a service within a reach and for a term."""

    OFFICER = "officer"
    RESIDENT_MEMBER = "resident-member"
    EVALUATOR = "evaluator"
    INFORMATION_GOVERNANCE_OFFICER = "information-governance-officer"
    STEWARD = "steward"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def in_words(self) -> str:
        """The role as people read it."""
        return self.value.replace("-", " ").replace("information governance", "information-governance")

    @property
    def in_short(self) -> str:
        """Whom the role is for and the things that it lets them do, in one sentence."""
        return ROLES_IN_SHORT[self]


ROLES_IN_SHORT: Final[dict[UserRole, str]] = {
    UserRole.OFFICER: "Works for a council or another body, records what happens at its tables, and reads all that is "
    "said there.",
    UserRole.RESIDENT_MEMBER: "Sits on a board for residents, records and disputes in their body’s name, and reads all "
    "that is said at its tables.",
    UserRole.EVALUATOR: "Studies how partnerships work from figures and events alone, without names or texts, and "
    "freezes reviews.",
    UserRole.INFORMATION_GOVERNANCE_OFFICER: "Answers people’s requests about their data: reads every text, takes "
    "texts out, forgets people, and sees who looked.",
    UserRole.STEWARD: "Looks after the record for everybody: reads and records everything, joins entries of the same "
    "body or person, and vouches for seats.",
    UserRole.OPERATOR: "Keeps the service running and sees how it does; reads no figures and no words.",
    UserRole.AUDITOR: "Checks that the record is unaltered, who looked at sealed words, and who was given what; reads "
    "no words.",
    UserRole.ADMINISTRATOR: "Makes accounts, and gives and takes away roles; reads nothing of the record.",
}
"""Each role in one sentence, for whoever chooses one for somebody."""


_EVERYBODY: Final = frozenset({Right.OWN_KEYS})
_READER: Final = _EVERYBODY | {Right.READ_FIGURES, Right.READ_WORDS, Right.READ_PROOFS}
_RECORDER: Final = _READER | {Right.RECORD, Right.REVIEW}
RIGHTS_OF: Final[dict[UserRole, frozenset[Right]]] = {
    UserRole.OFFICER: _RECORDER,
    UserRole.RESIDENT_MEMBER: _READER | {Right.RECORD},
    UserRole.EVALUATOR: _EVERYBODY | {Right.READ_FIGURES, Right.READ_PROOFS, Right.REVIEW},
    UserRole.INFORMATION_GOVERNANCE_OFFICER: _READER | {Right.READ_ALL_WORDS, Right.FORGET, Right.READ_TRAILS},
    UserRole.STEWARD: _RECORDER | {Right.READ_ALL_WORDS, Right.LOOK_AFTER, Right.FORGET, Right.SEND_ON},
    UserRole.OPERATOR: _EVERYBODY | {Right.OPERATE, Right.READ_PROOFS},
    UserRole.AUDITOR: _EVERYBODY | {Right.READ_PROOFS, Right.READ_TRAILS},
    UserRole.ADMINISTRATOR: _EVERYBODY | {Right.LET_IN},
}
"""The rights that go with each role. A resident member records as an officer does; reviews are registered by others."""

OF_AN_ORGANISATION: Final = frozenset(
    {
        UserRole.OFFICER,
        UserRole.RESIDENT_MEMBER,
        UserRole.EVALUATOR,
        UserRole.INFORMATION_GOVERNANCE_OFFICER,
        UserRole.ADMINISTRATOR,
    }
)
"""The roles that the administrator of one organisation may give; the rest are the installation's own."""

OF_THE_INSTALLATION: Final = frozenset({Right.LOOK_AFTER, Right.FORGET, Right.OPERATE})
"""Rights that, outside any partnership, need a role that reaches all. Whom one may let in is decided case by case."""

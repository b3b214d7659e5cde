"""The access matrix: every operation and page, by which right it is open, and what decides how far that reaches.

Rights stand in the declarations of operations and pages; what decides the reach follows from the address, or stands
here. Documentation is made from it, and a test tries every cell of it. A route without a row fails the build.
"""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from api.access.user_roles import OF_THE_INSTALLATION, RIGHTS_OF, Right, UserRole
from api.http.operations import Operation
from api.pages import PAGES
from api.pages.ground.page import Page
from api.resources import OPERATIONS
from domain.errors import FolkmootError
from domain.vocabulary import CodeList


class Reached(CodeList):
    """The thing by which it is decided whether a request is within the asker's reach."""

    ANYBODY = "anybody"
    LINK = "link"
    OPENED = "opened"
    PARTNERSHIP = "partnership"
    RECORD = "record"
    REVIEW = "review"
    JOB = "job"
    PERSON = "person"
    PLACE = "place"
    LIST = "list"
    REGISTER = "register"
    OWN = "own"
    ACCOUNT = "account"
    KEY = "key"
    INSTALLATION = "installation"


REACHED_IN_WORDS: Final[dict[Reached, str]] = {
    Reached.ANYBODY: "Open to anybody. Says nothing of any partnership; `/status` and `/readyz` count the whole.",
    Reached.LINK: "The one promise of the link that was opened in this browser, for one answer. An account, a session "
    "or a key counts for nothing there, and a link for nothing anywhere else.",
    Reached.OPENED: "Open to anybody, where the partnership in the address has opened it. Else 404, as for one that is "
    "not there.",
    Reached.PARTNERSHIP: "The partnership in the address. Out of reach: 404, as for one that is not there.",
    Reached.RECORD: "Where the record in the address is: a partnership, a place, a review, or a register. "
    "Out of reach: 404, as for one that is not there.",
    Reached.REVIEW: "Every partnership of the review in the address, else it is not there: 404.",
    Reached.JOB: "Every partnership of the reviews that the job is about, and for a backtest all there are. Else 404.",
    Reached.PERSON: "The body that entered the person, or a role that reaches all. Else 404.",
    Reached.PLACE: "Whether a partnership within reach is formed for the place, a part of it, or a place around it. "
    "Else 403: that the place is there everybody may know.",
    Reached.LIST: "The list holds what is within reach and nothing else: no row, name, count or page tells of more.",
    Reached.REGISTER: "The registers of organisations, places and methods are open to all who read figures, and to all "
    "who record; names of people in them are sealed.",
    Reached.OWN: "Only what is the asker's own: its name, keys, drafts and jobs, and the tables of its bodies.",
    Reached.ACCOUNT: "The organisation of the account in the address or the list: an administrator of an organisation "
    "looks after its accounts, one of none after all. Else 404. No role is given that reaches further than one's own.",
    Reached.KEY: "The key or webhook in the address, which must be the asker's own. Else 404.",
    Reached.INSTALLATION: "The installation as a whole: a role that reaches all. Else 403.",
}

_DECLARED: Final[dict[str, Reached]] = {
    **dict.fromkeys(
        (
            *("read-me", "read-news", "find-asks-and-promises", "my-page"),
            *("list-own-keys", "make-own-key", "read-own-mail", "choose-own-mail", "own-mail"),
            *("own-calendar", "end-calendar-link"),
            *("list-webhooks", "make-webhook", "own-webhooks", "own-webhook"),
            *("own-keys", "renew-key", "take-away-key", "acting-for"),
        ),
        Reached.OWN,
    ),
    **dict.fromkeys(
        ("list-accounts", "make-account", "read-what-may-be-given", "people", "new-account"), Reached.ACCOUNT
    ),
    **dict.fromkeys(("list-role-trail", "list-account-trail"), Reached.ACCOUNT),
    **dict.fromkeys(
        (
            *("register-place", "change-place-boundary", "list-places", "read-place", "read-boundaries"),
            *("register-party", "amend-party", "list-parties", "read-party", "register-person"),
            *("publish-method", "list-methods", "read-method", "read-shipped-method"),
            *("list-shipped-methods", "read-shipped-method-called", "form-partnership", "read-checkpoint"),
        ),
        Reached.REGISTER,
    ),
    **dict.fromkeys(
        (
            *("list-partnerships", "list-early-warnings", "list-grants", "list-reviews", "list-stored-projections"),
            *("read-log", "follow-log"),
            *("list-stored-asks", "list-stored-commitments", "list-stored-health", "list-stored-expressed"),
            *("list-stored-trust", "list-stored-worklist", "list-stored-glance", "register-review"),
            *("all-partnerships", "all-warnings", "search", "which-partnership-met", "reports"),
        ),
        Reached.LIST,
    ),
    **dict.fromkeys(("observe-outcome", "read-observations"), Reached.PLACE),
    **dict.fromkeys(("list-openings", "read-opening"), Reached.INSTALLATION),
    "who-looked": Reached.LIST,
    "list-openings-of-person": Reached.PERSON,
    **dict.fromkeys(("renew-own-key", "revoke-own-key"), Reached.KEY),
    **dict.fromkeys(
        (
            *("list-dead-letters", "pause-webhook", "resume-webhook", "rotate-webhook"),
            *("replay-webhook", "end-webhook"),
        ),
        Reached.KEY,
    ),
}
_BY_ADDRESS: Final = {
    "{partnership_id}": Reached.PARTNERSHIP,
    "{record}": Reached.RECORD,
    "{review}": Reached.REVIEW,
    "{job}": Reached.JOB,
    "{account}": Reached.ACCOUNT,
}


class MatrixIncomplete(FolkmootError, LookupError):
    """A route has no row in the access matrix: nobody has said what decides its reach."""


class AccessRow(Struct, frozen=True, kw_only=True):
    """One route of the matrix: an operation or a page, the right it needs, and what decides its reach."""

    kind: Literal["operation", "page"]
    name: str
    methods: tuple[str, ...]
    path: str
    right: Right | None
    reached: Reached


class HeldReach(CodeList):
    """How the reach of a role lies to what a request is about."""

    ALL = "all"
    THIS_PARTNERSHIP = "this partnership"
    PLACE_THAT_HOLDS_IT = "a place that holds it"
    ANOTHER_PARTNERSHIP = "another partnership"
    ANOTHER_PLACE = "another place"


_WITHIN: Final = frozenset({HeldReach.ALL, HeldReach.THIS_PARTNERSHIP, HeldReach.PLACE_THAT_HOLDS_IT})


class AccessVerdict(CodeList):
    """The answer of access to a request, before anything that it says is looked at."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not-allowed"
    NOT_THERE = "not-there"


_REFUSED: Final = {Reached.PLACE: AccessVerdict.NOT_ALLOWED}
_BY_REACH: Final = frozenset({Reached.PARTNERSHIP, Reached.RECORD, Reached.REVIEW, Reached.JOB, Reached.PLACE})


def access_rows() -> tuple[AccessRow, ...]:
    """The rows of the matrix, one for every operation and page. Raises MatrixIncomplete."""
    return tuple(_rows())


def _rows() -> Iterator[AccessRow]:
    for operation in OPERATIONS:
        yield _row(operation, "operation", (operation.method,))
    for page in PAGES:
        yield _row(page, "page", ("GET",) if page.take is None else ("GET", "POST"))


def _row(route: Operation | Page, kind: Literal["operation", "page"], methods: tuple[str, ...]) -> AccessRow:
    is_by_link = isinstance(route, Page) and route.by_link
    reach = Reached.LINK if is_by_link else reached_by(route.name, route.path, route.right)
    return AccessRow(kind=kind, name=route.name, methods=methods, path=route.path, right=route.right, reached=reach)


def reached_by(name: str, path: str, right: Right | None) -> Reached:
    """The thing that decides the reach of a route. Raises MatrixIncomplete where nobody has said."""
    if right is None:
        return Reached.OPENED if "{partnership_id}" in path else Reached.ANYBODY
    told = next((reached for parameter, reached in _BY_ADDRESS.items() if parameter in path), None)
    if told is None and right in OF_THE_INSTALLATION:
        told = Reached.INSTALLATION
    told = told or _DECLARED.get(name)
    if told is None:
        raise MatrixIncomplete(f"{name} ({path}) has no row: say in api/access_matrix.py what decides its reach")
    return told


def stale_declarations() -> frozenset[str]:
    """Names that are declared here and of no route, or whose address tells it already."""
    all_routes: tuple[Operation | Page, ...] = (*OPERATIONS, *PAGES)
    routes = {route.name: route for route in all_routes}
    return frozenset(
        name
        for name in _DECLARED
        if name not in routes
        or routes[name].right is None
        or any(parameter in routes[name].path for parameter in _BY_ADDRESS)
    )


def verdict(row: AccessRow, role: UserRole, reach: HeldReach) -> AccessVerdict:
    """The answer that whoever holds one role has to expect of access, who asks about what is not their own."""
    if row.right is None:
        return AccessVerdict.ALLOWED
    if row.right not in RIGHTS_OF[role]:
        return AccessVerdict.NOT_ALLOWED
    if row.reached is Reached.INSTALLATION:
        return AccessVerdict.ALLOWED if reach is HeldReach.ALL else AccessVerdict.NOT_ALLOWED
    if row.reached is Reached.KEY or (row.reached is Reached.PERSON and reach is not HeldReach.ALL):
        return AccessVerdict.NOT_THERE
    if row.reached in _BY_REACH and reach not in _WITHIN:
        return _REFUSED.get(row.reached, AccessVerdict.NOT_THERE)
    return AccessVerdict.ALLOWED

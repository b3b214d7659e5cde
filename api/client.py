"""A client of Folkmoot in one file that can be copied out: it needs Python 3.11 and httpx2, and nothing else of ours.

    with Folkmoot("https://folkmoot.example", key) as folkmoot:
        receipt = folkmoot.record(Recording.RECORD_INTERACTION, {"kind": "meeting", ...}, partnership_id=partnership)
        for page in folkmoot.pages(Reading.READ_TIMELINE, partnership_id=partnership):
            ...

Every operation stands below by its name in the description (`/openapi.json`); a test holds the two together.
"""

import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Self, TypedDict, cast
from uuid import uuid4

import httpx2

_TRIES = 4
_PAUSE_S = 0.5
_TRY_AGAIN = frozenset({408, 429, 503})

Body = Mapping[str, Any]
Parameter = str | int | float | bool | list[str] | tuple[str, ...]
"""A value in an address; a list is a parameter given several times."""


class EventOnRecord(TypedDict):
    """One event that a request put on record."""

    event_id: str
    type: str
    version: int
    position: int
    happened: str
    occurred_at: str


class SlipToAskAbout(TypedDict):
    """A warning of what may be a slip of the pen; it is recorded all the same."""

    code: str
    pointer: str
    detail: str


class ReceiptOfRequest(TypedDict):
    """The receipt of a request: all it put on record; `created` lists the ids of what began with it, by kind."""

    position: int
    recorded_at: str
    command_id: str
    events: list[EventOnRecord]
    created: dict[str, list[str]]
    warnings: list[SlipToAskAbout]


class NamedFault(TypedDict, total=False):
    """One fault, with its place: a JSON pointer into what was sent, or a parameter of the address."""

    code: str
    detail: str
    pointer: str
    parameter: str


class FolkmootProblem(Exception):
    """An answer that is a problem: `code` names it (see `/problems`), `detail` says more, `errors` names each fault."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code: str = problem.get("code", "")
        self.detail: str = problem.get("detail", "")
        self.instance: str = problem.get("instance", "")
        self.errors: list[NamedFault] = problem.get("errors", [])
        faults = "; ".join(
            f"{fault.get('pointer', fault.get('parameter', ''))}: {fault['detail']}" for fault in self.errors
        )
        super().__init__(f"{status} {self.code}: {self.detail}{f' ({faults})' if faults else ''}")


class Reading(StrEnum):
    """The operations that read, by method and address."""

    READ_HOME = "GET /"
    READ_OPENAPI = "GET /openapi.json"
    READ_DOCS = "GET /docs"
    READ_DOCS_STYLES = "GET /docs.css"
    LIST_PROBLEMS = "GET /problems"
    READ_PROBLEM = "GET /problems/{code}"
    READ_CATALOGUE = "GET /events/catalogue"
    READ_ME = "GET /v1/me"
    LIST_OWN_KEYS = "GET /v1/me/keys"
    LIST_WEBHOOKS = "GET /v1/me/webhooks"
    LIST_DEAD_LETTERS = "GET /v1/me/webhooks/{webhook}/dead-letters"
    READ_OWN_MAIL = "GET /v1/me/mail"
    READ_NEWS = "GET /v1/me/news"
    FIND_ASKS_AND_PROMISES = "GET /v1/me/asks-and-promises"
    HEALTHZ = "GET /healthz"
    READYZ = "GET /readyz"
    READ_STATUS = "GET /status"
    READ_RUNS = "GET /v1/projection-runs"
    LIST_PLACES = "GET /v1/places"
    READ_PLACE = "GET /v1/places/{place}"
    LIST_PARTIES = "GET /v1/parties"
    READ_PARTY = "GET /v1/parties/{party}"
    LIST_PARTNERSHIPS = "GET /v1/partnerships"
    READ_MEMBERS = "GET /v1/partnerships/{partnership_id}/members"
    READ_DATA_SHARING = "GET /v1/partnerships/{partnership_id}/data-sharing"
    READ_PARTNERSHIP = "GET /v1/partnerships/{partnership_id}"
    READ_INTERACTIONS = "GET /v1/partnerships/{partnership_id}/interactions"
    READ_ASKS = "GET /v1/partnerships/{partnership_id}/asks"
    READ_COMMITMENTS = "GET /v1/partnerships/{partnership_id}/commitments"
    READ_DECISIONS = "GET /v1/partnerships/{partnership_id}/decisions"
    READ_SPENDING = "GET /v1/partnerships/{partnership_id}/spending"
    READ_CONSULTATIONS = "GET /v1/partnerships/{partnership_id}/consultations"
    READ_INTERVENTIONS = "GET /v1/partnerships/{partnership_id}/interventions"
    READ_LESSONS = "GET /v1/partnerships/{partnership_id}/lessons"
    LIST_DOCUMENTS = "GET /v1/partnerships/{partnership_id}/documents"
    DOWNLOAD_DOCUMENT = "GET /v1/partnerships/{partnership_id}/documents/{document}/content"
    DOWNLOAD_DOCUMENTS = "GET /v1/partnerships/{partnership_id}/documents/archive"
    READ_RECORD = "GET /v1/records/{record}"
    READ_TIMELINE = "GET /v1/partnerships/{partnership_id}/timeline"
    READ_TRUST = "GET /v1/partnerships/{partnership_id}/trust"
    EXPLAIN_TRUST = "GET /v1/partnerships/{partnership_id}/trust/explanation"
    READ_TRUST_MARKS = "GET /v1/partnerships/{partnership_id}/trust/marks"
    READ_EXPRESSED_TRUST = "GET /v1/partnerships/{partnership_id}/trust/expressed"
    READ_HEALTH = "GET /v1/partnerships/{partnership_id}/health"
    EXPLAIN_HEALTH = "GET /v1/partnerships/{partnership_id}/health/explanation"
    COMPARE_HEALTH = "GET /v1/partnerships/{partnership_id}/health/comparison"
    LIST_TRUST_CAUSES = "GET /v1/partnerships/{partnership_id}/trust/causes"
    LIST_HEALTH_CAUSES = "GET /v1/partnerships/{partnership_id}/health/causes"
    LIST_WARNING_CAUSES = "GET /v1/partnerships/{partnership_id}/early-warnings/causes"
    LIST_EARLY_WARNINGS = "GET /v1/early-warnings"
    LIST_GRANTS = "GET /v1/grants"
    READ_WHAT_IF = "GET /v1/partnerships/{partnership_id}/what-if"
    READ_CROSSWALK = "GET /v1/partnerships/{partnership_id}/crosswalk"
    LIST_REVIEWS = "GET /v1/reviews"
    READ_REVIEW = "GET /v1/reviews/{review}"
    LIST_REVIEW_JOBS = "GET /v1/reviews/{review}/jobs"
    READ_JOB = "GET /v1/jobs/{job}"
    READ_JOB_FILE = "GET /v1/jobs/{job}/files/{file}"
    READ_ACTIVITY = "GET /v1/partnerships/{partnership_id}/activity"
    READ_PUBLICATIONS = "GET /v1/partnerships/{partnership_id}/publications"
    READ_PUBLIC_STORIES = "GET /v1/public/partnerships/{partnership_id}/what-became-of-it"
    PREVIEW_PUBLIC_STORIES = "GET /v1/partnerships/{partnership_id}/public-preview/what-became-of-it"
    READ_RETURN = "GET /v1/partnerships/{partnership_id}/return"
    READ_BOUNDARIES = "GET /v1/places/{place}/boundaries"
    READ_EVIDENCE_REGISTER = "GET /v1/partnerships/{partnership_id}/evidence-register"
    READ_PROMISE_ENDINGS = "GET /v1/partnerships/{partnership_id}/promise-endings"
    READ_ASK_STORIES = "GET /v1/partnerships/{partnership_id}/ask-stories"
    READ_CHALLENGES = "GET /v1/partnerships/{partnership_id}/challenges"
    READ_COMPOSITION = "GET /v1/partnerships/{partnership_id}/composition"
    READ_CONTACT_COUNTS = "GET /v1/partnerships/{partnership_id}/contact-counts"
    READ_EARLY_WARNINGS = "GET /v1/partnerships/{partnership_id}/early-warnings"
    READ_FUNDING = "GET /v1/partnerships/{partnership_id}/funding"
    READ_WORKLIST = "GET /v1/partnerships/{partnership_id}/worklist"
    READ_GLANCE = "GET /v1/partnerships/{partnership_id}/glance"
    READ_IMPOSSIBLE_ORDERS = "GET /v1/partnerships/{partnership_id}/impossible-orders"
    READ_MARKET_DISAGREEMENT = "GET /v1/partnerships/{partnership_id}/market-disagreement"
    READ_NETWORK = "GET /v1/partnerships/{partnership_id}/network"
    READ_NETWORK_BODIES = "GET /v1/partnerships/{partnership_id}/network-bodies"
    READ_OBSERVATIONS = "GET /v1/places/{place}/observations"
    READ_OUTCOMES = "GET /v1/partnerships/{partnership_id}/outcomes"
    READ_RECORD_SOURCES = "GET /v1/partnerships/{partnership_id}/record-sources"
    LIST_STORED_PROJECTIONS = "GET /v1/projections"
    LIST_STORED_ASKS = "GET /v1/projections/asks"
    LIST_STORED_COMMITMENTS = "GET /v1/projections/commitments"
    LIST_STORED_HEALTH = "GET /v1/projections/health"
    LIST_STORED_EXPRESSED = "GET /v1/projections/expressed"
    LIST_STORED_TRUST = "GET /v1/projections/trust"
    LIST_STORED_WORKLIST = "GET /v1/projections/worklist"
    LIST_STORED_GLANCE = "GET /v1/projections/glance"
    READ_LOG = "GET /v1/log"
    FOLLOW_LOG = "GET /v1/log/stream"
    LIST_METHODS = "GET /v1/methods"
    READ_SHIPPED_METHOD = "GET /v1/methods/shipped"
    LIST_SHIPPED_METHODS = "GET /v1/shipped-methods"
    READ_SHIPPED_METHOD_CALLED = "GET /v1/shipped-methods/{method_name}"
    READ_METHOD = "GET /v1/methods/{method}"
    LIST_OPENINGS = "GET /v1/openings"
    READ_OPENING = "GET /v1/openings/{number}"
    LIST_OPENINGS_OF_PERSON = "GET /v1/people/{person}/openings"
    READ_CHECKPOINT = "GET /v1/checkpoint"
    READ_PROOF = "GET /v1/records/{record}/proof"
    LIST_ACCOUNTS = "GET /v1/accounts"
    READ_ACCOUNT = "GET /v1/accounts/{account}"
    READ_WHAT_MAY_BE_GIVEN = "GET /v1/me/roles-to-give"
    LIST_ACCOUNT_ROLES = "GET /v1/accounts/{account}/roles"
    LIST_ACCOUNT_KEYS = "GET /v1/accounts/{account}/keys"
    LIST_ROLE_TRAIL = "GET /v1/trails/roles"
    LIST_ACCOUNT_TRAIL = "GET /v1/trails/accounts"
    LIST_WISHES_TO_HEAR = "GET /v1/partnerships/{partnership_id}/asks/{ask}/wishes"
    LIST_ANSWER_LINKS = "GET /v1/partnerships/{partnership_id}/answer-links"


class Recording(StrEnum):
    """The operations that record something, by method and address."""

    REGISTER_PLACE = "POST /v1/places"
    CHANGE_PLACE_BOUNDARY = "POST /v1/places/{place}/boundary-changes"
    REGISTER_PARTY = "POST /v1/parties"
    AMEND_PARTY = "POST /v1/parties/{party}/amendments"
    SUCCEED_PARTY = "POST /v1/successions"
    FIND_PARTIES_SAME = "POST /v1/parties-found-same"
    REGISTER_PERSON = "POST /v1/people"
    FIND_PEOPLE_SAME = "POST /v1/people-found-same"
    FORGET_PERSON = "POST /v1/erasures"
    FORM_PARTNERSHIP = "POST /v1/partnerships"
    ADD_MEMBER = "POST /v1/partnerships/{partnership_id}/members"
    ACCEPT_SEAT = "POST /v1/partnerships/{partnership_id}/members/{member}/acceptances"
    END_MEMBERSHIP = "POST /v1/partnerships/{partnership_id}/members/{member}/departures"
    ADOPT_RULE = "POST /v1/partnerships/{partnership_id}/rules"
    ADOPT_METHOD = "POST /v1/partnerships/{partnership_id}/method-adoptions"
    SET_EXPECTED_BODIES = "POST /v1/partnerships/{partnership_id}/expected-bodies"
    DECIDE_PUBLICATION = "POST /v1/partnerships/{partnership_id}/publications"
    RECORD_DATA_SHARING = "POST /v1/partnerships/{partnership_id}/data-sharing"
    PAUSE_PARTNERSHIP = "POST /v1/partnerships/{partnership_id}/pauses"
    CLOSE_PARTNERSHIP = "POST /v1/partnerships/{partnership_id}/closings"
    ATTACH_REPLY = "POST /v1/partnerships/{partnership_id}/replies"
    RECORD_INTERACTION = "POST /v1/partnerships/{partnership_id}/interactions"
    ADD_TO_INTERACTION = "POST /v1/partnerships/{partnership_id}/interactions/{interaction}/additions"
    APPROVE_MINUTES = "POST /v1/partnerships/{partnership_id}/interactions/{interaction}/minutes-approvals"
    SHARE_NOTES = "POST /v1/partnerships/{partnership_id}/interactions/{interaction}/notes"
    PLAN_INTERACTION = "POST /v1/partnerships/{partnership_id}/plans"
    RESCHEDULE_INTERACTION = "POST /v1/partnerships/{partnership_id}/plans/{interaction}/reschedulings"
    CANCEL_INTERACTION = "POST /v1/partnerships/{partnership_id}/plans/{interaction}/cancellations"
    RAISE_ASK = "POST /v1/partnerships/{partnership_id}/asks"
    ANSWER_ASK = "POST /v1/partnerships/{partnership_id}/asks/{ask}/answers"
    DEFER_ASK = "POST /v1/partnerships/{partnership_id}/asks/{ask}/deferrals"
    REFER_ASK = "POST /v1/partnerships/{partnership_id}/asks/{ask}/referrals"
    ACCEPT_REFERRAL = "POST /v1/partnerships/{partnership_id}/asks/{ask}/referral-acceptances"
    WORD_ASK_FOR_PUBLIC = "POST /v1/partnerships/{partnership_id}/asks/{ask}/public-wordings"
    WITHDRAW_ASK = "POST /v1/partnerships/{partnership_id}/asks/{ask}/withdrawals"
    MAKE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments"
    PROPOSE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitment-proposals"
    ACKNOWLEDGE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/acknowledgements"
    RENEGOTIATE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/renegotiations"
    REPORT_FULFILMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/reports"
    CONFIRM_FULFILMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/confirmations"
    DISPUTE_FULFILMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/disputes"
    ANSWER_PROMISE = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/answers"
    FAIL_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/failures"
    WITHDRAW_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/withdrawals"
    RELEASE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/releases"
    SETTLE_PART = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/settlements"
    SUPERSEDE_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/supersessions"
    REASSIGN_COMMITMENT = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/reassignments"
    TAKE_DECISION = "POST /v1/partnerships/{partnership_id}/decisions"
    ATTEST_DECISION = "POST /v1/partnerships/{partnership_id}/decisions/{decision}/attestations"
    RECORD_SPENDING = "POST /v1/partnerships/{partnership_id}/spending"
    OPEN_CONSULTATION = "POST /v1/partnerships/{partnership_id}/consultations"
    CLOSE_CONSULTATION = "POST /v1/partnerships/{partnership_id}/consultations/{consultation}/closings"
    GIVE_CONSULTATION_FEEDBACK = "POST /v1/partnerships/{partnership_id}/consultations/{consultation}/feedback"
    RAISE_DISPUTE = "POST /v1/partnerships/{partnership_id}/disputes"
    SETTLE_DISPUTE = "POST /v1/partnerships/{partnership_id}/disputes/{dispute}/settlements"
    APPLY_FOR_FUNDING = "POST /v1/partnerships/{partnership_id}/funding-applications"
    REFUSE_FUNDING = "POST /v1/partnerships/{partnership_id}/funding-applications/{application}/refusals"
    AWARD_FUNDING = "POST /v1/partnerships/{partnership_id}/awards"
    ADD_FUNDING_CONDITION = "POST /v1/partnerships/{partnership_id}/awards/{award}/conditions"
    LIFT_FUNDING_CONDITION = "POST /v1/partnerships/{partnership_id}/awards/{award}/conditions/{condition}/liftings"
    REQUEST_VARIATION = "POST /v1/partnerships/{partnership_id}/awards/{award}/variations"
    DECIDE_VARIATION = "POST /v1/partnerships/{partnership_id}/variations/{variation}/decisions"
    PAY_FUNDING = "POST /v1/partnerships/{partnership_id}/awards/{award}/payments"
    REPORT_ON_FUNDING = "POST /v1/partnerships/{partnership_id}/awards/{award}/reports"
    END_FUNDING = "POST /v1/partnerships/{partnership_id}/awards/{award}/endings"
    RETURN_FUNDING = "POST /v1/partnerships/{partnership_id}/awards/{award}/returns"
    DELEGATE_CONTROL = "POST /v1/partnerships/{partnership_id}/delegations"
    START_INTERVENTION = "POST /v1/partnerships/{partnership_id}/interventions"
    END_INTERVENTION = "POST /v1/partnerships/{partnership_id}/interventions/{intervention}/endings"
    OBSERVE_OUTCOME = "POST /v1/places/{place}/outcomes"
    CLAIM_CONTRIBUTION = "POST /v1/partnerships/{partnership_id}/contributions"
    DRAW_LESSON = "POST /v1/partnerships/{partnership_id}/lessons"
    GIVE_FEEDBACK = "POST /v1/partnerships/{partnership_id}/feedback"
    RECORD_PULSE = "POST /v1/partnerships/{partnership_id}/pulses"
    RECORD_PROFILE = "POST /v1/partnerships/{partnership_id}/profiles"
    ATTACH_DOCUMENT = "POST /v1/partnerships/{partnership_id}/documents"
    ERASE_DOCUMENT = "POST /v1/partnerships/{partnership_id}/documents/{document}/erasures"
    CONFIRM_RECORD = "POST /v1/records/{record}/confirmations"
    DISPUTE_RECORD = "POST /v1/records/{record}/disputes"
    RESOLVE_DISPUTE = "POST /v1/records/{record}/resolutions"
    CORRECT_RECORD = "POST /v1/records/{record}/corrections"
    WITHDRAW_RECORD = "POST /v1/records/{record}/withdrawals"
    REGISTER_REVIEW = "POST /v1/reviews"
    PUBLISH_METHOD = "POST /v1/methods"
    REDACT_TEXT = "POST /v1/records/{record}/redactions"
    DECLARE_COVERAGE = "POST /v1/partnerships/{partnership_id}/source-coverage"


class Beginning(StrEnum):
    """Work that can be begun in the background, or cancelled."""

    FREEZE_REVIEW = "POST /v1/reviews/{review}/freezes"
    RERUN_REVIEW = "POST /v1/reviews/{review}/reruns"
    DIFF_REVIEWS = "POST /v1/reviews/{review}/diffs"
    BEGIN_BACKTEST = "POST /v1/backtests"
    CANCEL_JOB = "POST /v1/jobs/{job}/cancellations"


class Arranging(StrEnum):
    """The operations on accounts, roles and keys."""

    NOTE_WISH_TO_HEAR = "POST /v1/partnerships/{partnership_id}/asks/{ask}/wishes"
    END_WISH_TO_HEAR = "POST /v1/partnerships/{partnership_id}/asks/{ask}/wishes/{wish}/endings"
    MAKE_ANSWER_LINK = "POST /v1/partnerships/{partnership_id}/commitments/{commitment}/answer-links"
    WITHDRAW_ANSWER_LINK = "POST /v1/partnerships/{partnership_id}/answer-links/{link}/withdrawals"
    MAKE_OWN_KEY = "POST /v1/me/keys"
    RENEW_OWN_KEY = "POST /v1/me/keys/{key}/renewals"
    REVOKE_OWN_KEY = "POST /v1/me/keys/{key}/revocations"
    CHOOSE_OWN_MAIL = "POST /v1/me/mail-choices"
    MAKE_WEBHOOK = "POST /v1/me/webhooks"
    PAUSE_WEBHOOK = "POST /v1/me/webhooks/{webhook}/pauses"
    RESUME_WEBHOOK = "POST /v1/me/webhooks/{webhook}/resumptions"
    ROTATE_WEBHOOK = "POST /v1/me/webhooks/{webhook}/rotations"
    REPLAY_WEBHOOK = "POST /v1/me/webhooks/{webhook}/replays"
    END_WEBHOOK = "POST /v1/me/webhooks/{webhook}/endings"
    MAKE_ACCOUNT = "POST /v1/accounts"
    RENAME_ACCOUNT = "POST /v1/accounts/{account}/renamings"
    CLOSE_ACCOUNT = "POST /v1/accounts/{account}/closings"
    FORGET_ACCOUNT_HOLDER = "POST /v1/accounts/{account}/holder-erasures"
    GIVE_ROLE = "POST /v1/accounts/{account}/roles"
    TAKE_AWAY_ROLE = "POST /v1/accounts/{account}/roles/{grant}/withdrawals"
    MAKE_ACCOUNT_KEY = "POST /v1/accounts/{account}/keys"
    REVOKE_ACCOUNT_KEY = "POST /v1/accounts/{account}/keys/{key}/revocations"
    MAKE_SIGN_IN_LINK = "POST /v1/accounts/{account}/sign-in-links"


class Folkmoot:
    """A Folkmoot at an address, asked with one key. Safe to repeat: what is sent twice is recorded once."""

    def __init__(self, address: str, key: str, *, http: httpx2.Client | None = None) -> None:
        self._http = http or httpx2.Client(base_url=address, timeout=30)
        self._key = key

    def __enter__(self) -> Self:
        """Open for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, operation: Reading, **parameters: Parameter) -> Any:  # noqa: ANN401 - any JSON value
        """Read an answer: JSON as Python has it, anything else as bytes. Raises FolkmootProblem."""
        return _content(self._asked(operation, parameters))

    def pages(self, operation: Reading, **parameters: Parameter) -> Iterator[dict[str, Any]]:
        """The pages of a list, one after another. Raises FolkmootProblem."""
        page = self.read(operation, **parameters)
        while True:
            yield page
            if page["next"] is None:
                return
            page = _content(self._sent("GET", page["next"]))

    def record(
        self,
        operation: Recording,
        body: Body,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        **parameters: Parameter,
    ) -> ReceiptOfRequest:
        """Record something, once however often it is sent. Raises FolkmootProblem.

        Give the same `idempotency_key` to try again after a failure of yours; within a call that is seen to.
        """
        headers = {} if if_match is None else {"If-Match": if_match}
        return cast("ReceiptOfRequest", self._given(operation, body, idempotency_key, headers, parameters))

    def begin(
        self, operation: Beginning, body: Body, *, idempotency_key: str | None = None, **parameters: Parameter
    ) -> dict[str, Any]:
        """Begin work in the background; `Reading.READ_JOB` says how far it is. Raises FolkmootProblem."""
        return self._given(operation, body, idempotency_key, {}, parameters)

    def arrange(
        self, operation: Arranging, body: Body, *, idempotency_key: str | None = None, **parameters: Parameter
    ) -> dict[str, Any]:
        """Arrange who may do what; a key or a link stands in the answer this once. Raises FolkmootProblem."""
        return self._given(operation, body, idempotency_key, {}, parameters)

    def _given(
        self, operation: StrEnum, body: Body, key: str | None, headers: dict[str, str], parameters: dict[str, Parameter]
    ) -> dict[str, Any]:
        headers = {**headers, "Idempotency-Key": key or str(uuid4())}
        return cast("dict[str, Any]", _content(self._asked(operation, parameters, headers=headers, json=body)))

    def _asked(self, operation: StrEnum, parameters: dict[str, Parameter], **more: Any) -> httpx2.Response:  # noqa: ANN401 - parts of a request
        method, template = operation.value.split(" ")
        names = [part[1:-1] for part in template.split("/") if part.startswith("{")]
        path = template.format_map({name: parameters[name] for name in names})
        query = {name: _in_address(value) for name, value in parameters.items() if name not in names}
        return self._sent(method, path, params=query or None, **more)

    def _sent(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - parts of a request
    ) -> httpx2.Response:
        """The answer, after as many tries as are worth it. Raises FolkmootProblem, or httpx2's errors."""
        headers = {"Authorization": f"Bearer {self._key}", **(headers or {})}
        for again in range(1, _TRIES + 1):
            try:
                answer = self._http.request(method, address, headers=headers, **more)
            except httpx2.TransportError:
                if again == _TRIES:
                    raise
                time.sleep(_PAUSE_S * again)
                continue
            if answer.status_code not in _TRY_AGAIN or again == _TRIES:
                break
            time.sleep(float(answer.headers.get("Retry-After", _PAUSE_S * again)))
        if answer.is_error:
            is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
            raise FolkmootProblem(answer.status_code, answer.json() if is_problem else {"detail": answer.text})
        return answer


def _in_address(value: Parameter) -> Any:  # noqa: ANN401 - what httpx2 writes into an address
    return str(value).lower() if isinstance(value, bool) else value


def _content(answer: httpx2.Response) -> Any:  # noqa: ANN401 - any JSON value
    return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer.content

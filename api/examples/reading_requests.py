"""Examples: what can be read once a story is on record; reviews, methods and how the service stands."""

from typing import Any, Final

from api.examples.example_request import ExampleRequest as Ask

_HERE: Final = {"partnership_id": "{partnership}"}
_COUNCIL: Final = {"trustee": "{council}", "truster_side": "residents"}
_STRETCH: Final = {"from": "2025-03-31", "to": "2025-12-31"}
_DAY: Final = {"as_of": "2025-12-31"}


def _read(operation: str, **query: str) -> Ask:
    return Ask(operation=operation, path=_HERE, query=query)


def _job(**how: Any) -> Ask:  # noqa: ANN401 - parts of the request
    """A job, which is done by then."""
    return Ask(operation="read-job", path={"job": "{job}"}, **how)


SERVICE: Final = (
    Ask(operation="read-home"),
    Ask(operation="healthz"),
    Ask(operation="readyz"),
    Ask(operation="read-status"),
    Ask(operation="read-openapi"),
    Ask(operation="read-docs"),
    Ask(operation="read-docs-styles"),
    Ask(operation="list-problems"),
    Ask(operation="read-problem", path={"code": "changed-meanwhile"}),
    Ask(operation="read-catalogue"),
    Ask(operation="read-me"),
    Ask(operation="read-news", query={"since": "40"}),
    Ask(operation="find-asks-and-promises", query={"q": "swings"}),
    Ask(operation="read-runs", speaker="steward"),
)
REGISTERS_READ: Final = (
    Ask(operation="list-places", query={"q": "mill"}),
    Ask(operation="read-place", path={"place": "{place}"}),
    Ask(operation="list-parties", query={"q": "council"}),
    Ask(operation="read-party", path={"party": "{council}"}),
    Ask(operation="list-partnerships", query={"q": "mill"}),
    Ask(operation="list-grants"),
    _read("read-partnership"),
    Ask(operation="read-record", path={"record": "{promise_record}"}),
    Ask(operation="read-log", query={"after": "3", "limit": "2"}),
    Ask(operation="follow-log", query={"after": "3"}),
)
FIGURES: Final = (
    _read("read-timeline", limit="2"),
    _read("read-trust", facet="reliability", trustee="{council}", **_DAY),
    _read("explain-trust", facet="reliability", **_COUNCIL, **_STRETCH),
    _read("read-trust-marks", **_DAY),
    _read("read-expressed-trust", about="{council}", **_DAY),
    _read("read-health", **_DAY),
    _read("explain-health", dimension="H4", **_STRETCH),
    _read("compare-health", **_STRETCH),
    _read("list-trust-causes", facet="reliability", limit="2", **_COUNCIL, **_DAY),
    _read("list-health-causes", dimension="H4", limit="2", **_DAY),
    _read("list-warning-causes", rule="promises-overdue", limit="2", **_DAY),
    _read("read-what-if", half_life="90,365,infinite", **_DAY),
    _read("read-crosswalk", instrument="nuffield", **_DAY),
)
ROWS: Final = (
    *(
        _read(f"read-{name}", limit="2", **_DAY)
        for name in (
            *(
                "activity",
                "ask-stories",
                "asks",
                "challenges",
                "commitments",
                "composition",
                "consultations",
                "contact-counts",
            ),
            *(
                "data-sharing",
                "decisions",
                "early-warnings",
                "evidence-register",
                "promise-endings",
                "funding",
                "worklist",
                "glance",
                "impossible-orders",
            ),
            *("interactions", "interventions", "lessons", "market-disagreement", "members", "network", "publications"),
            *("network-bodies", "outcomes", "record-sources", "spending"),
        )
    ),
    Ask(operation="preview-public-stories", path={"partnership_id": "{partnership}"}, query=_DAY),
    Ask(operation="read-public-stories", path={"partnership_id": "{partnership}"}, query=_DAY),
    _read("read-return", template="pride-in-place-return", **_DAY),
    Ask(operation="read-boundaries", path={"place": "{place}"}, query={"limit": "2", **_DAY}),
    Ask(operation="read-observations", path={"place": "{place}"}, query={"limit": "2", **_DAY}),
)
LISTS: Final = (
    Ask(operation="list-stored-projections"),
    Ask(operation="list-early-warnings", query={"limit": "2"}),
    *(
        Ask(operation=f"list-stored-{name}", query={"limit": "2"})
        for name in ("asks", "commitments", "health", "expressed", "trust", "worklist", "glance")
    ),
)
METHODS: Final = (
    Ask(operation="list-shipped-methods", keep={"method_name": "data/0/id"}),
    Ask(operation="read-shipped-method-called", path={"method_name": "{method_name}"}),
    Ask(
        operation="read-shipped-method",
        keep={"method_document": "document", "method_sha256": "method_sha256"},
    ),
    Ask(
        operation="publish-method",
        body={
            "title": "Folkmoot, November 2026",
            "document": "{method_document}",
            "method_sha256": "{method_sha256}",
            "happened": "2025-01-01",
        },
        keep={"method": "created/method/0"},
    ),
    Ask(operation="list-methods"),
    Ask(operation="read-method", path={"method": "{method}"}),
    Ask(operation="adopt-method", path=_HERE, body={"method": "{method}", "happened": "2025-01-02"}),
)
REVIEWS: Final = (
    Ask(
        operation="register-review",
        body={
            "question": "Do promises to residents hold when their groups hold the money?",
            "cohort": ["{partnership}"],
            "window_start_on": "2025-01-01",
            "window_end_on": "2025-12-31",
            "outcomes": ["Residents who feel they belong"],
            "method": "{method}",
            "retrospective": True,
        },
        keep={"review": "created/review/0"},
    ),
    Ask(operation="list-reviews"),
    Ask(
        operation="freeze-review",
        path={"review": "{review}"},
        body={"as_of": "2025-12-31", "forms": ["csv"]},
        keep={"job": "job_id"},
    ),
    _job(keep={"manifest": "manifest_sha256", "file": "files/0/path"}),
    Ask(operation="read-job-file", path={"job": "{job}", "file": "{file}"}),
    Ask(
        operation="rerun-review",
        path={"review": "{review}"},
        body={"manifest_sha256": "{manifest}"},
        keep={"job": "job_id"},
    ),
    _job(is_shown=False),
    Ask(
        operation="freeze-review",
        path={"review": "{review}"},
        body={"as_of": "2025-06-30", "forms": ["csv"]},
        keep={"job": "job_id"},
        is_shown=False,
    ),
    _job(keep={"other_manifest": "manifest_sha256"}, is_shown=False),
    Ask(
        operation="diff-reviews",
        path={"review": "{review}"},
        body={"manifest_sha256": "{other_manifest}", "other_manifest_sha256": "{manifest}"},
        keep={"job": "job_id"},
    ),
    _job(is_shown=False),
    Ask(
        operation="freeze-review",
        path={"review": "{review}"},
        body={"as_of": "2025-09-30", "forms": ["csv"]},
        keep={"job": "job_id"},
        is_shown=False,
    ),
    Ask(operation="cancel-job", path={"job": "{job}"}, body={}),
    Ask(operation="list-review-jobs", path={"review": "{review}"}),
    Ask(operation="read-review", path={"review": "{review}"}),
    Ask(operation="begin-backtest", body={"split_on": "2025-06-30"}, speaker="steward", keep={"job": "job_id"}),
    _job(speaker="steward", is_shown=False),
)
TRAILS: Final = (
    Ask(operation="list-openings", query={"limit": "2"}, speaker="steward", keep={"opening": "data/0/number"}),
    Ask(operation="read-opening", path={"number": "{opening}"}, speaker="steward"),
    Ask(operation="list-openings-of-person", path={"person": "{person}"}, query={"limit": "2"}, speaker="steward"),
    Ask(operation="read-checkpoint", speaker="steward"),
    Ask(operation="read-proof", path={"record": "{promise_record}"}, speaker="steward"),
)
ENDINGS: Final = (
    Ask(
        operation="declare-coverage",
        path=_HERE,
        body={
            "key": "{steward_key}",
            "covers": [{"kind": "notes", "covered_from": "2025-01-01", "covered_until": "2025-12-31"}],
            "happened": "2026-01-10",
        },
        speaker="steward",
    ),
    Ask(
        operation="pause-partnership",
        path=_HERE,
        body={"reasons": "Until the election is over", "happened": "2026-01-20"},
    ),
    Ask(
        operation="close-partnership",
        path=_HERE,
        body={"reasons": "Its work goes on in the town council", "happened": "2026-03-31"},
    ),
)

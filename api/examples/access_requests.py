"""Examples: a second person is let in with a narrower role, looks after keys of their own, and leaves again."""

from typing import Final

from api.examples.example_request import ExampleRequest as Ask

_ACCOUNT: Final = {"account": "{account}"}
_KEY: Final = {"key": "{own_key}"}
_WEBHOOK: Final = {"webhook": "{webhook}"}

_WEBHOOKS: Final = (
    Ask(
        operation="give-role",
        path=_ACCOUNT,
        body={
            "role": "steward",
            "reach": {"kind": "partnerships", "ids": ["{partnership}"]},
            "until": "2099-03-31",
            "why": "Looks after its record this year",
        },
        speaker="steward",
        is_shown=False,
    ),
    Ask(
        operation="make-webhook",
        body={
            "name": "the reminder system",
            "url": "https://receiver.example/folkmoot",
            "event_types": ["commitment-made", "interaction-recorded"],
            "partnerships": ["{partnership}"],
        },
        speaker="colleague",
        keep={"webhook": "entry/webhook_id"},
    ),
    Ask(operation="list-webhooks", speaker="colleague"),
    Ask(operation="list-dead-letters", path=_WEBHOOK, speaker="colleague"),
    Ask(operation="pause-webhook", path=_WEBHOOK, body={}, speaker="colleague"),
    Ask(operation="resume-webhook", path=_WEBHOOK, body={}, speaker="colleague"),
    Ask(operation="rotate-webhook", path=_WEBHOOK, body={"overlap_hours": 24}, speaker="colleague"),
    Ask(operation="replay-webhook", path=_WEBHOOK, body={"after": 40}, speaker="colleague"),
    Ask(operation="end-webhook", path=_WEBHOOK, body={}, speaker="colleague"),
)

ACCESS: Final = (
    Ask(operation="read-what-may-be-given", speaker="steward"),
    Ask(
        operation="make-account",
        body={"kind": "person", "name": "Sam Example", "organisation": "{council}"},
        speaker="steward",
        keep={"account": "account_id"},
    ),
    Ask(
        operation="give-role",
        path=_ACCOUNT,
        body={
            "role": "evaluator",
            "reach": {"kind": "partnerships", "ids": ["{partnership}"]},
            "until": "2099-03-31",
            "why": "Reviews the first year",
        },
        speaker="steward",
        keep={"grant": "grant_id"},
    ),
    Ask(
        operation="make-account-key",
        path=_ACCOUNT,
        body={"name": "for a first look"},
        speaker="steward",
        keep={"key_of_colleague": "key"},
    ),
    Ask(operation="make-sign-in-link", path=_ACCOUNT, body={}, speaker="steward"),
    Ask(operation="read-me", speaker="colleague", is_shown=False),
    Ask(
        operation="make-own-key",
        body={"name": "for a notebook", "scope": "read", "until": "2099-03-31"},
        speaker="colleague",
        keep={"own_key": "entry/key_id"},
    ),
    Ask(
        operation="renew-own-key",
        path=_KEY,
        body={"overlap_days": 7},
        speaker="colleague",
        keep={"next_key": "entry/key_id"},
    ),
    Ask(operation="list-own-keys", speaker="colleague"),
    Ask(operation="read-own-mail", speaker="colleague"),
    Ask(operation="choose-own-mail", body={"wants": "never"}, speaker="colleague"),
    Ask(operation="revoke-own-key", path=_KEY, body={}, speaker="colleague"),
    *_WEBHOOKS,
    Ask(operation="list-account-keys", path=_ACCOUNT, speaker="steward"),
    Ask(
        operation="revoke-account-key",
        path={**_ACCOUNT, "key": "{next_key}"},
        body={"why": "It stood in a script that others read"},
        speaker="steward",
    ),
    Ask(operation="list-accounts", speaker="steward"),
    Ask(operation="rename-account", path=_ACCOUNT, body={"name": "Sam Sample"}, speaker="steward"),
    Ask(
        operation="take-away-role",
        path={**_ACCOUNT, "grant": "{grant}"},
        body={"why": "The review is done"},
        speaker="steward",
    ),
    Ask(operation="list-account-roles", path=_ACCOUNT, speaker="steward"),
    Ask(operation="close-account", path=_ACCOUNT, body={"why": "Left for another council"}, speaker="steward"),
    Ask(operation="read-account", path=_ACCOUNT, speaker="steward"),
    Ask(
        operation="forget-account-holder",
        path=_ACCOUNT,
        body={"why": "Asked for by whose account it was"},
        speaker="steward",
    ),
    Ask(operation="list-role-trail", query={"limit": "2"}, speaker="steward"),
    Ask(operation="list-account-trail", query={"limit": "2"}, speaker="steward"),
)

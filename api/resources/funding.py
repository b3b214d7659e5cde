"""Funding: applied for, awarded, changed, paid, reported on, ended and given back."""

from api.recording import recording
from domain.decisions.awards import (
    AddFundingCondition,
    DecideVariation,
    EndFunding,
    LiftFundingCondition,
    PayFunding,
    ReportOnFunding,
    RequestVariation,
    ReturnFunding,
)
from domain.decisions.funding import ApplyForFunding, AwardFunding, DelegateControl, RefuseFunding

_TAG = "Funding"
_PARTNERSHIP = "/v1/partnerships/{partnership_id}"
_AWARD = _PARTNERSHIP + "/awards/{award}"

OPERATIONS = (
    recording(f"{_PARTNERSHIP}/funding-applications", ApplyForFunding, tag=_TAG),
    recording(f"{_PARTNERSHIP}/funding-applications/{{application}}/refusals", RefuseFunding, tag=_TAG),
    recording(f"{_PARTNERSHIP}/awards", AwardFunding, tag=_TAG),
    recording(f"{_AWARD}/conditions", AddFundingCondition, tag=_TAG),
    recording(f"{_AWARD}/conditions/{{condition}}/liftings", LiftFundingCondition, tag=_TAG),
    recording(f"{_AWARD}/variations", RequestVariation, tag=_TAG),
    recording(f"{_PARTNERSHIP}/variations/{{variation}}/decisions", DecideVariation, tag=_TAG),
    recording(f"{_AWARD}/payments", PayFunding, tag=_TAG),
    recording(f"{_AWARD}/reports", ReportOnFunding, tag=_TAG),
    recording(f"{_AWARD}/endings", EndFunding, tag=_TAG),
    recording(f"{_AWARD}/returns", ReturnFunding, tag=_TAG),
    recording(f"{_PARTNERSHIP}/delegations", DelegateControl, tag=_TAG),
)

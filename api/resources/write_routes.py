"""Routes by which commands about people and in the affairs of a partnership are posted: one line for each command."""

from typing import Final

from api.recording.command_route import command_route
from domain.decisions.asks import AcceptReferral, AnswerAsk, DeferAsk, RaiseAsk, ReferAsk, WithdrawAsk
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
from domain.decisions.commitment_endings import (
    DisputeFulfilment,
    FailCommitment,
    ReassignCommitment,
    ReleaseCommitment,
    SupersedeCommitment,
    WithdrawCommitment,
)
from domain.decisions.commitments import (
    AcknowledgeCommitment,
    ConfirmFulfilment,
    MakeCommitment,
    ProposeCommitment,
    RenegotiateCommitment,
    ReportFulfilment,
)
from domain.decisions.consultations import CloseConsultation, GiveConsultationFeedback, OpenConsultation
from domain.decisions.decisions import AttestDecision, RecordSpending, TakeDecision
from domain.decisions.disputes import RaiseDispute, SettleDispute
from domain.decisions.experience import GiveFeedback, RecordProfile, RecordPulse
from domain.decisions.funding import ApplyForFunding, AwardFunding, DelegateControl, RefuseFunding
from domain.decisions.interactions import (
    AddToInteraction,
    ApproveMinutes,
    CancelInteraction,
    PlanInteraction,
    RecordInteraction,
    RescheduleInteraction,
    ShareNotes,
)
from domain.decisions.outcomes import ClaimContribution, DrawLesson, EndIntervention, ObserveOutcome, StartIntervention
from domain.decisions.registries import FindPeopleSame, RegisterPerson
from domain.decisions.stewardship import ForgetPerson

_PARTNERSHIP: Final = "/v1/partnerships/{partnership_id}"
_PLANS: Final = _PARTNERSHIP + "/plans"
_INTERACTIONS: Final = _PARTNERSHIP + "/interactions"
_INTERACTION: Final = _INTERACTIONS + "/{interaction}"
_ASKS: Final = _PARTNERSHIP + "/asks"
_ASK: Final = _ASKS + "/{ask}"
_COMMITMENTS: Final = _PARTNERSHIP + "/commitments"
_COMMITMENT: Final = _COMMITMENTS + "/{commitment}"
_CONSULTATIONS: Final = _PARTNERSHIP + "/consultations"
_DISPUTES: Final = _PARTNERSHIP + "/disputes"
_AWARD: Final = _PARTNERSHIP + "/awards/{award}"

PEOPLE: Final = (
    command_route("/v1/people", RegisterPerson, tag="People"),
    command_route("/v1/people-found-same", FindPeopleSame, tag="People"),
    command_route("/v1/erasures", ForgetPerson, tag="People"),
)

INTERACTIONS: Final = (
    command_route(_INTERACTIONS, RecordInteraction, tag="Meetings"),
    command_route(f"{_INTERACTION}/additions", AddToInteraction, tag="Meetings"),
    command_route(f"{_INTERACTION}/minutes-approvals", ApproveMinutes, tag="Meetings"),
    command_route(f"{_INTERACTION}/notes", ShareNotes, tag="Meetings"),
    command_route(_PLANS, PlanInteraction, tag="Meetings"),
    command_route(f"{_PLANS}/{{interaction}}/reschedulings", RescheduleInteraction, tag="Meetings"),
    command_route(f"{_PLANS}/{{interaction}}/cancellations", CancelInteraction, tag="Meetings"),
)

ASKS: Final = (
    command_route(_ASKS, RaiseAsk, tag="Asks"),
    command_route(f"{_ASK}/answers", AnswerAsk, tag="Asks"),
    command_route(f"{_ASK}/deferrals", DeferAsk, tag="Asks"),
    command_route(f"{_ASK}/referrals", ReferAsk, tag="Asks"),
    command_route(f"{_ASK}/referral-acceptances", AcceptReferral, tag="Asks"),
    command_route(f"{_ASK}/withdrawals", WithdrawAsk, tag="Asks"),
)

COMMITMENTS: Final = (
    command_route(_COMMITMENTS, MakeCommitment, tag="Commitments"),
    command_route(f"{_PARTNERSHIP}/commitment-proposals", ProposeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/acknowledgements", AcknowledgeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/renegotiations", RenegotiateCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/reports", ReportFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/confirmations", ConfirmFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/disputes", DisputeFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/failures", FailCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/withdrawals", WithdrawCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/releases", ReleaseCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/supersessions", SupersedeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/reassignments", ReassignCommitment, tag="Commitments"),
)

DECISIONS: Final = (
    command_route(f"{_PARTNERSHIP}/decisions", TakeDecision, tag="Decisions"),
    command_route(f"{_PARTNERSHIP}/decisions/{{decision}}/attestations", AttestDecision, tag="Decisions"),
    command_route(f"{_PARTNERSHIP}/spending", RecordSpending, tag="Decisions"),
)

CONSULTATIONS: Final = (
    command_route(_CONSULTATIONS, OpenConsultation, tag="Consultations"),
    command_route(f"{_CONSULTATIONS}/{{consultation}}/closings", CloseConsultation, tag="Consultations"),
    command_route(f"{_CONSULTATIONS}/{{consultation}}/feedback", GiveConsultationFeedback, tag="Consultations"),
)

DISPUTES: Final = (
    command_route(_DISPUTES, RaiseDispute, tag="Disputes"),
    command_route(f"{_DISPUTES}/{{dispute}}/settlements", SettleDispute, tag="Disputes"),
)

FUNDING: Final = (
    command_route(f"{_PARTNERSHIP}/funding-applications", ApplyForFunding, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/funding-applications/{{application}}/refusals", RefuseFunding, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/awards", AwardFunding, tag="Funding"),
    command_route(f"{_AWARD}/conditions", AddFundingCondition, tag="Funding"),
    command_route(f"{_AWARD}/conditions/{{condition}}/liftings", LiftFundingCondition, tag="Funding"),
    command_route(f"{_AWARD}/variations", RequestVariation, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/variations/{{variation}}/decisions", DecideVariation, tag="Funding"),
    command_route(f"{_AWARD}/payments", PayFunding, tag="Funding"),
    command_route(f"{_AWARD}/reports", ReportOnFunding, tag="Funding"),
    command_route(f"{_AWARD}/endings", EndFunding, tag="Funding"),
    command_route(f"{_AWARD}/returns", ReturnFunding, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/delegations", DelegateControl, tag="Funding"),
)

OUTCOMES: Final = (
    command_route(f"{_PARTNERSHIP}/interventions", StartIntervention, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/interventions/{{intervention}}/endings", EndIntervention, tag="Outcomes"),
    command_route("/v1/places/{place}/outcomes", ObserveOutcome, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/contributions", ClaimContribution, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/lessons", DrawLesson, tag="Outcomes"),
)

EXPERIENCE: Final = (
    command_route(f"{_PARTNERSHIP}/feedback", GiveFeedback, tag="Experience"),
    command_route(f"{_PARTNERSHIP}/pulses", RecordPulse, tag="Experience"),
    command_route(f"{_PARTNERSHIP}/profiles", RecordProfile, tag="Experience"),
)

AFFAIRS: Final = (
    *INTERACTIONS,
    *ASKS,
    *COMMITMENTS,
    *DECISIONS,
    *CONSULTATIONS,
    *DISPUTES,
    *FUNDING,
    *OUTCOMES,
    *EXPERIENCE,
)
"""The routes by which the affairs of a partnership are recorded, in the order in which the API is described."""

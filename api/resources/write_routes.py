"""Routes by which commands about people and in the affairs of a partnership are posted: one line for each command."""

from typing import Final

from api.access.user_roles import Right
from api.recording.command_route import command_route
from domain.decisions import (
    asks,
    awards,
    commitment_endings,
    commitments,
    consultations,
    decisions,
    disputes,
    experience,
    funding,
    interactions,
    outcomes,
    promise_answers,
    registries,
    stewardship,
)
from domain.decisions.publication import WordAskForPublic

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
    command_route("/v1/people", registries.RegisterPerson, tag="People"),
    command_route("/v1/people-found-same", registries.FindPeopleSame, tag="People"),
    command_route("/v1/erasures", stewardship.ForgetPerson, tag="People", right=Right.FORGET),
)

INTERACTIONS: Final = (
    command_route(_INTERACTIONS, interactions.RecordInteraction, tag="Meetings"),
    command_route(f"{_INTERACTION}/additions", interactions.AddToInteraction, tag="Meetings"),
    command_route(f"{_INTERACTION}/minutes-approvals", interactions.ApproveMinutes, tag="Meetings"),
    command_route(f"{_INTERACTION}/notes", interactions.ShareNotes, tag="Meetings"),
    command_route(_PLANS, interactions.PlanInteraction, tag="Meetings"),
    command_route(f"{_PLANS}/{{interaction}}/reschedulings", interactions.RescheduleInteraction, tag="Meetings"),
    command_route(f"{_PLANS}/{{interaction}}/cancellations", interactions.CancelInteraction, tag="Meetings"),
)

ASKS: Final = (
    command_route(_ASKS, asks.RaiseAsk, tag="Asks"),
    command_route(f"{_ASK}/answers", asks.AnswerAsk, tag="Asks"),
    command_route(f"{_ASK}/deferrals", asks.DeferAsk, tag="Asks"),
    command_route(f"{_ASK}/referrals", asks.ReferAsk, tag="Asks"),
    command_route(f"{_ASK}/referral-acceptances", asks.AcceptReferral, tag="Asks"),
    command_route(f"{_ASK}/withdrawals", asks.WithdrawAsk, tag="Asks"),
    command_route(f"{_ASK}/public-wordings", WordAskForPublic, tag="Asks"),
)

COMMITMENTS: Final = (
    command_route(_COMMITMENTS, commitments.MakeCommitment, tag="Commitments"),
    command_route(f"{_PARTNERSHIP}/commitment-proposals", commitments.ProposeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/acknowledgements", commitments.AcknowledgeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/renegotiations", commitments.RenegotiateCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/reports", commitments.ReportFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/confirmations", commitments.ConfirmFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/disputes", commitment_endings.DisputeFulfilment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/answers", promise_answers.AnswerPromise, tag="Commitments"),
    command_route(f"{_COMMITMENT}/failures", commitment_endings.FailCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/withdrawals", commitment_endings.WithdrawCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/releases", commitment_endings.ReleaseCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/settlements", commitment_endings.SettlePart, tag="Commitments"),
    command_route(f"{_COMMITMENT}/supersessions", commitment_endings.SupersedeCommitment, tag="Commitments"),
    command_route(f"{_COMMITMENT}/reassignments", commitment_endings.ReassignCommitment, tag="Commitments"),
)

DECISIONS: Final = (
    command_route(f"{_PARTNERSHIP}/decisions", decisions.TakeDecision, tag="Decisions"),
    command_route(f"{_PARTNERSHIP}/decisions/{{decision}}/attestations", decisions.AttestDecision, tag="Decisions"),
    command_route(f"{_PARTNERSHIP}/spending", decisions.RecordSpending, tag="Decisions"),
)

CONSULTATIONS: Final = (
    command_route(_CONSULTATIONS, consultations.OpenConsultation, tag="Consultations"),
    command_route(f"{_CONSULTATIONS}/{{consultation}}/closings", consultations.CloseConsultation, tag="Consultations"),
    command_route(
        f"{_CONSULTATIONS}/{{consultation}}/feedback", consultations.GiveConsultationFeedback, tag="Consultations"
    ),
)

DISPUTES: Final = (
    command_route(_DISPUTES, disputes.RaiseDispute, tag="Disputes"),
    command_route(f"{_DISPUTES}/{{dispute}}/settlements", disputes.SettleDispute, tag="Disputes"),
)

FUNDING: Final = (
    command_route(f"{_PARTNERSHIP}/funding-applications", funding.ApplyForFunding, tag="Funding"),
    command_route(
        f"{_PARTNERSHIP}/funding-applications/{{application}}/refusals", funding.RefuseFunding, tag="Funding"
    ),
    command_route(f"{_PARTNERSHIP}/awards", funding.AwardFunding, tag="Funding"),
    command_route(f"{_AWARD}/conditions", awards.AddFundingCondition, tag="Funding"),
    command_route(f"{_AWARD}/conditions/{{condition}}/liftings", awards.LiftFundingCondition, tag="Funding"),
    command_route(f"{_AWARD}/variations", awards.RequestVariation, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/variations/{{variation}}/decisions", awards.DecideVariation, tag="Funding"),
    command_route(f"{_AWARD}/payments", awards.PayFunding, tag="Funding"),
    command_route(f"{_AWARD}/reports", awards.ReportOnFunding, tag="Funding"),
    command_route(f"{_AWARD}/endings", awards.EndFunding, tag="Funding"),
    command_route(f"{_AWARD}/returns", awards.ReturnFunding, tag="Funding"),
    command_route(f"{_PARTNERSHIP}/delegations", funding.DelegateControl, tag="Funding"),
)

OUTCOMES: Final = (
    command_route(f"{_PARTNERSHIP}/interventions", outcomes.StartIntervention, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/interventions/{{intervention}}/endings", outcomes.EndIntervention, tag="Outcomes"),
    command_route("/v1/places/{place}/outcomes", outcomes.ObserveOutcome, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/contributions", outcomes.ClaimContribution, tag="Outcomes"),
    command_route(f"{_PARTNERSHIP}/lessons", outcomes.DrawLesson, tag="Outcomes"),
)

EXPERIENCE: Final = (
    command_route(f"{_PARTNERSHIP}/feedback", experience.GiveFeedback, tag="Experience"),
    command_route(f"{_PARTNERSHIP}/pulses", experience.RecordPulse, tag="Experience"),
    command_route(f"{_PARTNERSHIP}/profiles", experience.RecordProfile, tag="Experience"),
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

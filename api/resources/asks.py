"""Asks: what people asked for, and what became of it."""

from api.recording import recording
from domain.decisions.asks import AcceptReferral, AnswerAsk, DeferAsk, RaiseAsk, ReferAsk, WithdrawAsk

_ASKS = "/v1/partnerships/{partnership_id}/asks"
_ASK = _ASKS + "/{ask}"

OPERATIONS = (
    recording(_ASKS, RaiseAsk, tag="Asks"),
    recording(f"{_ASK}/answers", AnswerAsk, tag="Asks"),
    recording(f"{_ASK}/deferrals", DeferAsk, tag="Asks"),
    recording(f"{_ASK}/referrals", ReferAsk, tag="Asks"),
    recording(f"{_ASK}/referral-acceptances", AcceptReferral, tag="Asks"),
    recording(f"{_ASK}/withdrawals", WithdrawAsk, tag="Asks"),
)

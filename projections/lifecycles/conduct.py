"""The conduct of the bodies of a partnership: every act that figures are made from, followed to the end of a day.

This is all that scoring asks of the history: each lifecycle once, and none again.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from projections.agreement.answerable import Answerability, answerability
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.awards import FundersAct, funders_acts
from projections.lifecycles.commitments import Commitment, commitments
from projections.lifecycles.decisions import LedDecision, decisions_led
from projections.lifecycles.sharing_duties import SharingDuty, sharing_duties
from projections.method.method import Method


class PartnershipConduct(Struct, frozen=True, kw_only=True):
    """The acts of a partnership's bodies towards one another by `end`, and from when each body can be held to them."""

    end: datetime
    commitments: Sequence[Commitment]
    asks: Sequence[Ask]
    decisions: Sequence[LedDecision]
    sharing_duties: Sequence[SharingDuty]
    funders_acts: Sequence[FundersAct]
    answerability: Answerability


@once_per_history
def conduct(history: History, method: Method) -> PartnershipConduct:
    """Follow all that was done in a partnership."""
    return PartnershipConduct(
        end=history.end,
        commitments=commitments(history, method),
        asks=asks(history, method),
        decisions=decisions_led(history, method),
        sharing_duties=sharing_duties(history, method),
        funders_acts=funders_acts(history, method),
        answerability=answerability(history),
    )

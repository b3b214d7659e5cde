"""A promise of the council to residents, and what is said of it, for the tests of promises."""

from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentMade,
    CommitmentProposed,
    CommitmentReassigned,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    FulfilmentConfirmed,
    FulfilmentDisputed,
    PartSettled,
)
from domain.vocabulary import Extent
from tests.support.small_world import AT_LARGE, COUNCIL, POLICE, SEALED, TENANTS, an_id

PROMISE_ID = an_id("a promise")
OTHER_ID = an_id("another promise")
BETWEEN = {"promisers": (COUNCIL,), "promisees": (TENANTS,), "text": SEALED}

PROPOSED = CommitmentProposed(happened="2026-01", commitment_id=PROMISE_ID, **BETWEEN)
MADE = CommitmentMade(happened="2026-02-01", commitment_id=PROMISE_ID, due="2026-06-30", **BETWEEN)
OTHER = CommitmentMade(happened="2026-02-01", commitment_id=OTHER_ID, **BETWEEN)
MADE_TO_ALL = CommitmentMade(
    happened="2026-02-01", commitment_id=PROMISE_ID, promisers=(COUNCIL,), promisees=(AT_LARGE,), text=SEALED
)
MADE_TO_MANY = CommitmentMade(
    happened="2026-02-01", commitment_id=PROMISE_ID, promisers=(COUNCIL,), promisees=(TENANTS, POLICE), text=SEALED
)
ACKNOWLEDGED = CommitmentAcknowledged(happened="2026-03", commitment_id=PROMISE_ID, acknowledged_by=TENANTS)
CLAIMED = FulfilmentClaimed(happened="2026-06", commitment_id=PROMISE_ID, claimed_by=COUNCIL)
CONFIRMED = FulfilmentConfirmed(happened="2026-07", commitment_id=PROMISE_ID, confirmed_by=TENANTS)
PARTLY = FulfilmentConfirmed(
    happened="2026-07", commitment_id=PROMISE_ID, confirmed_by=TENANTS, extent=Extent.PART, fraction=0.5
)
DENIED = FulfilmentDisputed(happened="2026-08", commitment_id=PROMISE_ID, disputed_by=TENANTS)
PASSED_ON = CommitmentReassigned(
    happened="2026-03", commitment_id=PROMISE_ID, from_promiser=COUNCIL, to_promiser=POLICE
)
FAILED = CommitmentFailed(happened="2026-04", commitment_id=PROMISE_ID, said_by=COUNCIL)
WITHDRAWN = CommitmentWithdrawn(happened="2026-04", commitment_id=PROMISE_ID, withdrawn_by=COUNCIL)
RELEASED = CommitmentReleased(happened="2026-04", commitment_id=PROMISE_ID, released_by=TENANTS, promisers=(COUNCIL,))
SUPERSEDED = CommitmentSuperseded(
    happened="2026-04", commitment_id=PROMISE_ID, successor_commitment_id=OTHER_ID, agreed_by=(TENANTS,)
)
SETTLED = PartSettled(happened="2026-08", commitment_id=PROMISE_ID, settled_by=TENANTS, fraction=0.5)
ENDINGS = (FAILED, WITHDRAWN, RELEASED, SUPERSEDED, CONFIRMED)

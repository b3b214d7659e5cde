"""Commitments: promises, from being put on the table to being kept, broken or ended."""

from api.recording import recording
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

_TAG = "Commitments"
_COMMITMENTS = "/v1/partnerships/{partnership_id}/commitments"
_COMMITMENT = _COMMITMENTS + "/{commitment}"

OPERATIONS = (
    recording(_COMMITMENTS, MakeCommitment, tag=_TAG),
    recording("/v1/partnerships/{partnership_id}/commitment-proposals", ProposeCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/acknowledgements", AcknowledgeCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/renegotiations", RenegotiateCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/reports", ReportFulfilment, tag=_TAG),
    recording(f"{_COMMITMENT}/confirmations", ConfirmFulfilment, tag=_TAG),
    recording(f"{_COMMITMENT}/disputes", DisputeFulfilment, tag=_TAG),
    recording(f"{_COMMITMENT}/failures", FailCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/withdrawals", WithdrawCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/releases", ReleaseCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/supersessions", SupersedeCommitment, tag=_TAG),
    recording(f"{_COMMITMENT}/reassignments", ReassignCommitment, tag=_TAG),
)

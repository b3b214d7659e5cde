"""The meeting that loads record again and again: eight events, every one with free text."""

from datetime import date, timedelta
from typing import Final

from scripts.benchmarks.open_loop import LoadRequest
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.stories.habits import CastPart

EVENTS: Final = 8
_DAYS: Final = 14
_WORDS: Final = "What was said, at about the length at which people write such things down. " * 3


def meeting_of_eight_events(where: CastNeighbourhood, today: date, number: int) -> LoadRequest:
    """A meeting of eight events, every one with free text, on one of the last days."""
    council, forum = str(where.bodies[CastPart.DISTRICT].id), str(where.bodies[CastPart.FORUM].id)
    happened = (today - timedelta(days=number // 7 % _DAYS)).isoformat()
    ask = {"kind": "request", "raised_by": forum, "addressee": council, "text": _WORDS}
    answer = {"answered_by": council, "reasons": _WORDS}
    body = {
        "kind": "meeting",
        "happened": happened,
        "participants": [{"party": forum, "count": 3}, {"party": council, "count": 2}],
        "notes": _WORDS,
        "asks": [ask, ask],
        "decisions": [{"title": _WORDS, "decided_by": council}],
        "answers": [
            {**answer, "ask": {"here": 0}, "answer": "declined"},
            {**answer, "ask": {"here": 1}, "answer": "adopted"},
        ],
        "commitments": [{"promisers": [council], "promisees": [forum], "text": _WORDS, "due": happened}],
        "fulfilments": [{"commitment": {"here": 0}, "claimed_by": council, "evidence": _WORDS}],
    }
    return LoadRequest("POST", f"/v1/partnerships/{where.partnership_id}/interactions", body)

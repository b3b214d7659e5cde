"""A board run by a few people: two of them do nearly everything, the rest seldom come."""

from collections.abc import Sequence

from scripts.demonstration.stories.habits import NeighbourhoodStory

_THE_FEW = 2


class FewPeople(NeighbourhoodStory):
    """The chair and one other are at every meeting and make every call; the others come now and then."""

    name = "few-people"

    def turnout(self, seat: int, usual: float) -> float:
        """Bring the few always, the others seldom."""
        return 1.0 if seat < _THE_FEW else usual * 0.12

    def contacts_by(self, residents: Sequence[int]) -> Sequence[int]:
        """Leave the work between meetings to the few."""
        return residents[:_THE_FEW]

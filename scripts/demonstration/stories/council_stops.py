"""A council that stops keeping its promises: after a change at the top, nearly nothing it says gets done."""

from msgspec.structs import replace

from scripts.demonstration.stories.habits import CastPart, Conduct, NeighbourhoodStory

_FROM = 0.6


class CouncilStops(NeighbourhoodStory):
    """From six tenths of the years on, the district council promises as before and leaves it at that."""

    name = "council-stops"

    def conduct(self, part: CastPart, share: float, usual: Conduct) -> Conduct:
        """The council lets its word lapse; it neither says so nor makes it good."""
        if part is not CastPart.DISTRICT or share < _FROM:
            return usual
        return replace(usual, keeps=0.06, owns_up=0.05, makes_good=0.0)

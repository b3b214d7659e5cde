"""Asks passed from hand to hand: every body takes an ask on only to find that another should have it."""

from scripts.demonstration.stories.habits import NeighbourhoodStory


class AsksPassedOn(NeighbourhoodStory):
    """The body that holds an ask nearly always refers it to the next."""

    name = "asks-passed-on"

    def passes_on(self, usual: float) -> float:
        """Pass nearly everything on."""
        del usual
        return 0.85

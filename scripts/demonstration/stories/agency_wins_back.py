"""An agency that wins trust back: the police fail a neighbourhood for two years, then do all they say and say so."""

from msgspec.structs import replace

from scripts.demonstration.stories.habits import CastPart, Conduct, NeighbourhoodStory

_BAD_FROM, _GOOD_FROM = 0.2, 0.5


class AgencyWinsBack(NeighbourhoodStory):
    """Between two days the police keep almost no promise; afterwards they keep nearly all, in time."""

    name = "agency-wins-back"

    def conduct(self, part: CastPart, share: float, usual: Conduct) -> Conduct:
        """Break promises for a while, then keep them."""
        if part is not CastPart.POLICE or share < _BAD_FROM:
            return usual
        if share < _GOOD_FROM:
            return replace(usual, keeps=0.03, owns_up=0.6, makes_good=1.0)
        return replace(usual, keeps=0.98, on_time=0.97, makes_good=1.0, reports=0.9)

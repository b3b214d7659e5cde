"""The whole county over its years, planned from a seed: every act, in the order in which it will be recorded."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Final

from msgspec import Struct

from scripts.demonstration.agenda import PlannedAct, SeededChance
from scripts.demonstration.asks import raise_asks
from scripts.demonstration.cast import CastBody, CastNeighbourhood, CountyRegisters
from scripts.demonstration.choices import consult, fall_out, take_decisions
from scripts.demonstration.founding import change_seats, found, share_data
from scripts.demonstration.mending import mend
from scripts.demonstration.money import find_money
from scripts.demonstration.papers import attach_papers, open_to_anybody
from scripts.demonstration.promises import make_promises
from scripts.demonstration.results import look_back, read_outcomes, try_things
from scripts.demonstration.rhythm import keep_in_touch, plan_meetings, write_up
from scripts.demonstration.scene import Scene
from scripts.demonstration.stories import STORIES
from scripts.demonstration.stories.habits import NeighbourhoodStory
from scripts.demonstration.words import NEIGHBOURHOODS

BEGINS_ON: Final = date(2016, 11, 1)
ENDS_ON: Final = date(2026, 10, 31)
_USUAL: Final = NeighbourhoodStory()
_TOLD: Final = sum(story.places for story in STORIES)
_WITH_PAPERS: Final = 2
"""The first neighbourhoods, which attach papers; the very first opens what became of its asks to anybody as well."""


class CountyPlan(Struct, frozen=True, kw_only=True):
    """A county's acts in time order, who takes part, and which story runs in which neighbourhood."""

    seed: SeededChance
    acts: tuple[PlannedAct, ...]
    neighbourhoods: tuple[CastNeighbourhood, ...]
    stories: dict[str, tuple[CastNeighbourhood, ...]]


def plan_county(
    seed: int,
    *,
    places: int = len(NEIGHBOURHOODS),
    begins: date = BEGINS_ON,
    ends: date = ENDS_ON,
    without: Collection[str] = (),
) -> CountyPlan:
    """Plan a county of so many neighbourhoods over some years; `without` names stories to leave out.

    Neighbourhoods with a story begin at once, the others one after another in the years that follow. A county
    without a story is the same county in everything that the story does not bend.
    """
    source = SeededChance(seed)
    told_stories = [(story, nth) for story in STORIES for nth in range(story.places)]
    told_stories += [(_USUAL, 0)] * max(0, places - _TOLD)
    alike = [index - nth for index, (_, nth) in enumerate(told_stories)][:places]
    county = CountyRegisters(source, datetime(begins.year, begins.month, begins.day, 8, tzinfo=UTC), alike)
    acts = list(county.acts)
    stories: dict[str, tuple[CastNeighbourhood, ...]] = {}
    late = (ends - begins) * 0.7 / max(1, places - _TOLD)
    for index, (neighbourhood, (story, nth)) in enumerate(zip(county.neighbourhoods, told_stories, strict=False)):
        stories[story.name] = (*stories.get(story.name, ()), neighbourhood)
        played = _USUAL if story.name in without else story
        starts = begins + late * max(0, index - _TOLD)
        scene = Scene(neighbourhood, source, played, nth, (starts, ends))
        _tell_years(scene, county.observatory)
        if index < _WITH_PAPERS:
            attach_papers(scene)
        if index == 0:
            open_to_anybody(scene)
        acts += scene.acts
    order = {act.name: place for place, act in enumerate(acts)}
    in_time = sorted(acts, key=lambda act: (act.at, order[act.name]))
    neighbourhoods = tuple(county.neighbourhoods)
    return CountyPlan(seed=source, acts=tuple(in_time), neighbourhoods=neighbourhoods, stories=stories)


def _tell_years(scene: Scene, observatory: CastBody) -> None:
    """Plan one neighbourhood's years, strand by strand; what comes up at meetings is written up last."""
    found(scene)
    share_data(scene)
    change_seats(scene)
    plan_meetings(scene)
    make_promises(scene)
    raise_asks(scene)
    take_decisions(scene)
    consult(scene)
    fall_out(scene)
    find_money(scene)
    keep_in_touch(scene)
    try_things(scene, read_outcomes(scene, observatory))
    look_back(scene)
    write_up(scene)
    mend(scene)

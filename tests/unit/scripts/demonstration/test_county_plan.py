"""The plan of the county: the same from the same seed, and each story on its own."""

from datetime import date

import pytest

from scripts.demonstration.county import plan_county
from scripts.demonstration.stories import STORIES

BRIEF = {"places": 7, "begins": date(2024, 11, 1)}


def test_the_same_seed_gives_the_same_county():
    assert plan_county(7, **BRIEF).acts == plan_county(7, **BRIEF).acts


def test_another_seed_gives_another_county():
    one, other = plan_county(7, **BRIEF), plan_county(8, **BRIEF)
    assert one.neighbourhoods[0].partnership_id != other.neighbourhoods[0].partnership_id
    assert [act.command for act in one.acts] != [act.command for act in other.acts]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_leaving_a_story_out_changes_no_other_neighbourhood(story):
    planted, without = plan_county(7, **BRIEF), plan_county(7, **BRIEF, without={story.name})
    concerned = {each.partnership_id for each in planted.stories[story.name]}

    def others(plan):
        return [act for act in plan.acts if act.partnership_id not in concerned]

    assert others(planted) == others(without)
    assert planted.acts != without.acts

"""Templates of returns name views and columns that are there; a table is filled in by period, group and sum."""

from datetime import date

import pytest

from domain.events.decisions import SpendingRecorded
from domain.values import Money
from projections.returns.filled_return import ReturnPeriod, filled_return
from projections.returns.return_template import (
    ReturnName,
    ReturnTemplateInvalid,
    TableHistory,
    read_return_template,
    shipped_return_template,
)
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, PartnershipStory, an_id

TEMPLATE = """
title = "Money"
months = 6
[[sections]]
title = "Spending"
[[sections.tables]]
title = "Spent"
view = "{view}"
on = "{on}"
period = "{period}"
by = ["category"]
where = {{ category = ["engagement", "professional services"] }}
count = "payments"
sums = {{ amount_minor = "spent" }}
money = "currency"
"""
FEBRUARY = ReturnPeriod(date(2026, 2, 1), date(2026, 2, 28))


def template(view="spending", on="spent_on", period="within"):
    return read_return_template(TEMPLATE.format(view=view, on=on, period=period))


@pytest.fixture
def story():
    """Payments before, in and after February, of a category asked for, of another and of none."""
    story = PartnershipStory()
    story.formed("2025-01-01")
    for number, (on, category, pence) in enumerate(
        (
            ("2026-01-31", "engagement", 1),
            ("2026-02-01", "engagement", 10),
            ("2026-02-28", "engagement", 100),
            ("2026-02-15", "tools", 1_000),
            ("2026-02-16", None, 10_000),
            ("2026-03-01", "engagement", 100_000),
        )
    ):
        spending = {"spending_id": an_id(f"spending {number}"), "spent_by": BOARD, "amount": Money(pence)}
        story.tell(SpendingRecorded(happened=on, category=category, **spending))
    return story


def figures(story, **how):
    histories = {TableHistory.PARTNERSHIP: (story.at("2026-12-31"), folkmoot_2026())}
    (table,) = filled_return(template(**how), histories, FEBRUARY)
    return {(each.group, each.measure): each for each in table.figures}


@pytest.mark.parametrize(
    ("period", "payments", "pence"), [("within", 2, 110), ("until", 3, 111), ("after", 1, 100_000)]
)
def test_rows_count_by_their_day(story, period, payments, pence):
    found = figures(story, period=period)
    assert {key: each.amount for key, each in found.items()} == {
        (("engagement",), "payments"): payments,
        (("engagement",), "spent"): pence,
    }
    assert [each.currency for each in found.values()] == ["", "GBP"]
    assert all(len(each.causes) == payments for each in found.values())


@pytest.mark.parametrize(
    ("view", "on", "fault"),
    [
        ("sums", "spent_on", "no view sums"),
        ("spending", "paid_on", "no column paid_on"),
        ("spending", "amount_minor", "neither a day"),
    ],
)
def test_a_template_that_names_what_is_not_there_is_refused(view, on, fault):
    with pytest.raises(ReturnTemplateInvalid, match=fault):
        template(view, on)


def test_a_field_that_no_template_has_is_refused():
    with pytest.raises(ReturnTemplateInvalid, match="colour"):
        read_return_template('title = "A"\nmonths = 1\nsections = []\ncolour = "red"')


@pytest.mark.parametrize("name", ReturnName)
def test_templates_that_are_shipped_are_sound_and_name_each_table_once(name):
    titles = [table.title for section in shipped_return_template(name).sections for table in section.tables]
    assert len(set(titles)) == len(titles) > 9

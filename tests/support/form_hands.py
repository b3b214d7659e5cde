"""Hands at a form in a browser, for journeys: at which widths, with scripts or without, and what they fill in."""

import pytest


def in_browsers(*places):
    """Run a test of a `page` at widths, each with scripts (a number) or without: `in_browsers(320, "768 without")`."""
    split = [str(place).partition(" ") for place in places]
    ways = [pytest.param((int(width), not without), id=f"{width} {without}".strip()) for width, _, without in split]
    return pytest.mark.parametrize("page", ways, indirect=True)


def press(page, name):
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()


def fill_date(page, group, day, month, year):
    """Fill in the parts of a date that a group of fields asks for."""
    for part, number in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_role("group", name=group).get_by_label(part, exact=True).fill(str(number))

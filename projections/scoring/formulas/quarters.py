"""Quarters of the calendar: the days on which they end."""

from datetime import date, timedelta


def quarter_ends(before: date, number: int) -> list[date]:
    """The last days of so many quarters that were over before a day, oldest first."""
    month = 12 * before.year + (before.month - 1) // 3 * 3
    months = range(month - 3 * (number - 1), month + 1, 3)
    return [date(each // 12, each % 12 + 1, 1) - timedelta(days=1) for each in months]


def quarter_end_before(day: date) -> date:
    """The last day of the quarter that was over last before a day."""
    (end,) = quarter_ends(day, 1)
    return end

"""Values in plain English."""

from datetime import date

import pytest

from domain.events.english import (
    day_in_words,
    joined,
    money_in_words,
    number_in_words,
    when_in_words,
    with_article,
    words,
)
from domain.values import Money
from domain.vocabulary import CodeList, InteractionKind, PartyKind, ResolutionOutcome, Role


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (PartyKind.BIG_LOCAL_PARTNERSHIP, "big local partnership"),
        (PartyKind.ICB, "ICB"),
        (PartyKind.NHS_TRUST, "NHS trust"),
        (PartyKind.HOMES_ENGLAND, "Homes England"),
        (Role.MP, "MP"),
        (ResolutionOutcome.SET_ASIDE, "set aside"),
    ],
)
def test_a_code_is_said_in_words(code, text):
    assert words(code) == text


def test_no_code_is_said_with_hyphens_or_twice_alike_in_one_list():
    for codes in CodeList.__subclasses__():
        texts = [words(code) for code in codes]
        assert not [each for each in texts if "-" in each or not each]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("2026", "2026"),
        ("2026-03", "March 2026"),
        ("2026-03-27", "27 March 2026"),
        ("2026-03-07T10:00:00Z", "7 March 2026 at 10am"),
        ("2026-07-27T18:30:00Z", "27 July 2026 at 7:30pm"),
        ("2026-07-27T23:30:00+00:00", "28 July 2026 at 12:30am"),
        ("2026-03-27T12:00Z", "27 March 2026 at midday"),
        ("2026-07-27T00:00:00+01:00", "27 July 2026 at midnight"),
        ("2026-10-25T01:30:00Z", "25 October 2026 at 1:30am"),
    ],
)
def test_a_claimed_time_is_said_in_its_own_precision_and_london_time(when, text):
    assert when_in_words(when) == text


def test_a_day_is_said_with_the_name_of_the_month():
    assert day_in_words(date(2026, 3, 7)) == "7 March 2026"


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(123_450), "£1,234.50"),
        (Money(7_500), "£75"),
        (Money(5), "£0.05"),
        (Money(-200_099), "-£2,000.99"),
        (Money(0), "£0"),
        (Money(123_400, "EUR"), "€1,234"),
        (Money(123_450, "CHF"), "CHF 1,234.50"),
        (Money(50_000, "JPY"), "JPY 50,000"),
        (Money(-1_234_567, "KWD"), "-KWD 1,234.567"),
    ],
)
def test_an_amount_is_said_with_the_decimals_of_its_currency(money, text):
    assert money_in_words(money) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (12_345, "12,345"), (0.1, "0.1"), (1_234_567.0, "1,234,567"), (-2.50, "-2.5")]
)
def test_a_number_is_said_without_noise(number, text):
    assert number_in_words(number) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["a", "", "a"], "a")],
)
def test_a_list_is_joined_as_in_a_sentence(parts, text):
    assert joined(parts) == text


def test_every_kind_of_contact_takes_the_right_article():
    an = {each for each in InteractionKind if with_article(words(each)).startswith("an ")}
    assert an == {
        InteractionKind.EVIDENCE_SESSION,
        InteractionKind.EVIDENCE_SUBMISSION,
        InteractionKind.INFORMAL_ENCOUNTER,
    }

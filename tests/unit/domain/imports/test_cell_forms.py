"""A cell says what its form says or it is refused: nothing in it is passed over, guessed or changed."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports.cell_text import UnreadableCell
from domain.imports.cell_values import read_cell
from domain.imports.dates import form_faults, read_date, read_instant
from domain.imports.mapping_cells import ReadAs
from domain.imports.numbers import amount, number
from domain.values import LONDON
from tests.support.small_mapping import MAPPING, faults_of

ARABIC, WIDE = "".join(map(chr, range(0x0661, 0x0664))), "".join(map(chr, range(0xFF11, 0xFF14)))
NO_NUMBERS = [
    *("13,75", "1.234,56", "1,23,456", "1234,567", "0,123", ",123", "1,234,56", "12,34", "1,2345", "1,,234"),
    *("1 23", "12 34", "1 234,5", "1  234", "1'234", "1_000", "1\u2009234 567", "1 2", "1. 5", "1 .5"),
    *("5E1234567", "1e3", "1E+06", "1e-5", "0x10", "1/2", "50%", "5k", "\u00a35m", "2.5 million", "ten"),
    *("NaN", "inf", "-Infinity", "sNaN", "--5", "-+5", "-\u00a3-5", "(-5)", "-(5)", "((5))", "(5", "5)", "12.00-"),
    *(
        "12 CR",
        "5\u00a3",
        "5 \u20ac",
        "\u20ac5",
        "$5",
        "US$5",
        "GBP 5",
        "\u00a3\u00a35",
        "\u00a3",
        "-",
        ".",
        "\u00a3 -",
    ),
    *(ARABIC, WIDE, "1" + ARABIC, "\u00bd", "\u00b2", "1.2.3", "1..2", "5.\u0660", "9" * 19, "1" * 100_000, "=1+1"),
]


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: ascii(text)[:30])
def test_what_is_not_written_as_a_number_is_refused_in_every_reading(text):
    with pytest.raises(UnreadableCell) as refused:
        amount(text, "GBP")
    assert len(str(refused.value)) < 400
    for read_as in (ReadAs.MONEY, ReadAs.NUMBER, ReadAs.WHOLE_NUMBER):
        with pytest.raises(UnreadableCell):
            read_cell(text, read_as, dates=(), currency="GBP")


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1375", 137_500),
        ("13.75", 1375),
        ("1,375", 137_500),
        ("\u00a312,345,678.90", 1_234_567_890),
        ("-\u00a35", -500),
        ("\u00a3-5", -500),
        ("\u00a3 1,234.50", 123_450),
        ("(1,234.50)", -123_450),
        ("(\u00a35)", -500),
        ("\u00a3(5.00)", -500),
        ("+5", 500),
        ("12 345.6", 1_234_560),
        ("12\u00a0345", 1_234_500),
        ("007", 700),
        (".5", 50),
    ],
)
def test_money_is_read_to_the_penny(text, pence):
    assert read_cell(text, ReadAs.MONEY, dates=(), currency="GBP") == {"minor_units": pence, "currency": "GBP"}


@pytest.mark.parametrize("text", ["1.234", "0.001", "1.500", "2.0000"])
def test_three_digits_after_a_point_may_be_thousands_so_money_has_two(text):
    with pytest.raises(UnreadableCell, match="two decimals"):
        read_cell(text, ReadAs.MONEY, dates=(), currency="GBP")
    assert read_cell(text, ReadAs.NUMBER, dates=(), currency="GBP") == float(text)


@pytest.mark.parametrize(("text", "currency", "units"), [("50,000", "JPY", 50_000), ("1,234.567", "KWD", 1_234_567)])
def test_each_currency_has_its_own_decimals(text, currency, units):
    assert read_cell(text, ReadAs.MONEY, dates=(), currency=currency)["minor_units"] == units
    with pytest.raises(UnreadableCell, match=f"{currency} has (no|three) decimals at most"):
        read_cell("0.0001", ReadAs.MONEY, dates=(), currency=currency)


def test_each_currency_has_its_own_sign():
    for currency, text in (("EUR", "\u20ac5"), ("USD", "$5"), ("CAD", "$5"), ("GBP", "\u00a35"), ("SEK", "5")):
        assert read_cell(text, ReadAs.MONEY, dates=(), currency=currency)["minor_units"] == 500
    for currency in ("EUR", "SEK"):
        with pytest.raises(UnreadableCell, match="sign"):
            read_cell("\u00a35", ReadAs.MONEY, dates=(), currency=currency)


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2))
def test_an_amount_is_read_as_it_was_written_grouped_or_not(value):
    for text in (f"{value}", f"{value:,}", f"{value:,}".replace(",", " ")):
        assert number(text) == value
    assert number(f"{value}") == Decimal(f"{value}")


@given(st.text(alphabet="0123456789,. -+()\u00a3e_'\u0661\uff11", max_size=12))
def test_no_text_is_read_as_a_number_that_it_does_not_spell(text):
    try:
        value = number(text)
    except UnreadableCell:
        return
    assert [each for each in text if each.isdigit()] == [each for each in text if each in "0123456789"]
    assert abs(value) == Decimal("".join(each for each in text if each in "0123456789.").rstrip(".") or "x")


def test_a_number_with_more_digits_than_can_be_kept_is_refused():
    with pytest.raises(UnreadableCell, match="too many digits"):
        read_cell("1234567890.12345678", ReadAs.NUMBER, dates=(), currency="GBP")


UNSOUND = {
    "%d/%m": "no year",
    "%d %B": "no year",
    "%H:%M": "no year",
    "": "no year",
    "%d/%Y": "a day and no month",
    "%e/%m/%Y": "%e is not understood",
    "%-d/%m/%Y": "%- is not understood",
    "%F": "%F is not understood",
    "%G-W%V-%u": "%G is not understood",
    "%Y-%U-%a": "%U is not understood",
    "%c": "%c is not understood",
    "%x": "%x is not understood",
    "%s": "%s is not understood",
    "%d/%m/%Y %": "% is not understood",
    "%d/%m/%d %Y": "says the day twice",
    "%d %b %m %Y": "says the month twice",
    "%Y %y": "says the year twice",
    "%d/%m/%y": "two digits",
    "%d/%m/20%y": "digits of its own",
    "%Y-%m-%dT%H:%M:%S+00:00": "digits of its own",
    "%Y-%m-%d %I:%M": "go together",
    "%Y-%m-%d %H:%M %p": "go together",
    "%Y-%m-%d %M": "the minute and no hour",
    "%Y-%m-%d %H:%S": "the second and no minute",
    "%Y-%m %H:%M": "the hour and no day",
    "%A %B %Y": "the weekday and no day",
    "%Y-%m-%d %z": "a zone and no hour",
    "%Y-%m-%d %H:%M %z UTC": "the zone twice",
    "%j %m %Y": "the day of the year and a month",
}


@pytest.mark.parametrize("form", UNSOUND)
def test_a_form_that_cannot_be_used_is_a_fault_of_the_mapping_that_names_it(form):
    source = (MAPPING % {"id": "x"}).replace('"%d/%m/%Y"', f'"{form}"').replace('since = "1990"\n', "")
    faults = [fault for fault in faults_of(source) if fault.startswith(f"dates: the form {form!r} cannot be used: ")]
    assert any(UNSOUND[form] in fault for fault in faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('since = "1990"', 'since = "1990-13"'), "since: must be"),
        (('since = "1990"', 'since = "1990"\nencoding = "hex"'), "encoding: 'hex' is none"),
        (('since = "1990"', 'since = "1990"\nencoding = "klingon"'), "encoding: 'klingon' is none"),
        (('since = "1990"', 'since = "1990"\ncurrency = "gbp"'), "currency: must be three capital letters"),
    ],
)
def test_settings_under_which_cells_would_be_misread_are_faults(change, fault):
    assert any(fault in each for each in faults_of((MAPPING % {"id": "x"}).replace(*change)))


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("3/4/2024", "%d/%m/%Y", "2024-04-03"),
        ("03 april 2024", "%d %B %Y", "2024-04-03"),
        ("Wed 3 Apr 2024", "%a %d %b %Y", "2024-04-03"),
        ("2024-094", "%Y-%j", "2024-04-03"),
        ("04/2024", "%m/%Y", "2024-04"),
        ("2024-04-03 11:59:00.5", "%Y-%m-%d %H:%M:%S.%f", "2024-04-03"),
        ("3/4/24", "%d/%m/%y", "2024-04-03"),
        ("3/4/14", "%d/%m/%y", "2114-04-03"),
        ("2024-04-03T23:30:00Z", "%Y-%m-%dT%H:%M:%SZ", "2024-04-03"),
    ],
)
def test_a_date_is_read_as_its_form_says(text, form, expected):
    assert not list(form_faults(form, "2015"))
    assert read_date(text, (form,), "2015") == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("14/03/0966", "%d/%m/%Y"),
        ("31/02/2024", "%d/%m/%Y"),
        ("29/02/2023", "%d/%m/%Y"),
        (f"{ARABIC[0]}/{ARABIC[1]}/2024", "%d/%m/%Y"),
        (f"{WIDE[0]}/{WIDE[1]}/2024", "%d/%m/%Y"),
        ("Mon 3 Apr 2024", "%a %d %b %Y"),
        ("2024111", "%Y%m%d"),
        ("45385", "%d/%m/%Y"),
        ("03/04/2024 x", "%d/%m/%Y"),
        ("03/04/20245", "%d/%m/%Y"),
        ("03-04-2024", "%d/%m/%Y"),
        ("03/04/24", "%d/%m/%Y"),
        ("1/1/9999", "%d/%m/%Y"),
        ("03/04/2024 12:00 CEST", "%d/%m/%Y %H:%M %Z"),
        ("03/01/2024 12:00 BST", "%d/%m/%Y %H:%M %Z"),
        ("03/01/2024 12:00 +25:00", "%d/%m/%Y %H:%M %z"),
        ("03/01/2024 12:00 -00:00", "%d/%m/%Y %H:%M %z"),
        ("03/01/2024 24:00", "%d/%m/%Y %H:%M"),
        ("03/01/2024 23:59:60", "%d/%m/%Y %H:%M:%S"),
    ],
)
def test_what_the_form_would_not_write_is_refused(text, form):
    for reading in (read_date, read_instant):
        with pytest.raises(UnreadableCell):
            reading(text, (form,), "2015")


def test_a_number_of_a_spreadsheets_day_is_said_to_be_one():
    with pytest.raises(UnreadableCell, match="keeps for a day"):
        read_date("45385", ("%d/%m/%Y",))


def test_a_date_that_two_forms_read_differently_is_refused_and_one_they_agree_on_is_not():
    both = ("%d/%m/%Y", "%m/%d/%Y")
    assert read_date("25/12/2024", both) == "2024-12-25"
    assert read_date("4/4/2024", both) == "2024-04-04"
    with pytest.raises(UnreadableCell, match="reads as 2024-04-03 in one form of the mapping and as 2024-03-04"):
        read_date("03/04/2024", both)


FORMS = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%a, %d %b %Y", "%Y%m%d", "%Y-%j", "%d.%m.%Y %H:%M"]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_a_day_written_in_a_form_is_read_as_that_day_and_in_no_other_form_as_another(day, form, other):
    text = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).strftime(form)
    assert read_date(text, (form,)) == day.isoformat()
    with suppress(UnreadableCell):
        assert read_date(text, (other,)) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2024-07-01 12:00 UTC", "%Y-%m-%d %H:%M %Z", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01 12:00 gmt", "%Y-%m-%d %H:%M %Z", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01 12:00 BST", "%Y-%m-%d %H:%M %Z", "2024-07-01T12:00:00+01:00"),
        ("2024-07-01T12:00:00Z", "%Y-%m-%dT%H:%M:%SZ", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01 12:00 UTC", "%Y-%m-%d %H:%M UTC", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01T12:00:00+0530", "%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:00:00+05:30"),
        ("2024-07-01T12:00:00Z", "%Y-%m-%dT%H:%M:%S%z", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01 7:30 pm", "%Y-%m-%d %I:%M %p", "2024-07-01T19:30:00+01:00"),
        ("2024-01-01 12:00", "%Y-%m-%d %H:%M", "2024-01-01T12:00:00+00:00"),
    ],
)
def test_a_zone_that_is_said_is_kept_and_one_that_is_not_is_londons(text, form, expected):
    assert read_instant(text, (form,)) == expected


@pytest.mark.parametrize("text", ["31/03/2024 01:30", "27/10/2024 01:30", "31/03/2024 01:00", "27/10/2024 01:59"])
def test_a_time_that_london_skipped_or_had_twice_is_refused_without_a_zone(text):
    with pytest.raises(UnreadableCell, match="in London"):
        read_instant(text, ("%d/%m/%Y %H:%M",))
    assert read_instant(f"{text} +00:00", ("%d/%m/%Y %H:%M %z",))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))  # noqa: DTZ001 - the clock on London's wall
def test_a_local_time_is_read_as_the_one_instant_at_which_london_showed_it(wall_clock):
    wall_clock = wall_clock.replace(microsecond=0)
    around = [datetime(*wall_clock.timetuple()[:6], tzinfo=UTC) + timedelta(hours=each) for each in (-1, 0)]
    instants = [each for each in around if each.astimezone(LONDON).replace(tzinfo=None) == wall_clock]
    try:
        instant = read_instant(f"{wall_clock:%Y-%m-%d %H:%M:%S}", ("%Y-%m-%d %H:%M:%S",))
    except UnreadableCell:
        assert len(instants) != 1
        return
    assert [datetime.fromisoformat(instant)] == instants


def test_a_month_is_no_instant():
    with pytest.raises(UnreadableCell):
        read_instant("2024-07", ("%Y-%m",))

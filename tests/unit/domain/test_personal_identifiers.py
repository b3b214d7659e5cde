"""Personal identifiers in free text are seen in the forms that people write, and little else is taken for one."""

import time

import pytest

from domain.personal_identifiers import PersonalIdentifier, personal_identifiers

PHONE, EMAIL, NHS, INSURANCE, ADDRESS = (
    PersonalIdentifier.PHONE_NUMBER,
    PersonalIdentifier.EMAIL_ADDRESS,
    PersonalIdentifier.NHS_NUMBER,
    PersonalIdentifier.NATIONAL_INSURANCE_NUMBER,
    PersonalIdentifier.HOME_ADDRESS,
)


@pytest.mark.parametrize(
    "text",
    [
        "Mend the lamps on Mill Steps. Ring 01632 960 001",
        "01632960001",
        "(01632) 960001",
        "01632-960-001.",
        "Call 020 7946 0958 after six",
        "0113 496 0000",
        "my mobile: 07700 900123",
        "07700 900 123,",
        "07700900123",
        "0800 001 1066",
        "+44 1632 960001",
        "+44 (0)1632 960 001",
        "+447700900123",
        "0044 7700 900123",
        "+353 1 496 0000",
        "016977 12345",
    ],
)
def test_a_phone_number_is_seen_however_it_is_spaced(text):
    assert personal_identifiers(text) == (PHONE,)


@pytest.mark.parametrize(
    "text",
    ["write to jo.bloggs@example.org", "JO+board@mail.example.co.uk", "o'neil@example.com", "jo [at] example.org"],
)
def test_an_e_mail_address_is_seen(text):
    assert personal_identifiers(text) == (EMAIL,)


@pytest.mark.parametrize("text", ["943 476 5919", "her NHS number is 9434765919", "943-476-5919", "401 023 2137."])
def test_an_nhs_number_is_seen_by_its_check_digit(text):
    assert personal_identifiers(text) == (NHS,)


@pytest.mark.parametrize("text", ["943 476 5918", "9434765910", "401 023 2138"])
def test_ten_digits_with_another_check_digit_are_no_nhs_number(text):
    assert personal_identifiers(text) == ()


@pytest.mark.parametrize("text", ["AB 12 34 56 C", "AB123456C", "ab123456c", "JG 10 37 59 A", "jg-10-37-59-a"])
def test_a_national_insurance_number_is_seen(text):
    assert personal_identifiers(text) == (INSURANCE,)


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Lee, 14 Mill Lane, HF1 2AB",
        "14a mill lane harrowfold hf1 2ab",
        "Flat 3, Weaver House, HF12 2AB",
        "she lives at 27 Old Chapel Road HF1 2AB",
        "number 8, HF1 2AB",
        "HF1 2AB, number 8",
        "8 HF1 2AB",
    ],
)
def test_a_house_number_with_its_postcode_is_seen(text):
    assert personal_identifiers(text) == (ADDRESS,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The 27 March 2026 meeting was quorate",
        "from 01.02.2026 to 03.04.2026",
        "01-02-2026 03-04-2026",
        "2026-03-27 and 2026-11-30",
        "2019/2020/2021",
        "between 2016 and 2026",
        "£1,234,567.89 of £7,946,095,800",
        "0.0794609580 of a point",
        "reference 01632960001",
        "Ref: 9434765919",
        "planning number 01632960001",
        "invoice INV-9434765919",
        "UPRN 100012345678",
        "company 01234567, charity 1123456",
        "the meeting is from 09.30 to 11.45, then 12.00",
        "open in HF1 2AB and HF1 2AC",
        "27 people from HF1 2AB came",
        "12 March at the library in HF1 2AB",
        "follow us @harrowfold",
        "Mend 3 lamps by 31 12 2026",
        "votes: 960 001 for, 120 against",
        "GSS code E05000123, LSOA E01012345",
        "the A6 and the M62, junction 24",
        "flat 3 needs a new door",
        "14 Mill Lane has no light",
        "10000000000 sheets",
        "policy AB/12/34/56/C",
    ],
)
def test_dates_amounts_years_references_and_bare_postcodes_are_left_alone(text):
    assert personal_identifiers(text) == ()


def test_several_kinds_are_named_once_each():
    text = "Ring 01632 960 001 or 07700 900123, or jo@example.org, or call at 14 Mill Lane, HF1 2AB"
    assert personal_identifiers(text) == (PHONE, EMAIL, ADDRESS)


def test_each_kind_reads_well_in_a_sentence():
    assert [kind.in_words for kind in PersonalIdentifier] == [
        "a phone number",
        "an email address",
        "an NHS number",
        "a National Insurance number",
        "a home address",
    ]


@pytest.mark.parametrize(
    "text", ["a" * 15_000, "0 " * 7_500, "1 High " * 2_000, "0" * 15_000, "a." * 7_500, "9" * 15_000]
)
def test_the_longest_text_is_screened_in_no_time(text):
    start = time.perf_counter()
    personal_identifiers(text)
    assert time.perf_counter() - start < 0.25

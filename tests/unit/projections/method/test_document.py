"""Method documents: the shipped one, its fingerprint, its calendar, and every fault of a bad one."""

from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import start_of_day
from domain.vocabulary import Facet
from projections.method.document import (
    BEHAVIOURAL_FACETS,
    MethodInvalid,
    default_method,
    load_method,
    shipped_by,
    shipped_method,
    shipped_methods,
)
from projections.method.method import LATER_FACETS, BaseRate, Dimension, method_sha256
from projections.method.working_days import working_days
from projections.what_if.variants import adverse_variants, half_life_variants, weight_variants

HOLIDAYS = default_method().bank_holidays


def document(**changes: object) -> bytes:
    content = msgspec.to_builtins(default_method())
    return msgspec.json.encode(content | changes)


def faults(content: bytes) -> dict[str, str]:
    with pytest.raises(MethodInvalid) as refusal:
        load_method(content)
    return {fault.pointer: fault.detail for fault in refusal.value.faults}


def test_the_shipped_method_names_a_base_rate_and_its_source_for_every_behavioural_facet() -> None:
    shipped = default_method()
    assert shipped.base_rates.keys() == BEHAVIOURAL_FACETS
    assert all(0.02 <= rate.value <= 0.98 and rate.source for rate in shipped.base_rates.values())
    assert Facet.EXPRESSED not in shipped.base_rates


def test_a_document_that_is_nested_too_deeply_is_refused() -> None:
    for opening, closing in ((b"[", b"]"), (b'{"trust":', b"}")):
        assert faults(opening * 100_000 + b"1" + closing * 100_000) == {"": "nested too deeply"}


def test_a_setting_that_is_given_twice_is_named_beside_every_other_fault() -> None:
    twice = document(bands=[]).replace(b'"half_life_days":', b'"half_life_days":1,"half_life_days":', 1)
    assert faults(twice) == {"": "gives half_life_days twice"}
    worse = twice.replace(b'"grace_days":', b'"grace_days_":')
    assert faults(worse).keys() == {"", "/commitments/grace_days", "/commitments/grace_days_"}


@pytest.mark.parametrize("value", [0, -1, 1e308, 5e-324, True, "1", None, []])
def test_no_survey_line_is_followed_by_a_setting_out_of_all_proportion(value: object) -> None:
    unscathed = {"candidates", "least_noise_share"} if value == 5e-324 else None  # nothing is divided by the rest
    for method in (shipped_method("folkmoot-2026-11"), default_method()):
        rules = msgspec.to_builtins(method.survey_rules)
        for setting in rules.keys() & (unscathed or rules.keys()) - {"first_level"}:
            details = faults(document(experience=rules | {setting: value}, provenance={}))
            assert list(details) == [f"/experience/{setting}"]


@pytest.mark.parametrize("weight", [0, 5e-324, 1e-300, 10_001, 1e308])
def test_what_is_expected_before_there_is_evidence_leaves_room_for_it(weight: float) -> None:
    trust = msgspec.to_builtins(default_method().trust)
    for setting in ("prior_weight", "block_prior_weight", "pooling_weight"):
        assert list(faults(document(trust=trust | {setting: weight}))) == [f"/trust/{setting}"]


@pytest.mark.parametrize("year", [0, -2026, 10_000, 10**30])
def test_bank_holidays_lie_in_years_of_the_calendar(year: int) -> None:
    holidays = msgspec.to_builtins(HOLIDAYS)
    for setting in ("first_year", "last_year"):
        assert f"/bank_holidays/{setting}" in faults(document(bank_holidays=holidays | {setting: year}))


def test_context_dimensions_have_no_weight() -> None:
    context = {Dimension.CONTINUITY, Dimension.NETWORK, Dimension.REPAIR}
    assert default_method().headline_weights.keys() == set(Dimension) - context


def test_the_fingerprint_depends_on_content_and_not_on_layout() -> None:
    content = msgspec.to_builtins(default_method())
    turned = dict(reversed(content.items()))
    again = load_method(msgspec.json.format(msgspec.json.encode(turned), indent=4))
    assert method_sha256(again) == method_sha256(default_method())
    content["trust"]["half_life_days"] = None
    other = load_method(msgspec.json.encode(content))
    assert other.trust.half_life_days is None
    assert method_sha256(other) != method_sha256(default_method())


def test_every_fault_is_named_at_once() -> None:
    content = msgspec.to_builtins(default_method())
    content["surprise"] = 1
    del content["author"]
    content["trust"]["half_life_days"] = -3
    content["base_rates"]["reliability"]["value"] = 0.99
    content["base_rates"]["openness"]["source"] = 7
    content["flexibility"]["control"]["nobody"] = 1
    content["bands"][1]["low"] = 2
    details = faults(msgspec.json.encode(content))
    assert details.keys() == {
        "/surprise",
        "/author",
        "/trust/half_life_days",
        "/base_rates/reliability/value",
        "/base_rates/openness/source",
        "/flexibility/control/nobody",
        "/bands/1/low",
    }


def test_where_a_setting_comes_from_is_no_fault_because_something_else_in_its_part_is() -> None:
    sources = {"early_warnings.silent_days": "Ours.", "experience": "Ours.", "trust.patience": "Ours."}
    content = msgspec.to_builtins(default_method()) | {"provenance": sources}
    content["early_warnings"]["fewest_asks"] = -1
    assert faults(msgspec.json.encode(content)).keys() == {"/early_warnings/fewest_asks", "/provenance/trust.patience"}


def test_values_that_contradict_each_other_are_faults() -> None:
    content = msgspec.to_builtins(default_method())
    del content["base_rates"]["openness"]
    del content["commitments"]["materiality"]["major"]
    content["headline_weights"] = {"voice": 0}
    content["facet_weights"] = {}
    content["bands"] = [{"name": "high", "low": 0.5}]
    content["bank_holidays"]["dates"] = ["2031-01-01", "2020-01-01"]
    details = faults(msgspec.json.encode(content))
    assert details.keys() == {
        "/base_rates/openness",
        "/commitments/materiality/major",
        "/headline_weights",
        "/facet_weights",
        "/bands",
        "/bank_holidays/dates",
    }


SHIPPED_SHA256S = {
    "folkmoot-2026": "86b9052d972d563aaf7901f88cbf495c399cd4bae376d9bfd9dc6a9112f1ca20",
    "folkmoot-2026-11": "7e751189bdb7cc9951f35968c76cb9c1c58422bf0327e729e20525ac60eb0713",
    "folkmoot-2026-11-29": "9048a2ff8486afd2045d7400d6c24aef0eaaa810190d65d3515ea495b8cf8dd6",
}


@pytest.mark.parametrize("multiples", [[], [0], [0.0001], [2, 1], [1, 1], [1_001], [1] * 21, ["1"], None])
def test_drifts_and_noises_to_be_weighed_rise_and_are_in_proportion(multiples: object) -> None:
    rules = msgspec.to_builtins(default_method().survey_rules)
    for setting in ("drift_multiples", "noise_multiples"):
        details = faults(document(experience=rules | {"candidates": rules["candidates"] | {setting: multiples}}))
        assert list(details) == [f"/experience/candidates/{setting}"]


def test_drift_is_learnt_by_moments_or_by_weighing_and_not_by_both_or_neither() -> None:
    weighing, moments = (
        msgspec.to_builtins(shipped_method(name).survey_rules) for name in ("folkmoot-2026-11-29", "folkmoot-2026-11")
    )
    of_moments = {"/experience/least_drift_variance", "/experience/prior_count", "/experience/least_noise_share"}
    both = faults(document(experience=moments | weighing))
    neither = faults(document(experience={name: weighing[name] for name in weighing.keys() - {"candidates"}}))
    assert both.keys() == neither.keys() == of_moments
    assert "leave it out" in both["/experience/prior_count"]
    assert "missing" in neither["/experience/prior_count"]
    assert faults(document(experience=moments | {"prior_count": 0})).keys() == {"/experience/prior_count"}


def test_an_aspect_that_came_after_a_method_has_the_rate_declared_for_it_and_the_method_keeps_its_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if *entrusted* were new: a method without it is read, and one that names it goes by its own rate."""
    content = msgspec.to_builtins(default_method()) | {"id": "before-entrusted"}
    del content["base_rates"]["entrusted"]
    before = msgspec.json.encode(content)
    assert faults(before).keys() == {"/base_rates/entrusted"}
    rate = BaseRate(value=0.3, source="Declared with the aspect.", calibrated_until=date(2030, 1, 1))
    monkeypatch.setitem(LATER_FACETS, Facet.ENTRUSTED, rate)
    method = load_method(before)
    assert method.base_rate(Facet.ENTRUSTED) == 0.3
    assert method.known_base_rates[Facet.ENTRUSTED] is rate
    assert "entrusted" not in msgspec.to_builtins(method)["base_rates"]
    assert default_method().base_rate(Facet.ENTRUSTED) == 0.4
    sha256s = {method.id: method_sha256(method) for method in shipped_methods()}
    assert {name: sha256s.get(name) for name in SHIPPED_SHA256S} == SHIPPED_SHA256S


def test_every_method_shipped_keeps_its_digest_for_ever() -> None:
    """Figures were cited by them; what methods learn to say later must not stand in their documents."""
    sha256s = {method.id: method_sha256(method) for method in shipped_methods()}
    assert {name: sha256s.get(name) for name in SHIPPED_SHA256S} == SHIPPED_SHA256S


def test_every_shipped_method_is_found_by_its_id_and_by_its_digest() -> None:
    for method in shipped_methods():
        assert shipped_method(method.id) is method
        assert shipped_method(method_sha256(method)) is method
    assert shipped_method("nobody's") is None


def test_shipped_methods_follow_each_other_by_the_day_of_their_publication() -> None:
    days = [method.published_on for method in shipped_methods()]
    assert days == sorted(set(days))
    assert default_method().published_on == days[-1]


def test_a_method_is_used_from_the_day_of_its_publication_until_that_of_the_next() -> None:
    assert shipped_by(start_of_day(date(2020, 1, 1))) is shipped_methods()[0]
    for one, next_one in pairwise(shipped_methods()):
        assert shipped_by(start_of_day(next_one.published_on) - timedelta(microseconds=1)) is one
        assert shipped_by(start_of_day(next_one.published_on)) is next_one


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"null", b'"x"'])
def test_what_is_not_a_document_is_refused_with_a_reason(content: bytes) -> None:
    assert faults(content)


@given(st.binary(max_size=50))
def test_no_input_does_anything_but_be_read_or_refused(content: bytes) -> None:
    with pytest.raises(MethodInvalid):
        load_method(content)


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    moon = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * moon) // 451
    return date(year, (h + moon - 7 * m + 114) // 31, (h + moon - 7 * m + 114) % 31 + 1)


def first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def holidays_by_rule(year: int) -> set[date]:
    """Apply the rules for England and Wales, substitute days included, proclaimed days not."""
    new_year = date(year, 1, 1)
    holidays = {
        new_year if new_year.weekday() < 5 else first_monday(new_year),
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        first_monday(date(year, 5, 1)),
        first_monday(date(year, 5, 25)),
        first_monday(date(year, 8, 25)),
    }
    for day in (date(year, 12, 25), date(year, 12, 26)):
        substitute = day
        while substitute.weekday() >= 5 or substitute in holidays:
            substitute += timedelta(days=1)
        holidays.add(substitute)
    return holidays


def test_the_calendar_follows_the_rules_and_the_proclamations() -> None:
    expected = set().union(*(holidays_by_rule(year) for year in range(2010, 2031)))
    expected -= {date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)}
    expected |= {date(2011, 4, 29), date(2012, 6, 4), date(2012, 6, 5), date(2020, 5, 8)}
    expected |= {date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
    assert set(HOLIDAYS.dates) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 4, 1)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Boxing Day is a Saturday
        (date(2026, 6, 6), 1, date(2026, 6, 8)),  # from a Saturday
        (date(2026, 6, 1), 20, date(2026, 6, 29)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, count: int, expected: date) -> None:
    counter = working_days(HOLIDAYS)
    assert counter.after(day, count) == expected
    assert counter.between(day, expected) == count


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert working_days(HOLIDAYS).between(date(2026, 6, 10), date(2026, 6, 1)) == 0


@given(st.dates(date(2010, 1, 1), date(2029, 1, 1)), st.integers(1, 120))
def test_counting_days_undoes_adding_them(day: date, count: int) -> None:
    counter = working_days(HOLIDAYS)
    assert counter.between(day, counter.after(day, count)) == count


def test_variants_change_one_setting_at_a_time() -> None:
    shipped = default_method()
    fading, adverse = dict(half_life_variants(shipped)), dict(adverse_variants(shipped))
    assert {variant.trust.half_life_days for variant in fading.values()} == {90, 180, 365, None}
    assert {variant.trust.adverse_weight for variant in fading.values()} == {shipped.trust.adverse_weight}
    assert {variant.trust.adverse_weight for variant in adverse.values()} == {1, 2, 3}
    assert {variant.trust.half_life_days for variant in adverse.values()} == {shipped.trust.half_life_days}
    weights = {"voice": 1.0, "rhythm": 2.0}
    assert dict(weight_variants(weights)) == {
        "voice x 0.5": {"voice": 0.5, "rhythm": 2.0},
        "voice x 1.5": {"voice": 1.5, "rhythm": 2.0},
        "rhythm x 0.5": {"voice": 1.0, "rhythm": 1.0},
        "rhythm x 1.5": {"voice": 1.0, "rhythm": 3.0},
    }

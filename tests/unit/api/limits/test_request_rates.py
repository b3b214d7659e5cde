"""Rates: so many requests in a minute of each caller, and no caller's minute is another's."""

from hypothesis import given
from hypothesis import strategies as st

from api.limits import request_rates
from api.limits.request_rates import WINDOW_S, RequestRates


class HandClock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_caller_is_refused_once_the_quota_is_taken_and_served_again_a_minute_after_the_first_request():
    clock = HandClock()
    rates = RequestRates("default", 2, clock=clock)
    assert [rates.take("a").is_refused for _ in range(3)] == [False, False, True]
    clock.now += WINDOW_S - 0.5
    assert rates.take("a").is_refused
    clock.now += 0.5
    assert not rates.take("a").is_refused


def test_what_one_caller_takes_is_not_taken_from_another():
    rates = RequestRates("default", 1, clock=HandClock())
    rates.take("a")
    assert rates.take("a").is_refused
    assert not rates.take("b").is_refused


def test_the_fields_are_structured_fields_with_the_quota_the_rest_and_the_seconds_until_all_is_there_again():
    clock = HandClock()
    rates = RequestRates("default", 600, clock=clock)
    for _ in range(11):
        rates.take("a")
    clock.now += 39
    assert rates.take("a").fields == {
        "RateLimit-Policy": '"default";q=600;w=60',
        "RateLimit": '"default";r=588;t=21',
    }


def test_without_a_quota_nobody_is_counted():
    rates = RequestRates("default", 0)
    assert [rates.take("a") for _ in range(100)] == [None] * 100
    assert rates.used_up("a") is None
    assert len(rates) == 0


def test_who_has_used_up_the_quota_is_known_without_taking_more():
    clock = HandClock()
    rates = RequestRates("unsigned", 20, clock=clock)
    assert rates.used_up("a") is None
    rates.take("a", cost=10)
    assert rates.used_up("a") is None
    rates.take("a", cost=15)
    assert rates.used_up("a").is_refused
    assert rates.used_up("a").left == 0
    assert rates.used_up("b") is None
    clock.now += WINDOW_S
    assert rates.used_up("a") is None


def test_no_more_callers_are_remembered_than_memory_is_set_aside_for(monkeypatch):
    monkeypatch.setattr(request_rates, "_MOST_CALLERS", 50)
    rates = RequestRates("unsigned", 5, clock=HandClock())
    for number in range(500):
        rates.take(str(number))
    assert len(rates) == 50


def test_callers_whose_minute_is_over_are_forgotten():
    clock = HandClock()
    rates = RequestRates("unsigned", 5, clock=clock)
    for number in range(50):
        rates.take(str(number))
    clock.now += WINDOW_S
    rates.take("another")
    assert len(rates) == 1


@given(
    quota=st.integers(1, 20),
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 40), st.integers(1, 10)), max_size=60),
)
def test_in_no_minute_that_is_counted_is_more_granted_than_the_quota(quota, steps):
    clock = HandClock()
    rates = RequestRates("default", quota, clock=clock)
    began, granted = {}, {}
    for caller, pause, cost in steps:
        clock.now += pause
        if caller not in began or clock.now >= began[caller] + WINDOW_S:
            began[caller], granted[caller] = clock.now, 0
        standing = rates.take(caller, cost)
        granted[caller] += not standing.is_refused
        assert granted[caller] <= quota
        assert 0 <= standing.left <= quota
        assert 1 <= standing.whole_in_s <= WINDOW_S
        assert not (standing.is_refused and standing.left)

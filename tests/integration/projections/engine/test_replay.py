"""Replay from a real log: which past is asked about, by which method, and that the same question has one answer."""

from datetime import timedelta

import msgspec
import pytest

from domain.events.declaration import Participant
from domain.events.partnerships import MethodAdopted, RuleAdopted
from domain.events.stewardship import MethodPublished
from domain.log.errors import BeyondHead
from domain.log.recorder import LogRecorder
from domain.values import day_of, end_of_day
from projections.engine.digest import digest
from projections.engine.replay import MethodMissing, UnknownPartnership, replay
from projections.history.claimed_record import SourceDay
from projections.method.document import default_method, shipped_methods
from projections.method.method import method_sha256
from projections.views import UnknownProjection, projection_called
from projections.views import projections as declared
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id, noon
from tests.support.seeded_logs import interleaved, seeded, write

METHOD = default_method()
OTHER_METHOD = msgspec.structs.replace(METHOD, id="slower", title="Slower to forget")
DAY = noon("2026-09-01").date()


@pytest.fixture
def log(database_url):
    with seeded(database_url) as recorder:
        yield recorder


@pytest.fixture
def story():
    """Return a partnership with a late record (position 7), a correction (8) and a dispute (9)."""
    story = PartnershipStory()
    story.formed("2026-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2026-01-01")
    promise = story.promised("lights", "2026-01-10", due="2026-03-01")
    story.met("board", "2026-02-01", Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True))
    story.asked("bench", "2026-02-01")
    story.confirmed_done("lights", "2026-02-20", recorded="2026-05-01")
    story.corrected(promise, "2026-05-10")(due="2026-02-10")
    story.disputed(promise, "2026-06-01", by=COUNCIL)
    return story


def published(told_of_method, method, on):
    body = MethodPublished(
        happened=on,
        method_id=told_of_method.partition_id,
        title=method.title,
        method_sha256=method_sha256(method),
        document=msgspec.json.encode(method).decode(),
    )
    return told_of_method.tell(body)


def adopted(story, told_of_method, method, on, **how):
    body = MethodAdopted(
        happened=on,
        method_id=told_of_method.partition_id,
        title=method.title,
        method_sha256=method_sha256(method),
    )
    return story.tell(body, **how)


def written(answer):
    return msgspec.json.encode(answer)


def test_it_gives_what_each_projection_makes_of_the_history(log, story):
    write(log, story.records)
    for name, projection in declared().items():
        answer = replay(log, story.partition_id, name, as_of=DAY)
        expected = tuple(projection.project(story.at(DAY), METHOD))
        assert answer.rows == expected
        assert (answer.projection, answer.version) == (name, projection.version)
        assert answer.digest == digest(projection, expected)


def test_an_answer_names_what_it_rests_on(log, story):
    write(log, story.records)
    basis = replay(log, story.partition_id, "members", as_of=DAY, known_at=5, method=METHOD).basis
    assert (basis.log_id, basis.position, basis.as_of) == (log.head().log_id, 5, DAY)
    assert (basis.method, basis.method_sha256) == (METHOD.id, method_sha256(METHOD))
    assert basis.tree_root == log.root(5).hex()


def test_the_same_question_has_the_same_bytes_whatever_is_recorded_later(log, story, database_url):
    def asked_of(recorder):
        question = {"as_of": DAY, "known_at": 6, "method": METHOD}
        return [written(replay(recorder, story.partition_id, name, **question)) for name in declared()]

    write(log, story.records[:6])
    before = asked_of(log)
    write(log, story.records[6:])
    assert asked_of(log) == before
    with LogRecorder(database_url) as another:
        assert asked_of(another) == before


def test_where_sources_claim_nothing_else_they_knew_what_was_recorded_by_the_end_of_the_day(log, story):
    write(log, story.records)
    for record in story.records:
        day = day_of(record.recorded_at)
        last = log.position_at(min(end_of_day(day), log.head().recorded_at))
        for name in declared():
            of_sources, of_record = (
                replay(log, story.partition_id, name, as_of=DAY, known_at=clock) for clock in (SourceDay(day), last)
            )
            assert of_sources.digest == of_record.digest, (name, day)
            assert of_sources.basis.method_sha256 == of_record.basis.method_sha256
            assert (of_sources.basis.position, of_sources.basis.known_by) == (log.head().position, f"source:{day}")
            assert of_record.basis.known_by is None


def test_a_usual_rate_fitted_after_the_day_asked_about_is_hindsight_whatever_sources_claim(log, story):
    claimed = [
        msgspec.structs.replace(
            record, envelope=msgspec.structs.replace(record.envelope, source_recorded_at=noon("2016-05-05"))
        )
        for record in story.records
    ]
    write(log, claimed)
    rates = {facet: msgspec.structs.replace(rate, calibrated_on=3) for facet, rate in METHOD.base_rates.items()}
    fitted = msgspec.structs.replace(METHOD, base_rates=rates)
    for day, is_hindsight in ((noon("2016-05-05").date(), True), (day_of(story.records[-1].recorded_at), False)):
        rows = replay(log, story.partition_id, "trust", as_of=DAY, known_at=SourceDay(day), method=fitted).rows
        assert rows
        assert {row.hindsight for row in rows} == {is_hindsight}


def test_a_fact_recorded_late_counts_for_its_day_only_from_when_it_was_known(log, story):
    write(log, story.records)
    ((before,), (after,)) = (
        replay(log, story.partition_id, "commitments", as_of=noon("2026-02-28").date(), known_at=known_at).rows
        for known_at in (6, 7)
    )
    assert (before.state, after.state) == ("open", "fulfilled")


def test_a_correction_reaches_back_to_every_day_from_when_it_was_known(log, story):
    write(log, story.records)
    for as_of in ("2026-01-10", "2026-02-28", "2026-09-01"):
        day = noon(as_of).date()
        activities = [
            replay(log, story.partition_id, "activity", as_of=day, known_at=known_at).rows for known_at in (7, 8)
        ]
        assert [sum(row.corrected for row in rows) for rows in activities] == [0, 1]


def test_a_day_cuts_what_happened_after_it_whenever_it_was_recorded(log, story):
    write(log, story.records)
    january = replay(log, story.partition_id, "interactions", as_of=noon("2026-01-31").date())
    february = replay(log, story.partition_id, "interactions", as_of=noon("2026-02-01").date())
    assert (len(january.rows), len(february.rows)) == (0, 1)


def test_an_instant_stands_for_the_last_position_recorded_by_then(log, story):
    write(log, story.records)
    by_instant = replay(log, story.partition_id, "activity", as_of=DAY, known_at=noon("2026-05-05"))
    assert by_instant.basis.position == 7
    assert written(by_instant) == written(replay(log, story.partition_id, "activity", as_of=DAY, known_at=7))


def test_without_a_day_it_is_today_and_without_a_position_all_that_is_recorded(log, story):
    write(log, story.records)
    before = day_of(log.head().now)
    basis = replay(log, story.partition_id, "members").basis
    assert basis.position == 9
    assert before <= basis.as_of <= day_of(log.head().now)


def test_other_partnerships_do_not_matter(log):
    one, other = PartnershipStory("one", positions=[1, 3, 5]), PartnershipStory("other", positions=[2, 4, 6])
    one.joined(TENANTS, "2026-01-01")
    other.joined(COUNCIL, "2026-01-01", recorded="2026-01-02")
    one.promised("lights", "2026-01-10")
    other.promised("bins", "2026-01-10", recorded="2026-01-11")
    one.confirmed_done("lights", "2026-02-01")
    other.said_not_done("bins", "2026-02-02")
    write(log, interleaved(one, other))
    for name in declared():
        answer = replay(log, one.partition_id, name, as_of=DAY, known_at=5, method=METHOD)
        assert answer.rows == tuple(projection_called(name).project(one.at(DAY), METHOD))


def test_the_method_is_the_one_adopted_as_known_then(log):
    method, story = PartnershipStory("method", positions=[1]), PartnershipStory(positions=[2, 3])
    published(method, OTHER_METHOD, "2026-01-01")
    story.formed("2026-01-01", recorded="2026-01-02")
    adopted(story, method, OTHER_METHOD, "2026-02-01")
    write(log, interleaved(method, story))
    before, after = (replay(log, story.partition_id, "trust", as_of=DAY, known_at=known_at) for known_at in (2, 3))
    assert (before.basis.method, after.basis.method) == (folkmoot_2026().id, "slower")
    assert after.basis.method_sha256 == method_sha256(OTHER_METHOD)


def test_a_position_keeps_the_method_shipped_while_it_was_the_last(log):
    """A method published since is used from the first record made after its publication."""
    first, second, *_ = shipped_methods()
    published_on = second.published_on
    story = PartnershipStory()
    story.formed("2026-01-01")
    for who, on in ((COUNCIL, published_on - timedelta(days=9)), (TENANTS, published_on)):
        story.joined(who, "2026-01-01", recorded=on.isoformat())
    write(log, story.records)
    by_position = [replay(log, story.partition_id, "members", as_of=DAY, known_at=n) for n in (1, 2, 3, None)]
    methods = [answer.basis.method for answer in by_position]
    assert methods == [first.id, second.id, METHOD.id, METHOD.id]


def test_an_adopted_method_not_yet_published_at_what_is_known_is_an_error_not_another_method(log):
    method, story = PartnershipStory("method", positions=[3]), PartnershipStory(positions=[1, 2])
    story.formed("2026-01-01")
    adopted(story, method, OTHER_METHOD, "2026-02-01")
    published(method, OTHER_METHOD, "2026-03-01")
    write(log, interleaved(method, story))
    with pytest.raises(MethodMissing, match="not published by position 2"):
        replay(log, story.partition_id, "trust", as_of=DAY, known_at=2)
    assert replay(log, story.partition_id, "trust", as_of=DAY, known_at=3).basis.method == "slower"


def test_a_method_named_in_the_question_goes_before_the_one_adopted(log):
    method, story = PartnershipStory("method", positions=[1]), PartnershipStory(positions=[2, 3])
    published(method, OTHER_METHOD, "2026-01-01")
    story.formed("2026-01-01", recorded="2026-01-02")
    adopted(story, method, OTHER_METHOD, "2026-02-01")
    write(log, interleaved(method, story))
    assert replay(log, story.partition_id, "trust", as_of=DAY, method=METHOD).basis.method == METHOD.id


def test_an_adoption_withdrawn_leaves_the_one_before(log):
    method, story = PartnershipStory("method", positions=[1]), PartnershipStory(positions=[2, 3, 4])
    published(method, OTHER_METHOD, "2026-01-01")
    story.formed("2026-01-01", recorded="2026-01-02")
    adoption = adopted(story, method, OTHER_METHOD, "2026-02-01")
    story.withdrawn(adoption, "2026-03-01")
    write(log, interleaved(method, story))
    assert replay(log, story.partition_id, "trust", as_of=DAY).basis.method == METHOD.id


def test_a_partnership_is_unknown_until_something_is_recorded_of_it(log):
    first, second = PartnershipStory("first", positions=[1]), PartnershipStory("second", positions=[2])
    first.formed("2026-01-01")
    second.formed("2026-01-01", recorded="2026-01-02")
    write(log, interleaved(first, second))
    assert replay(log, second.partition_id, "members", known_at=2).rows == ()
    for partition_id, known_at in ((second.partition_id, 1), (an_id("nobody"), 2), (first.partition_id, 0)):
        with pytest.raises(
            UnknownPartnership, match=f"nothing was recorded about {partition_id} by position {known_at}"
        ):
            replay(log, partition_id, "members", known_at=known_at)


def test_an_unknown_projection_is_answered_with_those_there_are(log, story):
    write(log, story.records)
    with pytest.raises(UnknownProjection, match=r"'truth'.*interactions.*trust"):
        replay(log, story.partition_id, "truth")


def test_nothing_is_known_beyond_the_head(log, story):
    write(log, story.records)
    for known_at in (10, noon("2026-07-01")):
        with pytest.raises(BeyondHead):
            replay(log, story.partition_id, "members", known_at=known_at)


def test_what_another_partnership_records_changes_no_figure(log):
    ours = PartnershipStory(positions=range(1, 6))
    ours.formed("2026-01-01")
    for who in (COUNCIL, TENANTS):
        ours.joined(who, "2026-01-01")
    ours.promised("lights", "2026-01-10", due="2026-03-01")
    ours.reported_done("lights", "2026-02-20")
    other = PartnershipStory("another", positions=[6])
    other.formed("2026-08-01")
    write(log, ours.records)
    before = {name: replay(log, ours.partition_id, name, as_of=DAY).rows for name in declared()}
    write(log, other.records)
    assert {name: replay(log, ours.partition_id, name, as_of=DAY).rows for name in declared()} == before


def test_an_answer_from_a_seeded_log_says_which_rules_bind_as_claimed(log, story):
    rule = story.tell(RuleAdopted(happened="2026-06-01", rule_id=an_id("rule"), members_min=2))
    write(log, story.records)
    assert replay(log, story.partition_id, "composition", as_of=DAY).basis.rules_as_claimed == (rule,)
    before = replay(log, story.partition_id, "composition", as_of=noon("2026-05-01").date())
    assert before.basis.rules_as_claimed == ()

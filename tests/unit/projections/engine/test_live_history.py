"""A history that grows reads as one made from all events, whatever comes in, event by event."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.registries import PartiesFoundSame
from domain.events.stewardship import TextRedacted
from projections.engine.live_history import LiveHistory, whole_history
from projections.engine.live_partition import LivePartition
from projections.history.memo import answers_about, carried, once_per_history, once_per_thing
from projections.method.document import default_method
from projections.views import projections
from tests.support import everything_told
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, PartnershipStory, an_id
from tests.unit.projections.engine.test_laws import FIRST, tell

METHOD = default_method()
ACTS = ("promise", "meet", "ask", "answer", "finish", "confirm", "dispute", "correct", "withdraw", "seat", "accept")
RARE = ("lay", "rate", "merge", "redact")
days = st.integers(0, 400).map(lambda count: FIRST + timedelta(days=count))
acts = st.tuples(st.sampled_from(ACTS + RARE), st.integers(0, 30), days, st.sampled_from([0, 1, 20, 90]))


def answers(past):
    return {name: msgspec.json.encode(each.project(past, METHOD)) for name, each in projections().items()}


def tell_any(story, act, which, on, **how):
    match act:
        case "merge":
            story.tell(
                PartiesFoundSame(
                    happened=on, finding_id=an_id(f"finding {story.head}"), duplicate=COUNTY, kept=COUNCIL
                ),
                **how,
            )
        case "redact":
            record = story.records[which % len(story.records)]
            story.tell(TextRedacted(happened=on, record_id=record.event_id, field="theme", ground="a name"), **how)
        case _:
            tell(story, act, which, on, **how)


def story_of(entries):
    """A partnership to which things happen, in the order in which they were recorded."""
    story = PartnershipStory()
    story.formed(FIRST.isoformat())
    for who in (COUNCIL, TENANTS):
        story.joined(who, FIRST.isoformat())
    for act, which, day, late in sorted(entries, key=lambda entry: entry[2] + timedelta(days=entry[3])):
        tell_any(story, act, which, day.isoformat(), recorded=(day + timedelta(days=late)).isoformat())
    return story


@settings(deadline=None, max_examples=60)
@given(st.lists(acts, min_size=2, max_size=14), st.lists(st.integers(1, 3), min_size=1, max_size=5), days, days)
def test_a_history_that_grows_reads_as_one_made_from_nothing(entries, strides, one_day, another_day):
    records = story_of(entries).records
    live, count, step = LiveHistory(), 3, 0
    while count <= len(records):
        as_of = one_day if count < len(records) - 4 else another_day
        assert answers(live.known(records[:count], as_of)) == answers(whole_history(records[:count], as_of))
        count, step = count + strides[step % len(strides)], step + 1


@pytest.mark.parametrize("as_of", [date(2025, 3, 1), date(2026, 12, 31)], ids=str)
def test_every_event_there_is_can_be_taken_in(as_of):
    records, live = everything_told.a_partnership().records, LiveHistory()
    for count in range(4, len(records) + 1):
        event = records[count - 1].name
        assert answers(live.known(records[:count], as_of)) == answers(whole_history(records[:count], as_of)), event
        assert not live.remade or count == 4 or event == "parties-found-same"


@once_per_thing
def words_about(past, _, thing_id):
    return [fact.name for fact in past.about(thing_id)]


@once_per_thing
def is_silent(past, _, instant):
    return [not past.clock_has_reached(instant)]


@pytest.fixture
def story():
    partnership = PartnershipStory()
    partnership.formed("2025-01-01")
    partnership.promised("lights", "2025-02-01", due="2025-03-01")
    partnership.promised("bins", "2025-02-01", due="2025-03-01")
    return partnership


AS_OF = date(2026, 1, 1)


def test_only_what_an_event_is_about_is_worked_out_again(story):
    lights, bins = (record.body.commitment_id for record in story.records[-2:])
    live = LiveHistory()
    past = live.known(story.records, AS_OF)
    of_lights, of_bins = words_about(past, METHOD, lights), words_about(past, METHOD, bins)
    story.reported_done("lights", "2025-02-20")
    past = live.known(story.records, AS_OF)
    assert words_about(past, METHOD, lights) == [*of_lights, "fulfilment-claimed"]
    assert words_about(past, METHOD, bins) is of_bins
    assert past.memo.worked_out[words_about.__wrapped__] == 3


def test_what_comes_out_equal_stays_the_same_object(story):
    live = LiveHistory()
    lights = story.records[-2].body.commitment_id
    before = words_about(live.known(story.records, AS_OF), METHOD, lights)
    story.corrected(story.records[-2].event_id, "2025-02-03")(due="2025-04-01")
    assert words_about(live.known(story.records, AS_OF), METHOD, lights) is before


def test_an_answer_that_waits_for_the_clock_is_asked_again_when_it_has_come(story):
    live, noon = LiveHistory(), story.records[-1].recorded_at
    instant = noon + timedelta(days=10)
    first = is_silent(live.known(story.records, AS_OF), METHOD, instant)
    story.promised("paint", "2025-02-05", due="2025-03-01", recorded="2025-02-05")
    assert is_silent(live.known(story.records, AS_OF), METHOD, instant) is first
    story.promised("bench", "2025-02-20", due="2025-03-01", recorded="2025-02-20")
    assert is_silent(live.known(story.records, AS_OF), METHOD, instant) == [False]


@once_per_thing
def words_and_silence_about(past, _, thing, instant):
    return [fact.name for fact in past.about(thing)], past.clock_has_reached(instant)


def test_an_answer_worked_out_anew_waits_for_one_instant_once_and_is_asked_again_when_it_has_come(story):
    live, (lights, _) = LiveHistory(), (record.body.commitment_id for record in story.records[-2:])
    instant = story.records[-1].recorded_at + timedelta(days=10)
    words_and_silence_about(live.known(story.records, AS_OF), METHOD, lights, instant)
    for count in (1, 2, 3):
        story.reported_done("lights", "2025-02-05", recorded="2025-02-05")
        past = live.known(story.records, AS_OF)
        words, has_come = words_and_silence_about(past, METHOD, lights, instant)
        assert (words.count("fulfilment-claimed"), has_come, past.memo.alarm_count) == (count, False, 1)
    story.promised("bench", "2025-02-20", due="2025-03-01", recorded="2025-02-20")
    past = live.known(story.records, AS_OF)
    assert words_and_silence_about(past, METHOD, lights, instant)[1]
    assert past.memo.alarm_count == 0


@once_per_history
def names_told(past):
    return sorted({fact.name for fact in past.of(CommitmentMade, FulfilmentClaimed)})


@once_per_thing
def with_names_told(past, _, thing_id):
    return [str(thing_id), *names_told(past)]


@once_per_thing
def of_a_thing(past, method, thing_id):
    return [with_names_told(past, method, thing_id)]


@once_per_thing
def of_silence(past, method, instant):
    return [is_silent(past, method, instant)]


def each_silence(past, instants):
    return list(answers_about(past, METHOD, of_silence, instants))


def each_with_names(past, keys):
    return list(answers_about(past, METHOD, of_a_thing, keys))


TOLD_BEFORE, TOLD_AFTER = ["commitment-made"], ["commitment-made", "fulfilment-claimed"]


def test_what_was_read_of_what_was_read_of_the_whole_wakes_an_answer(story):
    live, bins = LiveHistory(), story.records[-1].body.commitment_id
    assert of_a_thing(live.known(story.records, AS_OF), METHOD, bins)[0][1:] == TOLD_BEFORE
    story.reported_done("lights", "2025-02-20")
    assert of_a_thing(live.known(story.records, AS_OF), METHOD, bins)[0][1:] == TOLD_AFTER


def test_a_list_of_answers_is_asked_again_where_what_they_read_of_the_whole_changed(story):
    live = LiveHistory()
    keys = [(record.body.commitment_id,) for record in story.records[-2:]]
    names = [answer[0][1:] for answer in each_with_names(live.known(story.records, AS_OF), keys)]
    story.reported_done("lights", "2025-02-20")
    names += [answer[0][1:] for answer in each_with_names(live.known(story.records, AS_OF), keys)]
    assert names == [TOLD_BEFORE, TOLD_BEFORE, TOLD_AFTER, TOLD_AFTER]


def test_a_list_of_answers_wakes_with_the_clock_and_takes_further_keys(story):
    live, noon = LiveHistory(), story.records[-1].recorded_at
    instants = [(noon + timedelta(days=days),) for days in (10, 30)]
    assert each_silence(live.known(story.records, AS_OF), instants) == [[[True]], [[True]]]
    story.promised("bench", "2025-02-20", due="2025-03-01", recorded="2025-02-20")
    longer = [*instants, (noon + timedelta(days=1),)]
    assert each_silence(live.known(story.records, AS_OF), longer) == [[[False]], [[True]], [[False]]]
    assert each_silence(live.known(story.records, AS_OF), longer[1:]) == [[[True]], [[False]]]


def test_a_list_in_which_nothing_changed_is_the_same_object(story):
    live, (lights,) = LiveHistory(), story.records[-2:-1]
    keys = [(lights.body.commitment_id,)]
    before = answers_about(live.known(story.records, AS_OF), METHOD, words_about, keys)
    story.reported_done("bins", "2025-02-20")
    assert answers_about(live.known(story.records, AS_OF), METHOD, words_about, keys) is before


@once_per_thing
def names_once_done(past, _, thing_id):
    return names_told(past) if past.about(thing_id)[1:] else []


def test_what_an_answer_reads_of_the_whole_only_later_wakes_it_in_a_list(story):
    live = LiveHistory()
    keys = [(record.body.commitment_id,) for record in story.records[-2:]]

    def told():
        return list(answers_about(live.known(story.records, AS_OF), METHOD, names_once_done, keys))

    assert told() == [[], []]
    story.promised("lights", "2025-02-02", due="2025-03-01")
    assert told() == [TOLD_BEFORE, []]
    story.promised("bench", "2025-02-19", due="2025-03-01")
    story.reported_done("bench", "2025-02-20")
    assert told() == [TOLD_AFTER, []]


class EventsCounted:
    """A count of events that is left half done where something breaks off."""

    def __init__(self):
        self.total = 0

    def take(self, past):
        self.total += 1
        if self.total == len(past.facts) == BREAKS_AT:
            raise ZeroDivisionError
        return [self.total]


BREAKS_AT = 3


def test_after_a_fault_nothing_that_was_carried_is_trusted(story):
    counting_asks = replace(
        projections()["asks"], project=lambda past, _: carried(past, METHOD, EventsCounted).take(past)
    )
    partition = LivePartition(story.records[:1])

    def told():
        return [rows for _, rows in partition.rows(AS_OF, METHOD, [counting_asks])]

    assert told() == [(1,)]
    partition.take(story.records[1:2])
    assert told() == [(2,)]
    partition.take(story.records[2:3])
    assert told()[0].kind == "ZeroDivisionError"
    assert told() == [(1,)]


@once_per_history
def of_all(past, keys):
    return [list(words) for words in answers_about(past, METHOD, words_about, keys)]


@once_per_history
def of_some(past, keys):
    return [list(words) for words in answers_about(past, METHOD, words_about, keys)]


def test_two_who_read_lists_by_one_question_have_each_its_own(story):
    live = LiveHistory()
    keys = tuple((record.body.commitment_id,) for record in story.records[-2:])
    some = keys[1:]
    past = live.known(story.records, AS_OF)
    assert (len(of_all(past, keys)), len(of_some(past, some))) == (2, 1)
    story.reported_done("lights", "2025-02-20")
    past = live.known(story.records, AS_OF)
    assert of_some(past, some) == [["commitment-made"]]
    assert of_all(past, keys) == [["commitment-made", "fulfilment-claimed"], ["commitment-made"]]


def test_a_list_that_was_emptied_has_changed(story):
    live, keys = LiveHistory(), [(record.body.commitment_id,) for record in story.records[-2:]]
    past = live.known(story.records, AS_OF)
    assert len(answers_about(past, METHOD, words_about, keys)) == 2
    story.reported_done("lights", "2025-02-20")
    assert list(answers_about(live.known(story.records, AS_OF), METHOD, words_about, [])) == []


@once_per_thing
def broken_once(past, _, thing_id):
    return [1 // (len(past.about(thing_id)) - 2)]


def test_a_history_in_which_a_question_broke_off_is_made_anew(story):
    live, lights = LiveHistory(), story.records[-2].body.commitment_id
    assert broken_once(live.known(story.records, AS_OF), METHOD, lights) == [-1]
    story.reported_done("lights", "2025-02-20")
    with pytest.raises(ZeroDivisionError):
        broken_once(live.known(story.records, AS_OF), METHOD, lights)
    live.known(story.records, AS_OF)
    assert live.remade == "a fault"

"""Asking what if of a real log: what an answer rests on, that it has one answer, and what cannot be left out."""

import msgspec
import pytest

from domain.events.declaration import Participant
from domain.events.experience import FeedbackGiven
from domain.events.partnerships import MethodAdopted
from domain.events.registries import PartiesFoundSame
from domain.events.stewardship import MethodPublished
from domain.log.recorder import LogRecorder
from domain.vocabulary import Facet, Side
from projections.engine.replay import known_partnership, replay
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.what_if.question import NothingToLeaveOut, WhatIfQuestion, what_if
from projections.what_if.spread_table import spread_rows
from projections.what_if.variants import WhatIfVariantKind
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, PartnershipStory, an_id, noon, party
from tests.support.seeded_logs import interleaved, seeded, write

METHOD = default_method()
FORGIVING = msgspec.structs.replace(
    METHOD, id="forgiving", commitments=msgspec.structs.replace(METHOD.commitments, grace_days=365)
)
DAY = noon("2026-09-01").date()


@pytest.fixture
def log(database_url):
    with seeded(database_url) as recorder:
        yield recorder


@pytest.fixture
def story():
    """Return a council that kept eight promises to one group and broke five to another."""
    story = PartnershipStory()
    story.formed("2026-01-01")
    for who in (COUNCIL, TENANTS, FORUM):
        story.joined(who, "2026-01-01")
    story.met("board", "2026-01-10", Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True))
    for number in range(8):
        story.promised(f"kept {number}", "2026-01-10", due="2026-06-01")
        story.confirmed_done(f"kept {number}", f"2026-05-0{number + 1}")
    for number in range(5):
        story.promised(f"broken {number}", "2026-01-10", to=FORUM, due="2026-04-01", by=FORUM, recorded="2026-01-11")
        story.confirmed(story.records[-1].event_id, "2026-01-12", by=COUNCIL)
    return story


@pytest.fixture
def ask(log, story):
    """Ask about the day, as known now."""
    write(log, story.records)

    def asked(**what):
        return what_if(log, known_partnership(log, story.partition_id, as_of=DAY), WhatIfQuestion(**what))

    return asked


def reliability(answer):
    (figure,) = [each.spread for each in answer.trust if each.facet == "reliability"]
    return figure


def event_of(story, name):
    return next(each.event_id for each in story.records if getattr(each.body, "commitment_id", None) == an_id(name))


def headline(answer, dimension):
    return next(each.spread for each in answer.health if each.dimension == dimension)


def test_an_answer_names_what_it_rests_on_and_is_led_by_how_things_stand(log, story, ask):
    answer = ask(half_lives_days=(90.0,))
    head = log.head()
    assert (answer.log_id, answer.position, answer.as_of) == (head.log_id, head.position, DAY)
    assert (answer.method, answer.method_sha256) == (METHOD.id, method_sha256(METHOD))
    assert answer.tree_root == log.root(head.position).hex()
    assert [each.name for each in answer.variants] == ["as-it-stands", "half-life 90 days"]
    for view, digest in answer.variants[0].digests.items():
        assert digest == replay(log, story.partition_id, view, as_of=DAY).digest


def test_the_same_question_has_the_same_bytes_whatever_is_recorded_later(log, story, ask, database_url):
    def asked(recorder, position):
        standing = known_partnership(recorder, story.partition_id, as_of=DAY, known_at=position, method=METHOD)
        question = WhatIfQuestion(composite=True, method_is_named=True)
        return msgspec.json.encode(what_if(recorder, standing, question))

    before = asked(log, ask().position)
    story.promised("another", "2026-02-01", due="2026-03-01")
    write(log, story.records[-1:])
    assert asked(log, story.head - 1) == before
    assert asked(log, story.head) != before
    with LogRecorder(database_url) as another:
        assert asked(another, story.head - 1) == before


def test_another_definition_is_shown_against_the_one_in_use_over_the_same_log(ask):
    answer = ask(methods=(FORGIVING,))
    (name,) = (each.name for each in answer.variants if each.kind is WhatIfVariantKind.METHOD)
    assert name == f"method forgiving {method_sha256(FORGIVING)[:12]}"
    assert answer.variants[1].method_sha256 == method_sha256(FORGIVING)
    spread = reliability(answer)
    assert spread.as_it_stands.value < spread.under[name].value
    assert (spread.lowest, spread.highest) == (spread.as_it_stands.value, spread.under[name].value)


def test_each_setting_has_its_own_reading(ask):
    answer = ask(half_lives_days=(90.0, None), adverse_weights=(3.0,))
    spread = reliability(answer)
    assert list(spread.under) == ["half-life 90 days", "nothing fades", "adverse weight 3"]
    assert spread.under["nothing fades"].n > spread.under["half-life 90 days"].n
    assert spread.under["adverse weight 3"].value < spread.as_it_stands.value
    assert "adverse weight 3" in spread.crosses_half


def test_without_an_event_what_hung_on_it_goes_with_it(story, ask):
    promise = event_of(story, "broken 0")
    answer = ask(without_events=(promise,))
    name = f"without event {promise}"
    assert answer.variants[1].events == (promise,)
    assert reliability(answer).under[name].value > reliability(answer).as_it_stands.value
    assert headline(answer, "reliability").under[name].n < headline(answer, "reliability").as_it_stands.n


def test_without_a_party_its_evidence_is_left_out_and_others_are_not_made_to_look_worse(ask):
    answer = ask(without_parties=(FORUM.party_id, COUNCIL.party_id))
    spread = reliability(answer)
    alone, without_council = f"without party {FORUM.party_id}", f"without party {COUNCIL.party_id}"
    assert spread.under[alone].value > spread.as_it_stands.value
    assert spread.under[without_council] is None
    assert without_council in spread.changes_status
    assert headline(answer, "reliability").under[without_council].missing == "not-yet-due"
    assert not headline(answer, "participation").under


def test_a_party_goes_by_the_name_of_its_duplicate_too(log, story):
    twice = party("the tenants again", TENANTS.side, TENANTS.kind)
    story.tell(PartiesFoundSame(happened="2026-06-01", finding_id=an_id("finding"), kept=TENANTS, duplicate=twice))
    write(log, story.records)
    answer = what_if(
        log, known_partnership(log, story.partition_id, as_of=DAY), WhatIfQuestion(without_parties=(twice.party_id,))
    )
    assert answer.variants[1].name == f"without party {TENANTS.party_id}"


def test_nothing_asked_is_the_whole_sensitivity(ask):
    answer = ask()
    assert msgspec.json.encode(answer) == msgspec.json.encode(ask(sensitivity=True))
    kinds = [each.kind for each in answer.variants]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        WhatIfVariantKind.AS_IT_STANDS: 1,
        WhatIfVariantKind.HALF_LIFE: 4,
        WhatIfVariantKind.ADVERSE_WEIGHT: 3,
        WhatIfVariantKind.WEIGHT: 8,
        WhatIfVariantKind.WITHOUT_PARTY: 3,
        WhatIfVariantKind.WITHOUT_ACT: 13,
    }
    assert answer.acts_not_tried == 0
    assert answer.composite is None


def test_what_people_say_is_read_without_their_leniency_and_nothing_else_moves(log, story):
    generous = ("ann", "bob", "cat", "dan", "eve")
    marks = {COUNCIL: (*generous, "fay", "gil"), COUNTY: (*generous, "hal", "ivy")}
    for body, people in marks.items():
        for who in people:
            score = 5 if who in generous else 3
            mark = FeedbackGiven(
                happened="2026-02-10",
                feedback_id=an_id(f"{body.party_id} {who}"),
                about=body,
                rater_side=Side.RESIDENTS,
                rater_id=an_id(who),
                facet=Facet.EXPRESSED,
                score=score,
            )
            story.tell(mark, recorded="2026-06-15")
    write(log, story.records)
    partnership = known_partnership(log, story.partition_id, as_of=DAY, method=default_method())
    answer = what_if(log, partnership, WhatIfQuestion(composite=True))
    (variant,) = [each for each in answer.variants if each.kind is WhatIfVariantKind.WITHOUT_LENIENCY]
    experience = headline(answer, "expressed-experience")
    # Each body's mean is 6/7: the generous stand 1/7 above it twice, the two others 5/14 below it once. So much of
    # (5 x 2/7 / 4 - 2 x 5/14 / 3) / 7 is taken off as the line follows a first reading.
    taken_off = (5 * (2 / 7) / 4 - 2 * (5 / 14) / 3) / 7
    assert 0 < experience.as_it_stands.value - experience.under[variant.name].value < taken_off
    assert variant.name in answer.composite.under
    others = [each.spread for each in (*answer.health, *answer.trust) if each.spread is not experience]
    assert all(each.under[variant.name] == each.as_it_stands for each in others if variant.name in each.under)


def test_single_acts_are_listed_only_where_they_make_a_difference(story, ask):
    answer = ask()
    promises = [each.body.commitment_id for each in story.records if each.name == "commitment-made"]
    acts = {each.name for each in answer.variants if each.kind is WhatIfVariantKind.WITHOUT_ACT}
    assert acts == {f"without act promise {promise}" for promise in promises}
    assert acts <= set(reliability(answer).under)
    assert not acts & set(headline(answer, "openness").under)


def test_the_composite_spreads_only_when_asked_for_and_over_its_own_weights(ask):
    composite = ask(composite=True).composite
    assert composite.lowest <= composite.as_it_stands.low <= composite.as_it_stands.high <= composite.highest
    assert "weight of headlines: voice x 0.5" in composite.under
    assert not any(name.startswith("without") for name in composite.under)


def test_without_its_adoption_the_method_before_it_reads_the_rest(log, story):
    published = PartnershipStory("method", positions=[story.head + 1])
    adopting = PartnershipStory(positions=[story.head + 2])
    of_method = {"title": FORGIVING.title, "method_sha256": method_sha256(FORGIVING)}
    method_id = published.partition_id
    document = msgspec.json.encode(FORGIVING).decode()
    when = {"happened": "2026-05-20"}
    published.tell(MethodPublished(**when, method_id=method_id, document=document, **of_method))
    adoption = adopting.tell(MethodAdopted(**when, method_id=method_id, **of_method), recorded="2026-05-21")
    write(log, interleaved(story, published, adopting))
    standing = known_partnership(log, story.partition_id, as_of=DAY)
    assert standing.method == FORGIVING
    answer = what_if(log, standing, WhatIfQuestion(without_events=(adoption,)))
    assert answer.variants[1].method_sha256 == method_sha256(METHOD)
    forgiving = known_partnership(log, story.partition_id, as_of=DAY, method=FORGIVING)
    answer = what_if(log, forgiving, WhatIfQuestion(without_events=(adoption,), method_is_named=True))
    assert answer.variants[1].method_sha256 == method_sha256(FORGIVING)


def test_everything_that_is_not_there_to_leave_out_is_named_at_once(ask):
    nobody, nothing = an_id("nobody"), an_id("nothing")
    with pytest.raises(NothingToLeaveOut) as refused:
        ask(without_events=(nothing,), without_parties=(nobody, COUNTY.party_id))
    assert [each.parameter for each in refused.value.faults] == ["without_event", "without_party", "without_party"]
    for reference in (nobody, nothing, COUNTY.party_id):
        assert str(reference) in str(refused.value)


def test_no_rating_is_left_out_to_be_told_from_what_then_differs(log, story):
    def rate(number, score):
        body = FeedbackGiven(
            happened="2026-07-01",
            feedback_id=an_id(f"rating {number}"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            rater_id=an_id(f"rater {number}"),
            facet=Facet.EXPRESSED,
            score=score,
        )
        return story.tell(body, by=TENANTS)

    *_, rating = [rate(number, 1 + number % 5) for number in range(7)]
    lifted = story.withdrawn(rating, "2026-07-02")
    restored = story.withdrawn(lifted, "2026-07-03")
    corrected = story.corrected(rating, "2026-07-04")(score=1)
    write(log, story.records)
    partnership = known_partnership(log, story.partition_id, as_of=DAY)
    for event in (rating, lifted, restored, corrected):
        with pytest.raises(NothingToLeaveOut, match=f"{event} is of one person's rating"):
            what_if(log, partnership, WhatIfQuestion(without_events=(event,)))


def test_an_event_recorded_later_is_not_there_yet(log, story):
    write(log, story.records)
    last = story.records[-1]
    before = known_partnership(log, story.partition_id, as_of=DAY, known_at=last.position - 1)
    with pytest.raises(NothingToLeaveOut, match=f"by position {last.position - 1}"):
        what_if(log, before, WhatIfQuestion(without_events=(last.event_id,)))


def test_the_table_has_a_row_for_each_figure_under_each_variant(ask):
    answer = ask(half_lives_days=(90.0,), composite=True)
    rows = spread_rows(answer)
    assert len(rows) == 2 * (len(answer.trust) + len(answer.health) + 1)
    assert all(row.is_there for row in rows)
    missing_rows = [row for row in spread_rows(ask(without_parties=(COUNCIL.party_id,))) if not row.is_there]
    assert missing_rows
    assert {row.value for row in missing_rows} == {None}
    assert {row.changes_status for row in missing_rows} == {True}

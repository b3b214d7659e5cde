"""Rules bind from adoption or recording, the later: this log's recording, or the one an import's source claims."""

import pytest

from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.partnerships import ExpectedBodiesSet, ExpectedBody, RuleAdopted
from domain.values import day_of
from domain.vocabulary import Level, PartyKind, Side
from projections.history.rules_in_force import SETTLED, binds_from, in_force, is_claimed, settled
from projections.lifecycles.decisions import decisions_led
from projections.method.method import Dimension
from projections.scoring.health.measure import Missing
from projections.scoring.health.profile import weights_in_force
from projections.views.composition import Requirement, composition
from tests.support.health_measures import measure, meet, value
from tests.support.partnership_story import BOARD, COUNCIL, TENANTS, an_id, words
from tests.support.trust_figures import method, partnership

TODAY = "2026-11-01"
LATER = "2017-01-31"


def adopt(story, *, claimed=None, happened="2016-02-01", recorded=TODAY, name="rule", **rules):
    body = RuleAdopted(happened=happened, rule_id=an_id(name), **rules)
    return story.tell(body, recorded=recorded, claimed=claimed)


def members_asked(story, as_of):
    rows = composition(story.at(as_of), method())
    return next(row for row in rows if row.requirement is Requirement.MEMBERS)


@pytest.fixture
def story():
    return partnership(since="2016-01-01")


@pytest.mark.parametrize(
    ("happened", "claimed", "binds"),
    [
        ("2016-02-01", None, TODAY),  # nothing is claimed: no rule is made up after the fact
        ("2016-02-01", "2016-03-01", "2016-03-01"),
        ("2016-02-01", "2015-12-01", "2016-02-01"),  # nor before it was adopted
        ("2016-02-01", "2027-03-01", TODAY),  # nor later than it was recorded here
    ],
)
def test_what_is_settled_binds_from_adoption_or_claimed_recording_the_later(story, happened, claimed, binds):
    adopt(story, happened=happened, claimed=claimed, members_min=2)
    (fact,) = settled(story.at("2026-12-31"))
    assert day_of(binds_from(fact)).isoformat() == binds
    assert is_claimed(fact) == (binds != TODAY)


def test_an_imported_history_is_judged_by_its_own_rules_and_the_answer_says_so(story):
    adopt(story, claimed="2016-03-01", members_min=2)
    row = members_asked(story, "2016-12-31")
    assert (row.required, row.is_met, row.is_rule_as_claimed) == (2, True, True)
    assert row.rule_since_on.isoformat() == "2016-03-01"
    assert members_asked(story, "2016-02-15").required is None
    assert value(story, "recording", "rules-as-claimed", as_of="2016-12-31") == 1


def test_a_rule_that_nobody_says_was_recorded_before_binds_from_today(story):
    adopt(story, members_min=2)
    row = members_asked(story, "2016-12-31")
    assert (row.required, row.is_rule_as_claimed) == (None, False)
    assert members_asked(story, TODAY).required == 2
    assert value(story, "recording", "rules-as-claimed", as_of=TODAY) == 0


def test_each_rule_binds_by_the_same_clock(story):
    adopt(
        story,
        claimed="2016-03-01",
        members_min=2,
        residents_voting_share_min=0.5,
        meetings_a_year=4.0,
        level_promised=Level.EMPOWER,
        weights={"H1": 1.0},
    )
    story.tell(
        ExpectedBodiesSet(
            happened="2016-02-01",
            expectation_id=an_id("expected"),
            bodies=tuple(ExpectedBody(kind) for kind in (PartyKind.UNITARY, PartyKind.ICB, PartyKind.COUNTY)),
        ),
        recorded=TODAY,
        claimed="2016-03-01",
    )
    story.tell(
        DecisionTaken(
            happened="2016-06-01",
            decision_id=an_id("decision"),
            title=words(),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS,),
            led_by=COUNCIL,
        ),
        recorded=TODAY,
    )
    meet(story, "2016-05-01", Participant(COUNCIL), Participant(TENANTS))
    then = story.at(LATER)
    assert weights_in_force(then) == {"reliability": 1.0}
    assert decisions_led(then, method())[0].promised is Level.EMPOWER
    assert value(story, Dimension.RHYTHM, "due-by-cadence", as_of=LATER) == 3
    assert value(story, Dimension.VOICE, "resident-voting-seats-by-rule", as_of=LATER) == 0.5
    assert value(story, Dimension.COVERAGE, as_of=LATER) == pytest.approx(1 / 3)
    before = story.at("2016-02-20")
    assert weights_in_force(before) is None
    assert measure(story, Dimension.COVERAGE, as_of="2016-02-20").missing is Missing.NOT_RECORDED


def test_a_list_of_who_is_expected_written_down_later_judges_nothing_earlier(story):
    story.tell(
        ExpectedBodiesSet(
            happened="2016-02-01", expectation_id=an_id("expected"), bodies=(ExpectedBody(PartyKind.UNITARY),) * 3
        ),
        recorded=TODAY,
    )
    assert measure(story, Dimension.COVERAGE, as_of="2016-12-31").missing is Missing.NOT_RECORDED
    assert measure(story, Dimension.COVERAGE, as_of=TODAY).missing is None


def test_of_two_rules_the_one_that_came_to_bind_last_is_in_force(story):
    adopt(story, claimed="2016-06-01", members_min=9, name="one")
    adopt(story, happened="2016-03-01", claimed="2016-04-01", members_min=5, name="two")
    assert members_asked(story, "2016-05-01").required == 5
    assert members_asked(story, "2016-07-01").required == 9


def test_only_what_a_partnership_settles_for_itself_binds_by_a_claim(story):
    assert set(SETTLED) == {RuleAdopted, ExpectedBodiesSet}
    assert in_force(story.at(TODAY), RuleAdopted, lambda rule: rule.quorum) is None


def test_what_somebody_here_makes_of_a_claimed_rule_binds_from_when_it_was_recorded_here(story):
    rule = adopt(story, claimed="2016-03-01", members_min=2)
    story.corrected(rule, TODAY, recorded=TODAY)(members_min=30)
    row = members_asked(story, "2020-01-01")
    assert (row.required, row.is_rule_as_claimed, row.rule_since_on.isoformat()) == (2, True, "2016-03-01")
    now = members_asked(story, "2026-12-31")
    assert (now.required, now.is_rule_as_claimed, now.rule_since_on.isoformat()) == (30, False, TODAY)


def test_a_point_that_the_source_did_not_settle_is_not_claimed_by_correcting_another(story):
    rule = adopt(story, claimed="2016-03-01", members_min=2)
    story.corrected(rule, TODAY, recorded=TODAY)(members_min=2, weights={"H1": 1.0})
    assert weights_in_force(story.at(LATER)) is None
    assert weights_in_force(story.at("2026-12-31")) == {"reliability": 1.0}
    assert members_asked(story, LATER).required == 2


def test_what_the_source_itself_puts_right_binds_as_the_source_claims(story):
    rule = adopt(story, claimed="2016-03-01", members_min=2)
    story.corrected(rule, TODAY, recorded=TODAY, claimed="2016-04-01")(members_min=4)
    assert members_asked(story, "2020-01-01").required == 4


def test_a_rule_that_was_corrected_away_binds_no_more(story):
    rule = adopt(story, claimed="2016-03-01", members_min=2, quorum=3)
    story.corrected(rule, TODAY, recorded=TODAY)(members_min=None)
    assert members_asked(story, "2020-01-01").required is None

"""Laws of variants, over random stories: what is left out is left out wholly, what changes nothing changes nothing."""

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import projections.what_if.variants as variants_module
from projections.history.history import history
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import views_of
from projections.scoring.health.measure import HEADLINE
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import shown_measures
from projections.what_if.readings import read_variant
from projections.what_if.spread import health_spreads, trust_spreads
from projections.what_if.variants import (
    RecordVariant,
    WhatIfVariantKind,
    parties_in,
    under_other_weights,
    under_settings,
    withdrawal,
    without_act,
    without_acts,
    without_event,
    without_parties,
    without_party,
)
from tests.support.methods import folkmoot_2026
from tests.support.trust_stories import stories

METHOD = folkmoot_2026()


def as_it_stands(partnership, day):
    return RecordVariant(
        name="as-it-stands", kind=WhatIfVariantKind.AS_IT_STANDS, history=partnership.at(day), method=METHOD
    )


def leaving_out(base, event_id, partnership):
    return without_event(base, event_id, [*partnership.records, withdrawal(event_id, base.history)], METHOD)


def is_unchanged(spread):
    alike = all(each == spread.as_it_stands for each in spread.under.values())
    return alike and not (spread.changes_status or spread.crosses_half or spread.turns)


@settings(max_examples=50)
@given(story=stories(), data=st.data())
def test_without_an_event_is_the_history_with_that_event_withdrawn(story, data):
    partnership, day = story.told, story.today
    left_out = data.draw(st.sampled_from(partnership.records)).event_id
    base = as_it_stands(partnership, day)
    variant = leaving_out(base, left_out, partnership)
    partnership.withdrawn(left_out, day.isoformat())
    truly = history(partnership.records, as_of=day, position=partnership.head, recorded_at=base.history.recorded_at)
    assert variant.history.facts == truly.facts
    assert variant.history.set_aside == truly.set_aside
    assert variant.history.withdrawn == truly.withdrawn
    withdrawn = msgspec.structs.replace(base, history=truly)
    assert read_variant(variant) == read_variant(withdrawn)


@settings(max_examples=10)
@given(story=stories(), data=st.data())
def test_a_variant_of_what_sources_claim_reaches_as_far_into_the_log_as_the_record_it_varies(story, data):
    partnership, day = story.told, story.today
    record = partnership.at(day)
    past = history(
        partnership.records, as_of=day, position=record.position, recorded_at=record.recorded_at, log_position=1
    )
    base = msgspec.structs.replace(as_it_stands(partnership, day), history=past)
    left_out = data.draw(st.sampled_from(partnership.records)).event_id
    assert leaving_out(base, left_out, partnership).history.reached == 1


@settings(max_examples=25)
@given(story=stories(), data=st.data())
def test_leaving_out_what_is_withdrawn_already_changes_nothing(story, data):
    partnership, day = story.told, story.today
    left_out = data.draw(st.sampled_from(partnership.records)).event_id
    partnership.withdrawn(left_out, day.isoformat())
    base = as_it_stands(partnership, day)
    assert read_variant(leaving_out(base, left_out, partnership)) == read_variant(base)


@settings(max_examples=25)
@given(story=stories())
def test_a_variant_equal_to_the_base_changes_nothing(story):
    base = as_it_stands(story.told, story.today)
    standing = read_variant(base)
    trust = METHOD.trust
    same = list(under_settings(base, [METHOD], [trust.half_life_days], [trust.adverse_weight]))
    assert [each.kind for each in same] == [
        WhatIfVariantKind.METHOD,
        WhatIfVariantKind.HALF_LIFE,
        WhatIfVariantKind.ADVERSE_WEIGHT,
    ]
    under = [(each, read_variant(each)) for each in same]
    assert all(reading == standing for _, reading in under)
    assert all(is_unchanged(each.spread) for each in trust_spreads(standing, under))
    assert all(is_unchanged(each.spread) for each in health_spreads(standing, under))


@settings(max_examples=25)
@given(story=stories(), data=st.data())
def test_what_an_omission_does_not_touch_reads_as_if_everything_were_read_again(story, data):
    """Reading only the blocks that evidence was taken from gives what reading all of the rest gives."""
    base = as_it_stands(story.told, story.today)
    parties, (acts, _) = parties_in(base), without_acts(base)
    assume(parties and acts)
    party = data.draw(st.sampled_from(parties))
    for variant in (next(without_parties(base, [party])), data.draw(st.sampled_from(acts))):
        reading = read_variant(variant, read_variant(base))
        whole = msgspec.structs.replace(
            variant, touched=frozenset(views_of(row)[2] for row in evidence(base.history, METHOD))
        )
        assert reading.trust == read_variant(whole, read_variant(base)).trust
        headlines = [each for each in health_rows(base.history, METHOD, variant.rest) if each.name == HEADLINE]
        read_again = {each.dimension: (each.value, each.n) for each in shown_measures(headlines, METHOD)}
        assert set(reading.health) == {"reliability", "responsiveness", "openness"}
        assert all((each.value, each.n) == read_again[name] for name, each in reading.health.items())


@settings(max_examples=25)
@given(story=stories())
def test_without_a_party_nothing_is_said_by_or_of_it(story):
    base = as_it_stands(story.told, story.today)
    rows = evidence(base.history, METHOD)
    for variant in without_parties(base, parties_in(base)):
        party = next(each for each in parties_in(base) if variant.name.endswith(str(each)))
        assert list(variant.rest) == without_party(rows, party)
        assert party not in {key.trustee_id for key in read_variant(variant, read_variant(base)).trust}


@settings(max_examples=25)
@given(story=stories())
def test_every_standing_act_is_left_out_once_and_names_its_events(story):
    base = as_it_stands(story.told, story.today)
    rows = evidence(base.history, METHOD)
    variants, not_tried = without_acts(base)
    standing = {row.act for row in rows if row.stands_at(base.history.end)}
    assert {each.name.removeprefix("without act ") for each in variants} == standing
    assert not_tried == 0
    for variant in variants:
        act = variant.name.removeprefix("without act ")
        assert list(variant.rest) == without_act(rows, act)
        assert set(variant.events) == {cause for row in rows if row.act == act for cause in row.causes}


@settings(max_examples=10)
@given(story=stories())
def test_where_there_is_too_much_to_read_the_weightiest_acts_are_left_out_and_the_rest_counted(story):
    base = as_it_stands(story.told, story.today)
    every, _ = without_acts(base)
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(variants_module, "MOST_ROWS", 2 * len(evidence(base.history, METHOD)))
        variants, not_tried = without_acts(base)
    assert [each.name for each in variants] == [each.name for each in every[:2]]
    assert len(variants) + not_tried == len(every)


@given(story=stories(length=8))
@settings(max_examples=5)
def test_each_weight_is_halved_and_raised_by_half_and_stays_a_share(story):
    base = as_it_stands(story.told, story.today)
    variants = {each.name: each for each in under_other_weights(base, of_headlines=True)}
    ordinary = variants["weight of promises: ordinary x 1.5"].method.commitments.materiality
    assert ordinary["ordinary"] == pytest.approx(1.5 * METHOD.commitments.materiality["ordinary"])
    assert variants["weight of what is disputed x 0.5"].method.trust.disputed_weight == pytest.approx(0.25)
    assert variants["weight of headlines: voice x 0.5"].weights["voice"] == METHOD.headline_weights["voice"] / 2
    assert all(each.method.trust.disputed_weight <= 1 for each in variants.values())

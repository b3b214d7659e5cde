"""Help and the accessibility statement: open to anybody, with the numbers of a method, and the words people know."""

import re
from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from api.app import create_app
from api.pages.help_pages.topics import TOPICS
from api.pages.partnership.aspects import ASPECTS
from api.pages.partnership.dimensions import DIMENSION_WORDS
from domain.vocabulary import Facet
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.scoring.early_warnings.declared_warnings import WARNINGS
from tests.support.methods import folkmoot_2026
from tests.support.page_visitor import PageVisitor


@pytest.fixture
def anybody(app):
    """Somebody who has not signed in."""
    return PageVisitor(app)


@pytest.mark.parametrize("slug", [topic.slug for topic in TOPICS])
def test_every_topic_is_open_to_anybody_and_led_to(anybody, slug):
    assert f'href="/help/{slug}"' in anybody.reads("/help")
    assert "What is never done here" not in anybody.reads(f"/help/{slug}")


def test_a_topic_that_is_not_there_is_a_page_that_is_not_found(anybody):
    assert anybody.gets("/help/nothing").status_code == 404


def test_every_aspect_and_dimension_says_what_it_counts_and_what_it_does_not_say(anybody):
    for path, keys in (
        ("trust", [*(each.slug for each in ASPECTS), "how-it-feels"]),
        ("health", list(DIMENSION_WORDS)),
    ):
        markup = anybody.reads(f"/help/{path}")
        assert re.findall(r'<h2 id="([^"]+)">', markup) == keys
        assert markup.count("What it does not say:") == len(keys)
        assert not re.search(r"What it does not say:</b> *\.", markup)


def test_the_numbers_are_those_of_the_method(anybody):
    rules, trust = default_method().commitments, default_method().trust
    assert f"within {rules.grace_days} days after it" in anybody.reads("/help/trust")
    how = anybody.reads("/help/how-figures-are-made")
    for facet in Facet:
        if facet is not Facet.EXPRESSED:
            assert f"{trust.half_life(facet):.0f} days for" in how
    assert f"With fewer than about {trust.some.fewest_acts:g} things to go on" in how
    assert f"With fewer than about {trust.fewest_acts:g}, or" in how


def adopted(method, neighbourhood, steward):
    """Let the partnership adopt a method that is published first."""
    document = msgspec.json.encode(method, order="deterministic").decode()
    published = steward.records("/v1/methods", title="Ours", document=document, method_sha256=method_sha256(method))
    neighbourhood.officer.records(f"{neighbourhood.path}/method-adoptions", method=published["created"]["method"][0])


def test_a_method_with_one_pace_and_two_grades_is_explained_as_such(neighbourhood, officer, steward):
    adopted(folkmoot_2026(), neighbourhood, steward)
    how = officer.reads("/help/how-figures-are-made", partnership=neighbourhood.partnership)
    assert "After 180 days a thing counts half as much" in how
    assert "some to go on" not in how


def test_a_partnership_with_a_method_of_its_own_reads_its_numbers(neighbourhood, officer, steward):
    shipped = default_method()
    own = structs.replace(shipped, id="our-own", commitments=structs.replace(shipped.commitments, grace_days=21))
    adopted(own, neighbourhood, steward)
    markup = officer.reads("/help/trust", partnership=neighbourhood.partnership)
    assert "within 21 days after it" in markup
    assert "which this partnership uses" in markup


def test_the_statement_says_whom_to_write_to(services):
    visitor = PageVisitor(create_app(replace(services, contact_email="help@example.org")))
    assert 'href="mailto:help@example.org"' in visitor.reads("/accessibility")


def test_every_page_leads_to_help_and_to_the_statement(anybody):
    markup = anybody.reads("/sign-in")
    assert 'href="/help/how-figures-are-made"' in markup
    assert 'href="/accessibility"' in markup


def test_every_rule_of_early_warnings_is_told_with_the_thresholds_of_the_method(anybody):
    markup = anybody.reads("/help/early-warnings")
    rules = default_method().warning_rules
    assert re.findall(r"<dt><b>([^<]+)</b>", markup) == [each.title for each in WARNINGS]
    assert f"more than {rules.silent_days} days nothing is on record" in markup
    assert markup.count("It ends when:") == len(WARNINGS)

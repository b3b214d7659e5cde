"""Words that people read are their own: the terms of the code and of the mathematics stay where they belong."""

import re

from api.http.problems import FIELD_CODES, PROBLEMS, meaning_of
from api.resources import described
from domain.decisions.refusals import Code
from domain.events import declarations
from projections.views import projections

OURS_ALONE = re.compile(
    r"\b(trustees?|trusters?|promisers?|promisees?|claimed|abstains?|insufficient|party|parties|interactions?|guests?"
    r"|posterior|credible|facets?|base rate|attested|reconciled|provisional|strain|known_at|as_of)\b",
    re.IGNORECASE,
)


def kept_apart(texts):
    """The texts that use such a term; what stands in backticks is code, and in braces the name of a field."""
    return [text for text in texts if OURS_ALONE.search(re.sub(r"`[^`]*`|\{[^}]*\}", "", text))]


def test_what_can_be_asked_is_said_in_plain_words():
    operations = [each for methods in described()["paths"].values() for each in methods.values()]
    assert kept_apart(each["summary"] for each in operations) == []
    assert kept_apart(each.get("description", "") for each in operations) == []
    assert kept_apart(of["description"] for each in operations for of in each["parameters"]) == []


def test_what_is_sent_and_answered_is_described_in_plain_words():
    schemas = described()["components"]["schemas"].values()
    assert kept_apart(each.get("description", "") for each in schemas) == []
    assert kept_apart(of.get("description", "") for each in schemas for of in each.get("properties", {}).values()) == []


def test_problems_are_told_in_plain_words():
    assert kept_apart(text for code in (*PROBLEMS, *FIELD_CODES, *Code) for text in meaning_of(code) or ()) == []


def test_events_and_questions_are_told_in_plain_words():
    assert kept_apart(text for each in declarations() for text in (each.question, each.sentence)) == []
    assert kept_apart(text for each in projections().values() for text in (each.question, each.ignores_rest)) == []

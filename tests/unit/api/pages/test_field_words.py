"""The fields of every record are called, and their codes said, in words that people know."""

import re

import pytest

from api.pages.partnership.tasks import HEADINGS
from api.pages.records.field_labels import FIELD_LABELS, label_of
from api.pages.records.field_words import FieldWording
from api.pages.records.mendable_fields import mendable_fields
from domain.events import declarations
from projections.lifecycles.work_rows import WorklistTask
from tests.support.walked_page import NEVER

OWN_NAMES = {"Evidence session", "Evidence submission"}
"""What inquiries call such contacts themselves."""
EVENTS = [declaration.name for declaration in declarations()]


@pytest.mark.parametrize("event", EVENTS)
def test_no_field_is_called_by_a_word_of_the_trade(event):
    fields = next(declaration.fields for declaration in declarations() if declaration.name == event)
    words = [label_of(field) for field in fields]
    words += [text for field in mendable_fields(event, {}) for _, text in field.choices]
    assert [each for each in words if NEVER.search(each) and each not in OWN_NAMES] == []
    assert [each for each in words if "_" in each or not each[:1].isupper()] == []


@pytest.mark.parametrize("event", EVENTS)
def test_no_sentence_has_a_word_of_the_trade(event):
    sentence = next(declaration.sentence for declaration in declarations() if declaration.name == event)
    assert NEVER.findall(re.sub(r"\{[^}]*\}", "", sentence)) == []


def test_every_label_is_of_a_field_that_events_have():
    inner = {"attendance", "member", "present", "party"}
    assert set(FIELD_LABELS) <= {field for each in declarations() for field in each.fields} | inner


@pytest.mark.parametrize(("theme", "line"), [("trust-and-voice", "Trust and voice"), ("Mill Lane", "Mill Lane")])
def test_a_theme_is_said_in_words_and_as_it_was_written(theme, line):
    assert FieldWording({}, {}, {}).field("theme", theme).lines == (line,)


def test_every_kind_of_work_has_a_heading():
    assert set(HEADINGS) == set(WorklistTask)

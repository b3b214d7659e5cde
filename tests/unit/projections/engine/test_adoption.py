"""The adoption of a method that stands, whatever was put right in between."""

from domain.events import encode, name_of
from domain.events.partnerships import MethodAdopted
from domain.events.records import RecordCorrected
from projections.engine.replay import adoption
from tests.support.partnership_story import PartnershipStory, an_id, words


def an_adoption(title, on):
    return MethodAdopted(happened=on, method_id=an_id(title), title=title, method_sha256="0" * 64)


def adopted(story, title, on):
    return story.tell(an_adoption(title, on))


def put_right(record_id, replacement):
    return RecordCorrected(
        happened="2026-01-07",
        record_id=record_id,
        replacement_name=name_of(replacement),
        replacement_version=1,
        replacement=encode(replacement),
        reasons=words("put right"),
    )


def titled(story):
    adoption_in_force = adoption(story.records)
    return adoption_in_force and adoption_in_force.title


def test_nothing_was_adopted_where_only_other_records_were_put_right():
    story = PartnershipStory()
    promise = story.promised("p", "2026-01-05")
    story.corrected(promise, "2026-01-06")(happened="2026-01-04")
    assert titled(story) is None


def test_the_last_adoption_that_was_not_withdrawn_counts():
    story = PartnershipStory()
    adopted(story, "first", "2026-01-05")
    story.withdrawn(adopted(story, "second", "2026-01-06"), "2026-01-07")
    assert titled(story) == "first"


def test_a_record_put_right_into_an_adoption_counts_and_so_does_one_by_a_correction_of_that():
    story = PartnershipStory()
    record_id = story.promised("p", "2026-01-05")
    correction = story.tell(put_right(record_id, an_adoption("first", "2026-01-05")))
    assert titled(story) == "first"
    story.tell(put_right(correction, put_right(record_id, an_adoption("second", "2026-01-05"))))
    assert titled(story) == "second"

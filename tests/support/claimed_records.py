"""Records as an import leaves them: taken long after they were first written down, in an order of its own."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from domain.events.declaration import declaration_of
from domain.events.partnerships import RuleAdopted
from domain.events.recorded import Recorded
from domain.events.tags import stored_tags
from domain.log.recorder import LogRecorder
from projections.history.anchoring import thing_of
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
from tests.support.seeded_logs import stored


def claiming(record: Recorded) -> Recorded:
    """The record, whose source claims to have recorded it when it was."""
    return replace(record, envelope=replace(record.envelope, source_recorded_at=record.recorded_at))


def imported(records: Sequence[Recorded], pick: Callable[[int], int]) -> list[Recorded]:
    """The same events, all recorded later, each with its claim, in any order that a log could have taken them in.

    `pick` chooses among so many that may come next: those whose thing, or record, is there.
    """
    last = records[-1].recorded_at
    remainder, sequence = [claiming(record) for record in records], []
    names: set[object] = set()
    while remainder:
        ready = [record for record in remainder if _needs(record) <= names] if sequence else remainder[:1]
        record = ready[pick(len(ready))]
        remainder.remove(record)
        names |= {("record_id", record.event_id), (declaration_of(record.body).begins, thing_of(record.body))}
        sequence.append(record)
    return [
        replace(record, position=number, recorded_at=last + timedelta(days=100, seconds=number))
        for number, record in enumerate(sequence, start=1)
    ]


def imported_now(log: LogRecorder) -> UUID:
    """A partnership whose promises of 2016 their source wrote down as they were made and kept, and that comes now."""
    story = PartnershipStory("imported")
    story.formed("2015-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2015-01-01", claimed="2015-01-01")
    for name, made_on, kept_on in (("bench", "2016-03-07", "2016-09-01"), ("lights", "2016-01-04", "2016-02-15")):
        story.promised(name, made_on, due="2016-06-30", claimed=made_on)
        story.confirmed_done(name, kept_on, claimed=kept_on)
    story.tell(RuleAdopted(happened="2016-04-01", rule_id=an_id("rule"), members_min=5), claimed="2016-04-02")
    for record in story.records:
        event = stored(record)
        event.tags = sorted(stored_tags(record.body, record.partition_id))
        log.append([event])
    return story.partition_id


def _needs(record: Recorded) -> set[object]:
    about = declaration_of(record.body).about
    return {(about, thing_of(record.body))} if about else set()

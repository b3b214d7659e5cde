"""The yardsticks of the real work do the same work, or read the same log."""

from datetime import date

from domain.log.recorder import LogRecorder
from projections.engine.replay import known_partnership, replay_answer
from projections.views import projection_called
from scripts.benchmarks import library_runner
from scripts.benchmarks.generated_log import copies, write
from scripts.benchmarks.large_log import slice_of
from scripts.benchmarks.raw_copy import copy_out

AS_OF = date(2026, 6, 30)


def test_the_raw_copy_reads_every_event_to_its_end(generated):
    with LogRecorder(generated) as log:
        events = list(log.stream())
    copied = copy_out(generated)
    assert copied.events == len(events)
    assert copied.bytes > sum(2 * len(event.data) for event in events)


def test_a_slice_holds_the_whole_history_of_its_partnerships_and_nothing_else(server, generated):
    with LogRecorder(generated) as whole, LogRecorder(slice_of(server, generated, 1_300)) as part:
        events = list(part.stream())
        assert len(events) >= 1_300
        for partition_id in {event.partition_id for event in events}:
            there = [event.event_id for event in whole.read_partition(partition_id)]
            assert [event.event_id for event in part.read_partition(partition_id)] == there
        assert part.root(len(events))


def test_the_librarys_runner_makes_the_rows_that_replay_makes(database_url, county):
    event_count = write(database_url, copies(county, events=150, partnerships=1, seed=1), 150)
    ran = library_runner.run(database_url, ("health", "trust"), AS_OF, event_count)
    assert ran.events == event_count
    with LogRecorder(database_url) as log:
        for (name, partition_id), digest in ran.digests.items():
            last = log.read_partition(partition_id)[-1]
            partnership = known_partnership(log, partition_id, as_of=AS_OF, known_at=last.position)
            assert replay_answer(partnership, projection_called(name)).digest == digest
    assert {name for name, _ in ran.digests} == {"health", "trust"}

"""Tasks as they may be declared, and their arguments: ids and whole numbers, and no words."""

from datetime import date
from uuid import UUID

import pytest

from api.all_tasks import ALL_TASKS
from api.queue.due_times import DailyTime
from api.queue.queued_task import NoSuchArguments, QueuedTask, doubling_pauses, given_arguments

ID = UUID(int=7)


def deliver(attempt, *, endpoint_id, position):
    del attempt, endpoint_id, position


def task(**options):
    return QueuedTask(**{"name": "deliver", "does": deliver} | options)


def test_arguments_come_back_as_they_were_given():
    given = {"endpoint_id": ID, "position": 12}
    assert given_arguments(task().kept(given)) == given


@pytest.mark.parametrize(
    "unfit", ["somebody@example.org", "a name", str(ID), b"secret", 1.5, True, None, date(2026, 1, 1), {"a": 1}, 2**63]
)
def test_nothing_but_ids_and_whole_numbers_is_taken(unfit):
    with pytest.raises(NoSuchArguments, match="endpoint_id"):
        task().kept({"endpoint_id": unfit, "position": 12})


@pytest.mark.parametrize("given", [{}, {"endpoint_id": ID}, {"endpoint_id": ID, "position": 1, "more": 2}])
def test_other_arguments_than_those_declared_are_refused(given):
    with pytest.raises(NoSuchArguments, match="takes"):
        task().kept(given)


@pytest.mark.parametrize(
    "options",
    [
        {"name": "Deliver it"},
        {"name": "a" * 41},
        {"in_order_of": ("nothing",)},
        {"once_for": ("nothing",)},
        {"daily": DailyTime(2, 30)},
    ],
)
def test_a_declaration_that_cannot_be_put_is_refused(options):
    with pytest.raises(ValueError, match=r"name|takes"):
        task(**options)


def test_work_with_the_same_arguments_has_its_order_and_its_waiting_once_in_common():
    declared = task(in_order_of=("endpoint_id",), once_for=())
    kept = declared.kept({"endpoint_id": ID, "position": 12})
    assert (declared.order(kept), declared.once(kept)) == (f"deliver/{ID}", "deliver")
    assert (task().order(kept), task().once(kept)) == (None, None)


def test_pauses_double_up_to_the_longest():
    assert doubling_pauses(10, times=4, longest_s=60) == (10, 20, 40, 60)


def test_every_task_has_a_name_of_its_own():
    assert len({each.name for each in ALL_TASKS}) == len(ALL_TASKS)

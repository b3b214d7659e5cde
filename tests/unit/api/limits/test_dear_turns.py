"""Turns at dear reads: so many at once, one for each caller, in the order in which they came."""

import anyio
import pytest

from api.limits.dear_turns import DearTurns, NoTurn


class Worked:
    """Reads that go on until they are let go, by name."""

    def __init__(self, dear):
        self.dear = dear
        self.begun = []
        self.refused = {}
        self._ends = {}

    async def read(self, caller, name):
        self._ends[name] = anyio.Event()
        try:
            async with self.dear.turn(caller):
                self.begun.append(name)
                await self._ends[name].wait()
        except NoTurn as refused:
            self.refused[name] = refused.by_own

    async def ends(self, name):
        self._ends[name].set()
        await anyio.wait_all_tasks_blocked()


def during(tell, *reads, at_once=2, patience_s=60.0):
    """Begin reads, one after another, tell what happens then, and end them all."""

    async def main():
        worked = Worked(DearTurns(at_once, patience_s=patience_s))
        async with anyio.create_task_group() as group:
            for caller, name in reads:
                group.start_soon(worked.read, caller, name)
                await anyio.wait_all_tasks_blocked()
            await tell(worked)
            group.cancel_scope.cancel()

    anyio.run(main)


def test_one_caller_has_one_at_a_time_however_many_are_asked_for():
    async def tell(worked):
        assert worked.begun == ["a1"]
        await worked.ends("a1")
        assert worked.begun == ["a1", "a2"]

    during(tell, ("a", "a1"), ("a", "a2"), ("a", "a3"))


def test_another_caller_need_not_wait_behind_the_many_of_one():
    async def tell(worked):
        assert worked.begun == ["a1", "b1"]

    during(tell, ("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"))


def test_there_are_no_more_at_once_than_are_allowed_and_turns_go_in_the_order_of_coming():
    async def tell(worked):
        assert worked.begun == ["a1", "b1"]
        await worked.ends("b1")
        assert worked.begun == ["a1", "b1", "c1"]
        await worked.ends("a1")
        assert worked.begun == ["a1", "b1", "c1", "d1"]

    during(tell, ("a", "a1"), ("b", "b1"), ("c", "c1"), ("d", "d1"))


def test_who_waits_too_long_is_told_whether_for_one_of_their_own_or_for_others():
    async def tell(worked):
        await anyio.sleep(0.05)
        await anyio.wait_all_tasks_blocked()
        assert worked.refused == {"a2": True, "c1": False}

    during(tell, ("a", "a1"), ("b", "b1"), ("a", "a2"), ("c", "c1"), patience_s=0.01)


def test_a_turn_that_was_refused_or_given_up_is_lost_to_nobody():
    async def main():
        dear = DearTurns(1, patience_s=0.01)
        async with dear.turn("a"):
            with pytest.raises(NoTurn):
                async with dear.turn("b"):
                    raise AssertionError
            with anyio.CancelScope() as scope:
                scope.cancel()
                async with dear.turn("c"):
                    raise AssertionError
        with pytest.raises(ZeroDivisionError):
            async with dear.turn("d"):
                raise ZeroDivisionError
        async with dear.turn("e"):
            pass

    anyio.run(main)

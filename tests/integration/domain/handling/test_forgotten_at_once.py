"""One person forgotten by several at the same moment: once, and nobody is told that the log is gone."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from domain.decisions.registries import RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.handling.handler import Acknowledged
from domain.log.recorder import LogRecorder
from tests.integration.domain.handling.test_handler import House

AT_ONCE = 4


def test_a_person_whom_several_forget_at_once_is_forgotten_once(database_url: str) -> None:
    with LogRecorder(database_url) as recorder:
        house = House(recorder)
        for _ in range(10):
            registered = house.does(RegisterPerson(name="Quillon Farthingale"), house.officer)
            command = ForgetPerson(person=house.vault.reference(registered.events[0].partition_id))
            together = Barrier(AT_ONCE)

            def forget(_: int, command: ForgetPerson = command, together: Barrier = together) -> object:
                together.wait()
                return house.ask(command)

            with ThreadPoolExecutor(AT_ONCE) as pool:
                outcomes = list(pool.map(forget, range(AT_ONCE)))
            assert len([each for each in outcomes if isinstance(each, Acknowledged)]) == 1

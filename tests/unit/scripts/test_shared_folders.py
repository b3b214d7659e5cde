"""A folder that workers of one run share is filled once, and goes with the last of them."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest

from tests.support.shared_folders import shared_folder


def test_of_several_one_fills_it_and_the_last_removes_it(tmp_path):
    name, filled, texts, together = f"test-{uuid4()}", [], [], Barrier(3)

    def fill(folder):
        filled.append(folder)
        (folder / "words").write_text("Mend the lamps")

    def use():
        with shared_folder(name, tmp_path / "lock", fill) as folder:
            together.wait(10)
            texts.append((folder / "words").read_text())

    workers = [Thread(target=use) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert texts == ["Mend the lamps"] * 3
    [folder] = filled
    assert not folder.parent.exists()


def test_what_could_not_be_filled_is_tried_again(tmp_path):
    name = f"test-{uuid4()}"

    def fail(folder):
        raise OSError(folder)

    with pytest.raises(OSError, match=name), shared_folder(name, tmp_path / "lock", fail):
        pass
    with shared_folder(name, tmp_path / "lock", lambda folder: (folder / "words").touch()) as folder:
        assert [each.name for each in folder.iterdir()] == ["words"]

"""Work on a review that is stopped by a button on its page, by whoever may ask for it and nobody else."""

import re
from uuid import UUID, uuid4

import pytest

from tests.integration.api.pages.test_reports import FROZEN, evaluator, reader_of_reports, review, sent

__all__ = ["evaluator", "reader_of_reports", "review"]


@pytest.fixture
def job(evaluator, review):
    """The page of work that waits for a worker."""
    return sent(evaluator, review, FROZEN).headers["Location"]


@pytest.fixture
def press(review):
    """Send what the button on the page of a job sends."""

    def press_button(visitor, job):
        token = re.search(r'name="form_token" value="([^"]+)"', visitor.reads("/sign-out"))[1]
        data = {"form_token": token, "key": str(uuid4()), "do": "stop", "job": job.removeprefix("/reports/jobs/")}
        return visitor.client.post(review, data=data, headers={"Origin": visitor.origin})

    return press_button


def test_whoever_registered_a_review_stops_work_on_it(evaluator, review, job, press):
    assert "Stop this work" in evaluator.reads(job)
    assert f'action="{review}"' in evaluator.reads(job)
    assert press(evaluator, job).headers["Location"] == job
    markup = evaluator.reads(job)
    assert "It was stopped." in markup
    assert "Stop this work" not in markup
    assert press(evaluator, job).headers["Location"] == job


def test_others_who_read_it_see_no_button_and_may_not_send_it(reader_of_reports, officer, evaluator, job, press):
    for visitor in (reader_of_reports, officer):
        markup = visitor.reads(job)
        assert "Waits for its turn." in markup
        assert "Stop this work" not in markup
        assert press(visitor, job).status_code == 403
    assert "Waits for its turn." in evaluator.reads(job)


@pytest.mark.parametrize("nothing", ["", "none", str(UUID(int=7))])
def test_what_is_no_job_is_not_there(evaluator, press, nothing):
    assert press(evaluator, nothing).status_code == 404

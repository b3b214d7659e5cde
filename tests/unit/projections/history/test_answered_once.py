"""Answers that are no functions of a history alone: worked out once, again when it has grown, and within a bound."""

from collections import Counter
from dataclasses import dataclass, field

from projections.history.memo import PlainMemo, answered_once

METHOD = object()


@dataclass
class Asked:
    """A history that is asked, and how often each question was worked out."""

    memo: PlainMemo = field(default_factory=PlainMemo)
    position: int = 1
    worked_out: Counter = field(default_factory=Counter)

    def ask(self, question, method=METHOD):
        def work():
            self.worked_out[question] += 1
            return f"{question} at {self.position}"

        return answered_once(self, question, method, work)


def test_a_question_is_worked_out_once_until_the_history_has_grown():
    history = Asked()
    assert [history.ask("what if"), history.ask("what if")] == ["what if at 1"] * 2
    assert history.worked_out["what if"] == 1
    history.position = 2
    assert history.ask("what if") == "what if at 2"


def test_by_another_method_it_is_worked_out_again():
    history = Asked()
    history.ask("what if")
    history.ask("what if", method=object())
    assert history.worked_out["what if"] == 2


def test_of_many_questions_those_asked_last_are_remembered():
    history = Asked()
    for number in range(70):
        history.ask(number)
    history.ask(69)
    history.ask(0)
    assert (history.worked_out[69], history.worked_out[0]) == (1, 2)

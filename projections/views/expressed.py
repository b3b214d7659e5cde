"""One side's word on a body, reading by reading, and the line followed through it, apart from what the body did."""

from domain.events.experience import FeedbackGiven, PulseObserved
from projections.declaration import projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING
from projections.scoring.surveys.expressed_rows import KEY, ExpressedRow, expressed_rows


@projection(
    name="expressed",
    version=1,
    row=ExpressedRow,
    key=KEY,
    handles=(FeedbackGiven, PulseObserved, *MENDING),
    question="What does each side say of each body, reading by reading, and where does its line stand?",
    ignores_rest="Only what people say of a body is a reading; what it did stands in trust, and the two never meet.",
    stored="Readings of one question are set side by side across partnerships, and lines are compared night by night.",
)
def expressed(history: History, method: Method) -> list[ExpressedRow]:
    """Every reading of every line; none by a method that follows no lines."""
    rules = method.survey_rules
    return [] if rules is None else expressed_rows(history, method, rules)

"""Crosswalks: each cell says if it is computed, in part, or needs a survey; its figures are those shown elsewhere."""

from itertools import chain

import pytest

from projections.crosswalks.crosswalk import INSTRUMENTS, crosswalk, crosswalk_rows
from projections.crosswalks.instrument import CellCoverage, InstrumentName, MappedFigure, MappedRequirement
from projections.method.document import default_method
from projections.scoring.health.measure import HEADLINE, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import dimension_called, shown_measures
from tests.support.everything_told import a_partnership
from tests.support.partnership_story import COUNCIL, FORUM, TENANTS, PartnershipStory
from tests.support.trust_figures import keep, leave_overdue, partnership
from tests.support.warning_stories import came, missed

METHOD, DAY = default_method(), "2025-07-31"
CELLS = [(name, cell) for name, instrument in INSTRUMENTS.items() for cell in instrument.cells]
MAPPED = sorted(
    {(each.dimension, each.measure) for _, cell in CELLS for each in cell.figures if isinstance(each, MappedFigure)}
)

each_cell = pytest.mark.parametrize(
    "cell", [cell for _, cell in CELLS], ids=[f"{name} {cell.id}" for name, cell in CELLS]
)


def test_every_instrument_is_there_with_the_cells_that_it_is_known_for():
    counts = {name.value: len(instrument.cells) for name, instrument in INSTRUMENTS.items()}
    assert counts == {"nuffield": 6, "vichealth": 8, "partner": 8, "scottish-standards": 7, "big-local": 9}
    assert set(INSTRUMENTS) == set(InstrumentName)


@each_cell
def test_what_is_computed_has_figures_and_what_is_not_has_a_question(cell):
    match cell.coverage:
        case CellCoverage.COMPUTED:
            assert (bool(cell.figures), bool(cell.covered), cell.not_covered, cell.question) == (True, True, "", "")
        case CellCoverage.IN_PART:
            assert cell.figures
            assert all((cell.covered, cell.not_covered, cell.question.endswith("?")))
        case CellCoverage.NEEDS_SURVEY:
            assert cell.figures == ()
            assert cell.question.endswith("?")


@pytest.mark.parametrize(("number", "name"), MAPPED)
def test_every_measure_that_is_mapped_is_one_that_health_has(number, name):
    """A measure that is renamed would leave its cells empty."""
    stories = (a_partnership().at("2026-01-01"), met().at(DAY))
    names = {(row.dimension, row.name) for row in chain(*(health_rows(each, METHOD) for each in stories))}
    assert (dimension_called(number), name) in names or name in _BY_GROUP_ONLY


_BY_GROUP_ONLY = {"attendance", "venue", "spending-traced-to-residents"}
"""Measures that have a row for each side, way of meeting or currency, and none where there is none."""


def kept() -> PartnershipStory:
    story = partnership(COUNCIL, TENANTS, FORUM)
    keep(story, 8, start="2025-02-01")
    leave_overdue(story, 2, start="2025-06-01")
    return story


def met() -> PartnershipStory:
    story = kept()
    story.met("board", "2025-03-03T18:00:00+00:00", came(TENANTS), missed(COUNCIL))
    return story


@pytest.fixture
def history():
    return kept().at(DAY)


def cell_of(history, name, cell_id):
    return next(cell for cell in crosswalk(history, METHOD, name) if cell.id == cell_id)


def test_a_figure_is_the_one_that_health_shows_with_its_range_and_what_it_rests_on(history):
    figure = cell_of(history, InstrumentName.PARTNER, "trust-reliability").figures[0]
    headline = next(
        measure
        for measure in shown_measures(health_rows(history, METHOD), METHOD)
        if (measure.dimension, measure.name) == (dimension_called("H1"), HEADLINE)
    )
    values = (figure.value, figure.low, figure.high, figure.n, figure.status, figure.causes)
    assert values == (headline.value, headline.low, headline.high, headline.n, headline.status, headline.causes)
    assert figure.low < figure.value < figure.high
    assert len(figure.causes) > 8


def test_where_nothing_happened_the_cell_stays_and_says_why_it_is_empty(history):
    (figure,) = cell_of(history, InstrumentName.BIG_LOCAL, "yearly-review").figures
    assert (figure.value, figure.missing) == (None, Missing.NOTHING_HAPPENED)
    (attendance,) = [
        figure for figure in cell_of(history, InstrumentName.NUFFIELD, "3").figures if figure.measure == "attendance"
    ]
    assert (attendance.value, attendance.missing) == (None, Missing.NOTHING_HAPPENED)


def test_seats_stand_against_the_partnerships_own_rule(history):
    (figure,) = cell_of(history, InstrumentName.BIG_LOCAL, "resident-majority").figures
    assert (figure.source, figure.value, figure.n, figure.required) == ("composition", pytest.approx(2 / 3), 3, None)


@pytest.mark.parametrize("name", InstrumentName)
def test_no_figure_of_any_cell_adds_others_up(history, name):
    """Each is a measure or a requirement that stands by itself, and an instrument has nothing but cells of them."""
    declared = {
        (figure.dimension, figure.measure) if isinstance(figure, MappedFigure) else ("", figure.requirement.value)
        for cell in INSTRUMENTS[name].cells
        for figure in cell.figures
    }
    names = {(each.dimension, each.measure) for cell in crosswalk(history, METHOD, name) for each in cell.figures}
    assert names == declared
    assert INSTRUMENTS[name].no_total.endswith(".")


@pytest.mark.parametrize("name", InstrumentName)
def test_as_a_table_every_cell_has_a_row_and_every_figure_its_own(history, name):
    cells = crosswalk(history, METHOD, name)
    rows = list(crosswalk_rows(name, cells))
    assert list(dict.fromkeys(row.cell for row in rows)) == [cell.id for cell in cells]
    assert len(rows) == sum(max(1, len(cell.figures)) for cell in cells)


def test_requirements_are_mapped_where_instruments_have_rules_of_their_own():
    rules = [cell.id for _, cell in CELLS if any(isinstance(each, MappedRequirement) for each in cell.figures)]
    assert rules == ["5", "members", "resident-majority"]

"""A county under review: partnerships with promises and asks, figures of a place, and a registered review."""

import csv
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path

from domain.events.declaration import Participant
from domain.events.outcomes import OutcomeObserved
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.registries import PlaceRegistered
from domain.events.stewardship import ReviewRegistered
from domain.events.tags import stored_tags
from domain.log.recorder import LogRecorder
from domain.vocabulary import OutcomeDomain, PartyKind, PlaceKind
from projections.method.method import method_sha256
from projections.reviews.extract import ExtractRequest, ExtractSource, make_extract
from projections.reviews.freeze import new_folder
from projections.reviews.manifest import Manifest
from projections.reviews.table_files import ExtractFormat
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, COUNCIL, RESIDENTS, TENANTS, PartnershipStory, an_id
from tests.support.seeded_logs import stored

METHOD = folkmoot_2026()
NAMES = ("Ambleford", "Brackley", "Cold Norton", "Dunmere")
COHORT, COMPARISON = NAMES[:2], NAMES[2:]
PLACE = an_id("place of Ambleford")
REVIEW_ID = an_id("the review")
AS_OF = date(2026, 6, 30)


class County:
    """Several partitions told into one log, in the order of recording."""

    def __init__(self) -> None:
        self._positions = count(1)
        self.partnerships = {name: self._told(name) for name in NAMES}
        self.place = self._told("place of Ambleford")
        self.review = self._told("the review")

    def _told(self, name: str) -> PartnershipStory:
        return PartnershipStory(name, positions=self._positions)

    @property
    def records(self) -> list[Recorded]:
        story = (*self.partnerships.values(), self.place, self.review)
        in_order = sorted((record for one in story for record in one.records), key=lambda record: record.position)
        assert [each.position for each in in_order] == list(range(1, len(in_order) + 1))
        return in_order

    def begins(self) -> None:
        body = PlaceRegistered(happened="2020", place_id=PLACE, name="Ambleford", kind=PlaceKind.NEIGHBOURHOOD)
        self.place.tell(body, recorded="2025-01-01")
        for name, story in self.partnerships.items():
            formed = PartnershipFormed(
                happened="2025-01-01",
                partnership_id=story.partition_id,
                name=f"{name} Board",
                kind=PartyKind.NEIGHBOURHOOD_BOARD,
                itself=BOARD,
                residents=RESIDENTS,
                place_id=PLACE if name == "Ambleford" else None,
            )
            story.tell(formed, recorded="2025-01-01")
            for who in (COUNCIL, TENANTS):
                story.joined(who, "2025-01-01")

    def works(self, year: int, months: range) -> None:
        """Each partnership meets, is promised something that is kept the month after, and asks something."""
        for month in months:
            day = f"{year}-{month:02}"
            for name, story in self.partnerships.items():
                thing = f"{name} {year} {month}"
                story.met(thing, f"{day}-05", Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True))
                story.promised(thing, f"{day}-05", due=f"{day}-20")
                story.asked(f"ask {thing}", f"{day}-05")
            for name in NAMES[:-1]:
                thing = f"{name} {year} {month}"
                self.partnerships[name].confirmed_done(thing, f"{day}-18")
                self.partnerships[name].answered(f"ask {thing}", f"{day}-18")

    def reads(self, on: str, *, value: float, start: date, end: date) -> None:
        body = OutcomeObserved(
            happened=on,
            outcome_id=an_id(f"figure of {on}"),
            place_id=PLACE,
            indicator="Wellbeing survey",
            domain=OutcomeDomain.WELLBEING,
            period_start_on=start,
            period_end_on=end,
            value=value,
            unit="%",
        )
        self.place.tell(body)

    def registers(self, on: str, **details: object) -> None:
        defaults = {
            "cohort_partnership_ids": tuple(self.partnerships[name].partition_id for name in COHORT),
            "comparison_partnership_ids": tuple(self.partnerships[name].partition_id for name in COMPARISON),
            "window_start_on": date(2026, 1, 1),
            "window_end_on": date(2026, 12, 31),
            "baseline_start_on": date(2025, 6, 1),
            "outcomes": ("reliability", "wellbeing"),
            "method_sha256": method_sha256(METHOD),
        }
        body = ReviewRegistered(
            happened=on, review_id=self.review.partition_id, question="Do promises hold?", **(defaults | details)
        )
        self.review.tell(body)


def county(**details: object) -> County:
    """Half a year before the review is registered, then half a year of its window."""
    story = County()
    story.begins()
    story.works(2025, range(6, 13))
    story.reads("2025-12-20", value=40.0, start=date(2025, 1, 1), end=date(2025, 12, 20))
    story.works(2026, range(1, 2))
    story.registers("2026-01-25", **details)
    story.works(2026, range(2, 6))
    story.reads("2026-05-25", value=44.0, start=date(2026, 1, 1), end=date(2026, 5, 25))
    return story


def write(log: LogRecorder, records: Iterable[Recorded]) -> None:
    """Record what was told; what was told for the same instant is taken one after the other."""
    with log.transaction() as cursor:
        for record in records:
            event = stored(record)
            event.tags = sorted(stored_tags(record.body, record.partition_id))
            log.append_in(cursor, [event], recorded_at=record.recorded_at)


def frozen(
    source: ExtractSource,
    folder: Path,
    position: int,
    *,
    workers: int = 1,
    method: object = METHOD,
    as_of: date = AS_OF,
    forms: tuple[ExtractFormat, ...] = (ExtractFormat.CSV, ExtractFormat.PARQUET),
) -> Manifest:
    """Freeze the review of the county into a folder."""
    request = ExtractRequest(review_id=REVIEW_ID, position=position, as_of=as_of, forms=forms)
    with new_folder(folder) as writing, ThreadPoolExecutor(workers) as executor:
        return make_extract(source, request, method, writing, executor)


def content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def cells(folder: Path) -> Iterator[dict[str, str]]:
    with (folder / "panel.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)

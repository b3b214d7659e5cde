"""The text of a replay: a table for spreadsheets, or a page of Markdown for people to read and cite."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

import msgspec
from msgspec import Struct

from api.reading.formats import csv_of
from domain.csv_writer import CsvWriter, inert
from projections.declaration import ProjectionRow
from projections.rows import TextAt
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.shown_profile import Profile, ShownMeasure
from projections.scoring.trust.mean_trust import MeanTrust
from projections.scoring.trust.shown_trust import Figure, ShownTrust

BASIS: Final = ("log_id", "position", "as_of", "method", "method_sha256", "tree_root", "known_by", "digest")


class EventSeen(Struct, frozen=True, kw_only=True):
    """The type of an event behind a figure, and the day on which it is said to have happened."""

    type: str
    on: date


class Resting(Protocol):
    """An answer that says what it rests on."""

    @property
    def known_by(self) -> str | None:
        """The question to sources, where they were asked."""

    @property
    def rules_as_claimed(self) -> tuple[UUID, ...]:
        """The rules that bind from when their source claims."""


class NamedReplay(Struct, frozen=True, kw_only=True):
    """One view of one partnership, all it rests on, and beside it, outside the digest, names and what events were."""

    partnership_id: UUID
    partnership: str | None
    view: str
    version: int
    log_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...]
    known_by: str | None
    digest: str
    columns: tuple[str, ...]
    rows: Sequence[ProjectionRow]
    figures: list[ShownTrust] | None = None
    means: list[MeanTrust] | None = None
    profile: Profile | None = None
    names: dict[UUID, str]
    events: dict[UUID, EventSeen]


def in_json(replayed: NamedReplay) -> bytes:
    """Write everything as one JSON object."""
    return msgspec.json.format(msgspec.json.encode(replayed)) + b"\n"


def in_csv(replayed: NamedReplay) -> bytes:
    """Write the rows, each with what it rests on, so that any part of the table says where it is from."""
    return with_basis(csv_of(replayed.columns, replayed.rows, replayed.names, {}), replayed)


def with_basis(content: bytes, resting: Struct) -> bytes:
    """Add to every row of a CSV what an answer rests on."""
    basis = [inert(plain(getattr(resting, name))) for name in BASIS]
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    for index, row in enumerate(csv.reader(io.StringIO(content.decode(), newline=""))):
        writer.write([*row, *(basis if index else (f"basis_{name}" for name in BASIS))])
    return out.getvalue().encode()


def in_markdown(replayed: NamedReplay) -> bytes:
    """Write a page: what it rests on, then the figures with their timelines and causes, or the rows as a table."""
    title = f"# {replayed.partnership or replayed.partnership_id}: {replayed.view}"
    basis = basis_of(replayed)
    if replayed.figures is not None:
        body = [*_means(replayed.means or (), replayed), *_trust(replayed.figures, replayed)]
    elif replayed.profile is not None:
        body = list(_health(replayed.profile))
    else:
        rows = [[_cell(getattr(row, name), replayed) for name in replayed.columns] for row in replayed.rows]
        body = [table(replayed.columns, rows)]
    return ("\n\n".join([title, *basis, *body]) + "\n").encode()


def basis_of(resting: Resting) -> list[str]:
    """Write what an answer rests on, and what of that is only as its source claims."""
    lines = [(name, plain(value)) for name in BASIS if (value := getattr(resting, name)) is not None]
    parts = [table(("what it rests on", ""), lines)]
    if resting.known_by is not None:
        parts.append("This is what sources claim to have known by that day; this log vouches only for its own time.")
    if resting.rules_as_claimed:
        rules = ", ".join(f"`{rule}`" for rule in resting.rules_as_claimed)
        parts.append(f"Rules that bind from when they were recorded as claimed by the source: {rules}.")
    return parts


def _means(means: Iterable[MeanTrust], replayed: NamedReplay) -> Iterator[str]:
    """Write the means over aspects, where they were asked for, each with what is in it and what is not."""
    rows = [
        (
            _named(mean.truster_id, replayed) if mean.truster_id else plain(mean.truster_side),
            _named(mean.trustee_id, replayed),
            "not enough to say" if mean.mean is None else f"{mean.mean:.3f}, from {mean.low:.3f} to {mean.high:.3f}",
            ", ".join(map(plain, mean.aspects)),
            ", ".join(map(plain, mean.missing)),
        )
        for mean in means
    ]
    if rows:
        yield "## The mean over aspects"
        yield table(("whose", "in whom", "mean", "of", "not in it, for want of enough to say"), rows)


def _trust(figures: Iterable[ShownTrust], replayed: NamedReplay) -> Iterator[str]:
    for trust in figures:
        truster = _named(trust.truster_id, replayed) if trust.truster_id else plain(trust.truster_side)
        yield f"## {plain(trust.facet)}: trust of {truster} in {_named(trust.trustee_id, replayed)}"
        yield f"{_figure(trust.figure)}. {trust.counts.in_words[:1].upper()}{trust.counts.in_words[1:]}."
        steps = [
            (
                plain(step.on),
                _figure(step.figure),
                "" if step.change is None else f"{step.change:+.3f}",
                "<br>".join(_cause(cause, replayed) for cause in step.causes),
            )
            for step in trust.timeline
        ]
        yield table(("day", "trust", "change", "causes"), steps)


def _figure(figure: Figure) -> str:
    count_text = f"n = {figure.n:.1f}"
    if not figure.status.is_said:
        return f"not enough to say ({count_text})"
    certain = ", less certain" if figure.is_less_certain else ""
    if not figure.is_less_certain and figure.status is EvidenceStatus.SOME:
        certain = ", some to go on"
    return f"{figure.trust:.3f}, likely {figure.low:.3f} to {figure.high:.3f} ({count_text}{certain})"


def _cause(event_id: UUID, replayed: NamedReplay) -> str:
    event = replayed.events.get(event_id)
    return f"`{event_id}`" if event is None else f"{event.type} of {event.on} `{event_id}`"


def _health(profile: Profile) -> Iterator[str]:
    for dimension in profile.dimensions:
        yield f"## {dimension.id} {plain(dimension.dimension)}"
        measures = [*([dimension.headline] if dimension.headline else []), *dimension.beside]
        yield table(_MEASURES, [_measure(measure) for measure in measures])
    yield "## How it was recorded"
    yield table(_MEASURES, [_measure(measure) for measure in profile.beside])


_MEASURES: Final = ("measure", "value", "likely range", "n", "acts", "why missing", "events")


def _measure(measure: ShownMeasure) -> tuple[str, ...]:
    name = f"{measure.name}, {measure.group}" if measure.group else measure.name
    value = "" if measure.value is None else f"{measure.value:.3f}"
    acts = "" if measure.acts is None or measure.value_sum is None else f"{measure.value_sum:.3g} of {measure.acts}"
    likely = "" if measure.low is None or measure.high is None else f"{measure.low:.3f} to {measure.high:.3f}"
    return (name, value, likely, f"{measure.n:.1f}", acts, plain(measure.missing), str(len(measure.causes)))


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(_escaped(cell) for cell in line) + " |" for line in lines)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _named(identity: UUID, replayed: NamedReplay) -> str:
    return replayed.names.get(identity) or str(identity)


def _cell(value: Any, replayed: NamedReplay) -> str:  # noqa: ANN401 - whatever a row holds
    match value:
        case UUID():
            return _named(value, replayed)
        case tuple():
            return ", ".join(_cell(each, replayed) for each in value)
        case TextAt():
            return f"`{value.event_id}` {value.field}"
        case _:
            return plain(value)


def plain(value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    """Write a value as people and spreadsheets read it; nothing for none."""
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case float():
            return f"{value:.6g}"
        case Struct() | dict():
            return msgspec.json.encode(value).decode()
        case _:
            return str(value)

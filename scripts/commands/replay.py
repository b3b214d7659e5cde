"""Replay one partnership as of any day, as known at any position, under any method: figures with their causes."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from api.reading.labels import REGISTERED, ids_by_kind
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.events.partnerships import PartnershipFormed
from domain.log.errors import BeyondHead, LogUnavailable
from domain.values import day_of
from projections.declaration import Projection, ProjectionRow
from projections.engine.replay import (
    DayOutOfReach,
    DayToCome,
    KnownPartnership,
    ReplayAnswer,
    UnknownPartnership,
    known_partnership,
    replay_answer,
)
from projections.scoring.health.measure import Measure
from projections.scoring.health.shown_profile import shown_profile
from projections.scoring.trust.mean_trust import mean_trust
from projections.scoring.trust.shown_trust import shown_trust
from projections.scoring.trust.trust_rows import TrustRow
from projections.views import projections as declared
from scripts.support.exits import CommandFailed, Exit
from scripts.support.partnership_args import add_past_args, find_partnership, read_method
from scripts.support.replay_text import EventSeen, NamedReplay, in_csv, in_json, in_markdown
from scripts.support.services import open_services, settings_in_force

HELP = "replay a partnership: any view, as of any day, as known at any position, under any method"

_FORMATS: Final = {"json": in_json, "csv": in_csv, "md": in_markdown}
R = TypeVar("R", bound=ProjectionRow)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("partnership", metavar="PARTNERSHIP", help="its id, or its exact name")
    parser.add_argument("--view", required=True, metavar="NAME", choices=sorted(declared()), help=_views())
    add_past_args(parser)
    parser.add_argument("--method", type=Path, metavar="FILE", help="score by this method document")
    parser.add_argument(
        "--mean", action="store_true", help="with --view trust, not as CSV: add the mean over aspects of each figure"
    )
    parser.add_argument("--format", choices=sorted(_FORMATS), default="json", help="json unless given")


def run(args: argparse.Namespace) -> int:
    """Answer on standard output; the same question gives the same bytes."""
    if args.mean and (args.view != "trust" or args.format == "csv"):
        raise CommandFailed(Exit.USAGE, "--mean: give it with --view trust, and not as CSV")
    method = None if args.method is None else read_method(args.method)
    with open_services(settings_in_force(), command="replay", changes=False) as services:
        try:
            partnership_id = find_partnership(services, args.partnership)
            partnership = known_partnership(
                services.recorder, partnership_id, as_of=args.as_of, known_at=args.known_at, method=method
            )
            replayed = _named_replay(services, partnership, args.view, with_mean=args.mean)
        except (UnknownPartnership, BeyondHead, DayOutOfReach, DayToCome) as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except LogUnavailable as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
    sys.stdout.buffer.write(_FORMATS[args.format](replayed))
    sys.stdout.buffer.flush()
    return Exit.DONE


def _views() -> str:
    return "one of: " + "; ".join(f"{name} ({each.question})" for name, each in sorted(declared().items()))


def _named_replay(services: Services, partnership: KnownPartnership, view: str, *, with_mean: bool) -> NamedReplay:
    projection = declared()[view]
    replay = replay_answer(partnership, projection)
    figures = shown_trust(_all(replay.rows, TrustRow), partnership.method) if view == "trust" else None
    formed = partnership.history.of(PartnershipFormed)
    body = formed[0].body if formed else None
    return NamedReplay(
        partnership_id=partnership.history.partition_id,
        partnership=body.name if isinstance(body, PartnershipFormed) else None,
        view=view,
        version=projection.version,
        log_id=partnership.basis.log_id,
        position=partnership.basis.position,
        as_of=partnership.basis.as_of,
        method=partnership.basis.method,
        method_sha256=partnership.basis.method_sha256,
        tree_root=partnership.basis.tree_root,
        rules_as_claimed=partnership.basis.rules_as_claimed,
        known_by=partnership.basis.known_by,
        digest=replay.digest,
        columns=projection.columns,
        rows=replay.rows,
        figures=figures,
        means=mean_trust(figures, partnership.method) if figures is not None and with_mean else None,
        profile=shown_profile(_all(replay.rows, Measure), partnership.method, partnership.basis.as_of)
        if view == "health"
        else None,
        names=_names(services, projection, replay, body if isinstance(body, PartnershipFormed) else None),
        events=_events(partnership, replay),
    )


def _all(rows: Iterable[ProjectionRow], kind: type[R]) -> list[R]:
    return [row for row in rows if isinstance(row, kind)]


def _names(
    services: Services, projection: Projection, replay: ReplayAnswer, formed: PartnershipFormed | None
) -> dict[UUID, str]:
    """The names of the organisations and places in the rows; they stand outside the digest."""
    of_kind = ids_by_kind(projection, replay.rows)
    ids = set().union(*(of_kind.get(kind, ()) for kind in REGISTERED))
    return NamesAndTexts(services, entitled=None).names(ids, formed=formed, upto=replay.basis.position)


def _events(partnership: KnownPartnership, replay: ReplayAnswer) -> dict[UUID, EventSeen]:
    """The events that rows name as their causes, with type and day."""
    causes = {cause for row in replay.rows for cause in getattr(row, "causes", ())}
    facts = (fact for fact in partnership.history.facts if fact.event_id in causes)
    return {fact.event_id: EventSeen(type=fact.name, on=day_of(fact.occurred_at)) for fact in facts}

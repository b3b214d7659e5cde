"""Who turned to whom in the last year, drawn and as a table."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.network_picture import NetworkBody, NetworkTie, network, network_table
from api.pages.pictures.svg import without_quotes
from domain.vocabulary import Side
from projections.views.network import NetworkRow, Tie

_TITLE: Final = "Who turned to whom in the last year"
_COUNTED: Final = {Tie.CONTACT: "contacts", Tie.ASK: "asks", Tie.PROMISE: "promises"}


class NetworkSection(Struct, frozen=True, kw_only=True):
    """The part of a partnership's page about contact; without a picture where nobody turned to anybody."""

    title: str
    picture: Markup | None
    table: Markup | None


def network_section(here: PartnershipVisit) -> NetworkSection:
    """The network of a partnership's last year. Raises Problem."""
    answer = here.ask("read-network", causes=0)
    rows: Sequence[NetworkRow] = answer.rows
    directed = [row for row in rows if row.tie in _COUNTED]
    if not directed:
        return NetworkSection(title=_TITLE, picture=None, table=None)
    sides = {row.from_party_id: row.from_side for row in directed} | {row.to_party_id: row.to_side for row in directed}
    ordered = sorted(sides, key=lambda body: (list(Side).index(sides[body]), answer.names.get(body, ""), body))
    places = {party_id: place for place, party_id in enumerate(ordered)}
    bodies = [
        NetworkBody(answer.names.get(body, "An organisation or group"), sides[body].value.replace("-", " "))
        for body in ordered
    ]
    ties = _ties(directed, places)
    return NetworkSection(
        title=_TITLE,
        picture=without_quotes(network(bodies, ties, _TITLE)),
        table=network_table(bodies, ties, _TITLE),
    )


def _ties(rows: Sequence[NetworkRow], places: dict[UUID, int]) -> list[NetworkTie]:
    """One tie for each body that turned to another, whatever by, in the order of the list."""
    ties: dict[tuple[int, int], NetworkTie] = {}
    for row in rows:
        pair = (places[row.from_party_id], places[row.to_party_id])
        tie = ties.get(pair, NetworkTie(sender=pair[0], receiver=pair[1], last_on=date.min))
        number = {_COUNTED[row.tie]: row.times}
        ties[pair] = replace(tie, **number, last_on=max(tie.last_on, row.last_on))
    return [ties[pair] for pair in sorted(ties)]

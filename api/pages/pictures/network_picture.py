"""The network: bodies one below the other, and an arc between each two that turned to one another."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import count_of, day_in_words
from api.pages.pictures.svg import element, short, together

_ROW: Final = 24
_WIDE: Final = 100
_THICKEST: Final = 5
_LONGEST_NAME: Final = 34


class NetworkBody(Struct, frozen=True):
    """One body, with the side it stood on, in words."""

    name: str
    side: str


class NetworkTie(Struct, frozen=True, kw_only=True):
    """How often one body turned to another: places in the list of bodies, and what it came to."""

    sender: int
    receiver: int
    contacts: int = 0
    asks: int = 0
    promises: int = 0
    last_on: date

    @property
    def times(self) -> int:
        """How often in all."""
        return self.contacts + self.asks + self.promises


def network(bodies: Sequence[NetworkBody], ties: Sequence[NetworkTie], title: str) -> Markup:
    """The picture of who turned to whom: an arc a pair, thicker the more often; across sides whole, within one dashed.

    Bodies stand in the order given, and never by how much they do.
    """
    height = _ROW * len(bodies)
    pairs: dict[tuple[int, int], int] = {}
    for tie in ties:
        pair = (min(tie.sender, tie.receiver), max(tie.sender, tie.receiver))
        pairs[pair] = pairs.get(pair, 0) + tie.times
    arcs = element(
        "svg",
        *(_arc(pair, times, bodies) for pair, times in sorted(pairs.items())),
        x=0,
        y=0,
        width="100%",
        height=height,
        viewBox=f"0 0 {_WIDE} {height}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    names = together(_named(place, body) for place, body in enumerate(bodies))
    return element(
        "svg", element("title", _in_words(bodies, pairs, title)), arcs, names, class_="net", height=height, role="img"
    )


def _middle(place: int) -> int:
    return _ROW * place + _ROW // 2


def _arc(pair: tuple[int, int], times: int, bodies: Sequence[NetworkBody]) -> Markup:
    first, second = pair
    reach = _WIDE * 1.3 * min(1.0, 0.15 + 0.85 * (second - first) / max(1, len(bodies) - 1))
    start, end = _middle(first), _middle(second)
    name = "tie" if bodies[first].side != bodies[second].side else "tie within"
    return element(
        "path",
        class_=name,
        stroke_width=min(_THICKEST, times),
        d=f"M0 {start}C{short(reach)} {start} {short(reach)} {end} 0 {end}",
    )


def _named(place: int, body: NetworkBody) -> Markup:
    y = _middle(place)
    label = body.name if len(body.name) <= _LONGEST_NAME else f"{body.name[: _LONGEST_NAME - 1].rstrip()}…"
    return together(
        [
            element("circle", class_="body", cx=0, cy=y, r=4),
            element("text", label, x=-10, y=y + 4, text_anchor="end"),
        ]
    )


def _in_words(bodies: Sequence[NetworkBody], pairs: dict[tuple[int, int], int], title: str) -> str:
    across = sum(bodies[first].side != bodies[second].side for first, second in pairs)
    return (
        f"{title}: {count_of(len(bodies), 'organisation or group', 'organisations and groups')}, "
        f"{count_of(len(pairs), 'pair')} that turned to one another, {across} of them across sides"
    )


def network_table(bodies: Sequence[NetworkBody], ties: Sequence[NetworkTie], title: str) -> Markup:
    """The table from which a network was drawn: who turned to whom, how, how often and when last."""
    columns = ("Who", "Turned to", "How often", "Last")
    head = element("tr", *(element("th", name, scope="col") for name in columns))
    rows = together(
        element(
            "tr",
            *(
                element("td", cell)
                for cell in (bodies[tie.sender].name, bodies[tie.receiver].name, _how(tie), day_in_words(tie.last_on))
            ),
        )
        for tie in ties
    )
    caption = element("caption", title, class_="vh")
    return element("table", caption, element("thead", head), element("tbody", rows))


def _how(tie: NetworkTie) -> str:
    numbers = ((tie.contacts, "contact"), (tie.asks, "ask"), (tie.promises, "promise"))
    return ", ".join(count_of(count, noun) for count, noun in numbers if count)

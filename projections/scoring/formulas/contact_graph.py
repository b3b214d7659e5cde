"""The shape of a partnership's contacts: context beside the profile, never part of its composite."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from itertools import combinations
from math import fsum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import networkx as nx

Node = TypeVar("Node", bound=Hashable)


def contact_graph(nodes: Iterable[Node], contacts: Iterable[tuple[Node, Node]]) -> "nx.DiGraph[Node]":
    """Build the graph of directed contacts; an edge's `weight` is how many there were. Contact with oneself is none."""
    import networkx as nx  # noqa: PLC0415 - loads when first used: a twelfth of the start of a command

    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    weights: dict[tuple[Node, Node], int] = defaultdict(int)
    for sender, receiver in contacts:
        if sender != receiver:
            weights[sender, receiver] += 1
    graph.add_weighted_edges_from((sender, receiver, weight) for (sender, receiver), weight in weights.items())
    return graph


def co_attendance(meetings: Iterable[Collection[Node]], members: Collection[Node]) -> dict[frozenset[Node], float]:
    """Weigh pairs by being at the same meetings: 1 / (n - 1) for one of n. Meetings of all members say nothing."""
    weights: dict[frozenset[Node], list[float]] = defaultdict(list)
    for meeting in meetings:
        present = set(meeting)
        if len(present) > 1 and not present >= set(members):
            for pair in combinations(present, 2):
                weights[frozenset(pair)].append(1 / (len(present) - 1))
    return {pair: fsum(shares) for pair, shares in weights.items()}


def density(graph: "nx.Graph[Node]") -> float | None:
    """The share of possible ties that exist; None below two nodes."""
    import networkx as nx  # noqa: PLC0415 - loads when first used: a twelfth of the start of a command

    return float(nx.density(graph)) if len(graph) > 1 else None


def centralisation(graph: "nx.Graph[Node]") -> float | None:
    """Freeman's degree centralisation (1978) of the ties taken without direction: star 1, ring 0.

    None below three nodes.
    """
    if len(graph) < 3:  # noqa: PLR2004 - two nodes have no centre
        return None
    degrees = Counter(node for tie in _ties(graph) for node in tie)
    greatest = max(degrees.values(), default=0)
    return sum(greatest - degrees[node] for node in graph) / ((len(graph) - 1) * (len(graph) - 2))


def reciprocity(graph: "nx.DiGraph[Node]") -> float | None:
    """The share of directed contact that is returned, by weight; None without contact."""
    weights = {(u, v): float(data.get("weight", 1)) for u, v, data in graph.edges(data=True)}
    total = fsum(weights.values())
    if not total:
        return None
    return fsum(min(weight, weights.get((v, u), 0.0)) for (u, v), weight in weights.items()) / total


def external_internal(graph: "nx.Graph[Node]", side_of: Callable[[Node], Hashable]) -> float | None:
    """The E-I index (Krackhardt and Stern, 1988): -1 every tie within a side, 1 every tie across.

    Ties are counted once, without direction or weight; None without ties.
    """
    ties = _ties(graph)
    if not ties:
        return None
    external = sum(side_of(u) != side_of(v) for u, v in ties)
    return (2 * external - len(ties)) / len(ties)


def _ties(graph: "nx.Graph[Node]") -> set[frozenset[Node]]:
    """The pairs that are tied, in either direction."""
    return {frozenset(edge) for edge in graph.edges()}

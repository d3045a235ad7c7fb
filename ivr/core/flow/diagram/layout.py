"""Where boxes and ways stand: a layered drawing (Sugiyama, Tagawa and Toda, 1981), from top to bottom.

Ways that go back are turned for the drawing; each box gets the rank of the longest way to it; barycentre sweeps bring
the boxes of a rank into an order with few crossings; then each rank is moved as close to its neighbours as the
distances allow. Boxes have even ranks, and the words on ways stand in the odd ones, so that nothing covers them. All
ways to one box share a trunk through the ranks between: it keeps a flow with a ``person`` that everything leads to
readable, and a line can be followed without doubt since all of a trunk goes to one place.

Why not a library: grandalf, the one in pure Python, gives other positions in another run (the same flow has to
give the same picture), has no place for the words on ways, and one line for each way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.core.flow.diagram.order import ordered
from ivr.core.flow.diagram.spread import Item, spread

Spot = tuple[float, float]
BETWEEN = 28.0  # pixels between neighbours in a rank
NARROW = 14.0  # the same between lines
ABOVE = 30.0  # between ranks
FAR = 150.0  # what a line goes aside before it needs more room
HEAD = 10.0  # the last upright piece, for the arrow's head


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height; ``aside`` is room that is kept free on the right."""

    width: float
    height: float
    aside: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """A way between two boxes; ``label`` is the size of its words."""

    source: str
    target: str
    label: Size


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where a way runs: its corners with upright pieces in ``spots``, from its source, and the middle of its words."""

    spots: tuple[Spot, ...]
    label: Spot


@dataclass(frozen=True, slots=True)
class Layout:
    """Middles of boxes, courses of ways (in the order that they were given), and the size of the whole."""

    boxes: Mapping[str, Spot]
    links: tuple[Drawn, ...]
    size: Size


@dataclass(slots=True)
class _Ranks:
    """The drawing while it is made: every box, word and corner is an item in a rank."""

    rank: dict[str, int] = field(default_factory=dict)
    size: dict[str, Size] = field(default_factory=dict)
    joined: dict[tuple[str, str], None] = field(default_factory=dict)  # an item and one in the next rank

    def add(self, name: str, rank: int, size: Size) -> None:
        """Puts an item into a rank, once."""
        self.rank.setdefault(name, rank)
        self.size.setdefault(name, size)


def layout(boxes: Mapping[str, Size], links: Sequence[Link], start: str) -> Layout:
    """Where everything stands; ``start`` is on top. Ways from a box to itself run in the room on its right."""
    ranks = _ranked(list(boxes), [link for link in links if link.source != link.target], start)
    drawing = _Ranks()
    for name, size in boxes.items():
        drawing.add(name, ranks[name], size)
    chains = [_chain(drawing, number, link) for number, link in enumerate(links)]
    rows = ordered(_rows(drawing), list(drawing.joined))
    across = spread([[_item(drawing, name) for name in row] for row in rows], list(drawing.joined))
    tops, height = _tops(rows, drawing, across)
    ends = _ends(chains, drawing, across)
    drawn = tuple(_course(number, chain, drawing, (across, tops, ends)) for number, chain in enumerate(chains))
    spots = {name: (across[name], _middle(tops[ranks[name]])) for name in boxes}
    width = max((across[name] + size.width / 2 + size.aside for name, size in drawing.size.items()), default=0.0)
    return Layout(spots, drawn, Size(width, height))


def _ranked(names: list[str], links: list[Link], start: str) -> dict[str, int]:
    """Even ranks: the longest way from the start without going round; what nothing leads to stands above its next."""
    following: dict[str, list[str]] = {name: [] for name in names}
    for link in links:
        following[link.source].append(link.target)
    order, back = _walked([start, *names], following)
    rank = dict.fromkeys(names, 0)
    entered = {start}
    for name in order:
        for to in following[name]:
            if (name, to) not in back:
                rank[to] = max(rank[to], rank[name] + 2)
                entered.add(to)
    for name in order:
        below = [rank[to] for to in following[name] if (name, to) not in back]
        if name not in entered and below:
            rank[name] = max(0, min(below) - 2)
    return rank


def _walked(roots: Iterable[str], following: Mapping[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """All boxes so that each stands before those it leads to, but for the ways back, which are told too."""
    after: list[str] = []
    back: set[tuple[str, str]] = set()
    state: dict[str, bool] = {}  # False while its ways are walked
    for root in roots:
        waiting = [(root, iter(following[root]))] if root not in state else []
        state.setdefault(root, False)
        while waiting:
            name, ways = waiting[-1]
            to = next(ways, None)
            if to is None:
                state[name] = True
                after.append(name)
                waiting.pop()
            elif to not in state:
                state[to] = False
                waiting.append((to, iter(following[to])))
            elif not state[to]:
                back.add((name, to))
    return after[::-1], back


def _chain(drawing: _Ranks, number: int, link: Link) -> tuple[str, ...]:
    """The items that a way runs through, from its source to its target."""
    first, last = drawing.rank[link.source], drawing.rank[link.target]
    if link.source == link.target:
        return (link.source, link.target)
    step = 1 if last > first else -1
    corners = []
    for rank in range(first + step, last, step):
        if rank == first + step and link.label.width:
            corners.append((rank, f"={number}", link.label))
        else:
            corners.append((rank, f">{step}>{link.target}>{rank}", Size(0, 0)))
    return _joined(drawing, link, corners)


def _joined(drawing: _Ranks, link: Link, corners: list[tuple[int, str, Size]]) -> tuple[str, ...]:
    chain = [link.source]
    for rank, name, size in corners:
        drawing.add(name, rank, size)
        chain.append(name)
    chain.append(link.target)
    for left, right in pairwise(chain):
        pair = (left, right) if drawing.rank[left] < drawing.rank[right] else (right, left)
        drawing.joined.setdefault(pair)
    return tuple(chain)


def _rows(drawing: _Ranks) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(drawing.rank.values(), default=0) + 1)]
    for name, rank in drawing.rank.items():
        rows[rank].append(name)
    return rows


def _item(drawing: _Ranks, name: str) -> Item:
    size = drawing.size[name]
    line = name.startswith((">", "="))
    return Item(name, size.width / 2, size.width / 2 + size.aside, NARROW if line else BETWEEN, line)


def _tops(
    rows: list[list[str]], drawing: _Ranks, across: Mapping[str, float]
) -> tuple[list[tuple[float, float]], float]:
    """The top and the bottom of each rank, and the height of all; many lines that go far aside get more room."""
    wide = [0] * len(rows)
    for upper, lower in drawing.joined:
        wide[drawing.rank[upper]] += abs(across[upper] - across[lower]) > FAR
    tops, at = [], 0.0
    for row, lines in zip(rows, wide, strict=True):
        height = max((drawing.size[name].height for name in row), default=0.0)
        tops.append((at, at + height))
        at += height + ABOVE + min(40.0, 5.0 * lines)
    return tops, tops[-1][1]


def _middle(row: tuple[float, float]) -> float:
    return (row[0] + row[1]) / 2


def _ends(
    chains: list[tuple[str, ...]], drawing: _Ranks, across: Mapping[str, float]
) -> dict[tuple[str, str, bool], float]:
    """Where ways leave and enter boxes: side by side along an edge, in the order of where they come from."""
    sides: dict[tuple[str, bool], dict[str, None]] = {}  # a box and whether at its bottom: the items next to it
    for chain in chains:
        if chain[0] != chain[-1]:
            for box, beside in ((chain[0], chain[1]), (chain[-1], chain[-2])):
                sides.setdefault((box, drawing.rank[beside] > drawing.rank[box]), {}).setdefault(beside)
    found: dict[tuple[str, str, bool], float] = {}
    for (box, below), others in sides.items():
        line = sorted(others, key=lambda name: across[name])
        room = min(drawing.size[box].width - 40.0, 26.0 * (len(line) - 1))
        for place, name in enumerate(line):
            shift = room * (place / (len(line) - 1) - 0.5) if len(line) > 1 else 0.0
            found[box, name, below] = across[box] + shift
    return found


_Places = tuple[Mapping[str, float], list[tuple[float, float]], Mapping[tuple[str, str, bool], float]]


def _course(number: int, chain: tuple[str, ...], drawing: _Ranks, places: _Places) -> Drawn:
    """The corners of a way: out of its box, upright through each rank, into the other box."""
    across, tops, ends = places
    source, target = chain[0], chain[-1]
    if source == target:
        size, middle = drawing.size[source], _middle(tops[drawing.rank[source]])
        x = across[source] + size.width / 2
        return Drawn(((x, middle - 12), (x, middle + 12)), (x + 26 + (size.aside - 30) / 2, middle))
    spots: list[Spot] = []
    for place, name in enumerate(chain):
        beside = chain[1] if place == 0 else chain[place - 1]
        below = drawing.rank[beside] > drawing.rank[name]
        top, bottom = tops[drawing.rank[name]]
        if place == 0:
            x, half = ends[name, beside, below], drawing.size[name].height / 2
            spots += [(x, _middle((top, bottom)) + (half if below else -half)), (x, bottom if below else top)]
        elif name == target:
            x, half = ends[name, beside, below], drawing.size[name].height / 2
            spots += [
                (x, bottom + HEAD if below else top - HEAD),
                (x, _middle((top, bottom)) + (half if below else -half)),
            ]
        else:
            spots += [(across[name], bottom if below else top), (across[name], top if below else bottom)]
    word = f"={number}"
    return Drawn(tuple(spots), (across[word], _middle(tops[drawing.rank[word]])) if word in across else spots[1])

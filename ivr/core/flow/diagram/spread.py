"""How far to the right each item of a drawing stands, when the order in each rank is known.

Every item wants to stand in the middle of what it is joined to; lines want it most, so that they run straight. Rank by
rank, down and up, the places that are nearest to these wishes and keep the distances are found by pooling adjacent
violators (isotonic regression: Barlow and others, 1972). At last each line is drawn straight through as many ranks as
its neighbours leave room for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 80
STRAIGHTER = 4


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a rank: how far it reaches to the ``left`` and ``right`` of its place, and the ``gap`` it wants."""

    name: str
    left: float
    right: float
    gap: float
    line: bool


def spread(rows: Sequence[Sequence[Item]], joined: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The place of each item, from 0 at the left edge."""
    lines = {item.name: item.line for row in rows for item in row}
    beside: tuple[dict[str, list[tuple[str, float]]], ...] = (
        {name: [] for name in lines},
        {name: [] for name in lines},
    )
    for upper, lower in joined:
        weight = (1.0, 2.0, 8.0)[lines[upper] + lines[lower]]
        beside[0][lower].append((upper, weight))
        beside[1][upper].append((lower, weight))
    places: dict[str, float] = {}
    for row in rows:
        at = 0.0
        for item in row:
            places[item.name] = at + item.left
            at += item.left + item.right + item.gap
        for item in row:
            places[item.name] -= at / 2
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        both = sweep >= SWEEPS // 2
        for row in rows if down else reversed(rows):
            _settle(row, places, beside if both else beside[:1] if down else beside[1:])
    for _ in range(STRAIGHTER):
        for chain in _chains(joined, lines, places):
            _straighten(chain, _room(rows, places, set(chain)), places)
    left = min((places[item.name] - item.left for row in rows for item in row), default=0.0)
    return {name: round(place - left, 1) for name, place in places.items()}


def _settle(
    row: Sequence[Item], places: dict[str, float], beside: Sequence[Mapping[str, list[tuple[str, float]]]]
) -> None:
    """Moves a row as near to its items' wishes as the distances allow."""
    offset = 0.0
    offsets: list[float] = []
    pools: list[tuple[float, float, int]] = []  # wish, weight, how many items
    for before, item in zip([None, *row], row, strict=False):
        if before is not None:
            offset += before.right + max(before.gap, item.gap) + item.left
        offsets.append(offset)
        ties = [tie for side in beside for tie in side[item.name]]
        weight = sum(tie[1] for tie in ties)
        wish = sum(places[name] * tie for name, tie in ties) / weight if weight else places[item.name]
        pools.append((wish - offset, weight or 0.1, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (wish_a, weight_a, number_a), (wish_b, weight_b, number_b) = pools[-2:]
            weight = weight_a + weight_b
            pools[-2:] = [((wish_a * weight_a + wish_b * weight_b) / weight, weight, number_a + number_b)]
    at = 0
    for wish, _, number in pools:
        for place in range(at, at + number):
            places[row[place].name] = wish + offsets[place]
        at += number


def _chains(
    joined: Sequence[tuple[str, str]], lines: Mapping[str, bool], places: Mapping[str, float]
) -> list[list[str]]:
    """Lines from top to bottom, the longest first; where several run together the nearest one goes on."""
    after: dict[str, str] = {}
    before: dict[str, str] = {}
    for upper, lower in sorted(joined, key=lambda pair: abs(places[pair[0]] - places[pair[1]])):
        if lines[upper] and lines[lower] and upper not in after and lower not in before:
            after[upper], before[lower] = lower, upper
    found = []
    for name in after:
        if name not in before:
            chain = [name]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            found.append(chain)
    return sorted(found, key=len, reverse=True)


def _room(
    rows: Sequence[Sequence[Item]], places: Mapping[str, float], wanted: set[str]
) -> dict[str, tuple[float, float]]:
    """How far to the left and to the right each wanted item can stand, when all others stay."""
    room: dict[str, tuple[float, float]] = {}
    for row in rows:
        for number, item in enumerate(row):
            if item.name in wanted:
                least, most = float("-inf"), float("inf")
                if number:
                    other = row[number - 1]
                    least = places[other.name] + other.right + max(other.gap, item.gap) + item.left
                if number + 1 < len(row):
                    other = row[number + 1]
                    most = places[other.name] - other.left - max(other.gap, item.gap) - item.right
                room[item.name] = (least, max(least, most))
    return room


def _straighten(chain: list[str], room: Mapping[str, tuple[float, float]], places: dict[str, float]) -> None:
    """Gives the items of a line one place, for as long as there is one; then the next."""
    at = 0
    while at < len(chain):
        least, most = room[chain[at]]
        end = at + 1
        while end < len(chain) and max(least, room[chain[end]][0]) <= min(most, room[chain[end]][1]):
            least, most = max(least, room[chain[end]][0]), min(most, room[chain[end]][1])
            end += 1
        middle = sorted(places[name] for name in chain[at:end])[(end - at) // 2]
        for name in chain[at:end]:
            places[name] = min(max(middle, least), most)
        at = end

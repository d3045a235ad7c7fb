"""The order of the items in each rank of a drawing, with few crossings between neighbouring ranks.

Barycentre sweeps (Sugiyama, Tagawa and Toda, 1981) down and up; the best order that was met is kept. Crossings are
counted with a binary indexed tree (Barth, Mutzel and Jünger, 2004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

SWEEPS = 16
_Beside = Mapping[str, list[str]]


def ordered(rows: Sequence[Sequence[str]], joined: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The rows in a better order; ``joined`` are pairs of an item and one in the row after it."""
    above: dict[str, list[str]] = {name: [] for row in rows for name in row}
    below: dict[str, list[str]] = {name: [] for row in rows for name in row}
    for upper, lower in joined:
        below[upper].append(lower)
        above[lower].append(upper)
    found = best = _begun(rows, below)
    least = _crossings(best, below)
    for sweep in range(SWEEPS):
        if not least:
            break
        down = sweep % 2 == 0
        found = _swept(found, above if down else below, down)
        number = _crossings(found, below)
        if number < least:
            best, least = found, number
    return best


def _begun(rows: Sequence[Sequence[str]], below: _Beside) -> list[list[str]]:
    """The rows in the order in which a walk down from the first item meets them: relatives stand together."""
    met: dict[str, int] = {}
    for row in rows:
        for root in row:
            waiting = [root]
            while waiting:
                name = waiting.pop()
                if name not in met:
                    met[name] = len(met)
                    waiting.extend(reversed(below[name]))
    return [sorted(row, key=lambda name: met[name]) for row in rows]


def _swept(rows: list[list[str]], beside: _Beside, down: bool) -> list[list[str]]:
    """One sweep: each row sorted by the mean place of what each item is joined to in the row before."""
    found = [list(row) for row in rows]
    numbers = range(1, len(found)) if down else range(len(found) - 2, -1, -1)
    for number in numbers:
        fixed = {name: place for place, name in enumerate(found[number - 1 if down else number + 1])}
        own = {name: place for place, name in enumerate(found[number])}
        mean = {
            name: sum(fixed[other] for other in beside[name]) / len(beside[name]) if beside[name] else float(place)
            for name, place in own.items()
        }
        found[number].sort(key=lambda name: (mean[name], own[name]))
    return found


def _crossings(rows: list[list[str]], below: _Beside) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        place = {name: number for number, name in enumerate(lower)}
        ends = [end for name in upper for end in sorted(place[other] for other in below[name])]
        tree = [0] * (len(lower) + 1)
        for seen, end in enumerate(ends):
            at, before = end + 1, 0
            while at:
                before += tree[at]
                at -= at & -at
            total += seen - before
            at = end + 1
            while at <= len(lower):
                tree[at] += 1
                at += at & -at
    return total

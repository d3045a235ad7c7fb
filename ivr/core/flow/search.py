"""The cheapest and the dearest way through the graph of a flow.

The cheapest is Dijkstra's (Dijkstra, A note on two problems in connexion with graphs, 1959), from the goal backwards:
a prompt costs the knowing caller nothing when a question that takes keys pressed before it comes next, and what comes
next is known from that side. The dearest is the longest way without a circle. Where there are no circles, as nearly
always for a silent caller, it is found for all points at once, each after those that it leads to. With circles (only
values can end them) the ways are tried one by one, at most `MOST_TRIED` steps, beginning with the best without them.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.graph import Graph, Link, Point

MOST_TRIED = 20_000

Price = tuple[int, float, int, int, int]  # changes of language, seconds, turns, keys and actions
State = tuple[Point, bool]  # and whether the next question's key has been pressed already
_FREE: Price = (0, 0.0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: points to come to, or ways to take."""

    points: tuple[Point, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A way from the start: what it costs, and the points on it."""

    seconds: float
    turns: int
    keys: int
    points: tuple[Point, ...]


def cheapest(graph: Graph, wanted: Wanted) -> Found | None:
    """The cheapest way from the start to what is wanted."""
    search = _Cheapest(graph.into)
    for point in wanted.points:
        search.offer((point, False), _FREE, None)
    for link in wanted.links:
        search.over(link, _FREE, None)
    search.run()
    begin = [(search.best[state], state) for ahead in (False, True) if (state := (graph.start, ahead)) in search.best]
    if not begin:
        return None
    (_, seconds, turns, keys, _), at = min(begin)
    return Found(seconds, turns, keys, tuple(search.path(at)))


@dataclass(slots=True)
class _Cheapest:
    """What is left to pay from each state to the goal, and the state after it."""

    into: Mapping[Point | None, list[Link]]
    best: dict[State, Price] = field(default_factory=dict)
    following: dict[State, State | None] = field(default_factory=dict)
    waiting: list[tuple[Price, State]] = field(default_factory=list)

    def offer(self, state: State, cost: Price, following: State | None) -> None:
        """Notes a way from a state when it is the cheapest so far."""
        if state not in self.best or cost < self.best[state]:
            self.best[state] = cost
            self.following[state] = following
            heapq.heappush(self.waiting, (cost, state))

    def over(self, link: Link, rest: Price, following: State | None) -> None:
        """Notes the way over a link to where ``rest`` is left to pay."""
        pressed = following is not None and following[1]
        seconds = round(rest[1] + (link.pressed if pressed else link.seconds), 6)
        state = (link.source, pressed if link.ahead is None else link.ahead)
        cost = (rest[0] + link.changed, seconds, rest[2] + link.turns, rest[3] + link.keys, rest[4] + 1)
        self.offer(state, cost, following)

    def run(self) -> None:
        """Settles every state, the cheapest first."""
        done: set[State] = set()
        while self.waiting:
            cost, state = heapq.heappop(self.waiting)
            if state not in done:
                done.add(state)
                for link in self.into.get(state[0], ()):
                    self.over(link, cost, state)

    def path(self, state: State) -> Iterator[Point]:
        """The cheapest way from a state."""
        at: State | None = state
        while at is not None:
            yield at[0]
            at = self.following[at]


def dearest(graph: Graph, wanted: Wanted) -> Found | None:
    """The longest way by seconds, without circles, from the start to what is wanted."""
    search = _Dearest(graph, frozenset(wanted.points), frozenset(wanted.links))
    found = search.without_circles()
    if found is not None and search.circles:
        found = max(found, search.tried(), key=lambda way: way[0])
    if found is None:
        return None
    return Found(found[0], 0, 0, found[1])


_Way = tuple[float, tuple[Point, ...]]


class _Dearest:
    """The longest way to some points, which are not left again, or over some links."""

    def __init__(self, graph: Graph, points: Collection[Point], links: Collection[Link]) -> None:
        self._graph = graph
        self._points = points
        self._links = links
        self._leading = self._before()
        self.circles = False

    def without_circles(self) -> _Way | None:
        """The longest way of those that never go back to a point that is being left, walked from the start."""
        best: dict[Point, tuple[float, Point | None]] = dict.fromkeys(self._points, (0.0, None))
        start = self._graph.start
        if start not in self._leading:
            return None
        seen, open_, walk = {start}, {start}, [(start, self._ways(start))]
        while walk:
            point, ways = walk[-1]
            link = next(ways, None)
            if link is None:
                walk.pop()
                open_.discard(point)
                self._settle(point, best, open_)
            elif link.target in open_:
                self.circles = True
            elif link.target is not None and link.target in self._leading and link.target not in seen:
                seen.add(link.target)
                open_.add(link.target)
                walk.append((link.target, self._ways(link.target)))
        return best[start][0], tuple(_followed(start, best))

    def tried(self) -> _Way:
        """The longest of the ways without circles that are tried one by one."""
        best: _Way = (0.0, ())
        start = self._graph.start
        path, spent = [start], [0.0]
        walk = [self._ways(start)]
        for _ in range(MOST_TRIED):
            if not walk:
                break
            link = next(walk[-1], None)
            if link is None:
                walk.pop()
                path.pop()
                spent.pop()
                continue
            seconds = spent[-1] + link.seconds
            if (link in self._links or link.target in self._points) and seconds > best[0]:
                best = seconds, (*path, link.target) if link.target in self._points and link.target else tuple(path)
            if link.target is not None and link.target in self._leading and link.target not in path:
                path.append(link.target)
                spent.append(seconds)
                walk.append(self._ways(link.target))
        return best

    def _ways(self, point: Point) -> Iterator[Link]:
        return iter(() if point in self._points else self._graph.links[point])

    def _settle(self, point: Point, best: dict[Point, tuple[float, Point | None]], open_: Collection[Point]) -> None:
        """Notes the longest way from a point, when those that it leads to are known."""
        for link in self._ways(point):
            rest = best.get(link.target) if link.target is not None and link.target not in open_ else None
            found = [] if rest is None else [(round(rest[0] + link.seconds, 6), link.target)]
            if link in self._links:
                found.append((link.seconds, None))
            for way in found:
                if point not in best or way[0] > best[point][0]:
                    best[point] = way

    def _before(self) -> set[Point]:
        """The points from which what is wanted can be reached."""
        found = {*self._points, *(link.source for link in self._links)}
        waiting = list(found)
        while waiting:
            for link in self._graph.into.get(waiting.pop(), ()):
                if link.source not in found:
                    found.add(link.source)
                    waiting.append(link.source)
        return found


def _followed(start: Point, best: Mapping[Point, tuple[float, Point | None]]) -> Iterator[Point]:
    at: Point | None = start
    while at is not None:
        yield at
        at = best[at][1]

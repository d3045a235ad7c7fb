"""The one search that ends every instant: calls that look for an agent, and agents who look for a call.

Whatever happens only notes who looks. When all of it has happened, the first call in order goes first, to the best of
all who are free by then: nobody is passed because something else was noted sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.core.acd import line
from ivr.core.acd.floor import Seat
from ivr.core.acd.line import Entry, Waiting
from ivr.core.acd.orders import MOST_KEPT, Cause, Choice, Order
from ivr.core.acd.strategies import key_of

if TYPE_CHECKING:
    from ivr.core.acd.router import Router


class Search:
    """Who looks, and the offers that come of it."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._calls: list[Waiting] = []
        self._seats: list[Seat] = []

    def call(self, waiting: Waiting) -> None:
        """A call waits at its place in the line, and looks for an agent when any is free; who comes free finds it."""
        lines, bucket = self._router.line, waiting.reserved or waiting.path.buckets[waiting.stage]
        lines.take_out(waiting)
        lines.put_in(waiting, bucket)
        if bucket.free:
            self._calls.append(waiting)

    def agent(self, seat: Seat) -> None:
        """An agent who may have become free looks for a call."""
        if seat.free and not seat.listed:
            self._seats.append(seat)

    def run(self) -> None:
        """Brings together all who look; while the router holds, they go on looking."""
        if self._router.now < self._router.held_until:
            return
        calls, seats = self._calls, self._seats
        if not calls and len(seats) < 2:  # nearly always: a call came and nobody is free, or one agent became free
            if seats and (seat := seats.pop()).free and not seat.listed:
                self._find_call(seat)
            return
        for seat in seats:
            if seat.free and not seat.listed:
                line.list_free(seat)
        while entries := self._entries():
            self._find_agent(min(entries)[4])
        calls.clear()
        seats.clear()

    def _entries(self) -> list[Entry]:
        """What could be offered: a call that looks and that somebody free fits, the first calls of a free agent."""
        entries = [one.entry for one in self._calls if one.entry is not None and one.bucket and one.bucket.free]
        for seat in self._seats:
            if seat.listed:
                entries += _firsts(seat)
        return entries

    def _find_call(self, seat: Seat) -> None:
        """The first of all calls that one agent fits, whom nobody has counted among the free yet."""
        firsts = _firsts(seat)
        if not firsts:
            line.list_free(seat)
            return
        router, waiting = self._router, min(firsts)[4]
        number = router.next_number()
        key = key_of(seat, waiting.path.queue, waiting.need, router.now, number)
        router.offer(waiting, seat, Choice(number, Cause.AGENT, (key,), 1, _orders(firsts, waiting)))

    def _find_agent(self, waiting: Waiting) -> None:
        """The best of the free agents for a call."""
        router, bucket = self._router, waiting.reserved or waiting.path.buckets[waiting.stage]
        queue, need, number = waiting.path.queue, bucket.need, router.next_number()
        keys = sorted([key_of(seat, queue, need, router.now, number) for seat in bucket.free.values()])
        seat = router.seats[keys[0][-1]]
        cause = Cause.CALL if waiting in self._calls else Cause.AGENT
        calls = (waiting.order,) if cause is Cause.CALL else _orders(_firsts(seat), waiting)
        router.offer(waiting, seat, Choice(number, cause, tuple(keys[:MOST_KEPT]), len(keys), calls))


def _firsts(seat: Seat) -> list[Entry]:
    """The first call of each need that an agent fits."""
    return [bucket.heap[0] for bucket in seat.buckets if bucket.heap]


def _orders(firsts: list[Entry], chosen: Waiting) -> tuple[Order, ...]:
    """The places of the first calls, among them that of the chosen one."""
    calls = tuple([entry[4].order for entry in firsts[:MOST_KEPT]])
    return (*calls[1:], chosen.order) if len(firsts) > MOST_KEPT and chosen.order not in calls else calls

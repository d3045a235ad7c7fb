"""Things that are due: in order, once, and never when they were taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd.alarms import Alarms


def rung(alarms: Alarms, until: float) -> None:
    while (alarm := alarms.pop(until)) is not None:
        alarm.ring()


def test_nothing_is_due_at_first() -> None:
    alarms = Alarms()
    assert alarms.next_at is None
    assert alarms.pop(1e12) is None


def test_things_are_due_in_the_order_of_instants_and_of_being_set() -> None:
    alarms, done = Alarms(), list[str]()
    for at, name in ((2.0, "third"), (1.0, "first"), (1.0, "second"), (3.0, "later")):
        alarms.set(at, done.append, name)
    rung(alarms, 2.0)
    assert done == ["first", "second", "third"]
    assert alarms.next_at == 3.0


def test_what_was_taken_back_is_not_due() -> None:
    alarms, done = Alarms(), list[str]()
    first, second = alarms.set(1.0, done.append, "first"), alarms.set(2.0, done.append, "second")
    first.cancel()
    first.cancel()
    assert (first.alive, second.alive) == (False, True)
    assert alarms.next_at == 2.0
    rung(alarms, 5.0)
    assert done == ["second"]


def test_a_thing_is_done_once_even_when_it_is_rung_twice() -> None:
    alarms, done = Alarms(), list[str]()
    alarm = alarms.set(1.0, done.append, "once")
    alarm.ring()
    alarm.ring()
    assert done == ["once"]
    assert alarms.next_at is None


def test_what_is_set_while_another_rings_is_due_too() -> None:
    alarms, done = Alarms(), list[str]()

    def set_another(name: str) -> None:
        alarms.set(1.0, done.append, name)

    alarms.set(1.0, set_another, "after")
    rung(alarms, 1.0)
    assert done == ["after"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30),
    st.integers(0, 9),
)
def test_whatever_is_set_and_taken_back_the_rest_comes_in_order(things: list[tuple[int, bool]], until: int) -> None:
    alarms, done = Alarms(), list[int]()
    made = [alarms.set(float(at), done.append, number) for number, (at, _) in enumerate(things)]
    for alarm, (_, taken_back) in zip(made, things, strict=True):
        if taken_back:
            alarm.cancel()
    left = sorted((at, number) for number, (at, taken_back) in enumerate(things) if not taken_back)
    rung(alarms, float(until))
    assert done == [number for at, number in left if at <= until]
    assert alarms.next_at == min((at for at, _ in left if at > until), default=None)

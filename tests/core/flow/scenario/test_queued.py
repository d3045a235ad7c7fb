"""Scenarios of callers who wait in a queue."""

from __future__ import annotations

import pytest

from ivr.core.flow.bundle import read
from ivr.core.flow.scenario.coverage import Coverage
from ivr.core.flow.scenario.judge import judge, scenarios_of
from ivr.core.flow.scenario.model import Queues
from ivr.core.flow.scenario.play import Played, World, play
from tests.core.flow.scenario.scenes import pages, scenario

FLOW = """
anywhere:
  operator: {press: "0", go: desk}
flow:
  welcome:
    - say: I connect you.
    - queue: billing
      keys: {1: message}
      answered: goodbye
      full: desk
      unanswered: message
  message:
    - record: Please leave a message.
      for: clinic
    - go: goodbye
  desk:
    - say: Nobody is free.
    - queue: endless
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
QUEUES = """
queues:
  billing: {most: 20, longest: 2m, without_agents: {stay: 30s}}
  endless: {}
"""


def waited(steps: str) -> Played:
    """One scenario of a call that comes to the queue."""
    files = {"main.yaml": FLOW, "queues.yaml": QUEUES, "main.scenarios.yaml": scenario(steps)}
    found = read({name: text.encode() for name, text in files.items()})
    assert found.bundle is not None, found.shown
    page = scenarios_of(found.bundle)
    assert not page.problems, page.shown
    return play(page.scenarios[0], "en", World(found.bundle.flows))


@pytest.mark.parametrize(
    "steps",
    [
        "queued: answered\nhears: Goodbye\nexpect: {queued: billing, ended: completed}",
        "waits: 20s\nexpect: {queued: billing}\nqueued: answered 90s\nhears: Goodbye",
        "queued: waited_too_long\nhears: leave a message",
        "queued: waited too long\nhears: leave a message",
        "waits: 40s\nqueued: no_agents\nhears: leave a message",
        "queued: failed\nhears: leave a message",
        "queued: full\nhears: Nobody is free\nqueued: answered\nexpect: {queued: endless}",
        "waits: 20s\npresses: 1\nhears: leave a message",
        "waits: 20s\npresses: 531\nleaves: words\nhears: Goodbye",
        "presses: 0\nhears: Nobody is free\nhangs_up",
        "waits: 20s\npresses: 0\nhears: Nobody is free",
        "waits: 10s\nhangs_up\nexpect: {ended: caller_left}",
    ],
)
def test_a_call_that_goes_as_it_says_passes(steps: str) -> None:
    found = waited(f"hears: I connect you\n{steps}")
    assert found.passed, found.difference


@pytest.mark.parametrize(
    ("steps", "came"),
    [
        ("hears: Goodbye", "the caller waits in the queue billing; say what comes of it: queued: answered"),
        ("waits: 3m", "the caller waits in the queue billing; say what comes of it: queued: answered"),
        ("says_nothing", "the caller waits in the queue billing; say what comes of it: queued: answered"),
        ("queued: full\nqueued: full", "the queue endless never comes to that: it has no such limit"),
        ("queued: full\nqueued: waited_too_long", "the queue endless never comes to that: it has no such limit"),
        ("queued: answered\nexpect: {queued: sales}", "the caller came to the queue billing"),
        ("presses: 1\nqueued: answered", "the call records; say what the caller leaves: leaves: a message"),
    ],
)
def test_where_a_call_goes_another_way_it_is_told(steps: str, came: str) -> None:
    found = waited(steps).difference
    assert found is not None
    assert found.came == came


def test_whoever_comes_to_no_queue_is_told_so() -> None:
    found = waited("hears: I connect\nexpect: {queued: billing}").difference
    assert found is not None
    assert (found.wanted, found.came) == ("expect queued: billing", "the caller came to no queue")


def test_the_time_passes_of_the_wait_and_the_talk() -> None:
    found = waited("hears: I connect you\nwaits: 40s\nqueued: answered 30s\nhears: Goodbye")
    step = next(step for step in found.call.steps if step.kind == "queue")
    assert step.detail["talked"] == 30
    assert step.detail["waited"] == pytest.approx(42, abs=0.1)
    heard, _, queued, _ = found.done_at
    assert queued - heard == pytest.approx(72, abs=0.1)


def test_who_waits_too_long_has_waited_as_long_as_the_queue_lets_them() -> None:
    found = waited("waits: 40s\nqueued: waited_too_long")
    step = next(step for step in found.call.steps if step.kind == "queue")
    assert step.detail == {"queue": "billing", "waited": 120.0}


def test_how_it_is_written() -> None:
    page = pages(scenario("queued: answered 2m\nqueued: no agents\nqueued: failed"))
    assert [(act.ending, act.talked) for act in page.scenarios[0].call if isinstance(act, Queues)] == [
        ("answered", 120.0),
        ("no_agents", 0.0),
        (None, 0.0),
    ]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("waited_to_long", "did you mean 'waited_too_long'?; a talk may have a length: answered 30s"),
        ("full 10s", "did you mean 'full'?; a talk may have a length: answered 30s"),
        ("key", "it is one of answered, full, waited_too_long, no_agents, failed; a talk may have a length: answered"),
    ],
)
def test_what_is_no_outcome_is_found(written: str, hint: str) -> None:
    [problem] = pages(scenario(f"queued: {written}")).problems
    assert (problem.code, problem.mark.line) == ("F233", 3)
    assert problem.hint.startswith(hint)


def test_every_way_out_is_counted_and_so_is_the_key() -> None:
    scenarios = "".join(
        f"- scenario: {number}\n  call: [{steps}]\n"
        for number, steps in enumerate(
            (
                "queued: answered", "queued: full, queued: answered", "queued: waited_too_long, leaves: words",
                "queued: no_agents, leaves: words", "waits: 9s, presses: 1, leaves: words",
            )
        )
    )  # fmt: skip
    files = {"main.yaml": FLOW, "queues.yaml": QUEUES, "main.scenarios.yaml": scenarios}
    found = read({name: text.encode() for name, text in files.items()})
    assert found.bundle is not None, found.shown
    judged = judge(found.bundle)
    assert judged.passed, judged.words
    [flow] = judged.coverage
    assert [one.what for one in flow.missing] == ["anywhere: nobody presses 0 (operator)"]
    counted = Coverage(found.bundle.flows)
    counted.add(waited("waits: 20s\npresses: 0").call)
    [flow] = counted.of()
    assert "anywhere: nobody presses 0 (operator)" not in [one.what for one in flow.missing]
    counted = Coverage(found.bundle.flows)
    counted.add(waited("waits: 20s\npresses: 1").call)
    [flow] = counted.of()
    assert "anywhere: nobody presses 0 (operator)" in [one.what for one in flow.missing]

"""How fast the flow machine is, and the check of many flows: `python -m bench.machine [--quick]`.

A call of a typical flow is led through menus, a collected number, conditions, values and sentences with them; an action
is a `Step` that the machine has finished. The reference is the least Python that a state machine on the same values
needs in the same run: a dict look-up of the next step and one frozen state and one frozen turn made for each action.
The check reads a folder's worth of flows from text, with every pass of the loader.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import click

from ivr.core.calls.outcomes import Digits, NoInput, Outcome, Said
from ivr.core.flow import machine
from ivr.core.flow.load import load
from ivr.core.flow.machine import End, Facts
from ivr.core.flow.model import Flow

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FACTS = Facts("call_1", "+15551230001", "Ada", "100", AT)
TYPICAL = """
anywhere:
  operator: {press: "0", go: person}
  repeat: {press: "*"}
error_budget: {errors: 9, go: person}
defaults: {give_up: person, no_input: [Nothing came., Still nothing.]}
flow:
  welcome:
    - say: Welcome to Acme.
    - if: call.weekday in ["sat", "sun"]
      go: goodbye
    - menu: ['For billing, press 1. For help, press 2.', 'Billing is 1, help is 2.']
      options:
        - {press: 1, tag: billing, go: billing}
        - {press: 2, go: person}
  billing:
    - collect: Please key in your number of four digits.
      as: account
      length: 4
    - set: {balance: 12.50, due: 2026-12-01}
    - if: starts_with(account, "99")
      go: person
    - say: The balance of {account:digits} is {balance:money}.
    - menu: To hear it again, press 1. To end, press 2.
      options:
        - {press: 1, go: billing}
        - {press: 2, go: goodbye}
  person:
    - dial: "1001"
      failed: goodbye
    - go: goodbye
  goodbye:
    - say: Goodbye.
    - hangup
"""
SCRIPT: tuple[Outcome, ...] = (
    Said(), NoInput(), Digits("1"), Digits("1234", "length"), Said(), Digits("7"), Digits("1"),
    Digits("4321", "length"), Said(), Digits("2"), Said(),
)  # fmt: skip


def one_call(flow: Flow) -> int:
    """A whole call; the number of actions that were finished."""
    turn = machine.start(flow, FACTS)
    done = len(turn.trail)
    for outcome in SCRIPT:
        turn = machine.resume(flow, turn.state, outcome, AT)
        done += len(turn.trail)
    assert isinstance(turn.verb, End), turn.verb
    return done


@dataclass(frozen=True, slots=True)
class _Bare:
    section: str
    index: int
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _BareTurn:
    state: _Bare
    verb: str
    trail: tuple[str, ...]


_TABLE = {("a", number): ("a", (number + 1) % 7) for number in range(7)}


def bare(actions: int) -> None:
    """The reference: as many steps of the least state machine."""
    turn = _BareTurn(_Bare("a", 0, {}), "say", ())
    for _ in range(actions):
        section, index = _TABLE[turn.state.section, turn.state.index]
        turn = _BareTurn(replace(turn.state, section=section, index=index), "say", (section,))


def timed(calls: int) -> tuple[float, float]:
    """Actions a CPU second of the machine, and of the reference."""
    flow, problems = load(TYPICAL, "main.yaml")
    assert flow is not None, problems.all
    one_call(flow)
    began = time.process_time()
    actions = sum(one_call(flow) for _ in range(calls))
    middle = time.process_time()
    bare(actions)
    ended = time.process_time()
    return actions / (middle - began), actions / (ended - middle)


def page(actions: int) -> str:
    """A correct flow of so many actions, in sections of five."""
    lines = ['anywhere:\n  operator: {press: "0", go: person}', "defaults: {give_up: person}", "flow:"]
    sections = (actions - 5) // 5
    for number in range(sections):
        after = f"s{number + 1}" if number + 1 < sections else "goodbye"
        lines += [
            f"  s{number}:",
            f"    - set: {{n{number}: {number}, name{number}: gold}}",
            f'    - if: n{number} > 3 and name{number} == "gold"',
            f"      say: You are number {{n{number}:number}}.",
            f"    - collect: Please key in your number {number}.",
            f"      as: account{number}",
            "      length: 4..8",
            f"      confirm: You said {{account{number}:digits}}.",
            f"    - say: Thank you for {{account{number}:digits}}.",
            "    - menu: To go on, press 1. To leave, press 2.",
            f"      options: [{{press: 1, go: {after}}}, {{press: 2, go: goodbye}}]",
        ]
    lines += ["  person:", '    - dial: "1001"', "      failed: goodbye", "    - go: goodbye"]
    lines += ["  goodbye:", "    - say: Goodbye.", "    - say: Call again.", "    - hangup"]
    return "\n".join(lines) + "\n"


def checked(flows: int, actions: int) -> float:
    """CPU seconds of loading and checking so many flows of so many actions."""
    text = page(actions)
    began = time.process_time()
    for number in range(flows):
        flow, problems = load(text, f"flow{number}.yaml")
        assert flow is not None, problems.all
        assert sum(1 for _ in flow.actions()) == actions
    return time.process_time() - began


@click.command(epilog="Example: python -m bench.machine --quick")
@click.option("--quick", is_flag=True, help="A tenth of the work.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def main(quick: bool, as_json: bool) -> None:
    """Measures the flow machine and the check of flows."""
    calls, flows = (300, 20) if quick else (2000, 200)
    rounds = [timed(calls) for _ in range(5)]
    machine_rate = statistics.median(rate for rate, _ in rounds)
    ratio = statistics.median(rate / reference for rate, reference in rounds)
    seconds = checked(flows, 50)
    found = {
        "actions_per_cpu_s": round(machine_rate),
        "best_actions_per_cpu_s": round(max(rate for rate, _ in rounds)),
        "of_the_reference": round(ratio, 3),
        "flows": flows,
        "check_cpu_s": round(seconds, 2),
        "check_ms_per_flow": round(seconds / flows * 1000, 2),
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    click.echo(f"machine: {machine_rate:,.0f} actions a CPU second, {ratio:.2f} of the least state machine")
    click.echo(f"check: {flows} flows of 50 actions in {seconds:.2f} CPU seconds")


if __name__ == "__main__":
    main()

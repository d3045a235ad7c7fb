"""A small clinic, and scenarios of its callers."""

from __future__ import annotations

from ivr.core.flow.bundle import Bundle, read
from ivr.core.flow.scenario.judge import Pages, scenarios_of
from ivr.core.flow.scenario.play import Played, World, play

FLOW = """
languages: [en, zh]
anywhere:
  operator: {press: "0", go: desk}
  repeat: {press: "*"}
defaults:
  attempts: 2
  give_up: desk
flow:
  welcome:
    - say: {en: Welcome to the clinic., zh: 欢迎致电诊所。}
    - menu: {en: "For a prescription, press 1. To leave a message, press 2.", zh: 配药请按一，留言请按二。}
      options:
        - {press: 1, tag: prescription, go: prescription}
        - {press: 2, go: message}
  prescription:
    - collect: {en: Please key in your number., zh: 请输入号码。}
      as: patient
      length: 2..4
    - say: {en: "Thank you, {patient:digits}. Don't worry.", zh: "谢谢，{patient:digits}号。"}
    - go: goodbye
  message:
    - record: {en: Please leave a message., zh: 请留言。}
      for: clinic
      failed: goodbye
    - go: goodbye
  desk:
    - say: {en: I connect you., zh: 正在转接。}
    - dial: "1001"
      within: 20s
      answered: goodbye
      failed: message
  goodbye:
    - say: {en: Goodbye., zh: 再见。}
    - hangup
"""


def bundle(flow: str = FLOW, **pages: str) -> Bundle:
    """A folder with the flow ``main`` and other pages."""
    files = {"main.yaml": flow.encode(), **{name.replace("__", "."): text.encode() for name, text in pages.items()}}
    found = read(files)
    assert found.bundle is not None, found.shown
    return found.bundle


def pages(text: str, flow: str = FLOW, **others: str) -> Pages:
    """The scenarios of ``main.scenarios.yaml``, and its findings."""
    return scenarios_of(bundle(flow, **{"main.scenarios__yaml": text}, **others))


def codes(text: str) -> list[tuple[str, int]]:
    """Every finding of a page of scenarios: its code and line."""
    return [(problem.code, problem.mark.line) for problem in pages(text).problems]


def scenario(steps: str, *options: str) -> str:
    """A page with one scenario: options, and steps one a line."""
    lines = ["- scenario: one", *(f"  {option}" for option in options), "  call:"]
    return "\n".join([*lines, *(f"    - {step.strip()}" for step in steps.strip().splitlines())]) + "\n"


def played(steps: str, *options: str, flow: str = FLOW, **others: str) -> Played:
    """One scenario, played in its first language."""
    found = pages(scenario(steps, *options), flow, **others)
    assert not found.problems, found.shown
    [one] = found.scenarios
    files = {"main.scenarios__yaml": scenario(steps, *options), **others}
    return play(one, one.languages[0], World(bundle(flow, **files).flows))


def came(steps: str, *options: str, flow: str = FLOW) -> tuple[str, int]:
    """What came instead of what a scenario wanted, and the line of the step."""
    found = played(steps, *options, flow=flow).difference
    assert found is not None, "it passed"
    return found.came, found.mark.line

"""``flow`` and ``return``: flows that enter each other with values, and come back with an outcome and values."""

from __future__ import annotations

import pytest

from ivr.core.base.secret import Secret
from ivr.core.calls.events import EndReason
from ivr.core.document.problems import Severity
from ivr.core.flow import bundle
from ivr.core.flow.codes import WARNINGS
from ivr.core.flow.state import from_json, to_json
from tests.core.flow.calls import Call, found
from tests.core.flow.folders import Files, FolderCall, codes, problems, unmarked

VERIFY = """takes: {account: text}
gives: {name: text, balance: number}
outcomes: [verified, unknown]
flow:
  ask:
    - collect: Your code, please, for {account:digits}.
      as: code
      length: 4
      give_up: nobody
    - if: code == "1111"
      else: nobody
    - return: verified
      give: {name: "Ada of {account}", balance: 12}
  nobody:
    - return: unknown
"""
MAIN = """flow:
  welcome:
    - set: {code: "front door"}
    - flow: verify
      with: {account: 0042}
      as: who
      go: {unknown: sorry}
    - say: Hello {who.name}, you have {who.balance:number}, by the {code}.
    - go: person
  sorry:
    - say: Sorry{who.name}.
    - go: person
  person:
    - dial: "1"
      failed: goodbye
    - go: goodbye
  goodbye:
    - hangup
"""
BOTH: Files = {"main.yaml": MAIN, "verify.yaml": VERIFY}


def test_a_flow_is_entered_with_values_and_comes_back_with_others() -> None:
    call = FolderCall(BOTH)
    assert call.hears == "Your code, please, for 0 0 4 2."
    call.press("1111", "length")
    assert call.hears == "Hello Ada of 0042, you have 12, by the front door."
    assert "flow verified" in call.outcomes


def test_an_outcome_leads_where_go_says() -> None:
    call = FolderCall(BOTH).press("9999", "length")
    assert call.hears == "Sorry."
    assert call.outcomes[-2:] == ["return unknown", "flow unknown"]


def test_what_is_set_in_a_flow_does_not_leak_out_of_it() -> None:
    call = FolderCall(BOTH)
    assert call.value("code") is None
    assert call.value("account") == "0042"
    call.press("1111", "length")
    assert call.value("code") == "front door"
    assert call.value("account") is None
    assert call.value("who") == {"name": "Ada of 0042", "balance": 12}


def test_the_state_within_a_flow_can_be_kept() -> None:
    call = FolderCall(BOTH)
    assert from_json(to_json(call.turn.state)) == call.turn.state


def test_one_section_may_be_for_all_outcomes() -> None:
    page = MAIN.replace("go: {unknown: sorry}", "go: sorry")
    call = FolderCall({"main.yaml": page, "verify.yaml": VERIFY}).press("1111", "length")
    assert call.hears == "SorryAda of 0042."


def test_a_flow_without_outcomes_is_done() -> None:
    greet = "flow:\n  a:\n    - say: Welcome.\n    - return\n"
    main = "flow:\n  a:\n    - flow: greet\n      go: {done: b}\n  b:\n    - say: Goodbye.\n    - hangup\n"
    call = FolderCall({"main.yaml": main, "greet.yaml": greet})
    assert call.hears == "Welcome."
    assert call.listens().hears == "Goodbye."
    assert call.outcomes == ["flow entered", "say said", "return done", "flow done"]


def test_a_return_in_the_calls_own_flow_ends_the_call() -> None:
    call = Call("flow:\n  a:\n    - say: Hi.\n    - return\n").listens()
    assert call.end.reason is EndReason.COMPLETED


def test_a_secret_stays_one_on_its_way_in_and_out() -> None:
    inner = """takes: {pin: secret}
gives: {token: secret}
flow:
  a:
    - menu: Press 1.
      options: [{press: 1, go: b}]
      give_up: b
  b:
    - return: done
      give: {token: "{pin}-9"}
"""
    main = """flow:
  a:
    - collect: Your pin.
      as: pin
      secret: yes
      give_up: c
    - flow: check
      with: {pin: "{pin}"}
      as: who
    - if: who.token == "4711-9"
      say: Right.
    - go: c
  c:
    - dial: "1"
      failed: d
    - go: d
  d:
    - hangup
"""
    call = FolderCall({"main.yaml": main, "check.yaml": inner}).press("4711", "length")
    assert call.value("pin") == Secret("4711")
    assert "4711" not in str(to_json(call.turn.state))
    call.press("1")
    assert call.value("who") == {"token": Secret("4711-9")}
    assert call.hears == "Right."
    assert "4711" not in str([step.detail for step in call.trail])


def test_a_written_value_for_a_secret_is_one() -> None:
    inner = 'takes: {pin: secret}\nflow:\n  a:\n    - if: pin == "12"\n      say: Right.\n    - return\n'
    main = "flow:\n  a:\n    - flow: check\n      with: {pin: 12}\n    - hangup\n"
    call = FolderCall({"main.yaml": main, "check.yaml": inner})
    assert call.hears == "Right."
    assert call.value("pin") == Secret("12")


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("text", "0042", "0042"),
        ("text", "yes", "yes"),
        ("text", '" a "', " a "),
        ("number", "12.5", 12.5),
        ("yes_no", "no", False),
        ("duration", "2m", 120.0),
        ("date", "2026-12-24", "2026-12-24"),
        ("time", "9:30", "09:30"),
        ("any", "12", 12),
        ("text", '"{call.from}"', "+15551230001"),
    ],
)
def test_a_written_value_is_read_as_the_type_that_is_asked_for(type_: str, written: str, value: object) -> None:
    inner = f"takes: {{it: {type_}}}\nflow:\n  a:\n    - if: not empty(it)\n      say: Here.\n    - return\n"
    main = f"flow:\n  a:\n    - flow: inner\n      with: {{it: {written}}}\n    - hangup\n"
    call = FolderCall({"main.yaml": main, "inner.yaml": inner})
    assert call.hears == "Here."
    assert call.value("it") == value


# Mistakes: each at its place, and nothing else is found

GREET = "takes: {name: text}\nflow:\n  a:\n    - say: Hi {name}.\n    - return\n"
ASK = "flow:\n  a:\n    - menu: Press 1.\n      options: [{press: 1, go: b}]\n      give_up: c\n  b:\n    - return\n"
ASK += "  c:\n    - hangup\n"


def main(action: str) -> str:
    """A flow with one action."""
    return f"flow:\n  a:\n    - {action}\n    - hangup\n"


PLANTED: dict[str, tuple[str, Files]] = {
    "an unknown flow": ("F151", {"main.yaml": main("flow: «greeet»"), "greet.yaml": GREET}),
    "a parameter that is not given": ("F152", {"main.yaml": main("«flow»: greet"), "greet.yaml": GREET}),
    "an unknown parameter": (
        "F152",
        {"main.yaml": main("flow: greet\n      with: {name: Ada, «nmae»: Bob}"), "greet.yaml": GREET},
    ),
    "a number where a text is asked for": (
        "F123",
        {"main.yaml": main('flow: greet\n      with: {name: "{«3 + 4»}"}'), "greet.yaml": GREET},
    ),
    "a text where a number is asked for": (
        "F123",
        {
            "main.yaml": main("flow: count\n      with: {number: «many»}"),
            "count.yaml": "takes: {number: number}\nflow:\n  a:\n    - say: It is {number:number}.\n    - return\n",
        },
    ),
    "a sentence where a number is asked for": (
        "F123",
        {
            "main.yaml": main('flow: count\n      with: {number: «"{call.from} and {call.to}"»}'),
            "count.yaml": "takes: {number: number}\nflow:\n  a:\n    - say: It is {number:number}.\n    - return\n",
        },
    ),
    "neither yes nor no where that is asked for": (
        "F014",
        {
            "main.yaml": main("flow: it\n      with: {vip: «perhaps»}"),
            "it.yaml": "takes: {vip: yes_no}\nflow:\n  a:\n    - if: vip\n      say: Welcome.\n    - return\n",
        },
    ),
    "a secret for a parameter that is none": (
        "F119",
        {
            "main.yaml": "flow:\n  a:\n    - collect: Your code.\n      as: code\n      secret: yes\n      give_up: b\n"
            '    - flow: greet\n      with: {name: "{«code»}"}\n    - go: b\n  b:\n    - dial: "1"\n      failed: c\n'
            "    - go: c\n  c:\n    - hangup\n",
            "greet.yaml": GREET,
        },
    ),
    "an outcome that the flow does not have": (
        "F153",
        {"main.yaml": main("flow: it\n      go: {«finished»: a}"), "it.yaml": "flow:\n  a:\n    - return\n"},
    ),
    "an outcome that goes nowhere": (
        "F104",
        {
            "main.yaml": "flow:\n  a:\n    - flow: greet\n      with: {name: Ada}\n      go: {done: «b»}\n",
            "greet.yaml": GREET,
        },
    ),
    "a return with an outcome that is not declared": (
        "F153",
        {"main.yaml": "outcomes: [good, bad]\nflow:\n  a:\n    - return: «god»\n"},
    ),
    "a return that does not say its outcome": (
        "F153",
        {"main.yaml": "outcomes: [good, bad]\nflow:\n  a:\n    - «return»\n"},
    ),
    "a return with a value that the flow does not give": (
        "F157",
        {"main.yaml": "gives: {name: text}\nflow:\n  a:\n    - return: done\n      give: {«nmae»: Ada}\n"},
    ),
    "a return with a value of another type": (
        "F123",
        {"main.yaml": 'gives: {name: text}\nflow:\n  a:\n    - return: done\n      give: {name: "{«3»}"}\n'},
    ),
    "a secret that is given back as if it were none": (
        "F119",
        {
            "main.yaml": "takes: {pin: secret}\ngives: {name: text}\nflow:\n  a:\n    - return: done\n"
            '      give: {name: "{«pin»}"}\n'
        },
    ),
    "a name for what a flow does not give": (
        "F157",
        {"main.yaml": main("flow: greet\n      with: {name: Ada}\n      as: «who»"), "greet.yaml": GREET},
    ),
    "a part that a flow does not give": (
        "F121",
        {
            "main.yaml": main("flow: it\n      as: who\n    - say: Hi {«who.nmae»}."),
            "it.yaml": "gives: {name: text}\nflow:\n  a:\n    - return: done\n      give: {name: Ada}\n",
        },
    ),
    "a part of a flow's result that is a secret and is said": (
        "F119",
        {
            "main.yaml": main("flow: it\n      as: who\n    - say: Hi {who.name}, {«who.pin»}."),
            "it.yaml": "takes: {}\ngives: {name: text, pin: secret}\nflow:\n  a:\n    - return: done\n"
            "      give: {name: Ada, pin: 1234}\n",
        },
    ),
    "a flow that enters itself": ("F154", {"main.yaml": main("«flow»: main")}),
    "flows that enter each other": (
        "F154",
        {"a.yaml": main("say: Hi.\n    - «flow»: b"), "b.yaml": main("flow: a")},
    ),
    "flows that enter each other through a third one": (
        "F154",
        {
            "a.yaml": main("flow: greet\n      with: {name: Ada}\n    - «flow»: b"),
            "b.yaml": main("flow: c"),
            "c.yaml": main("flow: a"),
            "greet.yaml": GREET,
        },
    ),
    "a circle through a flow that asks nothing": (
        "F112",
        {
            "main.yaml": "flow:\n  a:\n    - flow: greet\n      with: {name: Ada}\n    - «go»: a\n",
            "greet.yaml": GREET,
        },
    ),
    "a flow that lacks a language": (
        "F155",
        {"main.yaml": "languages: [en, zh]\n" + main("«flow»: greet\n      with: {name: Ada}"), "greet.yaml": GREET},
    ),
    "a flow whose outcomes are not told apart": (
        "F156",
        {
            "main.yaml": main("«flow»: it"),
            "it.yaml": "outcomes: [good, bad]\nflow:\n  a:\n    - if: call.returned\n      go: b\n    - return: good\n"
            "  b:\n    - return: bad\n",
        },
    ),
    "an option that is called otherwise": (
        "F021",
        {"main.yaml": main("flow: greet\n      «takes»: {name: Ada}\n      with: {name: Ada}"), "greet.yaml": GREET},
    ),
    "values that are none": ("F022", {"main.yaml": main("flow: greet\n      with: «Ada»"), "greet.yaml": GREET}),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_found_at_its_place_and_nothing_else_is_found(name: str) -> None:
    code, marked = PLANTED[name]
    files, marks = unmarked(marked)
    seen = problems(files)
    assert [problem.code for problem in seen] == [code], seen
    assert [(problem.mark.file, problem.mark.line, problem.mark.column) for problem in seen] == marks
    assert seen[0].severity is (Severity.WARNING if code in WARNINGS else Severity.ERROR)


def test_an_unknown_flow_is_suggested() -> None:
    (problem,) = problems(unmarked(PLANTED["an unknown flow"][1])[0])
    assert (problem.message, problem.hint) == ("there is no flow 'greeet' in this folder.", "did you mean 'greet'?")


def test_flows_may_enter_each_other_when_the_caller_is_asked_in_between() -> None:
    first = ASK.replace("  b:\n    - return", "  b:\n    - flow: b\n    - return")
    second = ASK.replace("  b:\n    - return", "  b:\n    - flow: a\n    - return")
    assert codes({"a.yaml": first, "b.yaml": second}) == []


def test_of_flows_that_enter_each_other_only_those_that_are_asked_for_are_told() -> None:
    files, _ = unmarked(PLANTED["flows that enter each other"][1])
    content = {name: text.encode() for name, text in files.items()}
    told = {name: [problem.code for problem in bundle.read(content, only=[name]).problems] for name in files}
    assert told == {"a.yaml": ["F154"], "b.yaml": []}


def test_a_circle_through_a_flow_that_asks_is_fine() -> None:
    assert codes({"main.yaml": "flow:\n  a:\n    - flow: ask\n    - go: a\n", "ask.yaml": ASK}) == []


def test_a_circle_through_a_flow_that_gives_up_on_a_silent_caller_is_found() -> None:
    silent = ASK.replace("give_up: c", "give_up: b")
    assert codes({"main.yaml": "flow:\n  a:\n    - flow: ask\n    - go: a\n", "ask.yaml": silent}) == ["F106", "F112"]


def test_a_secret_may_be_given_when_somebody_says_why() -> None:
    _, marked = PLANTED["a secret for a parameter that is none"]
    files, _ = unmarked(marked)
    files["main.yaml"] = files["main.yaml"].replace(
        'with: {name: "{code}"}', 'with: {name: "{code}"}\n      allow_secret: the caller hears their own code'
    )
    assert codes(files) == []


def test_alone_there_is_no_other_flow() -> None:
    (problem,) = [problem for problem in found(main("flow: nowhere")) if problem.code == "F151"]
    assert "verify" in problem.hint

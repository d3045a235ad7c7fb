"""What YAML does to a telephone's words is told in words that help; what looks like a trap and is none is let be."""

from __future__ import annotations

import pytest

from tests.core.flow.calls import Call, flow, found

TRAPS = [
    ("the star key", "anywhere:\n  repeat: {press: *}\n", "F001", (2, 19), '"*", in quotes'),
    ("the hash key", "flow:\n  a:\n    - menu: Hi.\n      options: [{press: #, go: a}]\n", "F001", (4, 25), '"#", in'),
    (
        "the hash key alone",
        "anywhere:\n  x:\n    press: #\n    go: a\nflow:\n  a: [hangup]\n",
        "F017",
        (3, 11),
        "quotes",
    ),
    ("a colon in a sentence", "flow:\n  a:\n    - say: Dear caller: hello\n", "F001", (3, 12), "stands in quotes"),
    ("a brace first", "flow:\n  a:\n    - say: {call.name}, hello\n", "F001", (3, 12), "in quotes"),
    ("only a value", "flow:\n  a:\n    - say: {call.name}\n    - hangup\n", "F126", (3, 13), '"{call.name}"'),
    (
        "a value that is set",
        "flow:\n  a:\n    - set: {n: {call.name}}\n    - hangup\n",
        "F126",
        (3, 16),
        '"{call.name}"',
    ),
    ("a tab", "flow:\n\ta:\n    - hangup\n", "F001", (2, 1), "tab"),
    ("no blank after a dash", "flow:\n  a:\n    - say: Hello.\n    -hangup\n", "F001", (4, 5), "blank"),
    ("an open quote", 'flow:\n  a:\n    - say: "Hello.\n    - hangup\n', "F001", (3, 12), "not closed"),
    ("a comma in a list", "flow:\n  a:\n    - say: [Hello, my friend.]\n    - hangup\n", "F126", (3, 20), "in quotes"),
    ("an anchor", "flow:\n  a:\n    - say: &x Hi.\n    - hangup\n", "F002", (3, 12), "write it out"),
    ("no names of sections", "flow:\n  - say: Hello.\n  - hangup\n", "F022", (2, 3), "section's name"),
    ("hangup as a section", "flow:\n  a:\n    - go: hangup\n", "F104", (3, 11), "ends with  - hangup"),
    ("then", "flow:\n  a:\n    - if: call.returned\n      then: a\n      go: b\n", "F021", (4, 7), "write go:"),
]


@pytest.mark.parametrize(("text", "code", "place", "hint"), [trap[1:] for trap in TRAPS], ids=[t[0] for t in TRAPS])
def test_a_trap_is_found_where_it_stands_with_a_way_out(
    text: str, code: str, place: tuple[int, int], hint: str
) -> None:
    problem = found(text)[0]
    assert (problem.code, problem.mark.line, problem.mark.column) == (code, *place)
    assert hint in problem.hint


def test_a_comma_in_an_options_phrase_is_found() -> None:
    text = "flow:\n  a:\n    - menu: Hi.\n      options: [{press: 2, say: my bill, please, go: b}]\n      give_up: b\n"
    problem = found(text + "  b:\n    - hangup\n")[0]
    assert (problem.code, problem.mark.column) == ("F021", 42)
    assert "comma" in problem.hint


def test_a_few_aliases_that_unfold_to_a_page_without_end_are_refused_at_once() -> None:
    text = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True))
    assert {problem.code for problem in found(text)} == {"F002", "F020", "F021"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("flow: " + "[" * 100_000, "F001"),
        ("flow: " + "[" * 100 + "]" * 100 + "\n", "F001"),
        ("flow:\n" + "".join(" " * n + "- \n" for n in range(100)), "F001"),
        ("x" * 2_000_001, "F001"),
        ("flow:\n  a:\n    - hangup\n---\nflow: x\n", "F001"),
        ("flow:\n  a:\n    - say: \x00\n", "F001"),
    ],
)
def test_what_is_far_too_large_or_deep_or_no_text_is_a_finding(text: str, code: str) -> None:
    assert code in {problem.code for problem in found(text)}


def test_a_key_with_a_leading_zero_keeps_it() -> None:
    page = "flow:\n  a:\n    - menu: Hi.\n      options: [{press: 012, go: b}]\n      give_up: b\n  b:\n    - hangup\n"
    assert Call(page).asks.keys.choices == ("012",)


def test_a_number_that_is_dialled_keeps_its_zeros() -> None:
    assert (
        Call("flow:\n  a:\n    - dial: 0012\n      failed: b\n    - hangup\n  b:\n    - hangup\n").dials.number
        == "0012"
    )


def test_no_is_a_word_where_a_word_is_meant() -> None:
    page = "flow:\n  a:\n    - menu: Hi.\n      options: [{press: 1, say: [no, off], go: b}]\n      give_up: b\n"
    menu = flow(page + "  b:\n    - hangup\n").sections["a"].actions[0]
    assert menu.choices[0].phrases == {"en": ("no", "off")}  # type: ignore[attr-defined]


def test_a_sentence_may_be_a_number_or_a_time() -> None:
    assert Call("flow:\n  a:\n    - say: 10:30\n    - hangup\n").hears == "10:30"


def test_a_sentence_may_go_over_several_lines() -> None:
    assert Call("flow:\n  a:\n    - say: Hello,\n        my friend.\n    - hangup\n").hears == "Hello, my friend."
    assert Call("flow:\n  a:\n    - say: |\n        Hello,\n        friend.\n    - hangup\n").hears == "Hello, friend."


def test_quotes_in_a_sentence_are_said() -> None:
    assert Call("flow:\n  a:\n    - say: 'It''s me.'\n    - hangup\n").hears == "It's me."


def test_a_comment_is_no_trap() -> None:
    assert not found("flow: # the flow\n  a:   # a section\n    - hangup # the end\n")

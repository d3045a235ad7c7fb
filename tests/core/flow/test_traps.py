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
    (
        "a value in braces in a list",
        "flow:\n  a:\n    - say: [It is {x}, or not.]\n    - hangup\n",
        "F001",
        (3, 19),
        "quotes",
    ),
    ("an at sign first", "flow:\n  a:\n    - say: @home\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("a backtick first", "flow:\n  a:\n    - say: `x`\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("a percent sign first", "flow:\n  a:\n    - say: %x\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("a bar first", "flow:\n  a:\n    - say: | x\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("a dash first", "flow:\n  a:\n    - say: - x\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("an exclamation mark first", "flow:\n  a:\n    - say: !x Hi.\n    - hangup\n", "F002", (3, 12), "take it out"),
    ("an apostrophe in quotes", "flow:\n  a:\n    - say: 'It's me.'\n    - hangup\n", "F001", (3, 12), "double quotes"),
    ("a backslash in quotes", 'flow:\n  a:\n    - say: "a\\q"\n    - hangup\n', "F001", (3, 14), "twice"),
    ("a colon at the end", "flow:\n  a:\n    - say: Please note:\n    - hangup\n", "F001", (3, 12), "stands in quotes"),
    ("a hash in a sentence", "flow:\n  a:\n    - say: Press # now.\n    - hangup\n", "F126", (3, 18), "in quotes"),
    ("a list in say", "flow:\n  a:\n    - say: [Hello., Friend.]\n    - hangup\n", "F176", (3, 7), "in quotes"),
    ("no blank behind a colon", "flow:\n  a:\n    - say:Hello\n    - hangup\n", "F110", (3, 7), "- say: Hello"),
    ("a wide colon", "flow:\n  a:\n    - say：Hello\n    - hangup\n", "F110", (3, 7), "- say: Hello"),
    ("a wide colon behind an option", "flow：\n  a:\n    - hangup\n", "F001", (1, 5), "English keyboard"),
    (
        "a wide comma",
        "flow:\n  a:\n    - menu: Hi.\n      options: [{press: 1， go: a}]\n",
        "F001",
        (4, 26),
        "English keyboard",
    ),
    ("a wide digit", "anywhere:\n  x: {press: １, go: a}\nflow:\n  a: [hangup]\n", "F017", (2, 14), 'write "1"'),
    ("curly quotes", "anywhere:\n  repeat: {press: “*”}\nflow:\n  a: [hangup]\n", "F017", (2, 19), 'write "*"'),
    ("a wide blank", "flow:\n　a:\n    - hangup\n", "F022", (1, 6), ""),
    ("a blank that does not break", "flow:\n  a:\n\u00a0\u00a0  - hangup\n", "F001", (3, 1), "use spaces"),
    ("a character that nobody sees", "flow:\n  a:\n    - say: Hi\x07\n    - hangup\n", "F001", (3, 14), "take it out"),
    ("no key at all", "anywhere:\n  repeat: {press: ~}\nflow:\n  a: [hangup]\n", "F017", (2, 19), "0 to 9"),
    ("a number with an exponent", "flow:\n  a:\n    - set: {n: 1e3}\n    - hangup\n", "F175", (3, 16), "1000"),
    ("a number of base 16", "flow:\n  a:\n    - set: {n: 0x10}\n    - hangup\n", "F175", (3, 16), '"0x10"'),
    ("a number without a zero", "flow:\n  a:\n    - set: {n: .5}\n    - hangup\n", "F175", (3, 16), "0.5"),
    ("null", "flow:\n  a:\n    - set: {n: null}\n    - hangup\n", "F175", (3, 16), '""'),
    ("a tilde", "flow:\n  a:\n    - set: {n: ~}\n    - hangup\n", "F175", (3, 16), '""'),
    ("a time with seconds", "flow:\n  a:\n    - set: {n: 12:30:45}\n    - hangup\n", "F175", (3, 16), "09:30"),
    ("a time that is none", "flow:\n  a:\n    - set: {n: 25:00}\n    - hangup\n", "F175", (3, 16), "09:30"),
    ("a date that is none", "flow:\n  a:\n    - set: {n: 2026-02-30}\n    - hangup\n", "F175", (3, 16), "2026-12-24"),
    ("a date without zeros", "flow:\n  a:\n    - set: {n: 2026-1-5}\n    - hangup\n", "F175", (3, 16), "2026-12-24"),
    ("a kind in capitals", "flow:\n  a:\n    - SAY: Hi.\n    - hangup\n", "F110", (3, 7), "'say'"),
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


@pytest.mark.parametrize(
    "written",
    [
        "10:30",
        "no",
        "on",
        "~",
        "null",
        "1e3",
        "0x10",
        "0123",
        "2026-12-01",
        "12:30:45",
        "+4930",
        "100%",
        "“Hi”",
        "a@b",
        "5",
    ],
)
def test_a_sentence_is_what_is_written(written: str) -> None:
    assert Call(f"flow:\n  a:\n    - say: {written}\n    - hangup\n").hears == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0123", "0123"),
        ("no", False),
        ("on", True),
        ("12", 12),
        ("12.5", 12.5),
        ("+4930", "+4930"),
        ("9:30", "09:30"),
        ("2026-12-01", "2026-12-01"),
        ("none", "none"),
        ('""', ""),
        ('"12"', "12"),
        ('"1e3"', "1e3"),
        ("'null'", "null"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_a_value_is_set_as_it_is_written(written: str, value: object) -> None:
    page = f"flow:\n  a:\n    - set: {{n: {written}}}\n    - say: It is {{n}}.\n    - hangup\n"
    assert Call(page).value("n") == value


@pytest.mark.parametrize("key", ['"*"', "'#'", "0", "007", '"*9"'])
def test_a_key_is_what_is_written(key: str) -> None:
    page = f"flow:\n  a:\n    - menu: Hi.\n      options: [{{press: {key}, go: b}}]\n      give_up: b\n"
    assert Call(page + "  b:\n    - hangup\n").asks.keys.choices == (key.strip("\"'"),)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffflow:\n  a:\n    - hangup\n",
        "flow:\r\n  a:\r\n    - say: Hi.\r\n    - hangup\r\n",
        "flow:\n  a:\n    - say:\tHi.\n    - hangup\n",
        "---\nflow:\n  a:\n    - hangup\n...\n",
        "flow:\n  no:\n    - go: on_\n  on_:\n    - hangup\n",
        "flow:\n  a:\n    - hang\u200bup\n",
        "flow:\n  a:\n    - dial: +4930123\n      failed: b\n    - hangup\n  b:\n    - hangup\n",
        "flow:\n  a:\n    - say: Hello. # the welcome\n    - hangup\n",
        "flow:\n  a:\n    - say: 'Press # now'\n    - hangup\n",
        "languages: [zh]\nflow:\n  a:\n    - say: {zh: 你好，请稍候。}\n    - hangup\n",
    ],
)
def test_what_looks_like_a_trap_and_is_none_is_let_be(text: str) -> None:
    assert found(text) == []


def test_a_wide_blank_before_an_option_is_told() -> None:
    assert any("use spaces" in problem.hint for problem in found("flow:\n　a:\n    - hangup\n"))

"""Agents as a table: every mistake at its line and column, and what spreadsheets make of it."""

from __future__ import annotations

import pytest

from ivr.core.acd import sheet
from ivr.core.acd.record import read
from ivr.core.acd.sheet import write

HEAD = "id,name,address,queues,groups,skills,languages,order\n"
ANN = read(
    {
        "id": "ann",
        "name": 'Ann "Annie" Lee, PhD',
        "address": "+15551230001",
        "queues": ["sales", "billing"],
        "skills": {"billing": 3, "contracts": 1},
        "languages": ["zh", "en"],
        "order": 2,
    }
)
BOB = read({"id": "bob", "name": "", "address": "202"})


def told(text: str | bytes) -> list[str]:
    """What is wrong with a table."""
    content = text.encode() if isinstance(text, str) else text
    return [f"{line}:{column}:{message}" for line, column, message in sheet.read(content)[1]]


def test_a_table_is_a_line_for_each_agent() -> None:
    assert write([ANN, BOB]) == (
        HEAD
        + 'ann,"Ann ""Annie"" Lee, PhD",\'+15551230001,billing;sales,,billing=3;contracts=1,zh;en,2\n'
        + "bob,,202,,,,,0\n"
    )


def test_what_was_written_is_read() -> None:
    assert sheet.read(write([ANN, BOB]).encode()) == ([ANN, BOB], [])


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + "bob,,202,,,,,0\n",
        HEAD.replace("\n", "\r\n") + "bob,,202,,,,,\r\n\r\n,,,,,,,\r\n",
        (HEAD + "bob,,202,,,,,0\n").replace("\n", "\r"),
        HEAD.replace(",", ";") + 'bob;;202;"";;;;0\n',
        "Order, Address ,ID,Name,Queues,Groups,Skills,Languages\n0, 202,bob,,,,,\n",
        "\n" + HEAD + '\n bob , ,"202",;, ; ,,,0',
    ],
)
def test_what_programs_make_of_a_table_is_understood(text: str) -> None:
    assert sheet.read(text.encode()) == ([BOB], [])


def test_a_semicolon_between_cells_goes_with_several_values_in_quotes() -> None:
    text = HEAD.replace(",", ";") + 'bob;;202;"billing;sales";;"billing=3;contracts=1";;0\n'
    [bob], wrong = sheet.read(text.encode())
    assert bob.queues == {"billing", "sales"}
    assert bob.skills == {"billing": 3, "contracts": 1}
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@x", "\uff1d1", "'=1", "''@x", "a;=1", "a, '-1", "Ann =1 't Hooft"]
)
def test_a_cell_is_never_a_formula_and_comes_back_as_it_was(name: str) -> None:
    agent = read({"id": "ann", "name": name, "address": "201"})
    text = write([agent])
    assert sheet.read(text.encode()) == ([agent], [])
    assert not any(cell.strip(' "').startswith(tuple("=+-@\uff1d")) for cell in text.replace(";", ",").split(","))


def test_a_number_with_a_plus_that_somebody_typed_is_read() -> None:
    [agent], _ = sheet.read((HEAD + "ann,,+1555,,,,,\n").encode())
    assert agent.address == "+1555"


def test_every_mistake_is_told_with_its_line_and_column_all_at_once() -> None:
    text = (
        HEAD
        + "ann,Ann,201,billing,,billing=3,en,0\n"
        + "Bob,Bob,PJSIP/1,Billing,,billing=9;sales;billing=x,english,first\n"
        + 'cat,"two\nlines",202,,,a=1;a=2,,\n'
        + "dan,203\n"
        + "ann,Ann,204,,,,,\n"
    )
    assert [line.partition(": ")[0] for line in told(text)] == [
        "3:skills:'sales' should be a skill and its level, like billing=3",
        "3:skills:'billing=x' should be a skill and its level, like billing=3",
        "3:order:'first' should be a whole number",
        "3:id:'Bob' is not an id",
        "3:address:'PJSIP/1' is neither an extension like 201 nor a number like +15550100",
        "3:queues:'Billing' is not a name",
        "3:skills:the level of 'billing' should be a whole number from 1 to 5",
        "3:languages:'english' is not a language like en or zh",
        "4:skills:'a' stands twice",
        "6::there are 2 cells, and 8 columns",
        "7:id:'ann' stands in line 2 already",
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "1::there is nothing; the first line is id,name,address"),
        ("\n\n", "1::there is nothing"),
        ("id,name\n", "1:address:the column is missing"),
        (HEAD.replace("queues", "queue"), "1:queue:there is no such column; did you mean 'queues'?"),
        (HEAD.replace("groups", "queues"), "1:queues:stands twice"),
        (HEAD + 'ann,"Ann,201\n', "2::this is no line of a table"),
        (HEAD + 'ann,"A"x,201,,,,,\n', "2::this is no line of a table"),
        (HEAD + f"ann,{'x' * 140_000},201,,,,,\n", "2::this is no line of a table"),
        (HEAD.encode() + b"ann,\xe4nn,201,,,,,\n", "2::this is not UTF-8"),
        (("\ufeff" + HEAD).encode("utf-16"), "1::this is not UTF-8"),
        ("x" * (sheet.MOST_BYTES + 1), "1::the file has more than 4 MB"),
    ],
)
def test_what_is_no_table_is_told(text: str | bytes, wrong: str) -> None:
    assert any(line.startswith(wrong) for line in told(text)), told(text)


def test_there_is_an_end_to_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_AGENTS", 2)
    lines = "".join(f"a{number},,20{number},,,,,\n" for number in range(4))
    assert told(HEAD + lines) == ["4::there are more than 2 agents"]

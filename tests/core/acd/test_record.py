"""An agent's record: read with every mistake at its field, changed in parts, and told of what nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.core.acd import record
from ivr.core.acd.people import Agent
from ivr.core.acd.record import BadAgent, changed, document, doubts, read
from ivr.core.acd.setup import Queue, Setup
from ivr.core.base.ids import AgentId

ANN: dict[str, Any] = {
    "id": "ann",
    "name": "Ann Lee",
    "address": "201",
    "queues": ["billing", "sales"],
    "groups": ["back_office"],
    "skills": {"billing": 3, "contracts": 1},
    "languages": ["zh", "en"],
    "order": 2,
}
SETUP = Setup(queues={"billing": Queue(name="billing")}, skills={"billing": ""}, groups={"back_office": ""})


def mistakes(**changes: Any) -> list[tuple[str, str]]:
    """What is told of a record with other fields."""
    with pytest.raises(BadAgent) as bad:
        read(ANN | changes)
    return [(one.field, one.message) for one in bad.value.mistakes]


def test_a_record_comes_back_as_it_was_read() -> None:
    agent = read(ANN)
    assert agent.queues == {"billing", "sales"}
    assert (agent.level("billing"), agent.level("language zh"), agent.level("language fr")) == (3, 1, 0)
    assert document(agent) == ANN
    assert list(document(agent)["languages"]) == ["zh", "en"]


def test_what_is_left_out_is_empty() -> None:
    assert read({"id": "a", "address": "1"}) == Agent(agent_id=AgentId("a"), address="1")


@pytest.mark.parametrize("agent_id", ["ann", "a", "7", "ann.lee-2_x", "x" * 40])
def test_an_id_is_small_letters_digits_and_three_signs(agent_id: str) -> None:
    assert read(ANN | {"id": agent_id}).agent_id == agent_id


@pytest.mark.parametrize(
    "agent_id", ["", None, 7, "Ann", "ann lee", "ann/lee", "..", "-x", "_x", "a" * 41, "ånn", "ann\n", "٣"]
)
def test_every_other_id_is_refused(agent_id: object) -> None:
    [(field, message)] = mistakes(id=agent_id)
    assert field == "id"
    assert "missing" in message or "small letters" in message


@pytest.mark.parametrize(("given", "kept"), [("201", "201"), ("+1 (555) 123-0001", "+15551230001"), ("2.0.1", "201")])
def test_an_address_is_an_extension_or_a_number(given: str, kept: str) -> None:
    assert read(ANN | {"address": given}).address == kept


@pytest.mark.parametrize(
    "address",
    ["", None, 201, "PJSIP/201", "201&202", "201,30,tT", "${EXTEN}", "201\n", "201|x", "2@trunk", "*97", "1" * 16, "+"],
)
def test_nothing_else_comes_into_a_dial_string(address: object) -> None:
    [(field, _)] = mistakes(address=address)
    assert field == "address"


def test_every_mistake_is_told_at_once_at_its_field() -> None:
    found = mistakes(
        address="x",
        queues=["Billing", "a b"],
        skills={"billing": 6, "contracts": True},
        languages="en",
        order=-1,
        qeue=1,
    )
    fields = [field for field, _ in found]
    assert fields == ["qeue", "address", "queues", "queues", "skills", "skills", "languages", "order"]
    assert "did you mean 'queues'?" in found[0][1]
    assert "from 1 to 5" in found[4][1]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("queues", [[]]),
        ("queues", {"a": 1}),
        ("queues", [f"q{number}" for number in range(101)]),
        ("groups", 5),
        ("skills", []),
        ("skills", {"billing": "3"}),
        ("skills", {"billing": 0}),
        ("skills", {"Billing": 3}),
        ("skills", {f"s{number}": 1 for number in range(101)}),
        ("languages", ["English"]),
        ("order", 1.5),
        ("order", True),
        ("name", ["Ann"]),
        ("name", "x" * 81),
    ],
)
def test_what_does_not_fit_a_field_is_refused(field: str, given: object) -> None:
    assert {name for name, _ in mistakes(**{field: given})} == {field}


def test_a_name_has_no_control_characters() -> None:
    assert read(ANN | {"name": " Ann\x1b[2J\n\u202eLee "}).name == "Ann [2J Lee"


def test_parts_of_a_record_are_changed_and_all_else_stays() -> None:
    agent, notes = changed(
        read(ANN),
        {
            "skills": {"billing": 5, "spanish": 2},
            "drop_skills": ["contracts"],
            "add_queues": ["vip", "sales"],
            "drop_queues": ["billing"],
            "add_languages": ["fr"],
            "groups": [],
            "order": 0,
        },
    )
    assert document(agent) == ANN | {
        "skills": {"billing": 5, "spanish": 2},
        "queues": ["sales", "vip"],
        "languages": ["zh", "en", "fr"],
        "groups": [],
        "order": 0,
    }
    assert notes == []


def test_what_was_not_there_to_be_dropped_is_told() -> None:
    agent, notes = changed(read(ANN), {"drop_queues": ["biling"], "drop_skills": ["x"]})
    assert agent == read(ANN)
    assert notes == ["ann has no 'biling' among queues", "ann has no 'x' among skills"]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "bob"},
        {"skill": {"billing": 3}},
        {"add_queues": "billing"},
        {"add_queues": [[]]},
        {"add_skills": ["billing"]},
        {"drop_name": ["x"]},
        {"skills": {"billing": 0}},
        {"queues": 5, "drop_queues": ["x"]},
        {"queues": [{}], "add_queues": ["x"]},
        {"skills": [], "drop_skills": ["x"]},
        {"address": None},
    ],
)
def test_a_change_that_cannot_be_changes_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(BadAgent):
        changed(read(ANN), changes)


def test_an_id_may_be_said_again() -> None:
    assert changed(read(ANN), {"id": "ann"}) == (read(ANN), [])


def test_what_no_page_knows_is_told_once_for_all_who_have_it() -> None:
    ann = read(ANN | {"queues": ["biling"], "skills": {"contracts": 1}})
    many = [read(ANN | {"id": f"a{number:02}", "queues": ["billing"], "skills": {}}) for number in range(12)]
    told = doubts([ann, *many], SETUP, lambda address: address != "201")
    assert told == [
        "ann: queues.yaml has no queue 'biling'; did you mean 'billing'?",
        "ann: queues.yaml has no skill 'contracts'",
        "ann, a00, a01, a02, a03, a04, a05, a06, a07, a08 and 3 more: no line of dial: in the settings allows 201, "
        "so it cannot be rung",
    ]


@pytest.mark.parametrize(
    "text", ["billing", "billing=", "billing=x", "billing=-1", "billing=1.5", "billing==3", "billing=٣"]
)
def test_a_skill_is_written_with_its_level(text: str) -> None:
    assert record.skill(" billing = 3 ") == ("billing", 3)
    with pytest.raises(ValueError, match="billing=3"):
        record.skill(text)


def test_many_mistakes_are_told_in_a_sentence_of_bounded_length() -> None:
    with pytest.raises(BadAgent) as bad:
        read(ANN | {"queues": [f"Q{number}" for number in range(50)]})
    assert bad.value.message.endswith("; and 40 more")
    assert len(bad.value.mistakes) == 50

"""Any agents come back from a table as they were, no cell is a formula, and no file is too strange to be answered."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acd import record, sheet
from ivr.core.acd.people import Agent
from ivr.core.announcements.announcement import LONGEST_NAME, cleaned
from ivr.core.base.ids import AgentId

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
# Signs that mean something to spreadsheets and to CSV come often.
WORDS = st.text(st.sampled_from("=+-@'\";,\t\r\n \uff1dab") | st.characters(), max_size=LONGEST_NAME).map(cleaned)
AGENTS = st.builds(
    Agent,
    agent_id=st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,39}", fullmatch=True).map(AgentId),
    name=WORDS,
    address=st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True),
    queues=st.frozensets(NAMES, max_size=4),
    groups=st.frozensets(NAMES, max_size=4),
    skills=st.dictionaries(NAMES, st.integers(1, 5), max_size=4),
    languages=st.lists(st.sampled_from(["en", "zh", "en-US", "zh_CN"]), unique=True).map(tuple),
    order=st.integers(0, record.LAST_ORDER),
)
MANY = st.lists(AGENTS, max_size=6, unique_by=lambda agent: agent.agent_id)


@given(AGENTS)
def test_a_record_comes_back_from_its_document(agent: Agent) -> None:
    assert record.read(record.document(agent)) == agent


@given(MANY)
def test_agents_come_back_from_their_table(agents: list[Agent]) -> None:
    text = sheet.write(agents)
    assert sheet.read(text.encode()) == (agents, [])
    assert sheet.read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()) == (agents, [])


@given(MANY)
def test_no_cell_is_a_formula_wherever_a_spreadsheet_cuts_the_line(agents: list[Agent]) -> None:
    text = sheet.write(agents)
    for delimiter in ",;":
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not any(cell.lstrip(' "').startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r")) for cell in line), (
                line
            )


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_is_answered(content: bytes) -> None:
    header = b"id,name,address,queues,groups,skills,languages,order\n"
    for whole in (content, header + content):
        agents, wrong = sheet.read(whole)
        assert [record.read(record.document(agent)) for agent in agents] == agents
        assert all(one.line >= 1 for one in wrong)

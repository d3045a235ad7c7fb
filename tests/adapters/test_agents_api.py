"""Requests about agents over the control API: what they answer, and what is refused with which status."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ivr.adapters.store.memory import MemoryStore
from ivr.adapters.system.clock import SystemClock
from ivr.adapters.system.ids import CountedIds
from ivr.adapters.web import agents_api, api
from ivr.adapters.web.server import application
from ivr.core.acd.setup import NO_SETUP
from ivr.core.base.dialling import DialList, Route
from ivr.core.base.errors import StoreError
from ivr.core.base.ids import AgentId
from ivr.core.base.secret import Secret
from ivr.services.acd.roster import Roster
from ivr.services.journal import Journal
from ivr.services.world import World

ANN = {"name": "Ann Lee", "address": "201", "skills": {"billing": 3}, "languages": ["zh", "en"]}
WHOLE = {"id": "ann", "queues": [], "groups": [], "order": 0, **ANN}


class Asking:
    """Somebody who has the token."""

    def __init__(self, client: TestClient[Any, Any], roster: Roster, store: MemoryStore) -> None:
        self._client = client
        self.roster, self.store = roster, store

    async def __call__(self, method: str, path: str = "", body: Any = None, token: str = "t") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with self._client.request(method, f"/v1/agents{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    store = MemoryStore()
    world = World(SystemClock(), CountedIds(), Journal())
    roster = Roster(store, world, lambda: NO_SETUP, DialList([Route("2xx", "PJSIP/{number}")]))
    app = application(cast(api.Services, None), Secret("t"))
    agents_api.add(app, roster)
    async with TestClient(TestServer(app)) as client:
        yield Asking(client, roster, store)


async def test_an_agent_is_put_shown_listed_and_removed(ask: Asking) -> None:
    warning = "ann: queues.yaml has no skill 'billing'"
    assert await ask("PUT", "/ann", {**ANN, "by": "carol"}) == (
        201,
        {"agent": WHOLE, "new": True, "warnings": [warning]},
    )
    assert await ask("GET", "/ann") == (200, {"agent": WHOLE})
    assert await ask("GET") == (200, {"agents": [WHOLE]})
    assert await ask("DELETE", "/ann") == (200, {"agent": WHOLE})
    assert await ask("GET") == (200, {"agents": []})


async def test_a_put_is_the_whole_record(ask: Asking) -> None:
    await ask("PUT", "/ann", ANN)
    status, told = await ask("PUT", "/ann", {"id": "ann", "address": "202"})
    assert (status, told["new"], told["warnings"]) == (200, False, [])
    assert told["agent"] == WHOLE | {"name": "", "address": "202", "skills": {}, "languages": []}


async def test_a_patch_changes_parts(ask: Asking) -> None:
    await ask("PUT", "/ann", ANN)
    status, told = await ask("PATCH", "/ann", {"skills": {"sales": 2}, "drop_skills": ["billing"], "by": "carol"})
    assert (status, told["agent"]) == (200, WHOLE | {"skills": {"sales": 2}})


async def test_many_come_in_one_request_or_are_looked_at(ask: Asking) -> None:
    await ask("PUT", "/ann", ANN)
    agents = [WHOLE, {"id": "bob", "address": "202"}]
    told = {"new": ["bob"], "changed": [], "unchanged": 1, "warnings": ["ann: queues.yaml has no skill 'billing'"]}
    assert await ask("POST", "", {"agents": agents, "only_look": True}) == (200, told)
    assert len(ask.roster) == 1
    assert await ask("POST", "", {"agents": agents}) == (200, told)
    assert [agent.agent_id for agent in ask.roster.all()] == ["ann", "bob"]


async def test_a_large_table_comes_in_one_request(ask: Asking) -> None:
    agents = [{"id": f"agent_{number}", "name": "x" * 70, "address": "201"} for number in range(2_000)]
    status, told = await ask("POST", "", {"agents": agents})
    assert (status, len(told["new"])) == (200, 2_000)
    status, _ = await ask("PUT", "/ann", {"address": "201", "name": "x" * 100_000})
    assert status == 413


@pytest.mark.parametrize(
    ("asked", "body", "expected"),
    [
        ("GET /bob", None, (404, "unknown_agent")),
        ("PATCH /bob", {"name": "Bob"}, (404, "unknown_agent")),
        ("DELETE /bob", {}, (404, "unknown_agent")),
        ("PUT /ann?new=1", ANN, (409, "refused")),
        ("PUT /Bob", ANN, (400, "bad_agent")),
        ("PUT /bob", {}, (400, "bad_agent")),
        ("PUT /bob", {**ANN, "id": "ann"}, (400, "bad_agent")),
        ("PUT /bob", {**ANN, "address": "201&202"}, (400, "bad_agent")),
        ("PATCH /ann", {"skill": {"billing": 3}}, (400, "bad_agent")),
        ("PUT /bob", ["x"], (400, "bad_request")),
        ("POST", {}, (400, "bad_request")),
        ("POST", {"agents": [1]}, (400, "bad_request")),
        ("POST", {"agents": [WHOLE, {"id": "bob"}]}, (400, "bad_agent")),
        ("POST", {"agents": [WHOLE, WHOLE]}, (409, "refused")),
    ],
)
async def test_what_is_refused_has_a_code_and_a_word_and_changes_nothing(
    ask: Asking, asked: str, body: Any, expected: tuple[int, str]
) -> None:
    await ask("PUT", "/ann", ANN)
    method, _, path = asked.partition(" ")
    status, problem = await ask(method, path, body)
    assert (status, problem["code"]) == expected, problem
    assert problem["message"]
    assert set(problem) == {"code", "message", "hint"}
    assert await ask("GET") == (200, {"agents": [WHOLE]})


async def test_mistakes_of_many_say_which_agent_is_meant(ask: Asking) -> None:
    _, problem = await ask("POST", "", {"agents": [WHOLE, {"id": "bob", "address": "x", "order": "y"}]})
    assert problem["message"].startswith("agent 2, address: 'x' is neither")
    assert "; agent 2, order: should be a whole number" in problem["message"]


async def test_when_the_database_cannot_be_written_nothing_is_changed(
    ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(ask.store, "keep_agents", full)
    status, problem = await ask("PUT", "/ann", ANN)
    assert (status, problem["code"]) == (503, "store")
    assert ask.roster.get(AgentId("ann")) is None


async def test_without_the_token_nobody_learns_of_an_agent(ask: Asking) -> None:
    await ask("PUT", "/ann", ANN)
    assert (await ask("GET", "/ann", token="x"))[0] == 401

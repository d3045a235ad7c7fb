"""The kinds that are heard or waited for: ``play``, ``wait``, ``announce``."""

from __future__ import annotations

import pytest

from ivr.core.calls.outcomes import Announced, Failed, Said, Unsaid
from ivr.core.calls.verbs import Announce, Recording, Say, Sentence, Wait
from ivr.core.flow.actions.play import Play
from ivr.core.flow.load import load
from ivr.core.flow.simulate import Simulation
from ivr.core.flow.surroundings import Outside, Surroundings
from tests.core.flow.calls import FACTS, Call, found

CALM = {"music/calm": 60.0}


def page(action: str, top: str = "") -> str:
    """A flow that plays, then says and ends."""
    return f"{top}flow:\n  a:\n    - {action}\n    - say: Next.\n    - hangup\n"


def test_a_recorded_file_is_heard_once() -> None:
    call = Call(page("play: music/calm"))
    assert call.verb == Say(Sentence("en", (Recording("music/calm"),)))
    assert call.hears == "[music/calm]"
    assert call.listens().hears == "Next."
    assert call.trail[0].detail == {"file": "music/calm"}


def test_a_recorded_file_is_heard_for_some_time() -> None:
    call = Call(page("play: music/calm\n      for: 25s", 'anywhere: {help: {press: "9"}}\n'))
    assert call.verb == Wait(25.0, Sentence("en", (Recording("music/calm"),)), interruptible=True, always="9")
    assert call.listens().outcomes == ["play played"]


def test_a_recorded_file_may_go_on_whatever_is_pressed() -> None:
    call = Call(page("play: music/calm\n      interruptible: no"))
    assert isinstance(call.verb, Say)
    assert not call.verb.interruptible


def test_a_recorded_file_is_that_of_the_callers_language() -> None:
    verb = Call(page("play: music/calm", "languages: [zh]\n")).verb
    assert isinstance(verb, Say)
    assert verb.sentence.language == "zh"


@pytest.mark.parametrize("outcome", [Unsaid("no file"), Failed("no file")])
def test_a_file_that_cannot_be_played_does_not_stop_the_call(outcome: Unsaid | Failed) -> None:
    call = Call(page("play: music/calm")).then(outcome)
    assert (call.hears, call.trail[0].detail["reason"]) == ("Next.", "no file")


def test_time_passes_in_silence() -> None:
    call = Call(page("wait: 3s", 'anywhere: {operator: {press: "0", go: a}}\n'))
    assert call.verb == Wait(3.0, always="0")
    assert call.listens().outcomes == ["wait waited"]


def test_a_key_anywhere_ends_the_time() -> None:
    text = (
        page("wait: 3s", 'anywhere: {operator: {press: "0", go: b}}\n') + "  b:\n    - say: A person.\n    - hangup\n"
    )
    assert Call(text).then(Said("0")).hears == "A person."


def test_announcements_are_played_at_their_point() -> None:
    call = Call(page("announce: delays"))
    assert call.verb == Announce("delays", "en")
    call.then(Announced(("ann_1", "ann_2")))
    assert call.trail[0].detail == {"announcements": ["ann_1", "ann_2"]}
    assert call.outcomes == ["announce announced"]


def test_where_nothing_is_announced_the_call_goes_on() -> None:
    call = Call(page("announce: delays")).then(Announced())
    assert (call.hears, call.outcomes) == ("Next.", ["announce nothing"])


def test_all_of_them_can_be_tried_at_the_keyboard() -> None:
    text = page("play: jingle\n    - play: music/calm\n      for: 25s\n    - wait: 5s\n    - announce: delays")
    flow, _ = load(text, "main.yaml")
    assert flow is not None
    simulation = Simulation(flow, FACTS)
    lines = [line.text for line in simulation.begin()]
    assert "[jingle]" in lines
    assert "Next." in lines
    assert 30 <= (simulation.at - FACTS.at).total_seconds() < 35


# Mistakes


def codes(text: str, recordings: dict[str, float] | None) -> list[tuple[str, int, int]]:
    """The findings of a page beside some recordings, with their places."""
    _, problems = load(text, "main.yaml", surroundings=Surroundings(Outside(recordings=recordings)))
    return [(problem.code, problem.mark.line, problem.mark.column) for problem in problems]


@pytest.mark.parametrize(
    "name",
    [
        "../secrets",
        "/etc/passwd",
        "music/../../x",
        "music//calm",
        "Music",
        "music/calm.wav",
        "a b",
        "~",
        "music/",
        "x" * 101,
    ],
)
def test_a_name_cannot_leave_the_folder(name: str) -> None:
    assert codes(page(f'play: "{name}"'), None) == [("F161", 3, 13)]


def test_a_missing_file_is_found_where_the_files_are_known() -> None:
    assert codes(page("play: music/clam"), CALM) == [("F162", 3, 13)]
    assert codes(page("play: music/clam"), None) == codes(page("play: music/calm"), CALM) == []


def test_a_missing_file_is_suggested() -> None:
    _, problems = load(page("play: music/clam"), "main.yaml", surroundings=Surroundings(Outside(recordings=CALM)))
    assert problems.all[0].hint == "did you mean 'music/calm'?"


def test_each_language_may_have_its_own_file() -> None:
    text = page("play: jingle", "languages: [en, zh]\n").replace("say: Next.", "wait: 1s")
    assert codes(text, {"en/jingle": 2.0, "zh/jingle": 2.0}) == []
    assert codes(text, {"jingle": 2.0}) == []
    assert codes(text, {"en/jingle": 2.0}) == [("F162", 4, 13)]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("wait: «3»", "F013"),
        ("wait: «2h»", "F015"),
        ("play: music/calm\n      for: «25»", "F013"),
        ("play: music/calm\n      «longest»: 25s", "F021"),
        ("announce: «Delays»", "F012"),
        ("wait: 1s\n    - go: «a»", "F112"),
    ],
)
def test_a_planted_mistake_is_found_at_its_place(action: str, code: str) -> None:
    text = page(action)
    if code == "F112":
        text = "flow:\n  a:\n    - wait: 1s\n    - «go»: a\n"
    before = text[: text.index("«")]
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    (problem,) = found(text.replace("«", "").replace("»", ""))
    assert (problem.code, (problem.mark.line, problem.mark.column)) == (code, place)


def test_the_example_of_play_needs_its_file() -> None:
    assert [code for code, _, _ in codes(Play.example, {})] == ["F162"]

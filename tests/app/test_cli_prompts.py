"""``ivr prompts``: an admin sees every text, what its recording is called, and what is wrong with a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivr.app.cli.main import cli
from ivr.core.audio.clip import tone
from ivr.core.audio.wav import write_wav

FLOW = """
about: A test.
languages: [en, zh]
flow:
  start:
    - say: {en: Welcome to Acme., zh: 欢迎致电艾克米。}
    - collect: {en: Please key in your code., zh: 请输入密码。}
      as: code
      length: 4
      give_up: bye
    - say: {en: "Your code is {code:digits}. Thank you.", zh: "您的密码是{code:digits}。"}
    - go: bye
  bye:
    - hangup
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    (tmp_path / "ivr.yaml").write_text("flow: main\n")
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["prompts", "--config", str(home / "ivr.yaml"), *arguments])


def listed(home: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    document = json.loads(run(home, "--json", *arguments).stdout)
    return {prompt["text"]: prompt for prompt in document["prompts"]}


def test_every_text_is_listed_with_the_name_of_its_recording(home: Path) -> None:
    found = listed(home)
    assert {"Welcome to Acme.", "欢迎致电艾克米。", "Your code is", "Thank you.", "您的密码是"} <= found.keys()
    welcome = found["Welcome to Acme."]
    assert Path(welcome["file"]).parent == home / "flows" / "prompts" / "en"
    assert Path(welcome["file"]).name.startswith("welcome-to-acme-")
    assert (welcome["section"], welcome["source"], welcome["ready"]) == ("start", "pyttsx3", False)
    assert {prompt["language"] for prompt in listed(home, "--language", "zh").values()} == {"zh"}


def test_a_recording_under_the_listed_name_is_taken(home: Path) -> None:
    file = Path(listed(home)["Welcome to Acme."]["file"])
    file.parent.mkdir(parents=True)
    file.write_bytes(write_wav(tone(700, 1.0)))
    assert listed(home)["Welcome to Acme."]["source"] == "recorded"
    assert "Welcome to Acme." not in listed(home, "--unrecorded")
    said = run(home)
    assert said.exit_code == 0
    assert "1 recorded" in said.stdout


def test_a_bad_recording_and_one_that_no_text_asks_for_are_told(home: Path) -> None:
    file = Path(listed(home)["Welcome to Acme."]["file"])
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no sound")
    (file.parent / "welcome-to-old-name-000000.wav").write_bytes(write_wav(tone(700, 1.0)))
    said = run(home)
    assert said.exit_code == 1
    assert "not a wav file" in said.stdout
    assert "no text asks for" in said.stdout
    assert "welcome-to-old-name-000000.wav" in said.stdout


def test_a_language_that_nothing_speaks_is_told(home: Path) -> None:
    (home / "ivr.yaml").write_text("flow: main\nprompts: {order: [recorded]}\n")
    said = run(home)
    assert said.exit_code == 1
    assert "NO VOICE" in said.stdout


@pytest.mark.slow
def test_rendering_makes_all_sounds_and_says_how_far_it_is(home: Path) -> None:
    said = run(home, "--render")
    assert said.exit_code == 0
    assert "rendered " in said.stderr
    assert all(prompt["ready"] for prompt in listed(home, "--words").values())
    assert {"seven", "七"} <= listed(home, "--words").keys()
    assert list((home / "data" / "prompts").glob("??/*.ulaw"))


def test_broken_flows_are_shown_and_not_guessed_at(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(FLOW.replace("go: bye", "go: by"))
    said = run(home)
    assert said.exit_code != 0
    assert "the flows cannot be read" in str(said.exception)


def test_a_sound_that_is_played_by_name_is_listed_for_each_language(home: Path) -> None:
    flow = home / "flows" / "main.yaml"
    flow.write_text(FLOW.replace("  bye:\n", "  bye:\n    - play: music/calm\n"))
    for name in ("music/calm", "zh/music/calm"):
        file = home / "flows" / "prompts" / f"{name}.wav"
        file.parent.mkdir(parents=True)
        file.write_bytes(write_wav(tone(440, 1.0)))
    shared = listed(home, "--language", "en")["[music/calm]"]
    assert (shared["section"], shared["source"]) == ("bye", "recorded")
    assert Path(shared["file"]) == home / "flows" / "prompts" / "music" / "calm.wav"
    own = listed(home, "--language", "zh")["[music/calm]"]
    assert Path(own["file"]) == home / "flows" / "prompts" / "zh" / "music" / "calm.wav"
    assert json.loads(run(home, "--json").stdout)["unused"] == []


def test_what_queues_tell_is_listed_with_the_queue(home: Path) -> None:
    page = "queues:\n  billing: {tell: yes, whisper: A call from billing., accept: key}\n"
    (home / "flows" / "queues.yaml").write_text(page, encoding="utf-8")
    found = {(one["flow"], one["section"], text) for text, one in listed(home).items()}
    wanted = ("You are the next in the queue.", "You are number", "A call from billing.", "Press 1 to take the call.")
    assert {("queues.yaml", "billing", text) for text in wanted} <= found
    assert "下一位就是您。" in listed(home, "--language", "zh")

"""`ivr lab call`: a real call is placed, and the transcript says what was heard, pressed and done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.app.lab.ear import first_tone
from ivr.app.lab.lab import Lab
from ivr.core.audio.level import rms_dbfs
from ivr.core.audio.wav import read_wav
from tests.acceptance.commands import lines, run

pytestmark = pytest.mark.live

FLOW = """\
about: A small flow to call.
languages: [en]
defaults: {attempts: 2, first_input: 5s, no_input: I did not hear you., no_match: That is no choice., give_up: bye}

flow:
  hello:
    - say: Welcome to the laboratory.
    - menu: To go on, press one. To leave, press two.
      options:
        - {press: 1, say: go on, go: more}
        - {press: 2, say: leave, go: bye}
  more:
    - say: You have come further.
    - go: bye
  bye:
    - say: Goodbye, and thank you for calling.
    - hangup
"""


@pytest.fixture(scope="module")
def answering(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab with the service and the flow above."""
    flows = tmp_path_factory.mktemp("flows")
    (flows / "main.yaml").write_text(FLOW)
    settings = lab.plan.settings
    text = settings.read_text()
    settings.write_text(re.sub(r"(?m)^flows: .*$", f'flows: "{flows}"', text))
    lab.start_service()
    yield lab
    lab.service.stop()
    settings.write_text(text)


def test_the_transcript_tells_what_was_heard_and_done_in_order(answering: Lab, tmp_path: Path) -> None:
    kept = tmp_path / "call.wav"
    result = run(answering, "call", "100", "--name", "Ann Lee", "--press", "p w2 1", "--record", str(kept))
    told = lines(result)
    assert result.exit_code == 0, result.stdout
    wanted = [
        'call +15551230001 "Ann Lee" → 100 flow main',
        'hello heard "Welcome to the laboratory."',
        "phone keys 1",
        "hello pressed 1",
        'more heard "You have come further."',
        'bye heard "Goodbye, and thank you for calling."',
        "bye end completed",
    ]
    assert [line for line in told if line in wanted] == wanted
    clip = read_wav(kept.read_bytes())
    assert clip.channels == 2
    assert rms_dbfs(clip.channel(1)) > -35


def test_what_the_caller_says_is_sent_and_kept(answering: Lab, tmp_path: Path) -> None:
    kept = tmp_path / "call.wav"
    music = answering.plan.outside("music", "waiting.wav")
    order = ("--press", "s w3 2", "--say", str(music), "--record", str(kept))
    result = run(answering, "call", "100", *order)
    assert result.exit_code == 0, result.stdout
    assert first_tone(read_wav(kept.read_bytes()).channel(0), 392) is not None

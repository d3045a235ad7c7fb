"""A site for doctor to examine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.app.cli.init import init
from ivr.app.config import Settings, load

MANAGER = '[general]\nenabled = yes\nbindaddr = 127.0.0.1\n\n#include "manager-ivr.conf"\n'
EXTENSIONS = '[general]\n\n#include "extensions-ivr.conf"\n\n[incoming]\nexten => 100,1,Goto(ivr,${EXTEN},1)\n'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A fresh site whose Asterisk includes what `ivr init` wrote, and does nothing wrong."""
    monkeypatch.delenv("IVR_AMI_SECRET", raising=False)
    CliRunner().invoke(init, [str(tmp_path)])
    etc = tmp_path / "asterisk"
    (etc / "manager.conf").write_text(MANAGER)
    (etc / "extensions.conf").write_text(EXTENSIONS)
    settings = load(tmp_path / "ivr.yaml")
    return replace(settings, asterisk=replace(settings.asterisk, config=etc))

"""The page ``docs/flows.md``: an introduction written by hand around the reference that the language gives of itself.

``python -m ivr.app.flow_reference`` prints the page; a test compares it with the file.
"""

from __future__ import annotations

from pathlib import Path

from ivr.core.flow import reference
from ivr.core.prompts.say import WAYS

TEMPLATE = Path(__file__).parent / "templates" / "flows.md"
_SHOWN = {
    "as_is": ("text as it was written, numbers as numbers", "—", "—"),
    "digits": ("one key after the other", "four two", "四 二"),
    "number": ("a quantity", "forty two", "四十二"),
    "ordinal": ("a place in an order", "forty second", "第四十二"),
    "money": ("an amount, in the currency of the settings", "twelve dollars fifty", "十二元五角"),
    "date": ("a date such as `2026-05-03`", "May third, twenty twenty six", "二零二六年五月三日"),
    "time": ("a time of day such as `09:30`", "nine thirty a.m.", "上午九点半"),
    "duration": ("a length of time", "one minute thirty seconds", "一分三十秒"),
    "phone": ("a phone number, in groups", "five five five, one two …", "五五五，幺二……"),
    "spelled": ("character by character", "A, B, one", "A，B，幺"),
}


def page() -> str:
    """The whole page."""
    rows = ["| way | what it reads | English | Chinese |", "|---|---|---|---|"]
    ways = "\n".join(rows + [f"| `{way}` | " + " | ".join(_SHOWN.get(way, ("", "", ""))) + " |" for way in WAYS])
    text = TEMPLATE.read_text(encoding="utf-8")
    parts = {
        "actions": "\n\n".join(reference.actions()),
        "questions": reference.questions(),
        "inputs": reference.inputs(),
        "ways": ways,
        "names": reference.names(),
        "functions": reference.functions(),
        "phrases": reference.phrases(),
        "findings": reference.findings(),
    }
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


if __name__ == "__main__":
    print(page(), end="")

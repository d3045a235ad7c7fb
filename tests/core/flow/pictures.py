"""Reads pictures of flows back: strict small grammars of the Mermaid and the SVG that are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from ivr.core.flow.model import Flow

Area = tuple[float, float, float, float]
SVG = "{http://www.w3.org/2000/svg}"
_TEXT = r"(?:[^\W_]|[ ,'!?，。？！、：；]|#\d+;|</?[bi]>|<br/>)*"
_ID = r"[a-z_][a-z0-9_]*"
_SHAPES = rf'(?:\["{_TEXT}"\]|\(\("{_TEXT}"\)\)|\(\["{_TEXT}"\]\)|{{{{"{_TEXT}"}}}})(?::::[a-z]+)?'
_STATEMENTS = (
    re.compile(rf"(?P<box>{_ID}){_SHAPES}"),
    re.compile(rf"(?P<from>{_ID})(?:{_SHAPES})? (?:-->|-\.->)(?:\|\"{_TEXT}\"\|)? (?P<to>{_ID})(?:{_SHAPES})?"),
    re.compile(r"classDef [a-z]+ (?:[a-z]+:#[0-9a-f]{6},?)+"),
)


@dataclass
class Read:
    """What was found in a picture."""

    boxes: list[str] = field(default_factory=list)
    ways: list[tuple[str, ...]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    words: list[Area] = field(default_factory=list)


def leaving(flow: Flow) -> list[tuple[str, str, str]]:
    """Every exit of a flow that leaves its section: from, outcome, to (empty: the end of the call)."""
    return [
        (name, way.outcome.replace(" ", "_"), way.target.section if way.target else "")
        for name, section in flow.sections.items()
        for number, action in enumerate(section.actions, 1)
        for way in action.exits()
        if way.target or way.ends or number == len(section.actions)
    ]


def read_mermaid(text: str) -> Read:
    """Sections and the ways between them; a line that is no statement fails."""
    first, *lines = text.splitlines()
    assert first == "flowchart TD"
    found = Read()
    for line in lines:
        match = next((match for form in _STATEMENTS if (match := form.fullmatch(line.strip()))), None)
        assert match is not None, line
        parts = match.groupdict()
        if (box := parts.get("box")) and box.startswith("s_"):
            found.boxes.append(box[2:])
            written = line.split('"')[1].split("<br/>")
            found.texts[box[2:]] = [re.sub(r"#(\d+);", lambda code: chr(int(code[1])), part) for part in written]
        if (source := parts.get("from")) and source.startswith("s_"):
            found.ways.append((source[2:], "" if parts["to"].startswith(("over_", "left_")) else parts["to"][2:]))
    return found


def read_svg(text: str) -> Read:
    """Sections, where they stand, and the outcomes of all ways."""
    root = ElementTree.fromstring(text)
    found = Read()
    for group in root.iter(f"{SVG}g"):
        look = group.get("class", "").split(" ")[0]
        if look == "section":
            name = group.attrib["data-section"]
            found.boxes.append(name)
            x, y = (float(number) for number in group.attrib["transform"][10:-1].split())
            found.areas[name] = _area(group, x, y)
            found.ways += [(name, over.attrib["data-outcome"], "") for over in group.iter(f"{SVG}g") if _over(over)]
        elif look == "way" and "data-from" in group.attrib:
            for outcome in group.attrib["data-outcomes"].split(" "):
                found.ways.append((group.attrib["data-from"], outcome, group.attrib["data-to"]))
        elif look == "label":
            found.words.append(_area(group, 0.0, 0.0))
    return found


def _over(group: ElementTree.Element) -> bool:
    return group.get("class", "").split(" ")[0] == "over"


def _area(group: ElementTree.Element, x: float, y: float) -> Area:
    rect = group.find(f"{SVG}rect")
    assert rect is not None
    left, top = x + float(rect.get("x", 0)), y + float(rect.get("y", 0))
    return left, top, left + float(rect.attrib["width"]), top + float(rect.attrib["height"])

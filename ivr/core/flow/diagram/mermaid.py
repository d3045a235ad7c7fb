"""A chart as Mermaid text (``flowchart TD``), which wikis and code hosts draw.

Every character of a text that could mean something to Mermaid or HTML is written as its number (``#35;``), so that any
sentence is safe: https://mermaid.js.org/syntax/flowchart.html ("Entity codes to escape characters").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.core.flow.diagram.chart import BACK, TOO_MANY, Box, Chart, Way

_PLAIN = frozenset(" ,'!?，。？！、：；")
_STYLES = (
    "classDef section fill:#ffffff,stroke:#64748b,color:#0f172a",
    "classDef person fill:#dcfce7,stroke:#15803d,color:#0f172a",
    "classDef mark fill:#0f172a,stroke:#0f172a,color:#ffffff",
    "classDef anywhere fill:#fef9c3,stroke:#a16207,color:#0f172a",
)


def mermaid(chart: Chart) -> str:
    """The chart as Mermaid text, one statement a line; the same chart gives the same bytes."""
    lines = ["flowchart TD", f'  call(("call")):::mark --> {_id(chart.start)}']
    if chart.resume != chart.start:
        lines.append(f'  back(("call comes back")):::mark -.-> {_id(chart.resume)}')
    if chart.on_error:
        lines.append(f'  error(("error")):::mark -.-> {_id(chart.on_error)}')
    if chart.too_many:
        lines.append(f'  errors(("{TOO_MANY}")):::mark -.-> {_id(chart.too_many)}')
    lines += [f"  {_box(box)}" for box in chart.boxes]
    lines += [f"  {line}" for line in _anywhere(chart)]
    lines += [f"  {line}" for line in _ways(chart)]
    lines += [f"  {style}" for style in _STYLES]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """A text that stands between quotes in Mermaid, whatever is in it."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)


def _id(section: str) -> str:
    """A section as Mermaid names it: words such as ``end`` mean something there, so that none stands alone."""
    return f"s_{section}"


def _box(box: Box) -> str:
    texts = [f"<b>{escaped(box.name)}</b>", *(f"{escaped(row.kind)} {escaped(row.text)}".strip() for row in box.rows)]
    if box.mark:
        texts.append(f"<i>{escaped(box.mark)}</i>")
    kind = "person" if box.person else "section"
    return f'{_id(box.name)}["{"<br/>".join(texts)}"]:::{kind}'


def _anywhere(chart: Chart) -> Iterator[str]:
    """The keys of anywhere: a note, and a dotted way for each that leads to a section."""
    if not chart.anywhere:
        return
    here = [f"{item.press} {item.name}" for item in chart.anywhere if not item.to]
    yield f'anywhere{{{{"{"<br/>".join(["<b>anywhere</b>", *map(escaped, here)])}"}}}}:::anywhere'
    for item in chart.anywhere:
        if item.to:
            yield f'anywhere -.->|"{escaped(f"{item.press} {item.name}")}"| {_id(item.to)}'


def _ways(chart: Chart) -> Iterable[str]:
    """One arrow from a section to another; the outcomes that lead there stand on it, each on a line."""
    labels: dict[tuple[str, str], list[str]] = {}
    for way in chart.ways:
        labels.setdefault((way.section, _target(way)), []).append(way.label)
    for (section, target), outcomes in labels.items():
        written = "<br/>".join(escaped(outcome) for outcome in dict.fromkeys(outcomes) if outcome)
        yield f"{_id(section)} -->" + (f'|"{written}"| ' if written else " ") + target


def _target(way: Way) -> str:
    if way.to:
        return _id(way.to)
    return f'left_{way.section}(["{BACK}"]):::mark' if way.back else f'over_{way.section}(["end"]):::mark'

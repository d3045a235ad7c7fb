"""A chart as one SVG picture that stands for itself: no script, no font and no file from elsewhere.

How wide a text is depends on the reader's fonts; widths here are those of a wide sans-serif one, so that a text never
leaves its box. The picture has its own light ground and is legible on a dark page too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from ivr.core.flow.diagram.chart import BACK, TOO_MANY, Box, Chart, Way
from ivr.core.flow.diagram.layout import Drawn, Layout, Link, Size, layout
from ivr.core.flow.surroundings import DONE

NAME, TEXT, LABEL = 15.0, 12.5, 11.5  # sizes of letters in pixels
HEADER, LINE, PAD, LABEL_LINE = 34.0, 21.0, 12.0, 15.0
MARGIN, TITLE = 36.0, 92.0
BOLD = 1.08  # how much wider bold letters are
CALL = " call"  # the box that calls come from; no section has a blank in its name
_NARROW = frozenset("ijlftrI.,:;'|!()[]{} ")
_BROAD = frozenset("mwMW@%&—…")
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))
_STYLE = """
text{font-family:system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei",\
"Noto Sans CJK SC",sans-serif;fill:#0f172a}
.ground{fill:#f8fafc}.title{font-size:26px;font-weight:700}.about{font-size:14px;fill:#475569}
.box{fill:#fff;stroke:#cbd5e1;stroke-width:1.2}.band{fill:#e2e8f0}.name{font-size:15px;font-weight:700}
.kind{font-size:11px;font-weight:600;fill:#64748b}.text{font-size:12.5px}.mark{font-size:11.5px;fill:#1d4ed8}
.person .box{stroke:#16a34a}.person .band{fill:#bbf7d0}.start .box{stroke:#2563eb}.start .band{fill:#bfdbfe}
.end .box{stroke:#475569}.end .band{fill:#cbd5e1}
.badge rect{fill:#fef3c7;stroke:#d97706;stroke-width:.8}.badge text{font-size:10.5px;fill:#78350f}
.way path{fill:none;stroke:#64748b;stroke-width:1.5}.back path{stroke:#b45309;stroke-dasharray:5 3}
.head{fill:#64748b}.backhead{fill:#b45309}
.label rect{fill:#f8fafc}.label text{font-size:11.5px;fill:#334155}
.over rect{fill:#334155}.returned rect{fill:#0f766e}.over text{font-size:11px;font-weight:600;fill:#fff}
.call rect{fill:#1d4ed8}.call text{font-size:14px;font-weight:700;fill:#fff}
"""


@dataclass(frozen=True, slots=True)
class _Arrow:
    """The ways between two boxes, drawn as one line with a line of words for each."""

    source: str
    target: str
    ways: tuple[Way, ...]

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(way.label for way in self.ways if way.label))


def svg(chart: Chart) -> str:
    """The chart as a picture; the same chart gives the same bytes."""
    arrows = _arrows(chart)
    badges = _badges(chart)
    sizes = {CALL: Size(116.0, 34.0)}
    for box in chart.boxes:
        around = max(
            (_label_size(item).width for item in arrows if item.source == item.target == box.name), default=-1.0
        )
        width, height = _box_size(box, badges.get(box.name, ()))
        sizes[box.name] = Size(width, height, around + 38.0 if around >= 0 else 0.0)
    links = [
        Link(CALL, chart.start, Size(0, 0)),
        *(Link(item.source, item.target, _label_size(item)) for item in arrows),
    ]
    plan = layout(sizes, links, CALL)
    legend = _legend(chart)
    width = max(plan.size.width, *(_wide(text, size) for text, size in legend)) + 2 * MARGIN
    height = plan.size.height + TITLE + 2 * MARGIN
    return "\n".join(_document(chart, (plan, sizes, arrows), (width, height))) + "\n"


_Plan = tuple[Layout, dict[str, Size], list[_Arrow]]


def _document(chart: Chart, plan: _Plan, size: tuple[float, float]) -> Iterator[str]:
    placed, sizes, arrows = plan
    width, height = (f"{side:.0f}" for side in size)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label={_attribute(f"The flow {chart.name}")}>'
    )
    yield f"<style>{_STYLE}</style>"
    yield "<defs>" + "".join(_head(name) for name in ("head", "backhead")) + "</defs>"
    yield f'<rect class="ground" width="{width}" height="{height}" rx="14"/>'
    yield f'<text class="title" x="{MARGIN:g}" y="{MARGIN + 18:g}">{_text(chart.name)}</text>'
    for row, (text, _) in enumerate(_legend(chart)[1:]):
        yield f'<text class="about" x="{MARGIN:g}" y="{MARGIN + 44 + 22 * row:g}">{_text(text)}</text>'
    yield f'<g transform="translate({MARGIN:g} {MARGIN + TITLE:g})">'
    yield _line(placed.links[0], False, "")
    for arrow, drawn in zip(arrows, placed.links[1:], strict=True):
        yield from _way(arrow, drawn)
    for arrow, drawn in zip(arrows, placed.links[1:], strict=True):
        yield from _words(arrow, drawn)
    yield from _call(placed.boxes[CALL])
    badges = _badges(chart)
    for box in chart.boxes:
        yield from _box(box, chart, (placed.boxes[box.name], sizes[box.name]), badges.get(box.name, ()))
    yield "</g>"
    yield "</svg>"


# Boxes


def _box(box: Box, chart: Chart, place: tuple[tuple[float, float], Size], badges: Iterable[str]) -> Iterator[str]:
    (x, y), size = place
    left, top, width, height = x - size.width / 2, y - size.height / 2, size.width, size.height
    look = "person" if box.person else "end" if box.ends else "start" if box.name == chart.start else "plain"
    round_ = 17 if box.ends else 8
    yield f'<g class="section {look}" data-section={_attribute(box.name)} transform="translate({left:.1f} {top:.1f})">'
    yield f'<rect class="box" width="{width:.1f}" height="{height:.1f}" rx="{round_}"/>'
    inner, across = width - 1.2, round_ - 0.6
    yield (
        f'<path class="band" d="M0.6 {HEADER:g}V{round_}a{across:g} {across:g} 0 0 1 {across:g} -{across:g}'
        f'H{inner - across + 0.6:.1f}a{across:g} {across:g} 0 0 1 {across:g} {across:g}V{HEADER:g}Z"/>'
    )
    yield f'<text class="name" x="{PAD:g}" y="22.5">{_text(box.name)}</text>'
    at = width - PAD
    for badge in reversed(list(badges)):
        wide = _wide(badge, 10.5) + 12
        at -= wide
        yield (
            f'<g class="badge"><rect x="{at:.1f}" y="8.5" width="{wide:.1f}" height="17" rx="8.5"/>'
            f'<text x="{at + 6:.1f}" y="20.8">{_text(badge)}</text></g>'
        )
        at -= 6
    yield from _rows(box)
    yield "</g>"


def _rows(box: Box) -> Iterator[str]:
    kinds = _kinds(box)
    for number, row in enumerate(box.rows):
        y = HEADER + PAD / 2 + LINE * number + 15
        yield f'<text class="kind" x="{PAD:g}" y="{y:g}">{_text(row.kind)}</text>'
        if row.text:
            yield f'<text class="text" x="{PAD + kinds:.1f}" y="{y:g}">{_text(row.text)}</text>'
    for number, (outcome, look, words) in enumerate(_endings(box)):
        y, x = HEADER + PAD / 2 + LINE * (len(box.rows) + number) + 2, PAD
        wide = _wide(words, 11) * BOLD + 18
        yield (
            f'<g class="{look}" data-outcome={_attribute(outcome)}><rect x="{x:g}" y="{y:g}" width="{wide:.1f}"'
            f' height="18" rx="9"/><text x="{x + 9:g}" y="{y + 13:g}">{_text(words)}</text></g>'
        )
    if box.mark:
        y = HEADER + PAD / 2 + LINE * (len(box.rows) + len(_endings(box))) + 15
        yield f'<text class="mark" x="{PAD:g}" y="{y:g}">{_text(box.mark)}</text>'


def _endings(box: Box) -> list[tuple[str, str, str]]:
    """The outcomes after which nothing follows in this flow: each with its look and its words."""
    over = [(one, "over", _end_words(one, "the call ends")) for one in box.over]
    return over + [(one, "over returned", _end_words(one, BACK)) for one in box.back]


def _end_words(outcome: str, words: str) -> str:
    return words if outcome in ("ended", DONE) else f"{outcome}: {words}"


def _kinds(box: Box) -> float:
    """The width of the column of kinds."""
    return max((_wide(row.kind, 11) * BOLD for row in box.rows), default=0.0) + 12


def _box_size(box: Box, badges: Iterable[str]) -> tuple[float, float]:
    header = _wide(box.name, NAME) * BOLD + sum(_wide(badge, 10.5) + 18 for badge in badges)
    kinds = _kinds(box)
    texts = [kinds + _wide(row.text, TEXT) for row in box.rows]
    texts += [_wide(words, 11) * BOLD + 18 for _, _, words in _endings(box)]
    texts.append(_wide(box.mark, LABEL))
    lines = len(box.rows) + len(_endings(box)) + bool(box.mark)
    width = max(header + 8, *texts, 90.0) + 2 * PAD
    return round(width, 1), HEADER + (PAD + LINE * lines if lines else 6.0)


def _badges(chart: Chart) -> dict[str, list[str]]:
    """What leads to a section from anywhere, as small signs in its header."""
    found: dict[str, list[str]] = {}
    for item in chart.anywhere:
        if item.to:
            found.setdefault(item.to, []).append(f"{item.press} anywhere")
    if chart.resume != chart.start:
        found.setdefault(chart.resume, []).append("comes back")
    if chart.on_error:
        found.setdefault(chart.on_error, []).append("on error")
    if chart.too_many:
        found.setdefault(chart.too_many, []).append(TOO_MANY)
    return found


def _call(place: tuple[float, float]) -> Iterator[str]:
    x, y = place
    yield (
        f'<g class="call"><rect x="{x - 58:.1f}" y="{y - 17:.1f}" width="116" height="34" rx="17"/>'
        f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle">a call</text></g>'
    )


# Ways


def _arrows(chart: Chart) -> list[_Arrow]:
    found: dict[tuple[str, str], list[Way]] = {}
    for way in chart.ways:
        if way.to:
            found.setdefault((way.section, way.to), []).append(way)
    return [_Arrow(source, target, tuple(ways)) for (source, target), ways in found.items()]


def _label_size(arrow: _Arrow) -> Size:
    labels = arrow.labels
    return (
        Size(round(max(_wide(label, LABEL) for label in labels) + 12, 1), LABEL_LINE * len(labels) + 4)
        if labels
        else Size(0, 0)
    )


def _way(arrow: _Arrow, drawn: Drawn) -> Iterator[str]:
    back = drawn.spots[-1][1] < drawn.spots[0][1] or arrow.source == arrow.target
    outcomes = " ".join(way.outcome.replace(" ", "_") for way in arrow.ways)
    where = (
        f"data-from={_attribute(arrow.source)} data-to={_attribute(arrow.target)} data-outcomes={_attribute(outcomes)}"
    )
    yield _line(drawn, back, where, loop=arrow.source == arrow.target)


def _line(drawn: Drawn, back: bool, where: str, loop: bool = False) -> str:
    look = "way back" if back else "way"
    head = "backhead" if back else "head"
    return f'<g class="{look}" {where}><path d="{_path(drawn, loop)}" marker-end="url(#{head})"/></g>'


def _path(drawn: Drawn, loop: bool) -> str:
    """Upright pieces, joined by curves that begin and end upright."""
    spots = drawn.spots
    x, y = spots[0]
    parts = [f"M{x:.1f} {y:.1f}"]
    if loop:
        (x, y), (to_x, to_y) = spots
        return f"M{x:.1f} {y:.1f}C{x + 30:.1f} {y - 8:.1f} {x + 30:.1f} {to_y + 8:.1f} {to_x + 1:.1f} {to_y:.1f}"
    for number, (to_x, to_y) in enumerate(spots[1:], 1):
        if number % 2 or abs(to_x - x) < 0.05:
            parts.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            middle = (y + to_y) / 2
            parts.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(parts)


def _words(arrow: _Arrow, drawn: Drawn) -> Iterator[str]:
    labels = arrow.labels
    if not labels:
        return
    size, (x, y) = _label_size(arrow), drawn.label
    top = y - size.height / 2
    lines = "".join(
        f'<text x="{x:.1f}" y="{top + 13 + LABEL_LINE * number:.1f}" text-anchor="middle">{_text(label)}</text>'
        for number, label in enumerate(labels)
    )
    yield (
        f'<g class="label"><rect x="{x - size.width / 2:.1f}" y="{top:.1f}" width="{size.width:.1f}"'
        f' height="{size.height:.1f}" rx="4"/>{lines}</g>'
    )


def _head(name: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path class="{name}" d="M0 0.6L10 5L0 9.4Z"/></marker>'
    )


# Texts


def _legend(chart: Chart) -> list[tuple[str, float]]:
    """The title, what the flow is about, and what leads to sections from anywhere, with their sizes."""
    keys = [f"{item.press} {item.name}" + (f" → {item.to}" if item.to else "") for item in chart.anywhere]
    found = [(chart.name, 28.0), (chart.about, 14.0)]
    everywhere = ["Anywhere: " + ",  ".join(keys)] if keys else []
    if chart.too_many:
        everywhere.append(f"After {chart.errors} errors → {chart.too_many}")
    return [*found, (".  ".join(everywhere), 14.0)] if everywhere else found


def _wide(text: str, size: float) -> float:
    """Pixels of a text in letters of a size; East Asian wide characters are as wide as they are high."""
    return sum(_share(char) for char in text) * size


def _share(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.02
    if unicodedata.combining(char):
        return 0.0
    if char in _NARROW:
        return 0.38
    return 0.92 if char in _BROAD else 0.7 if char.isupper() else 0.61


def _text(text: str) -> str:
    return escape(text.translate(_ILLEGAL))


def _attribute(text: str) -> str:
    return quoteattr(text.translate(_ILLEGAL))

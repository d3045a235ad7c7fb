"""Pages in any layout, formatted: the same page, every comment in its order, and nothing to do a second time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivr.core.document import source
from ivr.core.document.format import formatted, said
from ivr.core.document.problems import Problems
from tests.properties.test_pages import PAGES, SCALARS

ROOT = Path(__file__).parents[2]
PLAIN = [
    *("a", "0042", "10:30", "no", "3s", "6..10", "12.50", "-1", "+5m", "~", "null", "TRUE", "http://x/y", "a:b"),
    *("Hello, my friend.", "余额 是", "\U0001f600!", "it's", 'say "x"', "a#b", "x*", "a  b", "is {a:money} due"),
]
IN_BRACKETS = ["a", "0042", "10:30", "no", "余额", "\U0001f600", "it's", "x*", "a b", "w" * 50]
QUOTED = ['"*"', "'#'", '"a: b # c"', "'it''s'", '"0123"', '""', "'{a}'", '"tab\\t\\u4f59"', "'- x'"]
KEYS = ["say", "go", "en", "zh", "flow", "a", "b", "c", '"1"', "'#'", "余额", "x y"]
COMMENT = re.compile(r"# \d+ 说: \{x\}, 'y' #")


@dataclass
class Typist:
    """Types a page with a careless layout; ``said`` is how many comments it has."""

    dice: Random
    said: int = 0

    def chance(self, one_in: int = 4) -> bool:
        """Whether something rare is done."""
        return self.dice.randrange(one_in) == 0

    def spaces(self, least: int = 1, most: int = 3) -> str:
        """Some blanks."""
        return " " * self.dice.randint(least, most)

    def comment(self) -> str:
        """A comment that is like no other."""
        self.said += 1
        return f"# {self.said} 说: {{x}}, 'y' #"

    def end(self) -> str:
        """The end of a line: perhaps a comment, a blank, and lines without a value."""
        line = self.spaces() + self.comment() if self.chance() else self.spaces(0, 2)
        line += "\n"
        while self.chance():
            line += self.spaces(0, 8) + (self.comment() if self.chance(2) else "") + "\n"
        return line

    def value(self, indent: int, depth: int) -> str:
        """A value behind a key or a dash, with the end of its line."""
        kind = self.dice.randint(0, 9 if depth else 5)
        if kind <= 1:
            return self.spaces() + self.dice.choice(PLAIN) + self.end()
        if kind == 2:
            return self.spaces() + self.dice.choice(QUOTED) + self.end()
        if kind == 3:
            return self.spaces() + self.in_brackets(indent, 2) + self.end()
        if kind == 4:
            return self.in_lines(indent)
        if kind == 5:
            return (
                self.end() if self.chance() else self.end() + " " * (indent + 3) + self.dice.choice(PLAIN) + self.end()
            )
        return self.end() + (self.options if kind <= 7 else self.list)(indent + 1, depth - 1)

    def in_lines(self, indent: int) -> str:
        """A value of several lines."""
        margin = "\n" + " " * (indent + self.dice.randint(1, 4))
        kind = self.dice.randint(0, 3)
        if kind == 0:
            return f" Hello,{margin}  my{margin}friend." + self.end()
        if kind == 1:
            return f' "Hello,{margin} # no comment{margin}\\tfriend."' + self.end()
        sign = self.dice.choice(["|", ">", "|-", ">-", "|+"])
        head = f" {sign}" + (self.spaces() + self.comment() if self.chance() else "")
        return f"{head}{margin}Hello,{margin}  # deeper\n{margin}friend. \n" + ("\n" if self.chance() else "")

    def in_brackets(self, indent: int, depth: int) -> str:
        """A value in brackets, perhaps over several lines with comments in it."""
        kind = self.dice.randint(0, 3 if depth else 1)
        if kind <= 1:
            return self.dice.choice(IN_BRACKETS if kind else QUOTED)
        parts = []
        for number in range(self.dice.randint(0, 4)):
            key = f"k{number}:{self.spaces()}" if kind == 3 else ""
            parts.append(key + self.in_brackets(indent, depth - 1) + self.turn(indent))
        opened, closed = "{}" if kind == 3 else "[]"
        first = self.turn(indent) if parts else ""
        return opened + first + ",".join(f"{part}" for part in parts) + closed

    def turn(self, indent: int) -> str:
        """Layout between two values in brackets."""
        if not self.chance(6):
            return self.spaces(0, 2)
        comment = self.spaces() + self.comment() if self.chance(2) else ""
        return f"{comment}\n" + " " * (indent + self.dice.randint(1, 6))

    def list(self, indent: int, depth: int) -> str:
        """A list on lines of its own."""
        margin = " " * (indent + self.dice.randint(0, 2))
        lines = ""
        for _ in range(self.dice.randint(1, 3)):
            if depth and self.chance(2):
                inner = self.spaces()
                lines += f"{margin}-{inner}" + self.options(len(margin) + 1 + len(inner), depth - 1, begun=True)
            else:
                lines += f"{margin}-" + self.value(len(margin), depth)
        return lines

    def options(self, indent: int, depth: int, begun: bool = False) -> str:
        """A set of options on lines of their own; the first behind a dash when it is ``begun``."""
        margin = " " * (indent if begun else indent + self.dice.randint(0, 2))
        lines = ""
        for key in self.dice.sample(KEYS, self.dice.randint(1, 4)):
            lines += ("" if begun and not lines else margin) + f"{key}:" + self.value(len(margin), depth)
        return lines


def tree(text: str) -> object:
    """What a page says; a finding means that it is none."""
    problems = Problems()
    node = source.parse(text, "page.yaml", problems)
    assert not len(problems), problems.all
    return said(node)


def is_sound(text: str, once: str) -> None:
    """What is promised of a page that was formatted."""
    assert tree(once) == tree(text)
    again = Problems()
    assert formatted(once, "page.yaml", again, ("flow",)) == once, again.all


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_a_page_in_any_layout_keeps_what_it_says_and_every_comment_in_its_order(seed: int) -> None:
    typist = Typist(Random(seed))
    text = typist.end() + typist.options(-0, 3) if typist.chance(2) else typist.list(0, 3)
    problems = Problems()
    source.parse(text, "page.yaml", problems)
    assume(not len(problems))
    once = formatted(text, "page.yaml", problems, ("flow",))
    assert once is not None, problems.all
    is_sound(text, once)
    assert COMMENT.findall(once) == COMMENT.findall(text)
    assert len(COMMENT.findall(once)) == typist.said
    assert "\n\n\n" not in once or "|+" in text
    assert once.endswith("\n")


@settings(max_examples=200, deadline=None)
@given(PAGES)
def test_any_text_is_formatted_or_has_findings(text: str) -> None:
    problems = Problems()
    once = formatted(text, "page.yaml", problems)
    assert (once is None) == bool(problems.errors)
    if once is not None:
        is_sound(text.removeprefix("\ufeff"), once)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_flow_with_anything_cut_out_or_put_in_is_formatted_or_has_findings(data: st.DataObject) -> None:
    text = (ROOT / "flows" / data.draw(st.sampled_from(["main.yaml", "clinic.yaml"]))).read_text(encoding="utf-8")
    start, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 60))
    broken = text[:start] + data.draw(SCALARS) + text[start + length :]
    problems = Problems()
    once = formatted(broken, "page.yaml", problems, ("flow",))
    assert (once is None) == bool(problems.errors)
    if once is not None:
        is_sound(broken, once)

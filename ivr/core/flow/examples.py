"""One mistake for each finding about a flow or its queues, with its mending: what `ivr explain` shows.

Each is a page as a change of it: lines after `-` stand in the mistaken page, lines after `+` in the mended one, all
others in both. A test holds every mistaken page to its finding alone, and every mended one to none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname

from ivr.core.flow.bundle import Read, read
from ivr.core.flow.examples_later import LATER
from ivr.core.flow.examples_meaning import MEANING
from ivr.core.flow.examples_queues import BESIDE, QUEUES, TO_QUEUES
from ivr.core.flow.examples_queues import FILE as QUEUES_FILE

FILE = "flows/main.yaml"
_PERSON = """\
   person:
     - dial: "2001"
       failed: goodbye
     - go: goodbye
   goodbye:
     - hangup
"""
_CODE = """\
 flow:
   welcome:
     - collect: Please key in your code.
       as: code
       length: 4
       secret: yes
       give_up: person
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A page with one mistake, and the same page mended; ``file`` is where it stands, ``beside`` has other pages."""

    change: str
    file: str = FILE
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def mistaken(self) -> str:
        """The page with the mistake."""
        return self._page("-")

    @property
    def mended(self) -> str:
        """The page without it."""
        return self._page("+")

    def found(self, page: str) -> Read:
        """What is found in either page."""
        pages = {**self.beside, basename(self.file): page}
        return read({name: text.encode() for name, text in pages.items()}, folder=dirname(self.file))

    def _page(self, mark: str) -> str:
        return "".join(line[1:] for line in self.change.splitlines(keepends=True) if line[0] in f" {mark}")


_CHANGES = {
    "F100": """\
-# to be written
+flow:
+  welcome:
+    - hangup
""",
    "F101": """\
 flow:
   welcome:
-    say: Welcome.
+    - say: Welcome.
+    - hangup
""",
    "F102": """\
-languages: [en, elvish]
+languages: [en]
 flow:
   welcome:
     - hangup
""",
    "F103": """\
 languages: [en, zh]
 flow:
   welcome:
-    - say: Welcome.
+    - say: {en: Welcome., zh: 欢迎。}
     - hangup
""",
    "F104": """\
 flow:
   welcome:
     - menu: For billing, press 1.
       options:
-        - {press: 1, go: persn}
+        - {press: 1, go: person}
       give_up: person
"""
    + _PERSON,
    "F105": """\
 flow:
   welcome:
     - say: Welcome.
+    - hangup
""",
    "F106": """\
 flow:
   welcome:
     - say: Welcome.
+    - go: closed
-    - hangup
   closed:
     - say: We are closed.
     - hangup
""",
    "F107": """\
 flow:
   welcome:
     - menu: For billing, press 1. For technical help, press 2.
       options:
         - {press: 1, go: person}
-        - {press: 1, go: goodbye}
+        - {press: 2, go: goodbye}
       give_up: person
"""
    + _PERSON,
    "F108": """\
 flow:
   welcome:
+    - say: Welcome.
     - go: goodbye
-    - say: Welcome.
   goodbye:
     - hangup
""",
    "F109": """\
 anywhere:
   operator: {press: "0", go: person}
 flow:
   welcome:
-    - menu: For billing, press 0.
+    - menu: For billing, press 1.
       options:
-        - {press: 0, go: goodbye}
+        - {press: 1, go: goodbye}
       give_up: person
"""
    + _PERSON,
    "F110": """\
 flow:
   welcome:
-    - sya: Welcome.
+    - say: Welcome.
     - hangup
""",
    "F111": """\
 flow:
   welcome:
-    - callback: billing
+    - record: Please leave a message after the tone, and we call you back.
+      for: billing
     - hangup
""",
    "F112": """\
 flow:
   welcome:
     - say: Please hold the line.
-    - go: welcome
+    - dial: "2001"
+      failed: goodbye
+    - go: goodbye
+  goodbye:
+    - hangup
""",
    "F113": """\
 flow:
   welcome:
     - menu: To hear this again, press 1.
       options:
         - {press: 1, go: welcome}
       give_up: person
   person:
     - dial: "2001"
       answered: welcome
-      failed: again
+      failed: goodbye
-  again:
-    - if: call.returned
-      go: welcome
-      else: person
+  goodbye:
+    - hangup
""",
    "F114": """\
 flow:
   welcome:
     - menu: For our address, press 1.
       options:
         - {press: 1, go: address}
-      give_up: address
+      give_up: person
+  person:
+    - dial: "2001"
+      failed: address
+    - go: address
   address:
     - say: We are at twelve Mill Lane.
     - hangup
""",
    "F115": """\
 flow:
   person:
     - dial: "2001"
+      failed: goodbye
     - hangup
+  goodbye:
+    - say: Nobody can talk to you now.
+    - hangup
""",
    "F117": """\
 flow:
   welcome:
     - if: call.returned
+      go: goodbye
     - say: Welcome.
     - go: goodbye
   goodbye:
     - hangup
""",
    "F119": _CODE
    + """\
     - if: code == "2468"
       go: person
-    - say: Your code is {code:digits}.
+    - say: Thank you.
     - go: goodbye
"""
    + _PERSON,
    "F120": """\
 flow:
   welcome:
-    - if: call.weekday = "sun"
+    - if: call.weekday == "sun"
       say: We are closed on Sundays.
     - hangup
""",
    "F121": """\
 flow:
   welcome:
-    - say: Good day, {call.nmae}.
+    - say: Good day, {call.name}.
     - hangup
""",
    "F122": """\
 flow:
   welcome:
-    - if: begins_with(call.from, "+44")
+    - if: starts_with(call.from, "+44")
       say: You are calling from abroad.
     - hangup
""",
    "F123": """\
 flow:
   welcome:
-    - if: call.to == 100
+    - if: call.to == "100"
       say: This is the support line.
     - hangup
""",
    "F124": """\
 flow:
   welcome:
-    - say: Good day, {call.name.
+    - say: Good day, {call.name}.
     - hangup
""",
    "F125": """\
 flow:
   welcome:
-    - say: You are calling from {call.from:telephone}.
+    - say: You are calling from {call.from:phone}.
     - hangup
""",
    "F126": """\
 flow:
   welcome:
-    - say: {en: Welcome, my friend.}
+    - say: {en: "Welcome, my friend."}
     - hangup
""",
    "F127": """\
+languages: [en, zh]
 flow:
   welcome:
     - say: {en: Welcome., zh: 欢迎。}
     - hangup
""",
    "F128": """\
 flow:
   welcome:
-    - set: {call: "{call.from}"}
+    - set: {number: "{call.from}"}
+    - say: You are calling from {number:phone}.
     - hangup
""",
    "F129": _CODE
    + """\
     - say: Your code is {code:digits}.
-      allow_secret: yes
+      allow_secret: the caller hears only their own code
     - go: goodbye
"""
    + _PERSON,
    "F166": """\
 flow:
   welcome:
     - collect: On which day do you want to come? Please key in day and month.
       as: day
       type: date
+      format: DDMM
       give_up: person
     - say: You come on {day:date}.
     - go: goodbye
"""
    + _PERSON,
    "F167": """\
 flow:
   welcome:
     - collect: Please key in the day of the month.
       as: day
       type: number
       range: 1..31
-      length: 1
       give_up: person
     - say: You said {day:number}.
     - go: goodbye
"""
    + _PERSON,
}
_FLOWS = {code: Example(change) for code, change in {**_CHANGES, **LATER, **MEANING}.items()}
_QUEUES = {code: Example(change, QUEUES_FILE) for code, change in QUEUES.items()}
_TO_QUEUES = {code: Example(change, beside=BESIDE) for code, change in TO_QUEUES.items()}
EXAMPLES = dict(sorted({**_FLOWS, **_QUEUES, **_TO_QUEUES}.items()))

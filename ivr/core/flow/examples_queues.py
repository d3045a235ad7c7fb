"""Examples of `ivr explain` for ``queues.yaml`` and for flows that lead to queues, as in `ivr.core.flow.examples`."""

from __future__ import annotations

FILE = "flows/queues.yaml"
_BILLING = """\
 skills:
   billing: Bills and payments
"""
_TWO = f"""\
{_BILLING}\
   contracts: Contracts and changes of them
"""


def _steps(lines: str, top: str = _BILLING) -> str:
    """A change of a page with one queue and its needs."""
    return f"{top} queues:\n   billing:\n     needs:\n{lines}"


def _queue(lines: str) -> str:
    """A change of a page with one queue."""
    return f" queues:\n   billing:\n{lines}"


QUEUES: dict[str, str] = {
    "F250": _steps("-      require: {biling: 3}\n+      require: {billing: 3}\n"),
    "F251": """\
 groups:
   back_office: Helps when it is full
"""
    + _queue(
        """\
     needs:
       - for: 60s
-      - add_group: backoffice
+      - add_group: back_office
"""
    ),
    "F252": _steps("-      require: {billing: 8}\n+      require: {billing: 3}\n"),
    "F253": _steps(
        """\
-      - {require: {billing: 3}, for: 30s}
-      - lower: {contracts: 1}
+      - {require: {billing: 3, contracts: 3}, for: 30s}
+      - lower: {contracts: 1}
""",
        _TWO,
    ),
    "F254": _steps(
        """\
       - {require: {billing: 3}, for: 30s}
-      - lower: {billing: 4}
+      - lower: {billing: 1}
"""
    ),
    "F255": _steps(
        """\
-      - require: {billing: 3}
+      - {require: {billing: 3}, for: 30s}
       - lower: {billing: 1}
"""
    ),
    "F256": _steps(
        """\
       - {require: {billing: 3}, for: 30s}
-      - {lower: {billing: 1}, for: 60s}
+      - lower: {billing: 1}
"""
    ),
    "F257": _steps(
        """\
-      - {require: {billing: 2}, for: 30s}
-      - require: {billing: 4}
+      - {require: {billing: 4}, for: 30s}
+      - lower: {billing: 2}
"""
    ),
    "F258": _steps(
        """\
       - {require: {billing: 3}, for: 30s}
-      - {lower: {billing: 1}, drop: billing}
+      - drop: billing
"""
    ),
    "F259": _queue("-    target: 80/20\n+    target: 80% in 20s\n"),
    "F260": _queue("-    priority: high\n+    priority: 5m\n"),
    "F261": """\
+wrap_up_codes:
+  solved: The matter is settled
+  call_back: We call again
"""
    + _queue("     wrap_up: {for: 30s, code: required}\n"),
    "F262": _queue("-    ring: 40s\n+    ring: 15s\n     longest: 30s\n"),
    "F263": _queue("-    without_agents: {stay: no}\n+    without_agents: {join: no, stay: no}\n"),
    "F264": _queue("-    most: 0\n+    most: 50\n"),
    "F265": _queue("+    strategy: random\n     seed: 7\n"),
    "F266": f"""\
{_BILLING}\
-  contracts: Contracts and changes of them
 queues:
   billing:
     needs: {{require: {{billing: 3}}}}
""",
    "F267": """\
 breaks:
-  missed: {paid: no, about: Did not answer}
+  lunch: {paid: no, about: The midday break}
""",
}

# Changes of a flow that stands beside this page.
BESIDE = {"queues.yaml": "queues:\n  billing: {longest: 10m}\n"}
_REST = """\
   voicemail:
     - record: Please leave a message after the tone.
       for: billing
     - go: goodbye
   goodbye:
     - hangup
"""
TO_QUEUES: dict[str, str] = {
    "F270": """\
 flow:
   welcome:
-    - queue: biling
+    - queue: billing
       answered: goodbye
       unanswered: voicemail
"""
    + _REST,
    "F273": """\
 flow:
   welcome:
     - queue: billing
-      needs: {language: English}
+      needs: {language: en}
       answered: goodbye
       unanswered: voicemail
"""
    + _REST,
    "F272": """\
 flow:
   welcome:
     - queue: billing
       answered: goodbye
-      full: goodbye
       unanswered: voicemail
"""
    + _REST,
}

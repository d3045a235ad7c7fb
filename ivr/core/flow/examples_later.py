"""More changes for `examples`, of the same form: what flows ask outside, other ways on, answers, and whole flows."""

from __future__ import annotations

_PERSON = """\
   person:
     - dial: "2001"
       failed: goodbye
     - go: goodbye
   goodbye:
     - hangup
"""


def _asks(lines: str, use: str = "You said {answer}.") -> str:
    """A change of a page with one question."""
    return f"""\
 flow:
   welcome:
     - collect: Please key in your answer.
       as: answer
{lines}       give_up: person
     - say: {use}
     - go: goodbye
{_PERSON}"""


LATER = {
    "F140": """\
 flow:
   welcome:
-    - fetch: crm.example.com/accounts/{call.from}
+    - fetch: https://crm.example.com/accounts/{call.from}
       as: account
       failed: goodbye
     - say: Good day, {account.name}.
     - go: goodbye
   goodbye:
     - hangup
""",
    "F144": """\
 flow:
   welcome:
     - fetch: https://crm.example.com/calls
+      method: post
       send: {from: "{call.from}"}
       failed: goodbye
     - go: goodbye
   goodbye:
     - hangup
""",
    "F146": """\
 flow:
   welcome:
-    - lookup: update accounts set calls = 1
+    - lookup: select name from accounts where number = :number
       in: crm
+      with: {number: "{call.from}"}
       as: account
       none: goodbye
       failed: goodbye
     - say: Good day, {account.name}.
     - go: goodbye
   goodbye:
     - hangup
""",
    "F147": """\
 flow:
   welcome:
-    - lookup: select name from accounts where number = '{call.from}'
+    - lookup: select name from accounts where number = :number
       in: crm
+      with: {number: "{call.from}"}
       as: account
       none: goodbye
       failed: goodbye
     - say: Good day, {account.name}.
     - go: goodbye
   goodbye:
     - hangup
""",
    "F158": """\
 flow:
   welcome:
     - choose: length(call.from)
-      options: {3: inside, 4: inside, 03: abroad}
+      options: {3: inside, 4: inside, 12: abroad}
     - hangup
   inside:
     - hangup
   abroad:
     - say: You are calling from abroad.
     - hangup
""",
    "F160": """\
 flow:
   welcome:
     - choose: call.weekday
-      options: {saturday: closed, sunday: closed}
+      options: {sat: closed, sun: closed}
     - hangup
   closed:
     - say: We are closed.
     - hangup
""",
    "F165": _asks("-      type: digits\n+      type: number\n       range: 1..31\n"),
    "F168": _asks("       type: number\n-      range: 31..1\n+      range: 1..31\n"),
    "F169": _asks("-      pattern: 12ab\n+      pattern: 12xx\n"),
    "F170": _asks("       type: date\n-      format: DMY\n+      format: DDMMYYYY\n", "You said {answer:date}."),
    "F171": _asks("-      one_of: [12, red]\n+      one_of: [12, 13]\n"),
    "F172": _asks('       type: amount\n-      end: "*"\n+      end: "#"\n'),
    "F173": _asks(
        "       type: time\n       earliest: 09:00\n-      latest: 08:00\n+      latest: 17:00\n",
        "You said {answer:time}.",
    ),
    "F174": _asks("       type: time\n-      latest: today\n+      latest: 17:00\n", "You said {answer:time}."),
    "F181": """\
 flow:
   welcome:
     - menu: Please press a key from 1 to 6.
       options:
         - {press: 1, go: person}
         - {press: 2, go: person}
         - {press: 3, go: person}
         - {press: 4, go: person}
         - {press: 5, go: person}
-        - {press: 6, go: person}
       give_up: person
"""
    + _PERSON,
    "F182": """\
 flow:
   welcome:
     - set: {tries: 0}
+    - say: You have tried {tries} times.
     - hangup
""",
    "F187": """\
 flow:
   welcome:
-    - if: 3 > 5
+    - if: call.time >= 17:00
       say: We are closed.
     - hangup
""",
    "F188": """\
 flow:
   welcome:
-    - if: call.weekday == "sunday"
+    - if: call.weekday == "sun"
       say: We are closed on Sundays.
     - hangup
""",
    "F189": """\
 flow:
   welcome:
-    - say: ...
+    - say: One moment, please.
     - hangup
""",
}

"""Examples of `ivr explain` for what a whole flow means, written as in `ivr.core.flow.examples`."""

from __future__ import annotations

PERSON = """\
   person:
     - dial: "2001"
       failed: goodbye
     - go: goodbye
   goodbye:
     - hangup
"""
MEANING: dict[str, str] = {
    "F153": """\
 outcomes: [verified, unknown]
 flow:
   welcome:
     - if: starts_with(call.from, "+44")
       go: known
-    - return: unknwon
+    - return: unknown
   known:
     - return: verified
""",
    "F157": """\
+gives: {name: text}
 flow:
   welcome:
     - return: done
       give: {name: "{call.name}"}
""",
    "F159": """\
 flow:
   welcome:
     - choose: call.returned
       options: {yes: back, no: greeting}
-      else: greeting
   back:
     - say: Welcome back.
     - hangup
   greeting:
     - say: Welcome.
     - hangup
""",
    "F161": """\
 flow:
   welcome:
-    - play: music/calm.wav
+    - play: music/calm
     - hangup
""",
    "F163": """\
 flow:
   welcome:
-    - tag: the caller has paid all of the bill by card and was thanked for it
+    - tag: paid
     - hangup
""",
    "F271": """\
 flow:
   welcome:
-    - queue: billing
+    - dial: "2001"
       answered: goodbye
-      unanswered: voicemail
+      failed: voicemail
   voicemail:
     - record: Please leave a message after the tone.
       for: billing
     - go: goodbye
   goodbye:
     - hangup
""",
    "F180": """\
 flow:
   welcome:
     - menu: >
-        Thank you for calling Acme, the maker of fine anvils, rockets and magnets since 1949. All our lines are open
-        today until six in the evening, and tomorrow from eight to twelve. Please choose from the following options.
+        Thank you for calling Acme.
         For billing, press 1. For technical help, press 2.
       options:
         - {press: 1, go: person}
         - {press: 2, go: person}
       give_up: person
"""
    + PERSON,
    "F185": """\
 flow:
   welcome:
     - menu: For billing, press 1. For our address, press 12.
       options:
         - {press: 1, go: person}
         - {press: 12, go: goodbye}
-      between: 500ms
+      between: 2s
       give_up: person
"""
    + PERSON,
}

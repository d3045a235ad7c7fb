"""Doctor: looks at the settings, at Asterisk and at this machine, and names the file and line to change.

May import anything below ``app``. Start reading in ``report.py`` (what a finding is), then ``facts.py`` (what is looked
at); ``gather_*.py`` look, ``check_*.py`` judge.

Why looking and judging are apart: a check is a pure function from facts to findings, so every fault that an Asterisk
can have is tested without an Asterisk that has it.
"""

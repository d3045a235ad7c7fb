"""Words that everyone uses: ids, events, errors, secrets, the clock's protocol, telephone numbers.

May import nothing of this project. Start with `events.py` and `errors.py`.

Why so small: what stands below everything can never be changed lightly.
"""

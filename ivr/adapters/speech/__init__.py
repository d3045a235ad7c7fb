"""Engines that give sounds for texts, and the folder that keeps finished sounds.

May import ``ivr.core``, ``ivr.services`` and what an engine needs; no other adapter. One file for each engine
(`recorded`, `pyttsx`), each an `ivr.services.speech.engine.Engine`; `folder` is the shelf. To add an engine, write its
file, name it in ``ivr.app.config`` and ``ivr.app.voices``, and in the list of
``tests/contract/test_speech_engines.py``.

Why pyttsx3 lives in a process of its own (`worker`): it bears one thread only, prints on its output, and can hang for
good inside C code; a process can be ended.
"""

"""Measurements that anyone can run, each a program: ``python -m bench.NAME``; see README.md for what they say."""

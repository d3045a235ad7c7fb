"""Scenarios: read, played, counted."""

"""Live scenarios, but for the telephone."""

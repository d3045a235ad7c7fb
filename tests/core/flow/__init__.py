"""The flow language: what is found in a page, and what a call does with it."""

"""Lessons as typed data, read from `content/`."""

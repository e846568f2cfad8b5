"""Latency: where the time goes in a call, and what load does to it."""

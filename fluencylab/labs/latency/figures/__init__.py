"""The figures of the reading on latency."""

"""The figures of the reading on context windows."""

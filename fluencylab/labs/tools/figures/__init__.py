"""The figures of the reading on tool use."""

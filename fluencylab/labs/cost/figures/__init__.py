"""The figures of the reading on cost and quality."""

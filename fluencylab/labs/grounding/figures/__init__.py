"""The figures of the reading on hallucination."""

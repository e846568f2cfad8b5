"""The figures of the reading on embeddings and search."""

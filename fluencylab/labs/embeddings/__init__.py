"""Embeddings and search: distances, three kinds of search on the same questions, a map."""

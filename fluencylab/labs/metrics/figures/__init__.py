"""The figures of the reading on evaluation metrics."""

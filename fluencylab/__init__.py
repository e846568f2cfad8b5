"""Fluency Lab: product managers become technically fluent by running real language models."""

__version__ = "0.2.0"

"""Evaluation metrics: a threshold, overlap scores, and a judge beside your marks."""

"""A model as a grader has no chart: its figures stand in a table beside the gate."""

from fluencylab.charts.call import charts, groups

__all__ = ["charts", "groups"]

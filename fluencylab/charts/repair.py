"""A repair has no chart of its own: its page draws two rates on one scale."""

from fluencylab.charts.call import charts, groups

__all__ = ["charts", "groups"]

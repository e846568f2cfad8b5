"""Figures that answer to the hand: what a reader may set, every state it leads to, and how a state is drawn.

Python works out every state; the page's script only shows them. `docs/writing-a-figure.md` says how one is made.
"""

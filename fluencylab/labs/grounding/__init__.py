"""Hallucination: does it invent, does it show its doubt, and are its reasons its own?"""

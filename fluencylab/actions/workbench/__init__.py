"""The acts on a product of the learner's own: bring it in, run it, read it, compare it, decide."""
